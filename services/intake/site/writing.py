"""The doors of a form in one language: fill in, check, send; save, and come back to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import Request, Response

from contracts.reference import Language
from services.chassis.doors.answers import see_other
from services.chassis.doors.web import Problem
from services.chassis.ids import new_id
from services.chassis.telemetry import current_traceparent
from services.intake.domain.application import Application
from services.intake.domain.problems import Refused
from services.intake.domain.sources import WEB
from services.intake.reception.edge import apply
from services.intake.reception.mailing import address_in
from services.intake.reception.outcome import Receipt
from services.intake.site.applying import hold_against_rules, read_form
from services.intake.site.choices import Choice, fixed_choices, member_choices
from services.intake.site.house import House
from services.intake.site.messages import Messages, place_issues
from services.intake.site.questions import NOMINATION, Form
from services.intake.site.typed import Typed, change_rows, flatten, read_typed, tree_of, with_rows
from services.intake.site.words import words_of
from services.intake.store.drafts import MAX_BYTES, Draft, erase_draft, save_draft
from services.intake.store.registry import find_open_rounds, list_members
from services.intake.store.submissions import find_claims

_NO_MESSAGES = Messages()
_CLOSED = "no-open-round"


@dataclass(frozen=True, slots=True)
class Saved:
    """What a page says of a saved draft."""

    link: str
    path: str
    kept_until: datetime
    is_new: bool
    is_link_asked: bool
    has_address: bool


@dataclass(frozen=True, slots=True)
class Written:
    """A form as far as it is written, under the id that its submission will have with us."""

    draft_id: UUID
    typed: Typed


class FormDoors:
    """One form in one language."""

    def __init__(self, house: House, form: Form, language: Language) -> None:
        self.house = house
        self.form = form
        self.language = language

    async def open(self, _: Request) -> Response:
        """Show the form with nothing written yet; one that nothing can be sent with now, says so instead."""
        if closed := await self._closed():
            return self.house.write(self.language, "problem", path=f"/{self.form.name}", said=closed)
        told = {question.name: [self.language] for question in self.form.questions if _is_language(question.choices)}
        return await self._show(Written(new_id(), read_typed(self.form, told)))

    async def act(self, request: Request) -> Response:
        """Do what the pressed button says; Enter presses the one that checks."""
        sent = await self.house.read(request)
        draft_id, _, secret = sent.one("draft").partition(".")
        written = Written(self.house.check_draft(draft_id, secret), read_typed(self.form, sent.flat))
        match sent.verb:
            case "send":
                return await self._send(written)
            case "save":
                return await self._save(written)
            case "show" | "change" | "add" | "remove":
                typed = change_rows(self.form, written.typed, sent.verb, sent.object)
                return await self._show(Written(written.draft_id, typed))
            case _:
                return await self._check(written)

    async def come_back(self, draft: Draft, *, is_new: bool) -> Response:
        """Show a draft with everything that was written."""
        path = self._path_of(draft.draft_id)
        saved = Saved(
            link=f"{self.house.own_url}{path}",
            path=path,
            kept_until=draft.kept_until,
            is_new=is_new,
            is_link_asked=draft.is_link_asked,
            has_address=address_in(draft) is not None,
        )
        return await self._show(Written(draft.draft_id, draft.typed), saved=saved)

    async def _check(self, written: Written) -> Response:
        try:
            application = self._apply(written)
            async with self.house.database.transaction() as tx:
                await hold_against_rules(tx, application, self.house.desk.zone)
        except Refused as refusal:
            return await self._refuse(written, refusal)
        return self.house.write(
            self.language,
            "check",
            form=self.form,
            typed=written.typed,
            flat=flatten(self.form, written.typed),
            written=next(written.typed[q.name] for q in self.form.questions if q.choices == "languages"),
            lists=await self._lists(),
            token=self._token(written.draft_id),
        )

    async def _send(self, written: Written) -> Response:
        try:
            outcome = await self.house.bring(self._apply(written))
        except Refused as refusal:
            outcome = refusal
        if isinstance(outcome, Receipt):
            return await self._close(written.draft_id, outcome.submission_id)
        if outcome.code == "id-reused":
            return await self.sent_before(written.draft_id) or await self._refuse(written, outcome)
        return await self._refuse(written, outcome)

    async def sent_before(self, draft_id: UUID) -> Response | None:
        """Lead to the receipt of what was sent under this id, if it was."""
        key = (WEB, str(draft_id))
        async with self.house.database.transaction(read_clock=False) as tx:
            claim = (await find_claims(tx, [key])).get(key)
        return see_other(self._receipt(claim.submission_id, "?again")) if claim else None

    async def _close(self, draft_id: UUID, submission_id: UUID) -> Response:
        async with self.house.database.transaction(read_clock=False) as tx:
            await erase_draft(tx, draft_id)
        return see_other(self._receipt(submission_id))

    async def _save(self, written: Written) -> Response:
        if leads_on := await self.sent_before(written.draft_id):
            return leads_on
        async with self.house.database.transaction() as tx:
            draft = Draft(
                draft_id=written.draft_id,
                form=self.form.name,
                typed=written.typed,
                saved_at=tx.now,
            )
            if len(draft.content) > MAX_BYTES:
                raise Problem(413, "too-large", f"a draft may hold {MAX_BYTES} bytes")
            await save_draft(tx, self.house.desk.vault, draft)
        return see_other(f"{self._path_of(draft.draft_id)}?saved")

    async def _refuse(self, written: Written, refusal: Refused) -> Response:
        messages = place_issues(self.form, written.typed, refusal.issues, self.language)
        return await self._show(written, messages, status=refusal.status)

    async def _show(
        self, written: Written, messages: Messages = _NO_MESSAGES, *, saved: Saved | None = None, status: int = 200
    ) -> Response:
        return self.house.write(
            self.language,
            "form",
            status,
            form=self.form,
            typed=with_rows(self.form, written.typed),
            messages=messages,
            lists=await self._lists(),
            token=self._token(written.draft_id),
            draft=saved,
        )

    def _apply(self, written: Written) -> Application:
        tree = tree_of(self.form, written.typed) | {"schema_version": 1, "channel": self.form.name}
        if "holder" in tree and "language" in tree.get("contact", {}):
            tree["holder"]["language"] = tree["contact"]["language"]
        form = read_form(self.form, tree)
        external_id = str(written.draft_id)
        return apply(form, None, source=WEB, external_id=external_id, traceparent=current_traceparent())

    async def _closed(self) -> Mapping[str, str] | None:
        if self.form is not NOMINATION:
            return None
        async with self.house.database.transaction() as tx:
            rounds = await find_open_rounds(tx, tx.now.astimezone(self.house.desk.zone).date())
        words = words_of(self.language)
        return None if rounds else {"title": words["forms"][self.form.name]["title"], "text": words["errors"][_CLOSED]}

    async def _lists(self) -> Mapping[str, Iterable[Choice]]:
        async with self.house.database.transaction(read_clock=False) as tx:
            members = await list_members(tx)
        return {**fixed_choices(self.language), "members": member_choices(members, self.language)}

    def _token(self, draft_id: UUID) -> str:
        return f"{draft_id}.{self.house.desk.secret_of_draft(draft_id)}"

    def _path_of(self, draft_id: UUID) -> str:
        return f"/{self.language}/drafts/{draft_id}/{self.house.desk.secret_of_draft(draft_id)}"

    def _receipt(self, submission_id: UUID, query: str = "") -> str:
        return f"/{self.language}/receipt/{submission_id}/{self.house.desk.secret_of(submission_id)}{query}"


def _is_language(choices: str) -> bool:
    return choices in {"languages", "letters"}
