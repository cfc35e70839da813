"""Dossiers: where each submission stands after its receipt, and every version of its text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from uuid import UUID

from contracts.submissions import Proposal, SubmissionAmended, SubmissionClarified
from contracts.vocabulary import Channel
from services.chassis.codec import decode, encode_text
from services.chassis.database import Record, Transaction, as_columns
from services.intake.domain.dossier import (
    Asked,
    Decided,
    Dossier,
    NoWithdrawal,
    Standing,
    Waiting,
    Withdrawal,
    WithdrawalDenied,
    WithdrawalPending,
    Withdrawn,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A dossier with what surrounds it: who owns it, and the event with which its story began."""

    dossier: Dossier
    reference: str
    story_id: UUID
    received_at: datetime


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A later version on its way into the table, with the event that tells it."""

    submission_id: UUID
    partition: int
    event_id: UUID
    event: SubmissionAmended | SubmissionClarified


FIND_FILES = """
SELECT s.submission_id, s.reference, s.channel, s.member_code, s.story_id, s.received_at, s.round, s.version,
       s.standing, s.asked_round, s.question, s.answer_by, s.outcome,
       s.withdrawal, s.withdrawal_round, s.withdrawal_code,
       v.month, v.proposal, v.flags, v.answer
FROM submission s JOIN version v ON v.submission_id = s.submission_id AND v.version = s.version
WHERE s.submission_id = ANY ($1::uuid[])
"""


async def find_files(tx: Transaction, submission_ids: Iterable[UUID]) -> dict[UUID, File]:
    """Give what is known of these submissions."""
    return {row["submission_id"]: _file(row) for row in await tx.fetch(FIND_FILES, sorted(set(submission_ids)))}


LOCK_SUBMISSIONS = """
SELECT FROM submission WHERE submission_id = ANY ($1::uuid[]) ORDER BY submission_id FOR UPDATE
"""


async def lock_files(tx: Transaction, submission_ids: Iterable[UUID]) -> dict[UUID, File]:
    """Lock these submissions, in sorted order, and give what is known of them."""
    wanted = sorted(set(submission_ids))
    await tx.execute(LOCK_SUBMISSIONS, wanted)
    # read in a statement after the lock: its own snapshot would join a version that is no longer the current one
    return await find_files(tx, wanted)


SAVE_DOSSIERS = """
UPDATE submission s SET
    round = d.round, version = d.version, standing = d.standing, asked_round = d.asked_round, question = d.question,
    answer_by = d.answer_by, outcome = d.outcome, withdrawal = d.withdrawal, withdrawal_round = d.withdrawal_round,
    withdrawal_code = d.withdrawal_code
FROM unnest($1::uuid[], $2::integer[], $3::integer[], $4::text[], $5::integer[], $6::text[], $7::timestamptz[],
            $8::text[], $9::text[], $10::integer[], $11::text[])
  AS d (submission_id, round, version, standing, asked_round, question, answer_by, outcome, withdrawal,
        withdrawal_round, withdrawal_code)
WHERE s.submission_id = d.submission_id
"""


async def save_dossiers(tx: Transaction, dossiers: Iterable[Dossier]) -> None:
    """Keep where these submissions stand now."""
    rows = [(d.submission_id, d.round, d.version, *_columns_of(d.standing), *_columns(d.withdrawal)) for d in dossiers]
    if rows:
        await tx.execute(SAVE_DOSSIERS, *as_columns(rows, 11))


INSERT_VERSIONS = """
INSERT INTO version (submission_id, version, round, month, partition, event_id, entered_at, proposal, flags, answer)
SELECT v.submission_id, v.version, v.round, v.month, v.partition, v.event_id, v.entered_at, v.proposal,
       string_to_array(v.flags, ' '), v.answer
FROM unnest($1::uuid[], $2::integer[], $3::integer[], $4::text[], $5::integer[], $6::uuid[], $7::timestamptz[],
            $8::text[], $9::text[], $10::text[])
  AS v (submission_id, version, round, month, partition, event_id, entered_at, proposal, flags, answer)
"""


async def insert_versions(tx: Transaction, versions: Sequence[NewVersion]) -> None:
    """Keep later versions, each as its event tells it; the first one is kept with its submission."""
    if versions:
        await tx.execute(INSERT_VERSIONS, *as_columns([_version_row(version) for version in versions], 10))


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVersion:
    """A version as the status page lists it."""

    version: int
    round: int
    month: str
    entered_at: datetime


LIST_VERSIONS = "SELECT version, round, month, entered_at FROM version WHERE submission_id = $1 ORDER BY version"


async def list_versions(tx: Transaction, submission_id: UUID) -> list[PastVersion]:
    """List a submission's versions, oldest first."""
    return [PastVersion(**row) for row in await tx.fetch(LIST_VERSIONS, submission_id)]


def _file(row: Record) -> File:
    return File(
        dossier=_dossier(row),
        reference=row["reference"],
        story_id=row["story_id"],
        received_at=row["received_at"],
    )


def _dossier(row: Record) -> Dossier:
    return Dossier(
        submission_id=row["submission_id"],
        channel=Channel(row["channel"]),
        member_code=row["member_code"],
        round=row["round"],
        version=row["version"],
        month=row["month"],
        proposal=decode(Proposal, row["proposal"]),
        flags=tuple(row["flags"]),
        answer=row["answer"],
        standing=_standing(row),
        withdrawal=_withdrawal(row),
    )


def _standing(row: Record) -> Standing:
    match row["standing"]:
        case "asked":
            return Asked(row["asked_round"], row["question"], row["answer_by"])
        case "decided":
            return Decided(row["outcome"])
        case _:
            return Waiting()


def _withdrawal(row: Record) -> Withdrawal:
    match row["withdrawal"]:
        case "pending":
            return WithdrawalPending(row["withdrawal_round"])
        case "denied":
            return WithdrawalDenied(row["withdrawal_round"], row["withdrawal_code"])
        case "withdrawn":
            return Withdrawn()
        case _:
            return NoWithdrawal()


def _columns_of(standing: Standing) -> tuple[object, ...]:
    match standing:
        case Waiting():
            return "waiting", None, None, None, None
        case Asked():
            return "asked", standing.round, standing.question, standing.answer_by, None
        case Decided():
            return "decided", None, None, None, standing.outcome
        case _:
            assert_never(standing)


def _columns(withdrawal: Withdrawal) -> tuple[object, ...]:
    match withdrawal:
        case NoWithdrawal():
            return "none", None, None
        case WithdrawalPending():
            return "pending", withdrawal.round, None
        case WithdrawalDenied():
            return "denied", withdrawal.round, withdrawal.code
        case Withdrawn():
            return "withdrawn", None, None
        case _:
            assert_never(withdrawal)


def _version_row(new: NewVersion) -> tuple[object, ...]:
    event = new.event
    answer = event.answer if isinstance(event, SubmissionClarified) else None
    return (
        new.submission_id,
        event.version,
        event.round,
        event.month,
        new.partition,
        new.event_id,
        _entered_at(event),
        encode_text(event.proposal),
        " ".join(event.flags),
        answer,
    )


def _entered_at(event: SubmissionAmended | SubmissionClarified) -> datetime:
    match event:
        case SubmissionAmended():
            return event.amended_at
        case SubmissionClarified():
            return event.answered_at
        case _:
            assert_never(event)
