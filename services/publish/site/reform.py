"""All that a reform's page tells, put together from what the record holds of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.chassis.database import Transaction
from services.publish.domain.progress import Said, progress_of
from services.publish.domain.reforms import Document
from services.publish.domain.stories import StoryDocument
from services.publish.domain.way import Step, StepKind, way_of
from services.publish.site.addresses import retracted
from services.publish.site.citing import Cited, cite
from services.publish.site.shapes import HistoryItem, ReformPage, StoryLink, address_of, history_of
from services.publish.store import tellings
from services.publish.store.beside import find_beside
from services.publish.store.notices import Letter, list_letters
from services.publish.store.reforms import Story, find_first, find_story
from services.publish.store.said import find_said

STORIES = 20
"""How many of the stories that tell of a reform its page names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the record holds of a reform that stands in it. ``first`` is how it read when it first appeared."""

    story: Story
    document: Document
    first: Document
    letters: Sequence[Letter] = ()
    said: Said = field(default_factory=Said)
    stories: Sequence[StoryDocument] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """In what a page is written: the day on which it is read, the zone of its days, and what makes addresses whole."""

    on: date
    zone: ZoneInfo
    whole: Callable[[str], str]


async def find_reform(tx: Transaction, reference: str, at: datetime | None) -> Found | None:
    """Find what the record holds of a reform; None where it never was public.

    Raises:
        Problem: 410 where it was retracted.
    """
    story = await find_story(tx, reference, at)
    if story is None:
        return None
    document, beside = standing_of(reference, story), await find_beside(tx, reference)
    return Found(
        story=story,
        document=document,
        first=document if len(story.changes) == 1 else await find_first(tx, reference),
        letters=await list_letters(tx, reference, at) if beside.letters else (),
        said=await find_said(tx, reference, at) if beside.said else Said(),
        stories=await tellings.list_stories_of_reform(tx, reference, STORIES, at) if beside.stories else (),
    )


def standing_of(reference: str, story: Story) -> Document:
    """Give what stands under a reference.

    Raises:
        Problem: 410 where it was retracted.
    """
    last = story.changes[-1]
    if story.document is None or last.published_at is None:
        raise retracted(reference, last)
    return story.document


def page_of(found: Found, setting: Setting) -> ReformPage:
    """Give a reform's page."""
    story, document, last = found.story, found.document, found.story.changes[-1]
    history, address = history_of(story), setting.whole(address_of(document.reference))
    return ReformPage(
        reference=document.reference,
        url=address_of(document.reference),
        published_at=last.published_at or last.entered_at,
        changed_at=last.entered_at,
        version=last.version,
        address=address,
        record=document,
        history=history,
        way=way_of(found.first, [*_changes(history), *map(_letter, found.letters)], setting.zone),
        progress=progress_of(document.reform.proposal.milestones, found.said, setting.on, setting.zone),
        stories=tuple(map(_link, found.stories)),
        citation=cite(_cited(document, last.version, last.entered_at.astimezone(setting.zone).date(), address)),
        promising=story.promising,
        promising_why=story.promising_why,
        support=story.support,
    )


def _changes(history: Sequence[HistoryItem]) -> list[Step]:
    return [Step(step=_kind(place, item), at=item.at, about=item.why) for place, item in enumerate(history)]


def _kind(place: int, item: HistoryItem) -> StepKind:
    if item.change == "corrected" and item.effect == "silent":
        return "retouched"
    return "published-again" if item.change == "published" and place else item.change


def _letter(letter: Letter) -> Step:
    return Step(step="letter", at=letter.told_at, about=letter.kind, role=letter.role, became=letter.became)


def _link(document: StoryDocument) -> StoryLink:
    story = document.story
    return StoryLink(
        reference=document.reference,
        url=f"/stories/{document.reference}",
        title=story.title,
        language=story.language,
        author=story.author,
        released_at=document.released_at,
    )


def _cited(document: Document, version: int, day: date, address: str) -> Cited:
    reform = document.reform
    own = reform.published_title == reform.proposal.title
    return Cited(
        reference=document.reference,
        title=reform.published_title,
        author=reform.proposal.lead_institution,
        day=day,
        version=version,
        language=reform.proposal.language if own else "en",
        address=address,
    )
