"""What people and the calendar ask of an item, and what has then happened beyond what the contracts tell."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from contracts.decisions import (
    ClarificationRequested,
    DecisionCorrected,
    SubmissionAccepted,
    SubmissionDeclined,
    SubmissionRetracted,
)
from contracts.reviews import (
    AreaReassigned,
    Finding,
    SubmissionAssessed,
    WithdrawalAccepted,
    WithdrawalRefused,
)
from contracts.submissions import Proposal, SubmissionReceived
from contracts.vocabulary import Area, Effect
from services.review.domain.items import Acceptance, AnyRuling, Decline, Outcome


@dataclass(frozen=True, slots=True)
class Yardstick:
    """The versions of criteria and areas to apply: codes that an assessment must speak of, reasons there are."""

    criteria_version: str
    areas_version: str
    criteria: tuple[str, ...]
    reason_codes: frozenset[str]


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
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """Accept, decline or ask; ``area`` where the Support Unit tags otherwise than the assessment."""

    yardstick: Yardstick
    decision_id: UUID
    outcome: Outcome
    area: Area | None = None
    area_reason: str | None = None
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
    """Supersede a released decision by another; what is None stays as it was."""

    yardstick: Yardstick
    dossier: Dossier
    decision_id: UUID
    outcome: Acceptance | Decline
    findings: tuple[Finding, ...] | None = None
    area: Area | None = None
    area_reason: str | None = None
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


ItemCommand = Assess | Decide | HoldBack | Withdraw | Release | Correct | Retract


@dataclass(frozen=True, slots=True)
class RulingMade:
    """The Support Unit decided. On `reviews` it is told as ``decision.recorded``, without its content."""

    TYPE: ClassVar[str] = "ruling.made"

    ruling: AnyRuling


@dataclass(frozen=True, slots=True)
class HoldPlaced:
    """An item will stay behind. Kept in review's history, told to nobody."""

    TYPE: ClassVar[str] = "hold.placed"

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BatchAdvanced:
    """The item's batch was sealed, or its release ordered. Told for the whole batch, not for each item."""

    TYPE: ClassVar[str] = "batch.advanced"

    to: Literal["sealed", "releasing"]


ItemEvent = (
    SubmissionAssessed
    | AreaReassigned
    | RulingMade
    | HoldPlaced
    | BatchAdvanced
    | WithdrawalAccepted
    | WithdrawalRefused
    | SubmissionAccepted
    | SubmissionDeclined
    | ClarificationRequested
    | DecisionCorrected
    | SubmissionRetracted
)
