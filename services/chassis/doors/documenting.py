"""Describes for OpenAPI what every door may answer, and by what token it is opened."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field

from services.chassis.doors.bodies import inlined

TOKEN = HTTPBearer(scheme_name="token", auto_error=False, description="A bearer token, given by the operator.")
ShownToken = Annotated[HTTPAuthorizationCredentials | None, Depends(TOKEN)]
"""Describes that a token is shown; who checks it, is whoever asks for a scope."""


class IssueBody(BaseModel):
    """One thing that is wrong, and where (a JSON Pointer)."""

    code: str
    field: str
    detail: Annotated[str, Field(description="A sentence, in the language that `Accept-Language` asked for.")]


class ProblemMembers(BaseModel):
    """What every problem says (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str


class ProblemBody(ProblemMembers):
    """A problem (RFC 9457); ``errors`` has everything that is wrong, at once."""

    errors: list[IssueBody] = []


ABOUT: Mapping[int, str] = {
    400: "The body does not read; `code` says why.",
    401: "A token is needed, and this is none that is known.",
    403: "The token does not allow this.",
    404: "There is no such thing.",
    408: "The body came too slowly.",
    409: "It cannot be, as things stand; `code` says why.",
    413: "The body is too large.",
    415: "Send the body as it is, not compressed.",
    422: "The request does not fit; `errors` names each field.",
    503: "Try again in a moment.",
}
TOKEN_PROBLEMS: Mapping[int | str, dict[str, Any]] = {
    401: {"description": "`token-missing`, `token-unknown`"},
    403: {"description": "`forbidden`: the token lacks the scope"},
}
"""What every door answers that asks for a scope."""
_LANGUAGE = {"Content-Language": {"description": "en, fr or es", "schema": {"type": "string"}}}
_HEADERS: Mapping[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"description": "How to show who you are.", "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "How many seconds to wait.", "schema": {"type": "integer"}}},
}


def problem_answers(*statuses: int, about: Mapping[int, str] = ABOUT) -> dict[int | str, dict[str, Any]]:
    """Document these problem answers."""
    schema = inlined(ProblemBody.model_json_schema(), {})
    return {
        status: {
            "description": about[status],
            "headers": {**_LANGUAGE, **_HEADERS.get(status, {})},
            "content": {"application/problem+json": {"schema": schema}},
        }
        for status in statuses
    }
