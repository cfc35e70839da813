"""Topic `reviews`: the Support Unit's work as it goes on, told by review; not public."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.event import shape
from contracts.vocabulary import ActorRef, Area, Instant, LongText, MemberCode, Month, Round, ShortText, Verdict

Outcome = Literal["accepted", "declined", "clarification"]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]


@shape
class Finding:
    """What was found of one gate or criterion, and why."""

    code: ShortText
    verdict: Verdict
    reason: LongText


@shape
class BatchSealed:
    """The batch of a month is complete and fixed; the list itself is behind review's door."""

    TYPE: ClassVar[str] = "batch.sealed.v1"

    month: Month
    count: Count
    manifest_hash: Sha256
    excluded: Count = 0
    sealed_at: Instant


@shape
class SubmissionAssessed:
    """The Data Team looked at one item: a finding for each gate and criterion, and the area it belongs to."""

    TYPE: ClassVar[str] = "submission.assessed.v1"

    month: Month
    round: Round
    findings: tuple[Finding, ...]
    proposed_area: Area
    area_reason: LongText | None = None
    criteria_version: ShortText
    areas_version: ShortText
    assessed_by: ActorRef
    assessed_at: Instant


@shape
class AreaReassigned:
    """The area differs from the declared one; both are kept, with the reason."""

    TYPE: ClassVar[str] = "area.reassigned.v1"

    month: Month
    round: Round
    declared_area: Area
    assigned_area: Area
    reason: LongText
    reassigned_by: ActorRef


@shape
class DecisionRecorded:
    """The Support Unit decided; nobody outside is told before the batch is released."""

    TYPE: ClassVar[str] = "decision.recorded.v1"

    decision_id: UUID
    month: Month
    round: Round
    outcome: Outcome
    decided_by: ActorRef
    decided_at: Instant


@shape
class WithdrawalAccepted:
    """The submission is withdrawn: its item stays in its batch, in that state."""

    TYPE: ClassVar[str] = "withdrawal.accepted.v1"

    round: Round
    accepted_at: Instant


@shape
class WithdrawalRefused:
    """The withdrawal came too late."""

    TYPE: ClassVar[str] = "withdrawal.refused.v1"

    code: Literal["already-released", "already-withdrawn"]
    refused_at: Instant


@shape
class CoordinationSuggested:
    """Several institutions of one member work in one area: welcome, and worth bringing together."""

    TYPE: ClassVar[str] = "coordination.suggested.v1"

    month: Month
    member: MemberCode
    area: Area
    submission_ids: tuple[UUID, ...]


@shape
class BatchReleased:
    """Everything of the batch that leaves, has left: outcomes and questions are on `decisions`."""

    TYPE: ClassVar[str] = "batch.released.v1"

    month: Month
    accepted: Count
    declined: Count
    clarifications: Count
    withdrawn: Count
    held_back: Count = 0
    released_by: ActorRef
    released_at: Instant


ReviewEvent = (
    BatchSealed
    | SubmissionAssessed
    | AreaReassigned
    | DecisionRecorded
    | WithdrawalAccepted
    | WithdrawalRefused
    | CoordinationSuggested
    | BatchReleased
)
