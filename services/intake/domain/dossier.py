"""What a submission is to intake after its receipt, and what it may become."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, TypeAlias, assert_never
from uuid import UUID

from contracts.decisions import (
    ClarificationRequested,
    DecisionCorrected,
    DecisionEvent,
    SubmissionAccepted,
    SubmissionDeclined,
    SubmissionReinstated,
    SubmissionRetracted,
)
from contracts.reviews import WithdrawalAccepted, WithdrawalRefused
from contracts.submissions import Proposal, SubmissionAmended, SubmissionClarified, WithdrawalRequested
from contracts.vocabulary import Channel
from services.intake.domain.calendar import Moment
from services.intake.domain.flags import flags_of
from services.intake.domain.plans import PlanBook, plan_flags, window_issues
from services.intake.domain.problems import Refused, refused
from services.intake.domain.registry import Member
from services.intake.domain.rules import proposal_issues

MAX_VERSIONS = 10_000

Outcome = Literal["accepted", "declined", "retracted"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """The current round waits for its month's batch, or is being reviewed in it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The round ended with a question; its answer opens the next."""

    round: int
    question: str
    answer_by: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """The Support Unit's decision is released."""

    outcome: Outcome


Standing: TypeAlias = Waiting | Asked | Decided


@dataclass(frozen=True, slots=True)
class NoWithdrawal:
    """Nobody asked to withdraw."""


@dataclass(frozen=True, slots=True)
class WithdrawalPending:
    """Asked for; review has not answered."""

    round: int


@dataclass(frozen=True, slots=True)
class WithdrawalDenied:
    """Asked for too late, in this round."""

    round: int
    code: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Withdrawn, for good."""


Withdrawal: TypeAlias = NoWithdrawal | WithdrawalPending | WithdrawalDenied | Withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A submission that has its receipt: its current round, version and text, and where it stands."""

    submission_id: UUID
    channel: Channel
    member_code: str
    round: int
    version: int
    month: str
    proposal: Proposal
    flags: tuple[str, ...]
    answer: str | None
    standing: Standing
    withdrawal: Withdrawal


@dataclass(frozen=True, slots=True, kw_only=True)
class Amend:
    """Let the text read so from now on."""

    proposal: Proposal
    member: Member | None
    plans: PlanBook = field(default_factory=PlanBook)
    amends_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Answer the question, and change the text where need be."""

    answer: str
    proposal: Proposal | None
    member: Member | None
    plans: PlanBook = field(default_factory=PlanBook)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """Ask to withdraw."""

    reason: str | None = None


Command: TypeAlias = Amend | Answer | Withdraw
OwnEvent: TypeAlias = SubmissionAmended | SubmissionClarified | WithdrawalRequested
HeardEvent: TypeAlias = WithdrawalAccepted | WithdrawalRefused | DecisionEvent


def decide(dossier: Dossier, command: Command, moment: Moment) -> list[OwnEvent]:
    """Say what follows from a command; nothing where it has been done already.

    Raises:
        Refused: withdrawn, batch-sealed, stale-version, too-many, not-asked, too-late, or what the rules say
            against the text.
    """
    match command:
        case Amend():
            return _amend(dossier, command, moment)
        case Answer():
            return _answer(dossier, command, moment)
        case Withdraw():
            return _withdraw(dossier, command, moment)
        case _:
            assert_never(command)


def evolve(dossier: Dossier, event: OwnEvent | HeardEvent) -> Dossier:
    """Let an event, told or heard, take effect."""
    match event:
        case SubmissionAmended():
            return replace(dossier, version=event.version, proposal=event.proposal, flags=event.flags)
        case SubmissionClarified():
            return _clarified(dossier, event)
        case WithdrawalRequested():
            return replace(dossier, withdrawal=WithdrawalPending(dossier.round))
        case WithdrawalAccepted():
            return replace(dossier, withdrawal=Withdrawn())
        case WithdrawalRefused():
            return _withdrawal_refused(dossier, event)
        case _:
            return replace(dossier, standing=_standing(dossier, event))


def _amend(dossier: Dossier, command: Amend, moment: Moment) -> list[OwnEvent]:
    if command.proposal == dossier.proposal:
        return []
    _refuse_withdrawn(dossier)
    if dossier.standing != Waiting() or moment.is_closed(dossier.month):
        raise refused("batch-sealed")
    if command.amends_version not in (None, dossier.version):
        raise refused("stale-version", "/amends_version")
    _check_text(dossier, command.proposal, command, moment)
    return [
        SubmissionAmended(
            round=dossier.round,
            version=_next_version(dossier),
            month=dossier.month,
            amended_at=moment.at,
            proposal=command.proposal,
            flags=_flags(dossier, command.proposal, command, moment),
        )
    ]


def _answer(dossier: Dossier, command: Answer, moment: Moment) -> list[OwnEvent]:
    asked, proposal = dossier.standing, command.proposal or dossier.proposal
    if not isinstance(asked, Asked):
        return _answered_before(dossier, command.answer, proposal)
    _refuse_withdrawn(dossier)
    if moment.is_over(asked.answer_by):
        raise refused("too-late")
    _check_text(dossier, proposal, command, moment)
    return [
        SubmissionClarified(
            round=asked.round + 1,
            version=_next_version(dossier),
            month=moment.month,
            answered_at=moment.at,
            answer=command.answer,
            proposal=proposal,
            flags=_flags(dossier, proposal, command, moment),
        )
    ]


def _withdraw(dossier: Dossier, command: Withdraw, moment: Moment) -> list[OwnEvent]:
    match dossier.withdrawal:
        case WithdrawalPending() | Withdrawn():
            return []
        case WithdrawalDenied(round=dossier.round):
            return []
        case _:
            return [WithdrawalRequested(requested_at=moment.at, reason=command.reason)]


def _answered_before(dossier: Dossier, answer: str, proposal: Proposal) -> list[OwnEvent]:
    if (answer, proposal) != (dossier.answer, dossier.proposal):
        raise refused("not-asked")
    return []


def _refuse_withdrawn(dossier: Dossier) -> None:
    if isinstance(dossier.withdrawal, Withdrawn):
        raise refused("withdrawn")


def _check_text(dossier: Dossier, proposal: Proposal, command: Amend | Answer, moment: Moment) -> None:
    issues = list(proposal_issues(dossier.channel, proposal, command.member))
    if dossier.channel is Channel.PLAN_AMENDMENT and _place_of(proposal) != _place_of(dossier.proposal):
        issues += window_issues(proposal, command.plans, moment.today)
    if issues:
        raise Refused(issues)


def _place_of(proposal: Proposal) -> tuple[str | None, str | None]:
    return proposal.plan, proposal.commitment_id


def _flags(dossier: Dossier, proposal: Proposal, command: Amend | Answer, moment: Moment) -> tuple[str, ...]:
    answer = command.answer if isinstance(command, Answer) else ""
    plans = plan_flags(proposal, dossier.member_code, command.plans)
    return flags_of(proposal, command.member, moment.today, answer=answer, kept=dossier.flags, plans=plans)


def _next_version(dossier: Dossier) -> int:
    if dossier.version >= MAX_VERSIONS:
        raise refused("too-many")
    return dossier.version + 1


def _clarified(dossier: Dossier, event: SubmissionClarified) -> Dossier:
    return replace(
        dossier,
        round=event.round,
        version=event.version,
        month=event.month,
        proposal=event.proposal,
        flags=event.flags,
        answer=event.answer,
        standing=Waiting(),
    )


def _withdrawal_refused(dossier: Dossier, event: WithdrawalRefused) -> Dossier:
    if not isinstance(dossier.withdrawal, WithdrawalPending):
        return dossier
    return replace(dossier, withdrawal=WithdrawalDenied(dossier.withdrawal.round, event.code))


def _standing(dossier: Dossier, event: DecisionEvent) -> Standing:
    match event:
        case SubmissionAccepted() | SubmissionReinstated():
            return Decided("accepted")
        case SubmissionDeclined():
            return Decided("declined")
        case SubmissionRetracted():
            return Decided("retracted")
        case DecisionCorrected():
            return Decided(event.outcome)
        case ClarificationRequested():
            return _asked(dossier, event)
        case _:
            assert_never(event)


def _asked(dossier: Dossier, event: ClarificationRequested) -> Standing:
    # heard again (a rebuilt log), after its answer was given: the later round stands
    if event.decision.round < dossier.round:
        return dossier.standing
    return Asked(event.decision.round, event.question, event.answer_by)
