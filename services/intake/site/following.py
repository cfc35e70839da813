"""The doors behind a receipt in one language: look where it stands, amend, answer, ask to withdraw."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from contracts.reference import Language, areas, words
from services.chassis.codec import decode, encode
from services.chassis.doors.answers import see_other
from services.intake.domain.forms import AmendmentForm, AnswerForm, WithdrawalForm
from services.intake.domain.problems import Refused
from services.intake.domain.reading import read_request
from services.intake.domain.requests import RequestForm
from services.intake.reception.outcome import Change
from services.intake.site.choices import fixed_choices
from services.intake.site.house import House, not_found, read_id
from services.intake.site.messages import Messages, message_of, place_issues
from services.intake.site.questions import NOMINATION, STANDALONE, STORY, text_of
from services.intake.site.status import Status, Told, criteria_of, find_status, reasons_of
from services.intake.site.typed import Typed, change_rows, number_of, read_typed, tree_of, typed_of, with_rows
from services.intake.store.months import read_moment

PROPOSAL = text_of(STANDALONE)
"""What an amendment may change."""

_TEXTS = {form.name: text_of(form) for form in (STORY, NOMINATION)}
_NO_MESSAGES = Messages()
_NOTHING_WRONG = {"answer": "", "reason": ""}
_DONE = ("amended", "same", "answered", "withdrawn")


class StatusDoors:
    """What can be seen and done with the secret of a receipt, in one language."""

    def __init__(self, house: House, language: Language) -> None:
        self.house = house
        self.language = language

    async def receipt(self, request: Request) -> Response:
        """Show the receipt, with the link to keep."""
        status = await self._find(request)
        link = f"{self.house.own_url}{self._path(status.submission_id)}"
        path = self._path(status.submission_id, "receipt", plain=True)
        is_again = "again" in request.query_params
        return self.house.write(self.language, "receipt", path=path, it=status, link=link, is_again=is_again)

    async def show(self, request: Request) -> Response:
        """Show where it stands."""
        done = next((name for name in _DONE if name in request.query_params), "")
        return self._page(await self._find(request), done=done)

    async def amend(self, request: Request) -> Response:
        """Show the text as it stands, to be changed."""
        status = await self._find(request)
        if "amend" not in status.may:
            return see_other(self._path(status.submission_id))
        return self._editor(status, typed_of(PROPOSAL, _tree_of(status.told)), status.version)

    async def change(self, request: Request) -> Response:
        """Do what the pressed button of the editor says."""
        sent = await self.house.read(request)
        status = await self._find(request)
        typed = read_typed(PROPOSAL, sent.flat)
        version = number_of(sent.one("version"))
        if sent.verb == "send":
            return await self._amend(status, typed, version)
        return self._editor(status, change_rows(PROPOSAL, typed, sent.verb, sent.object), version)

    async def answer(self, request: Request) -> Response:
        """Bring the answer in."""
        sent = await self.house.read(request)
        status = await self._find(request)
        answer = sent.one("answer").replace("\r\n", "\n").strip()
        told = {"schema_version": 1, "answer": answer} if answer else {"schema_version": 1}
        outcome = await self._ask(AnswerForm, status.submission_id, told)
        if isinstance(outcome, Refused):
            return self._page(status, answer=answer, wrong=self._wrong("answer", outcome), code=outcome.status)
        return see_other(f"{self._path(status.submission_id)}?answered")

    async def withdraw(self, request: Request) -> Response:
        """Ask to withdraw."""
        sent = await self.house.read(request)
        status = await self._find(request)
        reason = sent.one("reason").replace("\r\n", "\n").strip()
        told = {"schema_version": 1, "reason": reason} if reason else {"schema_version": 1}
        outcome = await self._ask(WithdrawalForm, status.submission_id, told)
        if isinstance(outcome, Refused):
            return self._page(status, reason=reason, wrong=self._wrong("reason", outcome), code=outcome.status)
        return see_other(f"{self._path(status.submission_id)}?withdrawn")

    async def _amend(self, status: Status, typed: Typed, version: int | None) -> Response:
        asked = {question.name.partition(".")[2] for question in PROPOSAL.questions}
        kept = {name: value for name, value in _json_of(status.told).items() if name not in asked}
        text = kept | tree_of(PROPOSAL, typed).get("proposal", {})
        told = {"schema_version": 1, "amends_version": version, "proposal": text}
        outcome = await self._ask(AmendmentForm, status.submission_id, told)
        if isinstance(outcome, Refused):
            messages = place_issues(PROPOSAL, typed, outcome.issues, self.language)
            return self._editor(status, typed, version, messages, outcome.status)
        return see_other(f"{self._path(status.submission_id)}?{'amended' if outcome.is_new else 'same'}")

    async def _ask(self, model: type[RequestForm], submission_id: UUID, told: Mapping[str, Any]) -> Change | Refused:
        try:
            form = read_request(model, encode(told))
        except Refused as refusal:
            return refusal
        return await self.house.request(submission_id, form)

    async def _find(self, request: Request) -> Status:
        submission_id = read_id(request.path_params["submission_id"])
        if not self.house.desk.is_secret_of(submission_id, request.path_params["secret"]):
            raise not_found()
        async with self.house.database.transaction() as tx:
            moment = await read_moment(tx, self.house.desk.zone, tx.now)
            status = await find_status(tx, submission_id, moment)
        if status is None:
            raise not_found()
        return status

    def _page(self, status: Status, code: int = 200, **context: Any) -> Response:
        ruling = status.ruling
        form = _TEXTS.get(status.channel, PROPOSAL)
        told: dict[str, Any] = {
            "form": form,
            "typed": typed_of(form, _tree_of(status.told)),
            "lists": fixed_choices(self.language),
            "area_names": {entry.code.value: words(entry, self.language) for entry in areas().areas},
            "reasons": reasons_of(ruling, self.language) if ruling else [],
            "criteria": criteria_of(ruling, self.language) if ruling else {},
            "own": self._path(status.submission_id),
            "zone_name": self.house.zone,
            "path": self._path(status.submission_id, plain=True),
        }
        blank = {"done": "", "answer": "", "reason": "", "wrong": _NOTHING_WRONG}
        return self.house.write(self.language, "status", code, it=status, **told, **(blank | context))

    def _editor(
        self,
        status: Status,
        typed: Typed,
        version: int | None,
        messages: Messages = _NO_MESSAGES,
        code: int = 200,
    ) -> Response:
        return self.house.write(
            self.language,
            "amend",
            code,
            it=status,
            form=PROPOSAL,
            typed=with_rows(PROPOSAL, typed),
            version=version,
            messages=messages,
            lists=fixed_choices(self.language),
            own=self._path(status.submission_id),
            plain=self._path(status.submission_id, plain=True),
        )

    def _wrong(self, name: str, refusal: Refused) -> dict[str, str]:
        return _NOTHING_WRONG | {name: message_of(name, refusal.code, {}, self.language)}

    def _path(self, submission_id: UUID, page: str = "status", *, plain: bool = False) -> str:
        behind = f"/{page}/{submission_id}/{self.house.desk.secret_of(submission_id)}"
        return behind if plain else f"/{self.language}{behind}"


def _json_of(told: Told) -> dict[str, Any]:
    written: dict[str, Any] = decode(dict[str, Any], encode(told))
    return {name: value for name, value in written.items() if value is not None}


def _tree_of(told: Told) -> dict[str, Any]:
    return {type(told).__name__.lower(): _json_of(told)}
