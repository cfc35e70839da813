"""What the JSON of the public record holds."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Literal
from uuid import UUID

from contracts.vocabulary import Area
from services.publish.domain.progress import Progress
from services.publish.domain.reforms import Document, PublicLevel
from services.publish.domain.way import Step
from services.publish.site.citing import Citation
from services.publish.store.lists import Listed
from services.publish.store.reforms import Change, Story
from services.publish.store.tallies import Totals

ChangeKind = Literal["published", "corrected", "retracted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A reform in the list. ``title`` is the Support Unit's, ``submitted_title`` the institution's own."""

    reference: str
    url: str
    title: str
    submitted_title: str
    language: str
    member: str
    member_name: str
    place: str
    region: str | None
    level: PublicLevel
    lead_institution: str
    area: Area
    batch: str
    published_at: datetime
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list, newest first; ``next`` is the address of the one that follows."""

    reforms: list[Summary]
    next: str | None


@dataclass(frozen=True, slots=True)
class Front:
    """The three counters, of distinct entities, and the newest reforms."""

    totals: Totals
    newest: list[Summary]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryItem:
    """One change of a reform in the public record. A ``silent`` effect is a matter of spelling."""

    change: ChangeKind
    at: datetime
    decision_id: UUID
    effect: str | None
    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLink:
    """A story that tells of a reform."""

    reference: str
    url: str
    title: str
    language: str
    author: str
    released_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReformPage:
    """A reform that stands in the public record, and its history, oldest first.

    ``promising`` is what the Support Unit says of it beyond its decision; ``support`` the support and awards given.
    ``way`` tells each step to this page and since; ``address`` is the whole address, for citations.
    """

    reference: str
    state: Literal["published"] = "published"
    url: str
    published_at: datetime
    changed_at: datetime
    version: int = 1
    address: str = ""
    record: Document
    history: list[HistoryItem]
    way: tuple[Step, ...] = ()
    progress: Progress = field(default_factory=Progress)
    stories: tuple[StoryLink, ...] = ()
    citation: Citation | None = None
    promising: bool = False
    promising_why: str | None = None
    support: tuple[str, ...] = ()


def address_of(reference: str) -> str:
    """Give the address of a reform, for ever."""
    return f"/reforms/{reference}"


def place_of(document: Document) -> str:
    """Call the jurisdiction by its name: the locality where there is one, else the member."""
    return document.reform.proposal.jurisdiction or document.member.name


def summary_of(listed: Listed) -> Summary:
    """Sum a reform up for the list."""
    document, reform = listed.document, listed.document.reform
    return Summary(
        reference=document.reference,
        url=address_of(document.reference),
        title=reform.published_title,
        submitted_title=reform.proposal.title,
        language=reform.proposal.language,
        member=document.member.code,
        member_name=document.member.name,
        place=place_of(document),
        region=document.member.region,
        level=document.level,
        lead_institution=reform.proposal.lead_institution,
        area=reform.assigned_area,
        batch=document.batch,
        published_at=listed.published_at,
        synthetic=reform.proposal.synthetic,
    )


def history_of(story: Story) -> list[HistoryItem]:
    """Tell what became of a reform, oldest first."""
    first, *_ = story.changes
    return [_item(None, first), *(_item(before, change) for before, change in pairwise(story.changes))]


def _item(before: Change | None, change: Change) -> HistoryItem:
    return HistoryItem(
        change=_kind(before, change),
        at=change.entered_at,
        decision_id=change.decision_id,
        effect=change.effect,
        why=change.why,
    )


def _kind(before: Change | None, change: Change) -> ChangeKind:
    if change.published_at is None:
        return "retracted"
    return "published" if before is None or before.published_at is None else "corrected"
