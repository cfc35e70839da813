"""All that a reform's page tells, put together from what the record holds of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.chassis.database import Transaction
from services.publish.domain.progress import Said, progress_of
from services.publish.domain.reforms import Document
from services.publish.domain.rounds import RoundLink
from services.publish.domain.stories import StoryDocument
from services.publish.domain.traces import Newest, changed_at
from services.publish.domain.way import Step, StepKind, way_of
from services.publish.site.addresses import retracted
from services.publish.site.citing import Cited, cite
from services.publish.site.shapes import HistoryItem, ReformPage, StoryLink, address_of, history_of
from services.publish.store import tellings
from services.publish.store.beside import find_beside
from services.publish.store.notices import Letter, list_letters
from services.publish.store.reforms import Story, find_first, find_story
from services.publish.store.rounds import list_rounds
from services.publish.store.said import find_said
from services.publish.store.traces import find_newest

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
    newest: Newest | None = None
    rounds: Sequence[RoundLink] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """In what a page is written: the day on which it is read, the zone of its days, and what makes addresses whole.

    ``is_over`` where it is read as it stood at the end of that day.
    """

    on: date
    zone: ZoneInfo
    whole: Callable[[str], str]
    is_over: bool = False


async def find_reform(tx: Transaction, reference: str, at: datetime | None) -> Found | None:
    """Find what the record holds of a reform; None where it never was public.

    Raises:
        Problem: 410 where it was retracted.
    """
    story = await find_story(tx, reference, at)
    if story is None:
        return None
    document, beside = standing_of(reference, story), await find_beside(tx, reference)
    newest = await find_newest(tx, [reference], at) if beside.said or beside.encouraged else {}
    return Found(
        story=story,
        document=document,
        first=document if len(story.changes) == 1 else await find_first(tx, reference),
        letters=await list_letters(tx, reference, at) if beside.letters else (),
        said=await find_said(tx, reference, at) if beside.said else Said(),
        stories=await tellings.list_stories_of_reform(tx, reference, STORIES, at) if beside.stories else (),
        newest=newest.get(reference),
        rounds=await list_rounds(tx, reference, at) if document.round > 1 else (),
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
    published_at, changed = last.published_at or last.entered_at, changed_at(last.entered_at, found.newest)
    return ReformPage(
        reference=document.reference,
        url=address_of(document.reference),
        published_at=published_at,
        changed_at=changed,
        version=last.version,
        address=address,
        record=document,
        history=history,
        way=way_of(found.first, [*_changes(history), *map(_letter, found.letters)], setting.zone, found.rounds),
        progress=progress_of(document.reform.proposal.milestones, found.said, setting.on, setting.zone),
        stories=tuple(map(_link, found.stories)),
        citation=cite(_cited(document, last.version, published_at, setting, _read_at(address, changed, setting))),
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


def _read_at(address: str, changed: datetime, setting: Setting) -> str:
    # a day that is not over cannot be asked for; where nothing changed on it, it reads as the day before did
    if setting.is_over:
        return f"{address}?as_of={setting.on}"
    if changed.astimezone(setting.zone).date() < setting.on:
        return f"{address}?as_of={setting.on - timedelta(days=1)}"
    return address


def _cited(document: Document, version: int, published_at: datetime, setting: Setting, address: str) -> Cited:
    reform = document.reform
    own = reform.published_title == reform.proposal.title
    return Cited(
        reference=document.reference,
        title=reform.published_title,
        author=reform.proposal.lead_institution,
        day=published_at.astimezone(setting.zone).date(),
        read_on=setting.on,
        version=version,
        language=reform.proposal.language if own else "en",
        address=address,
    )
