"""The HTTP side of a service: problems as RFC 9457 tells them, and bodies read with bounds."""

import asyncio
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

import asyncpg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from services.chassis.doors.languages import SENTENCES, Sentences, translate
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


def answer_errors(app: FastAPI, sentences: Sentences | None = None) -> None:
    """Let every error of a door be answered as a problem; what passes is 503, so that the sender tries again.

    ``sentences`` are what the service's own codes say, in the languages that it knows.
    """
    app.state.sentences = {**SENTENCES, **(sentences or {})}
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(Refusal, _on_refusal)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    for passing in (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError, Exception):
        app.add_exception_handler(passing, _on_error)


async def _on_problem(request: Request, error: Exception) -> Response:
    problem = cast("Problem", error)
    return problem_response(problem, request)


async def _on_refusal(request: Request, error: Exception) -> Response:
    refusal = cast("Refusal", error)
    errors = [{"code": refusal.code, "field": refusal.field, "detail": refusal.detail}] if refusal.field else []
    return problem_response(Problem(refusal.status, refusal.code, refusal.detail, errors), request)


async def _on_http_exception(request: Request, error: Exception) -> Response:
    raised = cast("HTTPException", error)
    code = HTTPStatus(raised.status_code).name.lower().replace("_", "-")
    problem = Problem(raised.status_code, code, str(raised.detail), headers=raised.headers)
    return problem_response(problem, request)


async def _on_invalid(request: Request, error: Exception) -> Response:
    invalid = cast("RequestValidationError", error)
    errors = [
        {"code": "invalid", "field": "/" + "/".join(str(part) for part in found["loc"][1:]), "detail": found["msg"]}
        for found in invalid.errors()
    ]
    return problem_response(Problem(422, "invalid", "the request does not fit", errors), request)


async def _on_error(request: Request, error: Exception) -> Response:
    if is_passing(error):
        log.warning("door.unavailable", route=_route_of(request), error=type(error).__name__)
        return problem_response(Problem(503, "unavailable", "try again in a moment"), request)
    if is_unfit(error):
        return problem_response(Problem(422, "invalid", "the request does not fit"), request)
    log.error("door.failed", route=_route_of(request), error=type(error).__name__)
    return problem_response(Problem(500, "internal", "this is our fault"), request)


def _route_of(request: Request) -> str:
    # never the address itself: some hold a secret
    return str(getattr(request.scope.get("route"), "path", ""))
