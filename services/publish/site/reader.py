"""Who reads: in which language, and at which address, so that every link keeps what the reader chose."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Request

from contracts.reference import Language
from services.chassis.doors.web import Problem
from services.publish.site.forms import wishes
from services.publish.site.wording import LANGUAGES, language_of

Pairs = tuple[tuple[str, str], ...]

DATED = re.compile(r"/|/(reforms|stories|batches|areas|members|statistics|releases|method)\b.*")
"""The pages that can be read as they were on a day."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader of a page. ``chosen`` is the language that the address names, if it names one.

    ``query`` holds the rest of the address, and ``as_of`` the day in it whose record is read, if one is.
    """

    language: Language = "en"
    chosen: Language | None = None
    path: str = "/"
    query: Pairs = ()
    as_of: date | None = None

    def to(self, path: str, **query: object) -> str:
        """Give an address of this site in the language that the reader chose, and of the same day.

        What is None or empty is left out of its query.
        """
        chosen = {"as_of": self.as_of if DATED.fullmatch(path) else None, **query, "lang": self.chosen}
        return _join(path, {name: str(value) for name, value in chosen.items() if value not in {None, ""}})

    def here_in(self, language: Language) -> str:
        """Give the address of the same page in another language."""
        return _join(self.path, {**dict(self.query), "lang": language})

    def kept(self, address: str) -> str:
        """Give an address that may have a query already in the language that the reader chose."""
        kept = [pair for pair in parse_qsl(urlsplit(address).query) if pair[0] != "lang"]
        return self.to(urlsplit(address).path, **dict(kept))

    @property
    def as_it_stands(self) -> str:
        """The address of the same page of the record as it stands now."""
        rest = {name: value for name, value in self.query if name not in {"as_of", "cursor"}}
        return _join(self.path, {**rest, **({"lang": self.chosen} if self.chosen else {})})

    @property
    def here(self) -> str:
        """The address of the same page in whatever language its reader prefers."""
        return _join(self.path, dict(self.query))


def reader_of(request: Request) -> Reader:
    """Say who reads: the language is the one that the address names, else the first of ours that the browser wishes."""
    query = tuple((name, value) for name, value in request.query_params.multi_items() if value)
    chosen = next((language_of(value) for name, value in query if name == "lang" and value in LANGUAGES), None)
    rest = tuple(pair for pair in query if pair[0] != "lang")
    language = chosen or preferred(request.headers.get("accept-language", ""))
    return Reader(language, chosen, request.url.path, rest, _day(dict(rest).get("as_of", "")))


def check_language(request: Request) -> None:
    """Refuse an address that names another language than ours, or several.

    Raises:
        Problem: 400 with ``value`` or ``repeated``.
    """
    given = [value for value in request.query_params.getlist("lang") if value]
    if len(given) > 1:
        raise _refusal("repeated", "may stand there once")
    if given and given[0] not in LANGUAGES:
        raise _refusal("value", "must be one of: " + ", ".join(LANGUAGES))


def preferred(accept_language: str) -> Language:
    """Give the first of our languages among the wishes of a browser, English where there is none."""
    ranked = sorted(wishes(accept_language), key=lambda wish: -wish[1])
    return next((known for tag, quality in ranked if quality > 0 and (known := language_of(tag))), "en")


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _refusal(code: str, detail: str) -> Problem:
    told = f"lang: {detail}"
    return Problem(400, code, told, [{"code": code, "field": "lang", "detail": told}])


def _join(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
