"""Topic `decisions`: what the Support Unit decided and released, told by review.

All of it may be made public, but for reasons whose code the reference data call not public: they are the submitter's.
"""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from contracts.batches import AreaFlow, Count, ReasonTally, Sha256
from contracts.event import shape
from contracts.reviews import Finding
from contracts.submissions import MemberAtReceipt, Proposal, Story
from contracts.vocabulary import (
    ActorRef,
    Area,
    Channel,
    ContactRef,
    Effect,
    Instant,
    LanguageTag,
    LocalityId,
    LongText,
    Month,
    Reference,
    Round,
    ShortText,
    Title,
    Verdict,
    Version,
)


@shape
class Decision:
    """What every released decision says of itself.

    ``findings`` are the final ones, which the Support Unit answers for. ``eligibility`` says what they come to for the
    gates, ``relevance`` for the criteria (None in what was told before they stood here); the third thing it decides,
    the area, stands in the reform.
    """

    decision_id: UUID
    reference: Reference
    channel: Channel
    month: Month
    round: Round
    version: Version
    member: MemberAtReceipt
    title: Title
    language: LanguageTag
    contact_ref: ContactRef
    eligibility: Verdict | None = None
    relevance: Verdict | None = None
    findings: tuple[Finding, ...]
    criteria_version: ShortText
    areas_version: ShortText
    reasons_version: ShortText = "2025-11"
    received_at: Instant
    decided_at: Instant
    released_at: Instant
    note: LongText | None = None


@shape
class Reform:
    """A submission as it enters the public record: the text as reviewed, and the Support Unit's title and area.

    The declared area and the submitted title stand in the proposal; both are kept for ever. Whose it is, stands there
    as the Support Unit says; ``locality`` is its id of a locality that is no member: without one, each reform of such a
    locality counts as of a locality of its own.
    """

    published_title: Title
    assigned_area: Area
    area_reason: LongText | None = None
    proposal: Proposal
    locality: LocalityId | None = None


@shape
class SubmissionAccepted:
    """Every gate and criterion is met: the submission is a Challenge reform."""

    TYPE: ClassVar[str] = "submission.accepted.v1"

    decision: Decision
    reform: Reform


@shape
class SubmissionDeclined:
    """Something is not met; the reason codes say what. A plan commitment stays in its plan, untouched."""

    TYPE: ClassVar[str] = "submission.declined.v1"

    decision: Decision
    reason_codes: Annotated[tuple[ShortText, ...], Field(min_length=1)]


@shape
class ClarificationRequested:
    """This round ends with a question; the answer opens the next. Unanswered by ``answer_by``, it is decided so."""

    TYPE: ClassVar[str] = "clarification.requested.v1"

    decision: Decision
    question: LongText
    answer_by: Instant


@shape
class DecisionCorrected:
    """A decision that supersedes a released one; the old one is kept.

    ``reform`` is what now stands in the public record, or None when the outcome is now a decline.
    """

    TYPE: ClassVar[str] = "decision.corrected.v1"

    decision: Decision
    supersedes: UUID
    outcome: Literal["accepted", "declined"]
    effect: Effect
    why: LongText
    reform: Reform | None = None
    reason_codes: tuple[ShortText, ...] = ()


@shape
class SubmissionRetracted:
    """An accepted reform leaves the public record; its page says so for ever."""

    TYPE: ClassVar[str] = "submission.retracted.v1"

    decision: Decision
    supersedes: UUID
    effect: Effect
    why: LongText


@shape
class SubmissionReinstated:
    """A retracted reform is back in the public record, under its old address; the retraction is kept."""

    TYPE: ClassVar[str] = "submission.reinstated.v1"

    decision: Decision
    supersedes: UUID
    effect: Effect
    why: LongText
    reform: Reform


@shape
class ReformEncouraged:
    """The Support Unit marks an accepted reform as promising, or no longer, and records support and awards given.

    Each holds all of it: a later one stands for an earlier one. No decision about the round, and no letter follows.
    """

    TYPE: ClassVar[str] = "reform.encouraged.v1"

    reference: Reference
    promising: bool
    support: tuple[ShortText, ...] = ()
    why: LongText | None = None
    encouraged_by: ActorRef
    encouraged_at: Instant


@shape
class StoryReleased:
    """The Support Unit releases a story: from now on it may be shown."""

    TYPE: ClassVar[str] = "story.released.v1"

    reference: Reference
    contact_ref: ContactRef
    shared_at: Instant
    released_at: Instant
    released_by: ActorRef
    member: MemberAtReceipt | None = None
    story: Story


@shape
class MonthReported:
    """A released month in figures, as ``batch.reported.v1`` counts them: for the public, without actors."""

    TYPE: ClassVar[str] = "month.reported.v1"

    month: Month
    received: Count
    accepted: Count
    declined: Count
    clarifications: Count
    answered: Count
    withdrawn: Count
    held_back: Count
    median_days_to_decision: float | None = None
    median_days_to_release: float | None = None
    areas: tuple[AreaFlow, ...] = ()
    reasons: tuple[ReasonTally, ...] = ()
    reasons_not_public: Count = 0
    recusals: Count = 0
    undelivered_letters: Count = 0
    report_hash: Sha256
    reported_at: Instant


DecisionEvent = (
    SubmissionAccepted
    | SubmissionDeclined
    | ClarificationRequested
    | DecisionCorrected
    | SubmissionRetracted
    | SubmissionReinstated
)
"""What may follow from a round's review; encouragements, stories and months' reports are no decisions about a round."""
