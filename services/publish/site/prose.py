"""The pages that say what this is: about, method, data and API, terms, privacy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from fastapi import APIRouter, Request, Response

from contracts.reference import Criteria, Language, in_force, words
from services.chassis.database import Transaction
from services.publish.site.answering import Answering, Shown
from services.publish.site.opening import open_door
from services.publish.site.parameters import DAY_NAMES
from services.publish.site.reader import reader_of
from services.publish.site.wording import Wording
from services.publish.store.position import Position

PAGES = ("about", "method", "api", "terms", "privacy")
NAMES: Mapping[str, Sequence[str]] = MappingProxyType({"method": DAY_NAMES})
"""What may be asked of them: the method holds the criteria of a day, the others nothing that time changes."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page. In ``text`` and ``points``, links are ``[words](address)`` and code stands in back quotes."""

    id: str
    heading: str
    text: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Prose:
    """A page of words, in the reader's language."""

    language: Language
    title: str
    lead: str
    sections: list[Section]


class Explaining:
    """The pages that explain."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def show(self, request: Request, page: str) -> Response:
        """Show one of them."""
        wording = Wording(reader_of(request).language, self._answering.zone)

        async def find(_: Transaction, position: Position) -> Shown:
            asked = self._answering.read(request, NAMES.get(page, ()), position)
            month = f"{self._answering.day_of(asked, position):%Y-%m}"
            told = prose_of(wording, page, in_force(month).criteria, self._answering.whole(""))
            return Shown(told, "prose", {"page": page})

        return await self._answering.answer(request, find)


def prose_of(wording: Wording, page: str, criteria: Criteria, site: str) -> Prose:
    """Give a page in one language, with the criteria of its day and the address of this site in its place."""
    told = wording.all(page)
    sections = [_section(part, site) for part in told["sections"]]
    if page == "method":
        sections.insert(0, _criteria(wording, criteria))
    return Prose(wording.language, told["title"], told["lead"], sections)


def _section(told: dict[str, Any], site: str) -> Section:
    return Section(**{**told, "code": [example.replace("{site}", site) for example in told.get("code", [])]})


def _criteria(wording: Wording, criteria: Criteria) -> Section:
    told = str(wording.t("method.criteria_text", version=criteria.version, day=wording.day(criteria.valid_from)))
    met = [
        f"**{wording.t(f'method.{name}')}**{wording.t('site.colon')} {wording.typeset(words(entry, wording.language))}"
        for name, entries in (("gate", criteria.gates), ("criterion", criteria.criteria))
        for entry in entries
    ]
    return Section("criteria", str(wording.t("method.criteria_heading")), [told], met)


def add_prose_doors(router: APIRouter, answering: Answering) -> None:
    """Open the pages that explain."""
    explaining = Explaining(answering)
    for page in PAGES:
        open_door(router, f"/{page}", _door(explaining, page), Prose, NAMES.get(page, ()))


def _door(explaining: Explaining, page: str) -> Any:
    async def show(request: Request) -> Response:
        return await explaining.show(request, page)

    return show
