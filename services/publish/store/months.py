"""The reports of the months in the public record: one row for each, written when it is told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from contracts.decisions import MonthReported
from contracts.event import Event
from services.chassis.codec import decode, encode_text
from services.chassis.database import Transaction, as_columns

INSERT_REPORTS = """
INSERT INTO month_report (month, event_id, reported_at, known_at, document)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::text[])
ON CONFLICT (month) DO NOTHING
"""


async def insert_reports(tx: Transaction, events: Sequence[Event[MonthReported]]) -> None:
    """Keep reports of months; one that is there stays as it is."""
    if events:
        await tx.execute(INSERT_REPORTS, *as_columns(list(map(_row, events)), 5))


def _row(event: Event[MonthReported]) -> tuple[object, ...]:
    return event.data.month, event.id, event.data.reported_at, event.time, encode_text(event.data)


LIST_REPORTS = """
SELECT document FROM public_month_reports
WHERE known_at < coalesce($1::timestamptz, 'infinity')
ORDER BY month DESC
"""


async def list_reports(tx: Transaction, at: datetime | None = None) -> list[MonthReported]:
    """List the reports of all months, the newest first; with ``at``, those that the record knew just before it."""
    return [decode(MonthReported, row["document"]) for row in await tx.fetch(LIST_REPORTS, at)]


FIND_REPORT = """
SELECT document FROM public_month_reports
WHERE month = $1 AND known_at < coalesce($2::timestamptz, 'infinity')
"""


async def find_report(tx: Transaction, month: str, at: datetime | None = None) -> MonthReported | None:
    """Give the report of a month; None where it was not told yet."""
    document = await tx.fetchval(FIND_REPORT, month, at)
    return None if document is None else decode(MonthReported, document)


FIND_EVENT = """
SELECT event_id FROM public_month_reports
WHERE month = $1 AND known_at < coalesce($2::timestamptz, 'infinity')
"""


async def find_event_of_report(tx: Transaction, month: str, at: datetime | None = None) -> UUID | None:
    """Give the id of the event that told a month's report; None also where it was told before the record kept it."""
    found: UUID | None = await tx.fetchval(FIND_EVENT, month, at)
    return found
