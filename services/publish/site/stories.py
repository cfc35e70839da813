"""The public doors of stories: the list and each story, as pages and as JSON."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from fastapi import Request, Response

from contracts.vocabulary import Area
from services.chassis.database import Transaction
from services.publish.domain.stories import StoryDocument
from services.publish.site.addresses import REFERENCE, unknown_story
from services.publish.site.answering import Answering, Shown
from services.publish.site.listing import chips_of, shortened
from services.publish.site.parameters import DAY_NAMES, STORY_NAMES
from services.publish.site.query import Asked
from services.publish.site.shapes import Summary
from services.publish.site.shapes import summary_of as summary_of_reform
from services.publish.site.tidying import tidied
from services.publish.store import stories as store
from services.publish.store.listing import Place
from services.publish.store.lists import Listed
from services.publish.store.position import Position
from services.publish.store.reforms import find_story as find_reform
from services.publish.store.tellings import list_reforms_of_story

REFORMS = 10
"""How many of the reforms that a story tells of are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySummary:
    """A story in the list."""

    reference: str
    url: str
    title: str
    language: str
    area: Area
    about: str
    author: str
    author_kind: Literal["government", "civil-society", "partner"]
    member: str | None
    released_at: datetime
    synthetic: bool


@dataclass(frozen=True, slots=True)
class StoryListing:
    """One page of the list, newest first; ``next`` is the address of the one that follows."""

    stories: list[StorySummary]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPage:
    """A story that may be shown, and the reforms in the record that it tells of."""

    reference: str
    url: str
    record: StoryDocument
    reforms: list[Summary] = field(default_factory=list)


class Stories:
    """The list of stories and each story."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def listing(self, request: Request) -> Response:
        """Show a page of the list."""

        async def find(tx: Transaction, position: Position) -> Shown:
            asked = shortened(self._answering.read(request, STORY_NAMES, position), request)
            return Shown(
                await _list(tx, asked, request.url.path), "stories", {"asked": asked, "chips": chips_of(asked)}
            )

        return tidied(request, STORY_NAMES) or await self._answering.answer(request, find)

    async def story(self, request: Request, reference: str) -> Response:
        """Show a story."""

        async def find(tx: Transaction, position: Position) -> Shown:
            at = self._answering.read(request, DAY_NAMES, position).filters.at
            found = await store.find_story(tx, reference, at) if REFERENCE.fullmatch(reference) else None
            if found is None:
                raise unknown_story()
            told = await _find_reforms(tx, reference, at)
            return Shown(StoryPage(reference=reference, url=address_of(reference), record=found, reforms=told), "story")

        return await self._answering.answer(request, find)


def address_of(reference: str) -> str:
    """Give the address of a story, for ever."""
    return f"/stories/{reference}"


def summary_of(document: StoryDocument) -> StorySummary:
    """Sum a story up for the list."""
    story = document.story
    return StorySummary(
        reference=document.reference,
        url=address_of(document.reference),
        title=story.title,
        language=story.language,
        area=story.area,
        about=story.about,
        author=story.author,
        author_kind=story.author_kind,
        member=document.member.code if document.member else None,
        released_at=document.released_at,
        synthetic=story.synthetic,
    )


async def _find_reforms(tx: Transaction, story: str, at: datetime | None) -> list[Summary]:
    named = await list_reforms_of_story(tx, story, REFORMS, at)
    found = [(await find_reform(tx, reference, at)) for reference in named]
    return [
        summary_of_reform(Listed(one.changes[-1].published_at or one.changes[-1].entered_at, one.document))
        for one in found
        if one and one.document
    ]


async def _list(tx: Transaction, asked: Asked, path: str) -> StoryListing:
    found = await store.list_stories(tx, asked.filters, asked.after, asked.limit + 1)
    shown, more = found[: asked.limit], len(found) > asked.limit
    next_page = f"{path}?{asked.then(Place(shown[-1].released_at, shown[-1].reference))}" if more else None
    return StoryListing([summary_of(document) for document in shown], next_page)
