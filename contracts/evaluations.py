"""Topic `evaluations`: what became of published reforms, brought into the public record by publish and told by it."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.event import shape
from contracts.vocabulary import AwardRound, Instant, Reference, ShortText, Title, WebLink

MilestoneStatus = Literal["not-started", "limited", "substantial", "complete"]
MilestoneNumber = Annotated[int, Field(ge=1, le=1_000)]
"""Where a milestone stands in the proposal, counted from 1."""

Pending = Literal["pending-irm-review"]
YesOrNo = Literal["yes", "no"] | Pending
Potential = Literal["unclear", "modest", "substantial", "low", "high"] | Pending
Completion = Literal["no-evidence", "not-started", "limited", "substantial", "complete"] | Pending
EarlyResults = Literal["none", "moderate", "significant"] | Pending


@shape
class MilestoneUpdated:
    """How far a milestone has come, all of it: a later word stands for an earlier one.

    ``title`` is how the milestone was called when this was said, so that it is found again where a correction has
    renumbered them. ``confirmed_at`` is when somebody last said so, ``by`` in which role: never who.
    """

    TYPE: ClassVar[str] = "milestone.updated.v1"

    reference: Reference
    milestone: MilestoneNumber
    title: Title
    status: MilestoneStatus
    evidence: WebLink | None = None
    barrier: ShortText | None = None
    confirmed_at: Instant
    by: Literal["holder", "support-unit", "irm"]


@shape
class AssessmentPublished:
    """What the Independent Reporting Mechanism says of a reform at one stage, all of it; a later one stands instead.

    What is None was not looked at in that stage; what is looked at and not known yet is *pending-irm-review*.
    ``potential_for_results`` has the values of older scales too.
    """

    TYPE: ClassVar[str] = "assessment.published.v1"

    reference: Reference
    stage: Literal["design", "mid-term", "end-term"]
    verifiable: YesOrNo | None = None
    open_government_values: YesOrNo | None = None
    potential_for_results: Potential | None = None
    completion: Completion | None = None
    early_results: EarlyResults | None = None
    report: WebLink | None = None
    published_at: Instant


@shape
class AwardGiven:
    """A reform was given an award; the same of the same round again stands for the earlier word on it.

    Where it has no round, its day tells it from others: the same award of two days is two awards.
    """

    TYPE: ClassVar[str] = "award.given.v1"

    reference: Reference
    award: Title
    given_by: Title
    award_round: AwardRound | None = None
    link: WebLink | None = None
    given_at: Instant


EvaluationEvent = MilestoneUpdated | AssessmentPublished | AwardGiven
