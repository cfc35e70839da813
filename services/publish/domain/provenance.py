"""From a public reform back to its submission: each link of the chain that the record holds, and what it lacks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal
from uuid import UUID

from contracts.reviews import Finding
from contracts.vocabulary import Area
from services.publish.domain.months import each_release
from services.publish.domain.reforms import Document
from services.publish.domain.rounds import RoundLink

ChainGap = Literal[
    "version",
    "findings",
    "decision",
    "batch",
    "question",
    "answer",
    "decision-letter",
    "batch-report",
    "batch-count",
    "report-hash",
]
"""What a chain can lack: a version; the verdicts, decision or month in one; word of the last decision to be told.

Of an earlier round of review: the question that ended it; the answer that opened the next.

And of its month: the report, one that counts as many submissions as there are reforms, figures that give its hash.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLink:
    """A letter about the reform, and what has become of it: in which role somebody was told, never who.

    ``event_id`` is that of the event on the topic notices that told so.
    """

    delivery_id: UUID
    event_id: UUID
    kind: str
    role: str
    became: str
    told_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLink:
    """A decision, with the verdicts that it rests on and the version of the page that it made.

    In one that retracts there is no more to read than that; ``letters`` are those that told of it. ``event_id`` is
    that of the event on the topic decisions; None where it was told before the record kept it.
    """

    decision_id: UUID
    event_id: UUID | None = None
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
    """The month in whose batch it was reviewed; without ``report_hash`` its report is not in the record.

    ``event_id`` is that of the event on the topic decisions that told the report, where the record kept it.
    """

    month: str
    event_id: UUID | None = None
    received: int | None = None
    report_hash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseLink:
    """A release of the data in which the reform stands, as in this version of its page."""

    month: str
    url: str
    version: int
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Submission, rounds, batches, decisions, letters, releases: the way back. No ``gaps``: nothing is missing.

    ``receipt_event_id`` is the submission's own event, by the letter that told of it.
    """

    reference: str
    received_at: datetime
    channel: str
    member: str
    language: str
    batches: tuple[BatchLink, ...]
    decisions: tuple[DecisionLink, ...]
    letters: tuple[LetterLink, ...]
    releases: tuple[ReleaseLink, ...] = ()
    gaps: tuple[ChainGap, ...] = ()
    receipt_event_id: UUID | None = None
    rounds: tuple[RoundLink, ...] = ()


def chain_of(
    first: Document,
    batches: Sequence[BatchLink],
    decisions: Sequence[DecisionLink],
    letters: Sequence[LetterLink],
    releases: Sequence[ReleaseLink] = (),
    gaps: Sequence[ChainGap] = (),
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
        releases=tuple(releases),
        gaps=tuple(gaps),
    )


def releases_of(decisions: Sequence[DecisionLink], moment: datetime, zone: tzinfo) -> Iterator[ReleaseLink]:
    """List the releases that there are at a moment in which a reform stands, the newest first.

    ``decisions`` are all its entries, oldest first: the last one before a month's end is the one in its release.
    """
    for month, ended_at in each_release(decisions[0].released_at, moment, zone):
        entered = [one for one in decisions if one.released_at < ended_at]
        if entered and entered[-1].decided_at is not None:
            yield ReleaseLink(month=month, url=f"/releases/{month}", version=entered[-1].version, ended_at=ended_at)


def missing_in(manifest: bytes, placed: Iterable[tuple[str, str, int]]) -> list[str]:
    """List the references of what no line of a batch's manifest holds: reference, submission and round are given.

    A line is ``id round version``, see ``batch.sealed.v1``; which version was reviewed the public is not told.
    """
    held = {tuple(line.split()[:2]) for line in manifest.splitlines()}
    return [*{one[0]: None for one in placed if (one[1].encode(), b"%d" % one[2]) not in held}]
