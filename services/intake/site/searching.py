"""The page on which a search of the public record is saved, to be told by letter of what it finds."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response

from contracts.reference import Language
from services.chassis.codec import encode
from services.chassis.doors.answers import OPEN, page, see_other
from services.chassis.doors.marks import unmarked
from services.intake.domain.forms import SearchForm, SubscriptionForm
from services.intake.domain.problems import Refused
from services.intake.domain.reading import read_request
from services.intake.reception.subscribing import subscribe, write_search
from services.intake.site.filters import NAMES, list_filters
from services.intake.site.house import House
from services.intake.site.messages import message_of
from services.intake.site.words import words_of

SAVE_SEARCH = "/searches"
"""Where the page is, behind its language; the filters stand in the address as they do in the public list's."""

OF_THE_PAGE = frozenset({"lang", "limit", "cursor"})
"""What may stand in the list's address and is no filter."""

YES_OR_NO = frozenset({"retagged", "promising"})
VALUE_SHOWN = 60

Typed = Mapping[str, str]


class Unsaved(Exception):
    """Such a search cannot be saved: ``code`` says why, because of the filter ``name``."""

    def __init__(self, code: str, name: str, value: str) -> None:
        super().__init__(f"{code} {name}")
        self.code, self.name, self.value = code, name, value


class SearchDoors:
    """What can be done about a search, in one language."""

    def __init__(self, house: House, language: Language) -> None:
        self.house = house
        self.language = language

    async def open(self, request: Request) -> Response:
        """Ask for an address, and show which search it is."""
        try:
            typed = read_filters(request.query_params.multi_items())
        except Unsaved as unsaved:
            return self._refuse(unsaved)
        return await self._form(typed, "", "")

    async def ask(self, request: Request) -> Response:
        """Owe the letter that asks to confirm; whoever is known already is told the same."""
        sent = await self.house.read(request)
        pairs = [(name, value) for name, values in sent.flat.items() if name != "address" for value in values]
        address = sent.one("address").strip()
        try:
            typed = read_filters(pairs)
            form = read_request(SubscriptionForm, encode(self._wish(address, typed)))
        except Unsaved as unsaved:
            return self._refuse(unsaved)
        except Refused as refusal:
            code = refusal.code if address else "missing"
            error = message_of("address", code, {"address": "address"}, self.language)
            return await self._form(typed, address, error, 400)
        async with self.house.database.transaction() as tx:
            await subscribe(tx, self.house.desk, form)
        return see_other(f"/{self.language}{SAVE_SEARCH}/sent")

    async def asked(self, _: Request) -> Response:
        """Say that a letter is on its way."""
        told: dict[str, Any] = {"about": "search", "said": "asked", "asked": []}
        return self.house.write(self.language, "subscription", 200, f"{SAVE_SEARCH}/sent", **told)

    def _wish(self, address: str, typed: Typed) -> dict[str, object]:
        return {"address": address, "language": self.language, "search": _plain(typed)}

    async def _form(self, typed: Typed, address: str, error: str, status: int = 200) -> Response:
        written = write_search(_check(typed))
        async with self.house.database.transaction() as tx:
            asked = await list_filters(tx, written, self.language)
        path = f"{SAVE_SEARCH}{'?' if typed else ''}{urlencode(typed)}"
        told: dict[str, Any] = {"filters": typed, "asked": asked, "typed": address, "error": error}
        return page(self.house.pages.write(self.language, "search", path, **told), self.language, status, OPEN)

    def _refuse(self, unsaved: Unsaved) -> Response:
        words = words_of(self.language)["search"]
        name = words["filters"].get(unsaved.name, _printable(unsaved.name))
        text = words["refused"][unsaved.code].format(name=name, value=_printable(unsaved.value))
        said = {"title": words["refused"]["title"], "text": text}
        return page(self.house.pages.write(self.language, "problem", said=said), self.language, 400, OPEN)


def read_filters(pairs: Iterable[tuple[str, str]]) -> Typed:
    """Read the filters of the public list; what has no value, or marks who passed it on, is as good as none.

    Raises:
        Unsaved: ``as_of``, ``unknown``, ``repeated`` or ``value``, for the first that is wrong.
    """
    given = [(name, value) for name, value in unmarked(pairs) if value and name not in OF_THE_PAGE]
    counts = Counter(name for name, _ in given)
    for name, value in given:
        if name not in NAMES:
            raise Unsaved("as_of" if name == "as_of" else "unknown", name, value)
        if counts[name] > 1:
            raise Unsaved("repeated", name, value)
    typed = dict(given)
    _check(typed)
    return typed


def _check(typed: Typed) -> SearchForm:
    try:
        return read_request(SearchForm, encode(_plain(typed)))
    except Refused as refusal:
        name = refusal.issues[0].field.strip("/")
        raise Unsaved("value", name, typed.get(name, "")) from None


def _printable(text: str) -> str:
    return "".join(one for one in text[:VALUE_SHOWN] if one.isprintable())


def _plain(typed: Typed) -> dict[str, object]:
    return {
        name: value == "true" if name in YES_OR_NO and value in {"true", "false"} else value
        for name, value in typed.items()
    }
