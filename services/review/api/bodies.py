"""What staff send: strict, nothing unknown, every text without control characters."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from contracts.vocabulary import Area, Effect, LongText, ShortText, Title, Verdict


def _without_controls(text: str) -> str:
    if any(ord(c) < ord(" ") and c not in "\n\t" for c in text) or "\x7f" in text:
        raise ValueError("control characters are not allowed")
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


class AssessmentBody(Body):
    """A finding for each gate and criterion; the area, with a reason where it is not the declared one."""

    findings: Annotated[tuple[FindingBody, ...], Field(max_length=50)]
    area: Area
    area_reason: Words | None = None


class AcceptBody(Body):
    """Accept; without a title the submitted one is published."""

    outcome: Literal["accepted"]
    published_title: Line | None = None
    area: Area | None = None
    area_reason: Words | None = None
    note: Words | None = None


class DeclineBody(Body):
    """Decline, with the codes of the reasons."""

    outcome: Literal["declined"]
    reason_codes: Annotated[tuple[ShortText, ...], Field(min_length=1, max_length=20)]
    area: Area | None = None
    area_reason: Words | None = None
    note: Words | None = None


class AskBody(Body):
    """Ask the submitter a question: the round ends with it."""

    outcome: Literal["clarification"]
    question: Words
    area: Area | None = None
    area_reason: Words | None = None
    note: Words | None = None


DecisionBody = Annotated[AcceptBody | DeclineBody | AskBody, Field(discriminator="outcome")]
ReleasedDecision = Annotated[AcceptBody | DeclineBody, Field(discriminator="outcome")]


class HoldBody(Body):
    """Why the item stays behind."""

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
