"""The bare import: reads a sheet as intake does, and copies its rows into the tables; no rule is checked.

Run as a process: `python -m bench.copying FILE`, with intake's environment. It prints the seconds that it took.
"""

import asyncio
import os
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import msgspec
from uuid_utils.compat import uuid7

from contracts.event import Event, full_type
from contracts.submissions import MemberAtReceipt, SubmissionReceived
from contracts.topics import PARTITIONS
from services.chassis.doors.auth import Principal
from services.chassis.outbox import partition_of
from services.intake.domain.application import Action, Application
from services.intake.domain.sheet.layout import Layouts
from services.intake.reception.importing import Read, read_rows
from services.intake.sheets.reading import read_sheet

TYPE = full_type(SubmissionReceived)
TABLES = {
    "contact": ("contact_ref", "wrapped_key", "sealed"),
    "submission": (
        "submission_id", "reference", "source", "external_id", "digest", "story_id", "channel", "member_code",
        "contact_ref", "first_month", "received_at", "round", "version", "standing", "withdrawal",
    ),
    "version": (
        "submission_id", "version", "round", "month", "partition", "event_id", "entered_at", "proposal", "flags",
    ),
    "outbox": ("topic", "partition", "seq", "event_id", "type", "key", "payload"),
}  # fmt: skip
_ENCODE = msgspec.json.Encoder().encode


async def copy(content: bytes) -> int:
    """Read a sheet and copy its rows, in one transaction."""
    sheet = read_sheet(content)
    read = [one for one in read_rows(sheet, Layouts(sheet.headings), _principal()) if isinstance(one, Read)]
    if len(read) < len(sheet.rows):
        raise RuntimeError(f"{len(sheet.rows) - len(read)} rows do not read well")
    rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in TABLES}
    numbers: Counter[int] = Counter()
    for number, one in enumerate(read, start=1):
        _add(rows, one.application, number, numbers)
    connection = await asyncpg.connect(os.environ["DATABASE_URL"], server_settings={"search_path": "intake"})
    async with connection.transaction():
        for table, columns in TABLES.items():
            await connection.copy_records_to_table(table, records=rows[table], columns=columns)
    await connection.close()
    return len(read)


def _principal() -> Principal:
    return Principal("support-unit:desk", frozenset())


def _add(
    rows: dict[str, list[tuple[object, ...]]], application: Application, number: int, numbers: Counter[int]
) -> None:
    action = application.matter
    if not isinstance(action, Action):
        raise TypeError("the bench sends standalone submissions only")
    now = datetime.now(UTC)
    submission_id, event_id, contact_ref = application.submission_id, uuid7(), application.submitter.contact_ref
    month, reference = f"{now:%Y-%m}", f"OGC-{now.year}-{number:06d}"
    partition = partition_of(str(submission_id), PARTITIONS)
    numbers[partition] += 1
    event = Event(
        id=event_id,
        type=TYPE,
        source="urn:ogc:intake",
        subject=str(submission_id),
        time=now,
        correlationid=event_id,
        data=SubmissionReceived(
            reference=reference,
            channel=action.channel,
            month=month,
            received_at=now,
            source=application.source,
            external_id=application.external_id,
            member=MemberAtReceipt(code=action.member_code, name=action.member_code, kind="national"),
            proposal=action.proposal,
            contact_ref=str(contact_ref),
        ),
    )
    rows["contact"].append((contact_ref, bytes(60), _ENCODE(application.submitter.form.model_dump())))
    rows["submission"].append(
        (
            submission_id, reference, application.source, application.external_id, bytes(32), event_id, "standalone",
            action.member_code, contact_ref, month, now, 1, 1, "waiting", "none",
        )
    )  # fmt: skip
    rows["version"].append(
        (submission_id, 1, 1, month, partition, event_id, now, _ENCODE(action.proposal).decode(), [])
    )
    rows["outbox"].append(
        ("submissions", partition, numbers[partition], event_id, TYPE, str(submission_id), _ENCODE(event))
    )


if __name__ == "__main__":
    file = Path(sys.argv[1]).read_bytes()
    begun = time.perf_counter()
    count = asyncio.run(copy(file))
    sys.stdout.write(f"{count} {time.perf_counter() - begun}\n")
