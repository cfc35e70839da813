"""The public record as a pure fold of `decisions`: what each decision makes of a reform, and what is told of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, assert_never, get_args
from uuid import UUID

from contracts.decisions import (
    ClarificationRequested,
    Decision,
    DecisionCorrected,
    DecisionEvent,
    Reform,
    SubmissionAccepted,
    SubmissionDeclined,
    SubmissionReinstated,
    SubmissionRetracted,
)
from contracts.event import Event, Fact
from contracts.reforms import PublicReform, ReformCorrected, ReformPublished, ReformRetracted
from contracts.reviews import Finding
from contracts.submissions import MemberAtReceipt
from contracts.vocabulary import Area, Effect, Level, MemberType

PublicLevel = Literal["national", "local", "local-non-member"]
"""Level of government as the public tracker names it."""

PUBLIC_LEVELS: tuple[PublicLevel, ...] = get_args(PublicLevel)

ACCEPTED_AGAIN = "It was reviewed again, and accepted as it now reads."
DECLINED_AFTER_ALL = "It was reviewed again, and declined."


@dataclass(frozen=True, slots=True)
class Unknown:
    """The public has never seen it; whatever was decided of it, is not for this record to tell."""

    version: int = 0


@dataclass(frozen=True, slots=True)
class Published:
    """It stands in the public record as its ``version``-th entry says, and first did at ``published_at``."""

    version: int
    decision_id: UUID
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Retracted:
    """It stood in the public record, first at ``published_at``, and its page says that it no longer does."""

    version: int
    decision_id: UUID
    published_at: datetime


ReformChange = ReformPublished | ReformCorrected | ReformRetracted
"""What a decision changes in the public record."""

Superseding = DecisionCorrected | SubmissionRetracted | SubmissionReinstated
"""What stands for a decision that was released before."""

Standing = Unknown | Published | Retracted
Key = tuple[str, str]
"""Whose standing it is: the public reference, and the submission's id, so that no other submission can take it."""

UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """All that the public may read of a reform: its text as reviewed, and why it was accepted. No contact, no actor."""

    reference: str
    decision_id: UUID
    batch: str
    round: int
    channel: str
    level: PublicLevel
    member: MemberAtReceipt
    reform: Reform
    findings: tuple[Finding, ...]
    criteria_version: str
    areas_version: str
    received_at: datetime
    decided_at: datetime
    released_at: datetime


class Entry(NamedTuple):
    """One change of the public record, as it is kept; the last one of a reference is what stands.

    ``event_id`` is that of the event that told it. What follows ``why`` is what the public sees, and None in an entry
    that retracts.
    """

    submission_id: str
    decision_id: UUID
    event_id: UUID
    entered_at: datetime
    version: int
    reference: str
    effect: Effect | None
    why: str | None
    published_at: datetime | None = None
    area: Area | None = None
    level: PublicLevel | None = None
    member: str | None = None
    member_name: str | None = None
    participant: str | None = None
    region: str | None = None
    institution: str | None = None
    channel: str | None = None
    batch: str | None = None
    language: str | None = None
    declared_area: Area | None = None
    document: Document | None = None


def key_of(event: Event[DecisionEvent]) -> Key:
    """Say whose standing an event concerns."""
    return event.data.decision.reference, event.subject


def fold(standings: Mapping[Key, Standing], events: Iterable[Event[DecisionEvent]]) -> tuple[list[Entry], list[Fact]]:
    """Apply events in their order: the entries to write, and the facts to tell (a rebuild drops the latter)."""
    current = dict(standings)
    entries: list[Entry] = []
    facts: list[Fact] = []
    for event in events:
        key = key_of(event)
        standing = current.get(key, UNKNOWN)
        for told in decide(standing, event.data):
            standing = current[key] = evolve(standing, told)
            entries.append(_entry(event, standing, told))
            facts.append(Fact(subject=event.subject, data=told, cause=event.cause))
    return entries, facts


def decide(standing: Standing, heard: DecisionEvent) -> list[ReformChange]:
    """Say what a released decision changes in the public record: one thing, or nothing."""
    if isinstance(standing, Published | Retracted) and standing.decision_id == heard.decision.decision_id:
        return []
    match heard:
        case SubmissionAccepted():
            return [_stand(standing, heard.decision, heard.reform, ACCEPTED_AGAIN)]
        case DecisionCorrected(reform=Reform() as reform) | SubmissionReinstated(reform=reform):
            return [_stand(standing, heard.decision, reform, heard.why)]
        case DecisionCorrected() | SubmissionRetracted():
            return _leave(standing, heard.decision, heard.why)
        case SubmissionDeclined():
            return _leave(standing, heard.decision, DECLINED_AFTER_ALL)
        case ClarificationRequested():
            return []
        case _:
            assert_never(heard)


def evolve(standing: Standing, told: ReformChange) -> Standing:
    """Say how a reform stands after what was told of it."""
    version = standing.version + 1
    match told:
        case ReformPublished():
            return Published(version, told.reform.decision_id, told.published_at)
        case ReformCorrected():
            return Published(version, told.reform.decision_id, _since(standing, told.corrected_at))
        case ReformRetracted():
            return Retracted(version, told.decision_id, _since(standing, told.retracted_at))
        case _:
            assert_never(told)


def _since(standing: Standing, at: datetime) -> datetime:
    return at if isinstance(standing, Unknown) else standing.published_at


def _stand(standing: Standing, decision: Decision, reform: Reform, why: str) -> ReformPublished | ReformCorrected:
    shown = PublicReform(
        reference=decision.reference,
        decision_id=decision.decision_id,
        batch=decision.month,
        member=decision.member,
        reform=reform,
        channel=decision.channel,
    )
    if isinstance(standing, Published):
        return ReformCorrected(reform=shown, why=why, corrected_at=decision.released_at)
    if isinstance(standing, Retracted):
        return ReformPublished(reform=shown, published_at=standing.published_at, returned_at=decision.released_at)
    return ReformPublished(reform=shown, published_at=decision.released_at)


def _leave(standing: Standing, decision: Decision, why: str) -> list[ReformChange]:
    if not isinstance(standing, Published):
        return []
    return [
        ReformRetracted(
            reference=decision.reference,
            decision_id=decision.decision_id,
            why=why,
            retracted_at=decision.released_at,
        )
    ]


def _entry(event: Event[DecisionEvent], standing: Standing, told: ReformChange) -> Entry:
    heard, decision = event.data, event.data.decision
    effect = heard.effect if isinstance(heard, Superseding) else None
    whose = event.subject, decision.decision_id, event.id
    change = (*whose, decision.released_at, standing.version, decision.reference)
    if isinstance(told, ReformRetracted) or not isinstance(standing, Published):
        return Entry(*change, effect, _why(heard, told))
    reform, member, level = told.reform.reform, decision.member, _level(told.reform)
    proposal = reform.proposal
    return Entry(
        *change,
        effect,
        _why(heard, told),
        standing.published_at,
        reform.assigned_area,
        level,
        member.code,
        member.name,
        _participant(told.reform),
        member.region,
        proposal.lead_institution,
        decision.channel,
        decision.month,
        proposal.language.partition("-")[0],
        proposal.declared_area,
        _document(decision, reform, level),
    )


def _why(heard: DecisionEvent, told: ReformChange) -> str | None:
    if isinstance(told, ReformPublished):
        return heard.why if isinstance(heard, DecisionCorrected | SubmissionReinstated) else None
    return told.why


def _document(decision: Decision, reform: Reform, level: PublicLevel) -> Document:
    return Document(
        reference=decision.reference,
        decision_id=decision.decision_id,
        batch=decision.month,
        round=decision.round,
        channel=decision.channel,
        level=level,
        member=decision.member,
        reform=reform,
        findings=decision.findings,
        criteria_version=decision.criteria_version,
        areas_version=decision.areas_version,
        received_at=decision.received_at,
        decided_at=decision.decided_at,
        released_at=decision.released_at,
    )


def _level(shown: PublicReform) -> PublicLevel:
    proposal = shown.reform.proposal
    if proposal.member_type == MemberType.OTHER_LOCAL:
        return "local-non-member"
    return "local" if shown.member.kind == "local" or proposal.level == Level.LOCAL else "national"


def _participant(shown: PublicReform) -> str:
    # Named by id, never by its displayed name. A locality that is not a member has the id that the Support Unit gave
    # it: until then its submission is its identity.
    if shown.member.kind == "local":
        return f"locality:{shown.member.code}"
    if shown.reform.proposal.member_type == MemberType.OTHER_LOCAL:
        return f"locality:{shown.reform.locality or shown.reference}"
    return f"country:{shown.member.code}"
