"""The doors through which forms come in, one for each channel and one for all; a receipt is what they answer with."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, cast

from fastapi import APIRouter, Request, Response

from services.chassis.doors.auth import Principal
from services.chassis.doors.web import read_body
from services.chassis.telemetry import current_traceparent
from services.intake.api.bodies import ReceiptBody, json_response, problems, request_body
from services.intake.api.refusing import problem_of, refusals_as_problems
from services.intake.domain.application import Application
from services.intake.domain.forms import FORMS, MEMBER_CHANNELS, SubmissionForm
from services.intake.domain.problems import Refused, refused
from services.intake.domain.reading import read_request, read_submission
from services.intake.domain.sources import source_at_the_web
from services.intake.reception.edge import apply
from services.intake.reception.grouping import Reception
from services.intake.reception.outcome import Receipt
from services.intake.reception.pacing import Pacing
from services.intake.settings import Settings

REPEATED: dict[int | str, dict[str, Any]] = {
    200: {"model": ReceiptBody, "description": "The same came before: the first receipt again."}
}
ANYONE: list[dict[str, list[str]]] = [{}, {"token": []}]
"""No token is needed; who has one, shows it."""
TOKEN_ONLY: list[dict[str, list[str]]] = [{"token": []}]

ID_HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Your own id of the submission.",
    "schema": {"type": "string"},
}
Reader = Callable[[bytes], SubmissionForm]


class Counter(NamedTuple):
    """Where forms are handed in: who gives the receipts, and who counts those who come."""

    reception: Reception
    pacing: Pacing
    settings: Settings

    async def hand_in(self, application: Application, *, is_replay: bool = False) -> Response:
        """Bring an application in, and answer with its receipt: 201, or 200 where the same came before.

        A replay is shown no receipt that stands already; whatever came of its first showing, it may still enter.
        """
        outcome = cast("Receipt | Refused", await self.reception.ask(application))
        if isinstance(outcome, Refused):
            raise problem_of(outcome)
        if is_replay and not outcome.is_new:
            raise problem_of(refused("webhook-replayed"))
        return json_response(self.receipt_body(outcome), 201 if outcome.is_new else 200)

    def receipt_body(self, receipt: Receipt) -> ReceiptBody:
        """Write a receipt out, with its secret."""
        return ReceiptBody(
            id=receipt.submission_id,
            reference=receipt.reference,
            secret=self.reception.desk.secret_of(receipt.submission_id),
            month=receipt.month,
            zone=self.settings.zone,
            received_at=receipt.received_at,
            status_url=f"{self.settings.own_url}/submissions/{receipt.submission_id}",
        )


def make_sending_doors(counter: Counter) -> APIRouter:
    """Make the doors through which forms come in."""
    router = APIRouter(tags=["submissions"])
    _add(router, "/submissions", "any channel", make_door(counter, read_submission), SubmissionForm, ANYONE)
    for channel, form in FORMS.items():
        door = make_door(counter, _reader_of(form))
        security = TOKEN_ONLY if channel in MEMBER_CHANNELS else ANYONE
        _add(router, f"/channels/{channel}/submissions", f"channel {channel}", door, form, security)
    return router


def make_door(counter: Counter, read: Reader) -> Callable[..., Awaitable[Response]]:
    """Make a door for what this reads."""

    # what FastAPI is asked to resolve costs a tenth of a receipt: it is documented by hand
    async def submit(request: Request) -> Response:
        """Send in a submission. The receipt comes after it is kept; the same id and content get it again."""
        principal = counter.pacing.let_in(request)
        body = await read_body(request)
        with refusals_as_problems():
            application = _application(read(body), principal, request.headers.get("idempotency-key"))
        return await counter.hand_in(application)

    return submit


def _add(
    router: APIRouter,
    path: str,
    what: str,
    door: Callable[..., Awaitable[Response]],
    form: Any,
    security: list[dict[str, list[str]]],
) -> None:
    router.add_api_route(
        path,
        door,
        methods=["POST"],
        status_code=201,
        summary=f"Submit: {what}",
        response_model=ReceiptBody,
        responses=REPEATED | problems(400, 401, 403, 408, 409, 413, 415, 422, 429, 503),
        openapi_extra=request_body(form) | {"security": security, "parameters": [ID_HEADER]},
    )


def _reader_of(form: type[Any]) -> Reader:
    return lambda body: read_request(form, body)


def _application(form: SubmissionForm, principal: Principal | None, key: str | None) -> Application:
    source = source_at_the_web(form.source, principal.actor_ref if principal else None)
    external_id = (key or "").strip().strip('"') or form.external_id
    if form.external_id not in {None, external_id}:
        raise refused("id-mismatch", "/external_id")
    return apply(form, principal, source=source, external_id=external_id, traceparent=current_traceparent())
