"""The page on which a search of the public record is saved, to be told by letter of what it finds."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from contracts.reference import Language, areas, words
from contracts.subscriptions import SavedSearch
from services.chassis.codec import decode, encode
from services.chassis.doors.answers import OPEN, page, see_other
from services.chassis.doors.web import Problem
from services.intake.domain.forms import SearchForm, SubscriptionForm
from services.intake.domain.problems import Refused
from services.intake.domain.reading import read_request
from services.intake.reception.subscribing import subscribe, write_search
from services.intake.site.house import House
from services.intake.site.messages import message_of
from services.intake.site.words import words_of

SAVE_SEARCH = "/searches"
"""Where the page is, behind its language; the filters stand in the address as they do in the public list's."""

NAMES = tuple(SearchForm.model_fields)

Typed = Mapping[str, str]


class SearchDoors:
    """What can be done about a search, in one language."""

    def __init__(self, house: House, language: Language) -> None:
        self.house = house
        self.language = language

    async def open(self, request: Request) -> Response:
        """Ask for an address, and show which search it is."""
        typed = {name: value for name, value in request.query_params.items() if name in NAMES and value}
        return self._form(typed, _read(typed), "", "")

    async def ask(self, request: Request) -> Response:
        """Owe the letter that asks to confirm; whoever is known already is told the same."""
        sent = await self.house.read(request)
        typed = {name: value for name in NAMES if (value := sent.one(name))}
        address, search = sent.one("address").strip(), _read(typed)
        wish = {"address": address, "language": self.language, "search": _plain(typed)}
        try:
            form = read_request(SubscriptionForm, encode(wish))
        except Refused as refusal:
            code = refusal.code if address else "missing"
            error = message_of("address", code, {"address": "address"}, self.language)
            return self._form(typed, search, address, error, 400)
        async with self.house.database.transaction() as tx:
            await subscribe(tx, self.house.desk, form)
        return see_other(f"/{self.language}{SAVE_SEARCH}/sent")

    async def asked(self, _: Request) -> Response:
        """Say that a letter is on its way."""
        told: dict[str, Any] = {"about": "search", "said": "asked", "asked": []}
        return self.house.write(self.language, "subscription", 200, f"{SAVE_SEARCH}/sent", **told)

    def _form(self, typed: Typed, search: SearchForm, address: str, error: str, status: int = 200) -> Response:
        asked = list_filters(write_search(search), self.language)
        told: dict[str, Any] = {"filters": typed, "asked": asked, "typed": address, "error": error}
        return page(self.house.pages.write(self.language, "search", **told), self.language, status, OPEN)


def list_filters(written: str, language: Language) -> list[tuple[str, str]]:
    """Give what a saved search asks for as its reader reads it: what is looked at, and what it must be."""
    search, said = decode(SavedSearch, written), words_of(language)["search"]
    given = ((name, getattr(search, name)) for name in NAMES)
    return [(said["filters"][name], _named(name, value, language)) for name, value in given if value is not None]


def _named(name: str, value: object, language: Language) -> str:
    if name == "area":
        return next(words(one, language) for one in areas().areas if one.code == value)
    named: Mapping[str, str] = words_of(language)["search"]["named"].get(name, {})
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return named.get(text, text)


def _read(typed: Typed) -> SearchForm:
    try:
        return read_request(SearchForm, encode(_plain(typed)))
    except Refused as refusal:
        raise Problem(400, refusal.code, "there is no such search") from None


def _plain(typed: Typed) -> dict[str, object]:
    return {
        name: value == "true" if value in {"true", "false"} and name == "retagged" else value
        for name, value in typed.items()
    }
