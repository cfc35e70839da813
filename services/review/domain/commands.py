"""What people and the calendar ask of an item, and what has then happened beyond what the contracts tell."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from contracts.decisions import (
    ClarificationRequested,
    DecisionCorrected,
    ReformEncouraged,
    SubmissionAccepted,
    SubmissionDeclined,
    SubmissionReinstated,
    SubmissionRetracted,
)
from contracts.reviews import (
    AreaReassigned,
    Finding,
    SubmissionAssessed,
    SubmissionHeldBack,
    SubmissionUnheld,
    WithdrawalAccepted,
    WithdrawalRefused,
)
from contracts.submissions import Proposal, SubmissionReceived
from contracts.vocabulary import Area, Effect, Verdict
from services.review.domain.attributing import Attributing
from services.review.domain.items import Acceptance, AnyRuling, Decline, Outcome


@dataclass(frozen=True, slots=True)
class Yardstick:
    """The versions to judge by: codes of gates and criteria that an assessment must speak of, reasons there are."""

    criteria_version: str
    areas_version: str
    reasons_version: str
    gates: tuple[str, ...]
    criteria: tuple[str, ...]
    reason_codes: frozenset[str]

    @property
    def everything(self) -> tuple[str, ...]:
        """Gates first, then criteria."""
        return self.gates + self.criteria


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a decision must carry out of the house: the receipt, and the text as reviewed."""

    receipt: SubmissionReceived
    proposal: Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Assess:
    """Say of every gate and criterion what was found, and to which area it belongs."""

    yardstick: Yardstick
    findings: tuple[Finding, ...]
    area: Area
    area_reason: str | None = None
    question: str | None = None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """What the Support Unit says of the gates, or of the criteria.

    ``overrules`` are its own findings where it finds otherwise; ``verdict`` is what it takes all of them to come to,
    refused when they do not; None leaves that unsaid.
    """

    overrules: tuple[Finding, ...] = ()
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retagging:
    """Where the Support Unit says that it belongs: None is as it was so far."""

    area: Area | None = None
    reason: str | None = None


AS_FOUND = Judging()
AS_TAGGED = Retagging()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """Decide eligibility, relevance and tagging, each as the assessment says or otherwise; and accept, decline, ask.

    ``attribution`` says whose it is; without one that is as it was so far.
    """

    yardstick: Yardstick
    decision_id: UUID
    outcome: Outcome
    eligibility: Judging = AS_FOUND
    relevance: Judging = AS_FOUND
    tagging: Retagging = AS_TAGGED
    attribution: Attributing | None = None
    note: str | None = None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldBack:
    """Keep one item back when its batch is released."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unhold:
    """Let it leave with its batch after all."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """The submitter takes it back."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Let the decision out."""

    dossier: Dossier
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct:
    """Supersede a released decision by another; what is not named stays as it was.

    ``findings``, one for each gate and criterion, take the place of all that was found.
    """

    yardstick: Yardstick
    dossier: Dossier
    decision_id: UUID
    outcome: Acceptance | Decline
    findings: tuple[Finding, ...] | None = None
    eligibility: Judging = AS_FOUND
    relevance: Judging = AS_FOUND
    tagging: Retagging = AS_TAGGED
    attribution: Attributing | None = None
    note: str | None = None
    effect: Effect
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Retract:
    """Take a reform out of the public record."""

    dossier: Dossier
    decision_id: UUID
    effect: Effect
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reinstate:
    """Put a retracted reform back; ``published_title`` where it gets another one."""

    dossier: Dossier
    decision_id: UUID
    published_title: str | None = None
    note: str | None = None
    effect: Effect
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Encourage:
    """Say whether a reform is promising, and what support and awards it was given."""

    reference: str
    promising: bool
    support: tuple[str, ...] = ()
    why: str | None = None
    by: str
    at: datetime


ItemCommand = Assess | Decide | HoldBack | Unhold | Withdraw | Release | Correct | Retract | Reinstate | Encourage


@dataclass(frozen=True, slots=True)
class RulingMade:
    """The Support Unit decided. On `reviews` it is told as ``decision.recorded``."""

    TYPE: ClassVar[str] = "ruling.made"

    ruling: AnyRuling


@dataclass(frozen=True, slots=True)
class BatchAdvanced:
    """The item's batch was sealed, or its release ordered. Told for the whole batch, not for each item."""

    TYPE: ClassVar[str] = "batch.advanced"

    to: Literal["sealed", "releasing"]


ItemEvent = (
    SubmissionAssessed
    | AreaReassigned
    | RulingMade
    | SubmissionHeldBack
    | SubmissionUnheld
    | BatchAdvanced
    | WithdrawalAccepted
    | WithdrawalRefused
    | SubmissionAccepted
    | SubmissionDeclined
    | ClarificationRequested
    | DecisionCorrected
    | SubmissionRetracted
    | SubmissionReinstated
    | ReformEncouraged
)
