"""The doors of those who hold a receipt: look where it stands, amend, answer, withdraw."""

from dataclasses import asdict
from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response

from services.chassis.database import Database
from services.chassis.doors.web import read_body
from services.chassis.ids import new_id
from services.chassis.telemetry import current_traceparent
from services.intake.api.bodies import (
    ChangeBody,
    QuestionBody,
    StatusBody,
    VersionBody,
    WithdrawalBody,
    json_response,
    problems,
    request_body,
)
from services.intake.api.contributions import ContributionBody, contribution_body
from services.intake.api.refusing import problem_of, refusals_as_problems
from services.intake.domain.dossier import Asked, Decided, Dossier, NoWithdrawal, WithdrawalDenied, Withdrawn
from services.intake.domain.forms import AmendmentForm, AnswerForm, WithdrawalForm
from services.intake.domain.problems import Refused, refused
from services.intake.domain.reading import FormT, read_request
from services.intake.domain.requests import ChangeRequest, RequestForm
from services.intake.reception.grouping import Reception
from services.intake.reception.outcome import Change
from services.intake.reception.pacing import Pacing
from services.intake.settings import Settings
from services.intake.store.contributions import find_contributions
from services.intake.store.dossiers import File, PastVersion, find_files, list_versions

SecretHeader = Annotated[str | None, Header(alias="Receipt-Token", description="The receipt's secret.")]


def make_submission_doors(database: Database, reception: Reception, pacing: Pacing, settings: Settings) -> APIRouter:
    """Make the doors that a receipt opens."""
    router = APIRouter(tags=["submissions"])
    doors = SubmissionDoors(database, reception, pacing, settings)
    router.add_api_route(
        "/submissions/{submission_id}",
        doors.show,
        response_model=StatusBody | ContributionBody,
        responses=problems(401, 403, 404, 422, 503),
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
            responses=problems(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503),
            openapi_extra=request_body(form),
        )
    return router


class SubmissionDoors:
    """What a submitter can do with a receipt: look where it stands, amend, answer, withdraw."""

    def __init__(self, database: Database, reception: Reception, pacing: Pacing, settings: Settings) -> None:
        self.database = database
        self.reception = reception
        self.pacing = pacing
        self.desk = reception.desk
        self.zone = settings.zone

    async def show(self, request: Request, submission_id: UUID, receipt_token: SecretHeader = None) -> Response:
        """Say where a submission stands."""
        self._check_secret(request, submission_id, receipt_token)
        async with self.database.transaction(read_clock=False) as tx:
            if files := await find_files(tx, [submission_id]):
                versions = await list_versions(tx, submission_id)
                return json_response(_status(files[submission_id], versions, self.zone), 200)
            if found := await find_contributions(tx, [submission_id]):
                return json_response(contribution_body(found[submission_id]), 200)
        raise problem_of(refused("unknown-submission"))

    async def amend(self, request: Request, submission_id: UUID, receipt_token: SecretHeader = None) -> Response:
        """Replace the proposal, until the month of its round is closed."""
        form = await self._read(AmendmentForm, request, submission_id, receipt_token)
        return json_response(_change(await self._ask(_asked(submission_id, form))), 200)

    async def answer(self, request: Request, submission_id: UUID, receipt_token: SecretHeader = None) -> Response:
        """Answer the Support Unit's question, which opens the next round."""
        form = await self._read(AnswerForm, request, submission_id, receipt_token)
        return json_response(_change(await self._ask(_asked(submission_id, form))), 200)

    async def withdraw(self, request: Request, submission_id: UUID, receipt_token: SecretHeader = None) -> Response:
        """Ask to withdraw; review says whether it still can be, and the status tells."""
        form = await self._read(WithdrawalForm, request, submission_id, receipt_token)
        await self._ask(_asked(submission_id, form))
        return json_response(WithdrawalBody(id=submission_id), 202)

    async def _read(
        self, model: type[FormT], request: Request, submission_id: UUID, receipt_token: str | None
    ) -> FormT:
        self.pacing.count_address(request)
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

    async def _ask(self, arrival: ChangeRequest) -> Change:
        outcome = cast("Change | Refused", await self.reception.ask(arrival))
        if isinstance(outcome, Refused):
            raise problem_of(outcome)
        return outcome


def _asked(submission_id: UUID, form: RequestForm) -> ChangeRequest:
    return ChangeRequest(submission_id=submission_id, event_id=new_id(), form=form, traceparent=current_traceparent())


def _change(change: Change) -> ChangeBody:
    return ChangeBody(id=change.submission_id, round=change.round, version=change.version, month=change.month)


def _status(file: File, versions: list[PastVersion], zone: str) -> StatusBody:
    dossier = file.dossier
    return StatusBody(
        id=dossier.submission_id,
        reference=file.reference,
        channel=file.dossier.channel,
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
