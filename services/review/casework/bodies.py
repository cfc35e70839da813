"""What staff send: strict, nothing unknown, every text without control characters."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from contracts.legible import unread_fault
from contracts.vocabulary import (
    Area,
    Effect,
    LocalityId,
    LongText,
    MemberCode,
    MemberType,
    ShortText,
    Title,
    Verdict,
)


def _without_controls(text: str) -> str:
    match unread_fault(text):
        case "blank":
            raise PydanticCustomError("missing", "there is nothing to read in it")
        case "control-character" | "bidi":
            raise ValueError("control characters are not allowed")
        case _:
            return text


Words = Annotated[LongText, AfterValidator(_without_controls)]
Line = Annotated[Title, AfterValidator(_without_controls)]


class Body(BaseModel):
    """A request's body."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FindingBody(Body):
    """What was found of one gate or criterion, and why."""

    code: ShortText
    verdict: Verdict
    reason: Words


class UpdateBody(Body):
    """What the holder of a reform is to be asked, and why."""

    why: Words


class AssessmentBody(Body):
    """A finding for each gate and criterion; the area, with a reason where it is not the declared one.

    ``question`` is what to ask the submitter, proposed to whoever decides.
    """

    findings: Annotated[tuple[FindingBody, ...], Field(max_length=50)]
    area: Area
    area_reason: Words | None = None
    question: Words | None = None


class JudgingBody(Body):
    """What is decided of the gates, or of the criteria: findings that overrule the first ones, with a reason each.

    ``verdict`` is what all of them come to; refused when it is not so. Both may be left out: it is as was found.
    """

    verdict: Verdict | None = None
    overrules: Annotated[tuple[FindingBody, ...], Field(max_length=50)] = ()


class TaggingBody(Body):
    """The area that is decided, with a reason where it is not the declared one; without one it stays as proposed."""

    area: Area | None = None
    reason: Words | None = None


class DecidingBody(Body):
    """The three things that are decided, and a personal note told with them."""

    eligibility: JudgingBody = JudgingBody()
    relevance: JudgingBody = JudgingBody()
    tagging: TaggingBody = TaggingBody()
    note: Words | None = None


class AttributionBody(Body):
    """Whose reform it is, where that is otherwise than so far; what is left out stays as it is.

    A member of which nothing ever came in is named. ``locality`` is the Support Unit's id of a locality that is no
    member, beginning with its country's letters: ``CO-CALI``.
    """

    member: MemberCode | None = None
    member_name: Line | None = None
    region: Line | None = None
    member_type: MemberType | None = None
    jurisdiction: Line | None = None
    locality: LocalityId | None = None
    lead_institution: Line | None = None
    supporting_institutions: Annotated[tuple[Line, ...], Field(max_length=100)] | None = None


class AcceptBody(DecidingBody):
    """Accept; without a title the submitted one is published, without an attribution it is whose it was."""

    outcome: Literal["accepted"]
    published_title: Line | None = None
    attribution: AttributionBody | None = None


class DeclineBody(DecidingBody):
    """Decline, with the codes of the reasons."""

    outcome: Literal["declined"]
    reason_codes: Annotated[tuple[ShortText, ...], Field(min_length=1, max_length=20)]


class AskBody(DecidingBody):
    """Ask the submitter a question: the round ends with it. Without one, the question that the assessment proposes."""

    outcome: Literal["clarification"]
    question: Words | None = None


DecisionBody = Annotated[AcceptBody | DeclineBody | AskBody, Field(discriminator="outcome")]
ReleasedDecision = Annotated[AcceptBody | DeclineBody, Field(discriminator="outcome")]


class HoldBody(Body):
    """Why the item stays behind."""

    reason: Words


class UnholdBody(Body):
    """Why it need not stay behind any more."""

    reason: Words


class CorrectionBody(Body):
    """The decision that supersedes the released one; findings where they change too."""

    effect: Effect
    why: Words
    decision: ReleasedDecision
    findings: Annotated[tuple[FindingBody, ...], Field(max_length=50)] | None = None


class RetractionBody(Body):
    """Why the reform leaves the public record."""

    effect: Effect
    why: Words


class ReinstatementBody(Body):
    """Why the reform is back in the public record; a title where it gets another one."""

    effect: Effect
    why: Words
    published_title: Line | None = None
    note: Words | None = None


class EncouragementBody(Body):
    """Whether a reform is promising and why, and all support and awards that it was given."""

    promising: bool
    support: Annotated[tuple[Line, ...], Field(max_length=20)] = ()
    why: Words | None = None
