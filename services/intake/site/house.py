"""What all pages stand on: the database, the reception, the keys, the templates; and how a page says no."""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast
from uuid import UUID

from fastapi import Request, Response

from contracts.reference import Language
from services.chassis.database import Database
from services.chassis.doors.answers import page
from services.chassis.doors.sent import Sent, read_sent
from services.chassis.doors.web import Problem
from services.chassis.errors import Refusal, is_passing
from services.chassis.ids import new_id
from services.chassis.telemetry import current_traceparent
from services.intake.domain.application import Application
from services.intake.domain.problems import Refused
from services.intake.domain.requests import ChangeRequest, RequestForm
from services.intake.reception.grouping import Reception
from services.intake.reception.outcome import Change, Receipt
from services.intake.reception.pacing import Pacing
from services.intake.settings import Settings
from services.intake.site.pages import Pages
from services.intake.site.words import words_of

Door = Callable[[Request], Awaitable[Response]]

_NO_HEADERS: Mapping[str, str] = {}


def not_found() -> Problem:
    """Make the answer to a wrong address, new each time: one that is raised again keeps all earlier readers' frames."""
    return Problem(404, "not-found", "there is nothing at this address")


class House:
    """What the pages of all languages share."""

    def __init__(self, database: Database, reception: Reception, pacing: Pacing, settings: Settings) -> None:
        self.database = database
        self.pacing = pacing
        self.reception = reception
        self.desk = reception.desk
        self.own_url = settings.own_url
        self.zone = settings.zone
        self.pages = Pages(settings.zone_info)

    def check_draft(self, draft_id: str, secret: str) -> UUID:
        """Give the id of a draft to whoever has its secret.

        Raises:
            Problem: 404 ``not-found``.
        """
        known = read_id(draft_id)
        if not hmac.compare_digest(self.desk.secret_of_draft(known).encode(), secret.encode()):
            raise not_found()
        return known

    async def read(self, request: Request) -> Sent:
        """Read what a page of ours sends.

        Raises:
            Problem: 429 ``too-many-requests``, or what ``read_sent`` raises.
        """
        self.pacing.count_address(request)
        return await read_sent(request)

    async def bring(self, application: Application) -> Receipt | Refused:
        """Bring an application in, and give its receipt once that is committed."""
        return cast("Receipt | Refused", await self.reception.ask(application))

    async def request(self, submission_id: UUID, form: RequestForm) -> Change | Refused:
        """Bring in what is asked of a submission."""
        trace = current_traceparent()
        asked = ChangeRequest(submission_id=submission_id, event_id=new_id(), form=form, traceparent=trace)
        return cast("Change | Refused", await self.reception.ask(asked))

    def in_words(self, language: Language, door: Door) -> Door:
        """Let a door's refusals be told as a page, in its language."""

        async def answer(request: Request) -> Response:
            try:
                return await door(request)
            except Problem as problem:
                return self._refuse(language, problem.code, problem.status, problem.headers)
            except Refusal as refusal:
                return self._refuse(language, refusal.code, refusal.status)
            except Exception as error:
                if not is_passing(error):
                    raise
                return self._refuse(language, "unavailable", 503)

        return answer

    def write(self, language: Language, template: str, status: int = 200, path: str = "", **context: Any) -> Response:
        """Answer with a page that only its reader may keep."""
        return page(self.pages.write(language, template, path, **context), language, status)

    def _refuse(self, language: Language, code: str, status: int, headers: Mapping[str, str] = _NO_HEADERS) -> Response:
        said = words_of(language)["problem"]
        known = "unavailable" if status in {429, 503} else code
        response = self.write(language, "problem", status, said=said.get(known, said["default"]))
        response.headers.update(headers)
        return response


def read_id(text: str) -> UUID:
    """Read an id that stands in an address.

    Raises:
        Problem: 404 ``not-found``.
    """
    try:
        return UUID(text)
    except ValueError:
        raise not_found() from None
