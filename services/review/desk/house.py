"""What all pages of the desk stand on: the database, the settings, the templates; and how a page says no."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from markupsafe import Markup

from services.chassis.database import Database
from services.chassis.doors.answers import STAFF, page, see_other
from services.chassis.doors.auth import Principal
from services.chassis.doors.languages import language_of
from services.chassis.doors.web import Problem
from services.review.desk.cookies import LANGUAGE, Cookies
from services.review.desk.pages import Pages
from services.review.desk.visitor import CSRF, NOBODY, Visitor, visitor_of
from services.review.desk.words import LANGUAGES, NAMES, Language, words_of
from services.review.domain.problems import SENTENCES
from services.review.settings import Settings
from services.review.store.sessions import Lasting, find_session

HOME = "/desk/"
SIGN_IN = "/desk/sign-in"


class House:
    """What the pages share."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self.pages = Pages(settings.zone_info)
        self.cookies = Cookies(settings)
        self.lasting = Lasting(settings.session_idle_minutes, settings.session_hours)

    async def recognise(self, request: Request) -> None:
        """Find out who asks, once for each request."""
        request.state.visitor = await self._find_visitor(self.cookies.key_of(request))

    async def _find_visitor(self, key: str) -> Visitor:
        if not key:
            return NOBODY
        async with self.database.transaction(read_clock=False) as tx:
            staff = await find_session(tx, key, self.lasting)
        if staff is None:
            return Visitor(key)
        return Visitor(key, staff.name, staff.roles, Principal(staff.actor_ref, staff.scopes))

    def render(self, request: Request, template: str, status: int = 200, **context: Any) -> Response:
        """Answer with a page, in the reader's language. ``here`` names the part of the navigation that it is in."""
        visitor, language = visitor_of(request), language_for(request)
        field = Markup('<input type="hidden" name="{}" value="{}">').format(CSRF, visitor.csrf)
        told = {"visitor": visitor, "csrf_field": field, "address": address_of(request), **context}
        return page(self.pages.write(language, template, **told), language, status, STAFF)

    def refuse(self, problem: Problem, request: Request) -> Response:
        """Answer a problem: with a page that says what it is, or by leading to the sign-in."""
        if problem.code == "signed-out" and request.method == "GET":
            return see_other(leading_to(SIGN_IN, address_of(request)), STAFF)
        said = _said_of(problem, language_for(request))
        again = sent_in_vain(request) if problem.code in {"signed-out", "stale-form"} else []
        response = self.render(request, "problem", problem.status, said=said, problem=problem, again=again)
        response.headers.update(problem.headers)
        return response


def language_for(request: Request) -> Language:
    """Choose the reader's language: as they chose it, else as their browser asks."""
    chosen = request.cookies.get(LANGUAGE) or language_of(request.headers.get("accept-language", ""), NAMES)
    return next((known for known in LANGUAGES if known == chosen), "en")


def _said_of(problem: Problem, language: Language) -> Mapping[str, str]:
    told = words_of(language)["problem"]
    if problem.code in told["codes"]:
        found: Mapping[str, str] = told["codes"][problem.code]
        return found
    general = told["statuses"].get(str(problem.status)) or told["default"]
    known = SENTENCES.get(problem.code, {}).get(language)
    return {**general, "text": known} if known else general


def sent_in_vain(request: Request) -> list[tuple[str, str]]:
    """Give what was typed into a form whose session was over, so that it can be sent again; never a password."""
    if request.url.path == SIGN_IN or not hasattr(request.state, "sent"):
        return []
    return [(name, value) for name, values in request.state.sent.flat.items() for value in values if name != CSRF]


def address_of(request: Request) -> str:
    """Give the address that was asked for, to come back to it; what was sent by a form has none."""
    if request.method not in {"GET", "HEAD"}:
        return HOME
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}"


def own_address(text: str) -> str:
    """Give an address to go on to, if it is one of the desk's own, else the desk's first page."""
    is_ours = text.startswith("/desk/") and "\\" not in text and text.isprintable()
    return text if is_ours else HOME


def leading_to(path: str, address: str) -> str:
    """Make an address that knows where to go on to afterwards."""
    return f"{path}?{urlencode({'to': address})}"
