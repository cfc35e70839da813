"""The HTTP side of a service: problems as RFC 9457 tells them, and bodies read with bounds."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import asyncpg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from services.chassis.doors.languages import SENTENCES, Sentences, translate
from services.chassis.doors.slashes import door_without_slash
from services.chassis.errors import Refusal, is_passing, is_unfit
from services.chassis.log import get_logger

BODY_LIMIT_BYTES = 262_144
BODY_SECONDS = 10.0

log = get_logger()


class Problem(Exception):
    """An answer that says what is wrong: ``errors`` lists each with ``code``, ``field`` and ``detail``."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str = "",
        errors: Sequence[dict[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
        **members: object,
    ) -> None:
        super().__init__(f"{status} {code} {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})
        self.members = members


def problem_response(problem: Problem, request: Request) -> JSONResponse:
    """Write a problem as ``application/problem+json``, in the reader's language where its sentences are known."""
    body: dict[str, Any] = {
        "type": f"urn:ogc:problem:{problem.code}",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "instance": request.url.path,
        **problem.members,
    }
    if problem.errors:
        body["errors"] = [dict(error) for error in problem.errors]
    language = translate(body, request.headers.get("accept-language", ""), request.app.state.sentences)
    headers = {"Content-Language": language, "Vary": "Accept-Language", **problem.headers}
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body, problem.status, headers, "application/problem+json")


async def read_body(
    request: Request, limit_bytes: int = BODY_LIMIT_BYTES, limit_seconds: float = BODY_SECONDS
) -> bytes:
    """Read a request's body, bounded in size and time.

    Raises:
        Problem: 413 ``too-large``, 408 ``too-slow``, 415 ``content-encoding``.
    """
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Problem(415, "content-encoding", "send the body as it is, not compressed")
    try:
        async with asyncio.timeout(limit_seconds):
            return await _read_bounded(request, limit_bytes)
    except TimeoutError as error:
        raise Problem(408, "too-slow", f"the body did not arrive within {limit_seconds:.0f} s") from error


async def _read_bounded(request: Request, limit_bytes: int) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limit_bytes:
            raise Problem(413, "too-large", f"the body may hold {limit_bytes} bytes")
    return bytes(body)


def answer_errors(
    app: FastAPI, sentences: Sentences | None = None, answer: Callable[[Problem, Request], Response] = problem_response
) -> None:
    """Let every error of a door be answered as a problem; what passes is 503, so that the sender tries again.

    ``sentences`` are what the service's own codes say, in the languages that it knows.
    """

    async def on_error(request: Request, error: Exception) -> Response:
        problem = _problem_of(error, request)
        led = door_without_slash(request) if problem.status == HTTPStatus.NOT_FOUND else None
        return led or answer(problem, request)

    app.router.redirect_slashes = False
    app.state.sentences = {**SENTENCES, **(sentences or {})}
    for kind in (Problem, Refusal, HTTPException, RequestValidationError, *_UNEXPECTED):
        app.add_exception_handler(kind, on_error)


_UNEXPECTED = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError, Exception)


def _problem_of(error: Exception, request: Request) -> Problem:
    match error:
        case Problem():
            return error
        case Refusal():
            errors = [{"code": error.code, "field": error.field, "detail": error.detail}] if error.field else []
            return Problem(error.status, error.code, error.detail, errors)
        case HTTPException():
            code = HTTPStatus(error.status_code).name.lower().replace("_", "-")
            return Problem(error.status_code, code, str(error.detail), headers=error.headers)
        case RequestValidationError():
            return Problem(422, "invalid", "the request does not fit", [_issue_of(found) for found in error.errors()])
        case _:
            return _problem_of_unexpected(error, request)


def _issue_of(found: Mapping[str, Any]) -> dict[str, Any]:
    field = "/" + "/".join(str(part) for part in found["loc"][1:])
    return {"code": "invalid", "field": field, "detail": found["msg"]}


def _problem_of_unexpected(error: Exception, request: Request) -> Problem:
    if is_passing(error):
        log.warning("door.unavailable", route=_route_of(request), error=type(error).__name__)
        return Problem(503, "unavailable", "try again in a moment")
    if is_unfit(error):
        return Problem(422, "invalid", "the request does not fit")
    log.error("door.failed", route=_route_of(request), error=type(error).__name__)
    return Problem(500, "internal", "this is our fault")


def _route_of(request: Request) -> str:
    # never the address itself: some hold a secret
    return str(getattr(request.scope.get("route"), "path", ""))
