"""One item, or a few: found with everything a decision needs, saved, listed, and its history."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from contracts.event import EventData
from contracts.submissions import MemberAtReceipt, SubmissionAmended, SubmissionClarified, SubmissionReceived
from services.chassis.codec import decode, encode_text
from services.chassis.database import Record, Transaction, as_columns
from services.review.domain.commands import Dossier
from services.review.domain.items import ItemState
from services.review.domain.staleness import Remark
from services.review.store.shapes import read_state, write_state

TEXTS: Mapping[str, type[Any]] = {
    text.TYPE: text for text in (SubmissionReceived, SubmissionAmended, SubmissionClarified)
}
"""The shapes of what submitters said, by their types."""


class Found(NamedTuple):
    """An item as it stands, with its dossier and the text under review as it was told.

    ``revision`` is one more with every change.
    """

    state: ItemState
    dossier: Dossier
    text: SubmissionReceived | SubmissionAmended | SubmissionClarified
    revision: int


FIND_ITEM = """
SELECT i.*, b.state AS batch, r.body AS receipt, t.type AS text_type, t.body AS text
FROM item i
JOIN batch b ON b.month = i.month
JOIN told r ON r.submission_id = i.submission_id AND r.event_id = i.received_by
JOIN told t ON t.submission_id = i.submission_id AND t.event_id = i.told_by
WHERE i.submission_id = $1 AND i.round = $2
"""


async def find_item(tx: Transaction, submission_id: UUID, round_: int) -> Found | None:
    """Find an item, to look at."""
    row = await tx.fetchrow(FIND_ITEM, submission_id, round_)
    return None if row is None else read_found(row)


LOCK_ITEM = f"{FIND_ITEM} FOR UPDATE OF i FOR SHARE OF b"


async def lock_item(tx: Transaction, submission_id: UUID, round_: int) -> Found | None:
    """Find an item, to work on; its batch's release waits meanwhile."""
    row = await tx.fetchrow(LOCK_ITEM, submission_id, round_)
    return None if row is None else read_found(row)


SAVE_ITEMS = """
WITH due AS (
    INSERT INTO departure_due SELECT s.submission_id, s.round
    FROM unnest($1::uuid[], $2::integer[], $3::text[], $7::text[]) AS s (submission_id, round, state, hold)
    WHERE s.state = 'decided' AND s.hold IS NULL
)
UPDATE item i SET state = s.state, assessment = coalesce(s.assessment, i.assessment), outcome = s.outcome,
                  ruling = s.ruling, hold = s.hold, encouragement = s.encouragement, answer_by = s.answer_by,
                  revision = i.revision + 1
FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::timestamptz[])
  AS s (submission_id, round, state, assessment, outcome, ruling, hold, encouragement, answer_by)
WHERE i.submission_id = s.submission_id AND i.round = s.round
"""


async def save_items(tx: Transaction, states: Iterable[ItemState]) -> None:
    """Keep the states of items that are locked."""
    rows = [(state.item.submission_id, state.item.round, *write_state(state)) for state in states]
    if rows:
        await tx.execute(SAVE_ITEMS, *as_columns(rows, 9))


INSERT_HISTORY = """
INSERT INTO history (submission_id, round, at, by, type, body, revision, state)
SELECT $1, $2, $3, $4, h.*, i.revision, i.state
FROM item i, unnest($5::text[], $6::text[]) AS h (type, body) WHERE i.submission_id = $1 AND i.round = $2
"""


async def insert_history(tx: Transaction, state: ItemState, by: str, events: Iterable[EventData]) -> None:
    """Keep what someone did to an item, which is saved already."""
    rows = [(event.TYPE, encode_text(event)) for event in events]
    await tx.execute(INSERT_HISTORY, state.item.submission_id, state.item.round, tx.now, by, *as_columns(rows, 2))


async def insert_look(tx: Transaction, state: ItemState, by: str) -> None:
    """Keep that someone saw who is behind an item."""
    item = state.item
    await tx.execute(INSERT_HISTORY, item.submission_id, item.round, tx.now, by, ["contact.shown"], ["{}"])


LIST_HISTORY = """
SELECT at, by, type, body, revision, state FROM history WHERE submission_id = $1 AND round = $2 ORDER BY place
"""


async def list_history(tx: Transaction, submission_id: UUID, round_: int) -> list[Remark]:
    """List what was done to an item, superseded assessments and decisions included."""
    rows = await tx.fetch(LIST_HISTORY, submission_id, round_)
    return [
        Remark(row["at"], row["by"], row["type"], decode(dict[str, Any], row["body"]), row["revision"], row["state"])
        for row in rows
    ]


FIND_MEMBER = """
SELECT r.body FROM item i JOIN told r ON r.submission_id = i.submission_id AND r.event_id = i.received_by
WHERE i.member = $1 ORDER BY i.month DESC, i.submission_id DESC, i.round DESC LIMIT 1
"""


async def find_member(tx: Transaction, code: str) -> MemberAtReceipt | None:
    """Find a member as it was when it last sent anything; None where it never did."""
    body = await tx.fetchval(FIND_MEMBER, code)
    return None if body is None else decode(SubmissionReceived, body).member


class Listed(NamedTuple):
    """One line of a batch's list."""

    state: ItemState
    reference: str
    title: str
    member: str
    institution: str


LIST_ITEMS = """
SELECT i.*, b.state AS batch
FROM item i JOIN batch b ON b.month = i.month
WHERE i.month = $1 AND (i.submission_id, i.round) > ($2, $3)
ORDER BY i.submission_id, i.round LIMIT $4
"""


async def list_items(tx: Transaction, month: str, after: tuple[UUID, int], limit: int) -> list[Listed]:
    """List a batch's items from behind one on, in their order."""
    rows = await tx.fetch(LIST_ITEMS, month, *after, limit)
    return [Listed(read_state(row), row["reference"], row["title"], row["member"], row["institution"]) for row in rows]


def read_found(row: Record) -> Found:
    """Make an item of a row that has its receipt and its text beside it."""
    text = decode(TEXTS[row["text_type"]], row["text"])
    receipt = decode(SubmissionReceived, row["receipt"])
    return Found(read_state(row), Dossier(receipt, text.proposal), text, row["revision"])


def read_founds(rows: Sequence[Record]) -> list[Found]:
    """Make items of such rows."""
    return [read_found(row) for row in rows]
