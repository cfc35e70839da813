"""The public door of the list of reforms: every filter, what can be chosen, and the words that were found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from contracts.reference import Language
from services.chassis.database import Transaction
from services.publish.domain.excerpts import Piece, excerpt_of, text_of
from services.publish.site import caching
from services.publish.site.answering import Answering, Shown
from services.publish.site.forms import Form, form_asked
from services.publish.site.opening import open_door
from services.publish.site.parameters import LIST_NAMES
from services.publish.site.query import Asked
from services.publish.site.reader import reader_of
from services.publish.site.shapes import Listing, summary_of
from services.publish.site.tidying import tidied
from services.publish.store import lists, tallies
from services.publish.store.lists import Listed
from services.publish.store.position import Position
from services.publish.store.tallies import Locality, Tallies
from services.publish.store.words import mark_words

MOST_ON_A_PAGE = 40
"""How many a page shows at most, so that it stays under 50 kB; JSON has as many as it is asked for."""
LOCALITIES = 60
"""How many localities can be chosen before a country is."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the record has of each kind, with how many reforms: all that is worth asking for."""

    tallies: Tallies = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    localities: Sequence[Locality] = ()

    def of(self, dimension: str) -> Mapping[str, int]:
        """Give the kinds of a dimension: code to how many."""
        return self.tallies.get(dimension, {})

    def localities_of(self, country: str | None) -> list[Locality]:
        """Give the localities of a country or, while they are few, of all."""
        chosen = [one for one in self.localities if country in {None, one.country}]
        return chosen if country or len(chosen) <= LOCALITIES else []


class Chip(NamedTuple):
    """A filter that is set, and the query without it."""

    name: str
    value: str
    rest: Mapping[str, str]


class Reforms:
    """The list of reforms."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._choices: caching.Kept[Choices] = caching.Kept()

    async def listing(self, request: Request) -> Response:
        """Show a page of the list."""

        async def find(tx: Transaction, position: Position) -> Shown:
            asked = shortened(self._answering.read(request, LIST_NAMES, position), request)
            found = await lists.list_reforms(tx, asked.filters, asked.after, asked.limit + 1)
            listing = listing_of(found, asked, request.url.path)
            if form_asked(request) is Form.JSON:
                return Shown(listing, "listing")
            extra = {
                "asked": asked,
                "whole": self._answering.whole,
                "chips": chips_of(asked),
                "saving": saving_of(asked, self._answering.intake_url, reader_of(request).language),
                "choices": await self._choose(tx, position, asked.filters.at),
                "excerpts": await find_excerpts(tx, asked.filters.q, found[: asked.limit]),
            }
            return Shown(listing, "listing", extra)

        return tidied(request, LIST_NAMES) or await self._answering.answer(request, find)

    async def _choose(self, tx: Transaction, position: Position, at: datetime | None) -> Choices:
        if at is not None:
            return await _find_choices(tx, at)
        return await self._choices.give(position.state, lambda: _find_choices(tx))


def add_list_doors(router: APIRouter, answering: Answering) -> None:
    """Add the door of the list."""
    open_door(router, "/reforms", Reforms(answering).listing, Listing, LIST_NAMES)


def saving_of(asked: Asked, intake_url: str, language: Language) -> str | None:
    """Give the address of the page at intake where a search is saved; none for what no letter can tell of later."""
    if not intake_url or asked.as_of:
        return None
    query = urlencode({name: value for name, value in asked.given.items() if name != "limit"})
    return f"{intake_url}/{language}/searches{'?' if query else ''}{query}"


def listing_of(found: Sequence[Listed], asked: Asked, path: str) -> Listing:
    """Give a page of the list; one more than is shown is found where another page follows."""
    shown = found[: asked.limit]
    more = len(found) > asked.limit
    return Listing([summary_of(one) for one in shown], f"{path}?{asked.then(shown[-1].place)}" if more else None)


def shortened(asked: Asked, request: Request) -> Asked:
    """Let a page for people be no longer than one reads, whatever it is asked; what follows is on the next."""
    return replace(asked, limit=min(asked.limit, MOST_ON_A_PAGE)) if form_asked(request) is Form.PAGE else asked


def chips_of(asked: Asked) -> list[Chip]:
    """Give the filters that are set, each with the query without it. The day is none: the page tells it apart."""
    given = asked.given
    names = [name for name in given if name not in {"as_of", "limit"}]
    return [Chip(name, given[name], {key: value for key, value in given.items() if key != name}) for name in names]


async def find_excerpts(tx: Transaction, q: str | None, shown: Sequence[Listed]) -> Mapping[str, tuple[Piece, ...]]:
    """Show where the words stand: reference to excerpt, for those that have them in their own text."""
    if q is None or not shown:
        return {}
    documents = [one.document for one in shown]
    texts = [(document.reform.proposal.language, text_of(document)) for document in documents]
    marked = await mark_words(tx, q, texts)
    return {
        document.reference: excerpt_of(text, one)
        for document, (_, text), one in zip(documents, texts, marked, strict=True)
    }


async def _find_choices(tx: Transaction, at: datetime | None = None) -> Choices:
    names = {member.code: member.name for member in await tallies.list_members(tx, at)}
    return Choices(await tallies.list_tallies(tx, at), names, await tallies.list_localities(tx, at=at))
