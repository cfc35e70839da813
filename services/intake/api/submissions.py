"""The doors of the submitters: send in, look where it stands, amend, answer, withdraw."""

from dataclasses import asdict
from typing import Annotated, Any, overload
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel

from services.chassis.database import Database
from services.chassis.doors.auth import Principal, bearer
from services.chassis.doors.web import read_body
from services.chassis.ids import new_id
from services.chassis.telemetry import current_traceparent
from services.intake.api.bodies import (
    ChangeBody,
    QuestionBody,
    ReceiptBody,
    StatusBody,
    VersionBody,
    WithdrawalBody,
    problems,
    request_body,
)
from services.intake.api.refusing import problem_of, refusals_as_problems
from services.intake.domain.application import Application
from services.intake.domain.dossier import Asked, Decided, Dossier, NoWithdrawal, WithdrawalDenied, Withdrawn
from services.intake.domain.forms import AmendmentForm, AnswerForm, SubmissionForm, WithdrawalForm
from services.intake.domain.problems import Refused, refused
from services.intake.domain.reading import FormT, read_request, read_submission
from services.intake.domain.requests import ChangeRequest, RequestForm
from services.intake.domain.sources import source_at_the_web
from services.intake.reception.edge import apply
from services.intake.reception.grouping import Reception
from services.intake.reception.outcome import Change, Receipt
from services.intake.settings import Settings
from services.intake.store.dossiers import File, PastVersion, find_files, list_versions

REPEATED: dict[int | str, dict[str, Any]] = {
    200: {"model": ReceiptBody, "description": "The same came before: the first receipt again."}
}

SecretHeader = Annotated[str | None, Header(alias="Receipt-Token", description="The receipt's secret.")]
IdHeader = Annotated[str | None, Header(alias="Idempotency-Key", description="Your own id of the submission.")]


def make_submission_doors(database: Database, reception: Reception, settings: Settings) -> APIRouter:
    """Make the doors that submitters use."""
    router = APIRouter(tags=["submissions"])
    doors = SubmissionDoors(database, reception, settings)
    router.add_api_route(
        "/submissions",
        doors.submit,
        methods=["POST"],
        status_code=201,
        response_model=ReceiptBody,
        responses=REPEATED | problems(400, 401, 403, 408, 409, 413, 415, 422, 503),
        openapi_extra=request_body(SubmissionForm),
    )
    router.add_api_route(
        "/submissions/{submission_id}", doors.show, response_model=StatusBody, responses=problems(401, 403, 404, 422)
    )
    for path, door, form, status, body in (
        ("amendments", doors.amend, AmendmentForm, 200, ChangeBody),
        ("answers", doors.answer, AnswerForm, 200, ChangeBody),
        ("withdrawal", doors.withdraw, WithdrawalForm, 202, WithdrawalBody),
    ):
        router.add_api_route(
            f"/submissions/{{submission_id}}/{path}",
            door,
            methods=["POST"],
            status_code=status,
            response_model=body,
            responses=problems(400, 401, 403, 404, 408, 409, 413, 415, 422, 503),
            openapi_extra=request_body(form),
        )
    return router


class SubmissionDoors:
    """What a submitter can do: send in, look where it stands, amend, answer, withdraw."""

    def __init__(self, database: Database, reception: Reception, settings: Settings) -> None:
        self.database = database
        self.reception = reception
        self.desk = reception.desk
        self.own_url = settings.own_url
        self.zone = settings.zone

    async def submit(self, request: Request, idempotency_key: IdHeader = None) -> Response:
        """Send in a submission. The receipt comes after it is kept; the same id and content get it again."""
        body = await read_body(request)
        with refusals_as_problems():
            application = _application(read_submission(body), bearer(request), idempotency_key)
        outcome = await self._ask(application)
        return _json(self._receipt(outcome), 201 if outcome.is_new else 200)

    async def show(self, request: Request, submission_id: UUID, receipt_token: SecretHeader = None) -> Response:
        """Say where a submission stands."""
        self._check_secret(request, submission_id, receipt_token)
        async with self.database.transaction(read_clock=False) as tx:
            files = await find_files(tx, [submission_id])
            if not files:
                raise problem_of(refused("unknown-submission"))
            return _json(_status(files[submission_id], await list_versions(tx, submission_id), self.zone), 200)

    async def amend(self, request: Request, submission_id: UUID, receipt_token: SecretHeader = None) -> Response:
        """Replace the proposal, until the month of its round is closed."""
        form = await self._read(AmendmentForm, request, submission_id, receipt_token)
        return _json(_change(await self._ask(_asked(submission_id, form))), 200)

    async def answer(self, request: Request, submission_id: UUID, receipt_token: SecretHeader = None) -> Response:
        """Answer the Support Unit's question, which opens the next round."""
        form = await self._read(AnswerForm, request, submission_id, receipt_token)
        return _json(_change(await self._ask(_asked(submission_id, form))), 200)

    async def withdraw(self, request: Request, submission_id: UUID, receipt_token: SecretHeader = None) -> Response:
        """Ask to withdraw; review says whether it still can be, and the status tells."""
        form = await self._read(WithdrawalForm, request, submission_id, receipt_token)
        await self._ask(_asked(submission_id, form))
        return _json(WithdrawalBody(id=submission_id), 202)

    async def _read(
        self, model: type[FormT], request: Request, submission_id: UUID, receipt_token: str | None
    ) -> FormT:
        self._check_secret(request, submission_id, receipt_token)
        body = await read_body(request)
        with refusals_as_problems():
            return read_request(model, body or b"{}")

    def _check_secret(self, request: Request, submission_id: UUID, receipt_token: str | None) -> None:
        presented = receipt_token or request.headers.get("authorization", "").partition(" ")[2].strip()
        if not presented:
            raise problem_of(refused("unauthorized"))
        if not self.desk.is_secret_of(submission_id, presented):
            raise problem_of(refused("forbidden"))

    @overload
    async def _ask(self, arrival: Application) -> Receipt: ...
    @overload
    async def _ask(self, arrival: ChangeRequest) -> Change: ...
    async def _ask(self, arrival: Application | ChangeRequest) -> Receipt | Change:
        outcome = await self.reception.ask(arrival)
        if isinstance(outcome, Refused):
            raise problem_of(outcome)
        return outcome

    def _receipt(self, receipt: Receipt) -> ReceiptBody:
        return ReceiptBody(
            id=receipt.submission_id,
            reference=receipt.reference,
            secret=self.desk.secret_of(receipt.submission_id),
            month=receipt.month,
            zone=self.zone,
            received_at=receipt.received_at,
            status_url=f"{self.own_url}/submissions/{receipt.submission_id}",
        )


def _application(form: SubmissionForm, principal: Principal | None, key: str | None) -> Application:
    source = source_at_the_web(form.source, principal.actor_ref if principal else None)
    external_id = (key or "").strip().strip('"') or form.external_id
    if form.external_id not in {None, external_id}:
        raise refused("id-mismatch", "/external_id")
    return apply(form, principal, source=source, external_id=external_id, traceparent=current_traceparent())


def _asked(submission_id: UUID, form: RequestForm) -> ChangeRequest:
    return ChangeRequest(submission_id=submission_id, event_id=new_id(), form=form, traceparent=current_traceparent())


def _change(change: Change) -> ChangeBody:
    return ChangeBody(id=change.submission_id, round=change.round, version=change.version, month=change.month)


def _status(file: File, versions: list[PastVersion], zone: str) -> StatusBody:
    dossier = file.dossier
    return StatusBody(
        id=dossier.submission_id,
        reference=file.reference,
        channel=file.channel,
        received_at=file.received_at,
        state=_state(dossier),
        month=dossier.month,
        zone=zone,
        round=dossier.round,
        version=dossier.version,
        question=_question(dossier),
        withdrawal=_withdrawal(dossier),
        proposal=dossier.proposal,
        versions=[VersionBody(**asdict(version)) for version in versions],
    )


def _state(dossier: Dossier) -> str:
    if isinstance(dossier.withdrawal, Withdrawn):
        return "withdrawn"
    match dossier.standing:
        case Asked():
            return "asked"
        case Decided():
            return dossier.standing.outcome
        case _:
            return "waiting"


def _question(dossier: Dossier) -> QuestionBody | None:
    asked = dossier.standing
    return QuestionBody(question=asked.question, answer_by=asked.answer_by) if isinstance(asked, Asked) else None


def _withdrawal(dossier: Dossier) -> str:
    match dossier.withdrawal:
        case NoWithdrawal():
            return "none"
        case WithdrawalDenied():
            return dossier.withdrawal.code
        case Withdrawn():
            return "withdrawn"
        case _:
            return "pending"


def _json(body: BaseModel, status: int) -> Response:
    return Response(body.model_dump_json(), status, media_type="application/json")
