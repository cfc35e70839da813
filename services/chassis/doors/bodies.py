"""Bodies of requests: read with bounds, parsed strictly, and described for OpenAPI."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from fastapi import Request
from pydantic import TypeAdapter, ValidationError

from services.chassis.doors.web import Problem, read_body
from services.chassis.strict_json import Malformed, parse_object

BodyT = TypeVar("BodyT")

CODES: Mapping[str, str] = {"extra_forbidden": "unknown-field", "missing": "missing", "enum": "unknown-code"}


def body_of(adapter: TypeAdapter[BodyT]) -> Callable[[Request], Awaitable[BodyT]]:
    """Make a FastAPI dependency that reads the body; a parameter of its own would be read before anyone is let in.

    Its Problem is 400 with the parser's code, or 422 ``invalid`` with every error and its field.
    """

    async def read(request: Request) -> BodyT:
        raw = await read_body(request)
        try:
            parse_object(raw)
            return adapter.validate_json(raw, strict=True)
        except Malformed as error:
            status = 413 if error.code == "too-large" else 400
            raise Problem(status, error.code, "the body is not one well-formed JSON object") from error
        except ValidationError as error:
            raise _problem_of(error) from error

    return read


def documented(adapter: TypeAdapter[Any]) -> dict[str, Any]:
    """Describe the body for OpenAPI, where FastAPI does not see it."""
    schema = inlined(adapter.json_schema(), {})
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def inlined(node: Any, definitions: dict[str, Any]) -> Any:
    """Write a schema out, so that it stands alone inside the document."""
    if isinstance(node, list):
        return [inlined(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    known = node.get("$defs", definitions)
    if "$ref" in node:
        return inlined(known[node["$ref"].rpartition("/")[2]], known)
    return {key: inlined(value, known) for key, value in node.items() if key not in {"$defs", "discriminator"}}


def _problem_of(error: ValidationError) -> Problem:
    listed = [
        {
            "code": CODES.get(found["type"], "invalid"),
            "field": "/" + "/".join(map(str, found["loc"])),
            "detail": found["msg"],
        }
        for found in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return Problem(422, "invalid", "the body does not fit", listed)
