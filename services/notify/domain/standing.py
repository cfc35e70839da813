"""What is known of a submission from what was heard so far: enough to write about it to whoever sent it in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, assert_never

from contracts.decisions import (
    ClarificationRequested,
    DecisionCorrected,
    SubmissionAccepted,
    SubmissionDeclined,
    SubmissionReinstated,
    SubmissionRetracted,
)
from contracts.event import Cause, Event
from contracts.notices import NoticeKind
from contracts.reviews import UpdateRequested, WithdrawalAccepted, WithdrawalRefused
from contracts.submissions import ContactConfirmed, Proposal, SubmissionAmended, SubmissionClarified, SubmissionReceived
from contracts.vocabulary import Month
from services.notify.domain.letters import UPDATE_REQUEST, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What review said of a submission beside its decisions: of a wish to withdraw, or that its holder be asked.

    It may be heard before the receipt, and is told once that is known.
    """

    kind: NoticeKind
    cause: Cause
    at: datetime
    code: str | None = None
    why: str | None = None


NO_WORDS: Words = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a submission stands, as far as it was heard; topics have no order between them, so any of it may be missing.

    ``round`` is the newest that its submitter opened. ``about`` holds what letters say of the submission itself, and
    whom they go to; it is empty before the receipt was heard.
    """

    confirmed: bool = False
    withdrawn: bool = False
    round: int = 0
    month: Month | None = None
    outcome: str | None = None
    about: Words = field(default_factory=lambda: NO_WORDS)
    said: tuple[Said, ...] = ()

    @property
    def is_known(self) -> bool:
        """Say whether its receipt was heard."""
        return "contact_ref" in self.about


NOTHING_HEARD = Standing()
ACCEPTED, DECLINED, RETRACTED = (Standing(outcome=it) for it in ("accepted", "declined", "retracted"))
"""What a decision adds to what is known."""


def holder_of(about: Words) -> str:
    """Say who answers for the commitment: its own contact, or who sent it in where it has none."""
    return str(about.get("holder_ref") or about["contact_ref"])


def note(events: Sequence[Event[Any]]) -> dict[str, Standing]:
    """Say of each submission what a chunk adds to what is known of it."""
    found: dict[str, Standing] = {}
    for event in events:
        heard = _heard(event)
        if heard is not None:
            earlier = found.get(event.subject)
            found[event.subject] = heard if earlier is None else merge(earlier, heard)
    return found


def merge(earlier: Standing, later: Standing) -> Standing:
    """Add to what is known what was heard after it; the store does the same with its rows."""
    return Standing(
        confirmed=earlier.confirmed or later.confirmed,
        withdrawn=earlier.withdrawn or later.withdrawn,
        round=max(earlier.round, later.round),
        month=later.month or earlier.month,
        outcome=later.outcome or earlier.outcome,
        about={**earlier.about, **later.about},
        said=(*earlier.said, *later.said),
    )


def _heard(event: Event[Any]) -> Standing | None:
    match event.data:
        case SubmissionReceived() as received:
            return _received(received)
        case ContactConfirmed():
            return Standing(confirmed=True)
        case SubmissionAmended(round=round_, month=month) | SubmissionClarified(round=round_, month=month):
            return Standing(round=round_, month=month, about=_text(event.data.proposal))
        case WithdrawalAccepted() | WithdrawalRefused() | UpdateRequested() as told:
            return Standing(withdrawn=isinstance(told, WithdrawalAccepted), said=(_said(told, event.cause),))
        case _:
            return _decided(event.data)


def _said(told: WithdrawalAccepted | WithdrawalRefused | UpdateRequested, cause: Cause) -> Said:
    match told:
        case WithdrawalAccepted(accepted_at=at):
            return Said(kind="withdrawal", cause=cause, at=at)
        case WithdrawalRefused(refused_at=at, code=code):
            return Said(kind="withdrawal-refused", cause=cause, at=at, code=code)
        case UpdateRequested(requested_at=at, why=why):
            return Said(kind=UPDATE_REQUEST, cause=cause, at=at, why=why)
        case _:
            assert_never(told)


def _decided(told: Any) -> Standing | None:
    match told:
        case SubmissionAccepted() | SubmissionReinstated():
            return ACCEPTED
        case SubmissionDeclined():
            return DECLINED
        case SubmissionRetracted():
            return RETRACTED
        case DecisionCorrected(outcome=outcome):
            return ACCEPTED if outcome == "accepted" else DECLINED
        case ClarificationRequested():
            return NOTHING_HEARD
        case _:
            return None


def _received(received: SubmissionReceived) -> Standing:
    about = {
        "reference": received.reference,
        "channel": received.channel,
        "member": received.member.name,
        "received_at": received.received_at,
        "contact_ref": received.contact_ref,
        "holder_ref": received.holder_ref,
        **_text(received.proposal),
    }
    return Standing(confirmed=received.contact_confirmed, round=received.round, month=received.month, about=about)


def _text(proposal: Proposal) -> Mapping[str, object]:
    return {
        "title": proposal.title,
        "language": proposal.language,
        "starts_on": proposal.starts_on,
        "ends_on": proposal.ends_on,
    }
