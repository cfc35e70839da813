"""What staff send: strict, nothing unknown, every text without control characters."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from contracts.vocabulary import Area, Effect, LongText, ShortText, Title, Verdict
from services.chassis.web import Problem, read_body


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


BodyT = TypeVar("BodyT")


def body_of(adapter: TypeAdapter[BodyT]) -> Callable[[Request], Awaitable[BodyT]]:
    """Make a FastAPI dependency that reads the body, bounded and strict.

    Its Problem is 400 ``json-syntax``, or 422 ``invalid`` with every error and its field.
    """

    async def read(request: Request) -> BodyT:
        raw = await read_body(request)
        try:
            return adapter.validate_json(raw)
        except ValidationError as error:
            raise _problem_of(error.errors(include_url=False, include_context=False, include_input=False)) from error

    return read


def documented(adapter: TypeAdapter[Any]) -> dict[str, Any]:
    """Describe the body for OpenAPI, where FastAPI does not see it."""
    schema = adapter.json_schema(ref_template="#/components/schemas/{model}")
    definitions = schema.pop("$defs", {})
    inlined = _inline(schema, definitions)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": inlined}}}}


def _inline(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, dict) and "$ref" in node:
        return _inline(definitions[node["$ref"].rpartition("/")[2]], definitions)
    if isinstance(node, dict):
        return {key: _inline(value, definitions) for key, value in node.items() if key != "discriminator"}
    if isinstance(node, list):
        return [_inline(value, definitions) for value in node]
    return node


def _problem_of(errors: list[ErrorDetails]) -> Problem:
    if any(error["type"] == "json_invalid" for error in errors):
        return Problem(400, "json-syntax", "the body is not JSON")
    listed = [
        {"code": _code_of(error["type"]), "field": "/" + "/".join(map(str, error["loc"])), "detail": error["msg"]}
        for error in errors
    ]
    return Problem(422, "invalid", "the body does not fit", listed)


def _code_of(kind: str) -> str:
    return {"extra_forbidden": "unknown-field", "missing": "missing", "enum": "unknown-code"}.get(kind, "invalid")
