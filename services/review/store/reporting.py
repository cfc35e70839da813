"""What the report of a batch is made of, and the reports that were told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from contracts.batches import BatchReported
from contracts.reviews import Supersession, Tagging
from services.chassis.codec import decode
from services.chassis.database import Record, Transaction, as_columns
from services.review.domain.reporting import Ended, Outcome, Report, Ruled, read_report, told_of

CHUNK_ITEMS = 5_000

Key = tuple[UUID, int]


@dataclass(frozen=True, slots=True)
class _OutcomeGist:
    """What tells one outcome from another."""

    reason_codes: tuple[str, ...] = ()
    question: str | None = None


@dataclass(frozen=True, slots=True)
class _RulingGist:
    """What the report needs of a ruling; reading all of it takes several times as long."""

    outcome: _OutcomeGist
    tagging: Tagging
    reasons_version: str
    at: datetime
    supersedes: Supersession | None = None


@dataclass(frozen=True, slots=True)
class _RulingMade:
    ruling: _RulingGist


LIST_ENDED = """
SELECT i.submission_id, i.round, i.state, i.came_at, i.round > 1 AND NOT i.unanswered AS is_answer, i.ruling,
       l.submission_id IS NOT NULL AS left_behind
FROM item i LEFT JOIN left_behind l USING (submission_id, round)
WHERE i.month = $1 AND (i.submission_id, i.round) > ($2, $3)
ORDER BY i.submission_id, i.round LIMIT $4
"""

LIST_FIRST_RULINGS = """
SELECT DISTINCT ON (h.submission_id, h.round) h.submission_id, h.round, h.body
FROM history h JOIN unnest($1::uuid[], $2::integer[]) AS k (submission_id, round) USING (submission_id, round)
WHERE h.type = 'ruling.made' AND h.body::jsonb #>> '{ruling,supersedes}' IS NULL
ORDER BY h.submission_id, h.round, h.place DESC
"""


async def list_ended(tx: Transaction, month: str) -> list[Ended]:
    """List how each item of a released batch stood when its release was over, whatever became of it later."""
    ended: list[Ended] = []
    after: Key = (UUID(int=0), 0)
    while rows := await tx.fetch(LIST_ENDED, month, *after, CHUNK_ITEMS):
        after = rows[-1]["submission_id"], rows[-1]["round"]
        gists = {_key(row): decode(_RulingGist, row["ruling"]) for row in rows if _has_left(row)}
        corrected = [key for key, gist in gists.items() if gist.supersedes is not None]
        gists |= await _first_rulings(tx, corrected) if corrected else {}
        ended += [_ended(row, gists) for row in rows]
    return ended


async def _first_rulings(tx: Transaction, keys: list[Key]) -> dict[Key, _RulingGist]:
    rows = await tx.fetch(LIST_FIRST_RULINGS, *as_columns(keys, 2))
    return {_key(row): decode(_RulingMade, row["body"]).ruling for row in rows}


COUNT_RECUSALS = "SELECT count(*) FROM recusal WHERE month = $1 AND at <= $2"


async def count_recusals(tx: Transaction, month: str, until: datetime) -> int:
    """Count how often someone might not work on an item of a batch, until its release was ordered."""
    count: int = await tx.fetchval(COUNT_RECUSALS, month, until)
    return count


class Letters(NamedTuple):
    """Letters of which nobody knows yet what became, and those that did not arrive, as far as anyone can say."""

    unsettled: int
    undelivered: int


COUNT_LETTERS = """
WITH gone AS MATERIALIZED (
    SELECT (r.ruling ->> 'decision_id')::uuid AS decision_id
    FROM item i LEFT JOIN left_behind l USING (submission_id, round)
    CROSS JOIN LATERAL (SELECT i.ruling::jsonb AS ruling) AS r
    WHERE i.month = $1 AND l.submission_id IS NULL AND i.state IN ('accepted', 'declined', 'asked')
      AND r.ruling ->> 'supersedes' IS NULL
), told AS (
    SELECT decision_id, n.kind, n.state FROM gone JOIN notice n USING (decision_id)
    WHERE n.kind IN ('outcome', 'clarification', 'poc-outcome')
)
SELECT (SELECT count(*) FROM gone)
       - (SELECT count(DISTINCT decision_id) FROM told WHERE kind <> 'poc-outcome') AS unsettled,
       (SELECT count(*) FROM told WHERE state <> 'sent') AS undelivered
"""


async def count_letters(tx: Transaction, month: str) -> Letters:
    """Count the letters about what left with a batch: each submitter is owed one; what was corrected is settled.

    What others are owed of an outcome counts as soon as it was tried.
    """
    row = await tx.fetchrow(COUNT_LETTERS, month)
    return Letters(*(row or (0, 0)))


LIST_UNREPORTED = """
SELECT b.month FROM batch b LEFT JOIN report r ON r.month = b.month
WHERE b.state = 'released' AND r.month IS NULL ORDER BY b.month
"""


async def list_unreported(tx: Transaction) -> list[str]:
    """List the months that are released and not told in figures."""
    return [row["month"] for row in await tx.fetch(LIST_UNREPORTED)]


SAVE_REPORT = """
INSERT INTO report (month, undelivered, body, hash, reason, reported_by, reported_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def save_report(tx: Transaction, report: Report, told: BatchReported) -> None:
    """Keep what is told of a month."""
    undelivered = report.figures.undelivered_letters
    told_by = told.reason, told.reported_by, told.reported_at
    await tx.execute(SAVE_REPORT, told.month, undelivered, report.body, report.hash, *told_by)


FIND_REPORT = "SELECT body, reason, reported_by, reported_at FROM report WHERE month = $1"


class Kept(NamedTuple):
    """A report that was told, and the event that told it."""

    report: Report
    told: BatchReported


async def find_report(tx: Transaction, month: str) -> Kept | None:
    """Find what was told of a month."""
    row = await tx.fetchrow(FIND_REPORT, month)
    if row is None:
        return None
    report = read_report(row["body"])
    return Kept(report, told_of(report, reason=row["reason"], by=row["reported_by"], at=row["reported_at"]))


def _key(row: Record) -> Key:
    return row["submission_id"], row["round"]


def _has_left(row: Record) -> bool:
    return row["state"] != "withdrawn" and not row["left_behind"]


def _ended(row: Record, gists: Mapping[Key, _RulingGist]) -> Ended:
    if row["left_behind"]:
        return Ended("held-back", row["came_at"], row["is_answer"])
    if row["state"] == "withdrawn":
        return Ended("withdrawn", row["came_at"], row["is_answer"])
    return Ended("left", row["came_at"], row["is_answer"], _ruled(gists[_key(row)]))


def _ruled(gist: _RulingGist) -> Ruled:
    tagging, codes = gist.tagging, gist.outcome.reason_codes
    return Ruled(_outcome(gist.outcome), tagging.declared_area, tagging.area, codes, gist.reasons_version, gist.at)


def _outcome(gist: _OutcomeGist) -> Outcome:
    if gist.question is not None:
        return "clarification"
    return "declined" if gist.reason_codes else "accepted"
