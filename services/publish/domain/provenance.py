"""From a public reform back to its submission: each link of the chain that the record holds, and what it lacks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal
from uuid import UUID

from contracts.reviews import Finding
from contracts.vocabulary import Area
from services.publish.domain.reforms import Document

Gap = Literal["version", "findings", "batch-report", "outcome-letter"]
"""A version is skipped, a decision rests on no verdict, a month has no report, nobody was told of the outcome."""

OUTCOME = "outcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLink:
    """A letter about the reform, and what has become of it: in which role somebody was told, never who."""

    kind: str
    role: str
    became: str
    told_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLink:
    """A decision, with the verdicts that it rests on and the version of the page that it made.

    In one that retracts there is no more to read than that; ``letters`` are those that told of it.
    """

    decision_id: UUID
    version: int
    released_at: datetime
    effect: str | None
    why: str | None
    decided_at: datetime | None = None
    batch: str | None = None
    round: int | None = None
    criteria_version: str | None = None
    areas_version: str | None = None
    declared_area: Area | None = None
    area: Area | None = None
    findings: tuple[Finding, ...] = ()
    letters: tuple[LetterLink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLink:
    """The month in whose batch it was reviewed; without ``report_hash`` its report is not in the record."""

    month: str
    received: int | None = None
    report_hash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Submission, batches, decisions, letters: the way back from a page. ``gaps`` is empty where nothing is missing."""

    reference: str
    received_at: datetime
    channel: str
    member: str
    language: str
    batches: tuple[BatchLink, ...]
    decisions: tuple[DecisionLink, ...]
    letters: tuple[LetterLink, ...]
    gaps: tuple[Gap, ...] = ()


def chain_of(
    first: Document,
    batches: Sequence[BatchLink],
    decisions: Sequence[DecisionLink],
    letters: Sequence[LetterLink],
) -> Chain:
    """Put a chain together; ``letters`` are those that tell of no decision, such as the receipt."""
    return Chain(
        reference=first.reference,
        received_at=first.received_at,
        channel=first.channel,
        member=first.member.code,
        language=first.reform.proposal.language,
        batches=tuple(batches),
        decisions=tuple(decisions),
        letters=tuple(letters),
        gaps=tuple(_gaps(batches, decisions)),
    )


def _gaps(batches: Sequence[BatchLink], decisions: Sequence[DecisionLink]) -> Iterator[Gap]:
    versions = [0, *(decision.version for decision in decisions)]
    if any(after != before + 1 for before, after in pairwise(versions)):
        yield "version"
    if any(decision.decided_at and not decision.findings for decision in decisions):
        yield "findings"
    if any(batch.report_hash is None for batch in batches):
        yield "batch-report"
    if not any(letter.kind == OUTCOME for decision in decisions[:1] for letter in decision.letters):
        yield "outcome-letter"
