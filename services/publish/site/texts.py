"""The doors of whole texts: whatever a page may have no room for, word by word, on pages of their own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate, groupby

from fastapi import APIRouter, Request, Response
from markupsafe import escape

from services.chassis.database import Transaction
from services.chassis.doors.web import Problem
from services.publish.domain.changes import Told, fields_of
from services.publish.domain.progress import Progress
from services.publish.domain.traces import Trace
from services.publish.site.addresses import REFERENCE, unknown_story
from services.publish.site.answering import Answering, Shown
from services.publish.site.history import Version, find_versions
from services.publish.site.opening import GONE, open_door
from services.publish.site.parameters import DAY_NAMES
from services.publish.site.record import find_page
from services.publish.site.shapes import ReformPage
from services.publish.store.position import Position
from services.publish.store.stories import find_story

PIECE_LETTERS = 4_000
PAGE_BYTES = 32_000
"""How much of the texts stands on a page, as it is written there; what is around them is less than the rest."""
PARAGRAPH_BYTES = 20

WRITTEN = {
    *("published_title", "area_reason", "title", "description", "problems", "jurisdiction", "lead_institution", "plan"),
    *("supporting_institutions", "partners", "milestones"),
}
"""The fields of a reform in which somebody wrote something, as do those of ``values`` and ``findings``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text, or a piece of it: those of one field, version and ``when`` are all of it, one behind the other.

    ``when`` says of a field that changed whether this is how it read before that version, or since; a piece
    ``continues`` the one before it.
    """

    field: str
    text: str
    version: int | None = None
    when: str | None = None
    continues: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextsPage:
    """One of the ``pages`` on which the whole texts of a reform, of its history or of a story stand."""

    reference: str
    url: str
    title: str
    language: str
    page: int
    pages: int
    earlier: str | None
    next: str | None
    texts: list[Text]


class Texts:
    """Whole texts of reforms, of their histories, and of stories."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def reform(self, request: Request, reference: str, page: str) -> Response:
        """Show what stands in a reform, word by word."""

        async def find(tx: Transaction, position: Position) -> Shown:
            told = await find_page(self._answering, request, reference, tx, position)
            about = About(reference, told.url, told.record.reform.published_title, told.record.reform.proposal.language)
            criteria = {"criteria_version": told.record.criteria_version}
            return Shown(paged(about, "texts", texts_of(told), page), "texts", criteria)

        return await self._answering.answer(request, find)

    async def history(self, request: Request, reference: str, page: str) -> Response:
        """Show what changed in a reform, word by word."""

        async def find(tx: Transaction, position: Position) -> Shown:
            told, extra = await find_versions(tx, reference, self._at(request, position))
            about = About(reference, told.url, told.title, told.language)
            texts = [*changes_of(told.versions), *words_on(told.traces)]
            return Shown(paged(about, "history/texts", texts, page), "texts", extra)

        return await self._answering.answer(request, find)

    async def story(self, request: Request, reference: str, page: str) -> Response:
        """Show a story, word by word."""

        async def find(tx: Transaction, position: Position) -> Shown:
            at = self._at(request, position)
            found = await find_story(tx, reference, at) if REFERENCE.fullmatch(reference) else None
            if found is None:
                raise unknown_story()
            story = found.story
            told = {"story": story.text, "links": "\n".join(story.links)}
            texts = [Text(field=field, text=text) for field, text in told.items() if text]
            about = About(reference, f"/stories/{reference}", story.title, story.language)
            return Shown(paged(about, "texts", texts, page), "texts")

        return await self._answering.answer(request, find)

    def _at(self, request: Request, position: Position) -> datetime | None:
        return self._answering.read(request, DAY_NAMES, position).filters.at


@dataclass(frozen=True, slots=True)
class About:
    """Whose texts they are."""

    reference: str
    url: str
    title: str
    language: str


def add_text_doors(router: APIRouter, answering: Answering) -> None:
    """Add the doors of whole texts."""
    texts = Texts(answering)
    open_door(router, "/reforms/{reference}/texts/{page}", texts.reform, TextsPage, responses=GONE)
    open_door(router, "/reforms/{reference}/history/texts/{page}", texts.history, TextsPage, responses=GONE)
    open_door(router, "/stories/{reference}/texts/{page}", texts.story, TextsPage)


def texts_of(page: ReformPage) -> list[Text]:
    """Give all that was written in a reform, and of it since."""
    told = [(field, _joined(field, value)) for field, value in fields_of(page.record) if _is_written(field)]
    told += [("why", item.why or "") for item in page.history]
    told += [("promising_why", page.promising_why or ""), ("support", "\n".join(page.support))]
    told += _progress_of(page.progress)
    return [Text(field=field, text=text) for field, text in told if text]


def changes_of(versions: Sequence[Version]) -> list[Text]:
    """Give all that changed from version to version, the newest first: how it read before, and since."""
    return [
        Text(field=field, text=text, version=version.version, when=when)
        for version in versions
        for field, text, when in (
            ("why", version.why or "", None),
            *(
                (change.field, _joined(change.field, value), when)
                for change in version.fields
                for when, value in (("before", change.before), ("after", change.after))
            ),
        )
        if text
    ]


def words_on(traces: Sequence[Trace]) -> list[Text]:
    """Give all that was written of a reform beyond its decisions, the newest first."""
    return [Text(field=field, text=text) for trace in traces for field, text in _words_on(trace) if text]


def paged(about: About, room: str, texts: Sequence[Text], page: str) -> TextsPage:
    """Give one of the pages that the texts make.

    Raises:
        Problem: 404 where there is no such page.
    """
    pages = _paged(texts)
    number = int(page) if page.isascii() and page.isdecimal() and len(page) <= len(f"{len(pages)}") else 0
    if not 1 <= number <= len(pages) or page.startswith("0"):
        raise Problem(404, "not-found", "There are no texts at this address.")
    address = f"{about.url}/{room}/"
    return TextsPage(
        reference=about.reference,
        url=about.url,
        title=about.title,
        language=about.language,
        page=number,
        pages=len(pages),
        earlier=f"{address}{number - 1}" if number > 1 else None,
        next=f"{address}{number + 1}" if number < len(pages) else None,
        texts=pages[number - 1],
    )


def _paged(texts: Sequence[Text]) -> list[list[Text]]:
    pieces = [piece for text in texts for piece in _pieces(text)]
    sizes = accumulate(map(_bytes, pieces), _packed, initial=(0, 0))
    numbers = [number for number, _ in sizes][1:]
    grouped = groupby(zip(numbers, pieces, strict=True), key=lambda one: one[0])
    return [[piece for _, piece in group] for _, group in grouped] or [[]]


def _packed(before: tuple[int, int], size: int) -> tuple[int, int]:
    number, filled = before
    return (number, filled + size) if filled + size <= PAGE_BYTES else (number + 1, size)


def _pieces(text: Text) -> Iterator[Text]:
    begin = 0
    while begin < len(text.text):
        end = _end_of_piece(text.text, begin)
        yield replace(text, text=text.text[begin:end], continues=begin > 0)
        begin = end


def _end_of_piece(text: str, begin: int) -> int:
    end = begin + PIECE_LETTERS
    if end >= len(text):
        return len(text)
    found = max(text.rfind(sign, begin + PIECE_LETTERS // 2, end) for sign in ("\n", " "))
    return found + 1 if found > 0 else end


def _bytes(text: Text) -> int:
    return len(escape(text.text).encode()) + PARAGRAPH_BYTES * (text.text.count("\n") + 10)


def _is_written(field: str) -> bool:
    return field in WRITTEN or field.startswith(("values.", "findings."))


def _joined(field: str, value: Told) -> str:
    written = "\n".join(value) if isinstance(value, tuple) else value or ""
    return written.partition(": ")[2] if field.startswith("findings.") else written


def _words_on(trace: Trace) -> Iterator[tuple[str, str]]:
    if told := trace.milestone:
        yield "progress", "\n".join(part for part in (told.title, told.barrier, told.evidence) if part)
    elif given := trace.award:
        yield "awards", "\n".join(part for part in (given.award, given.given_by, given.link) if part)
    elif said := trace.encouragement:
        yield "promising_why", said.why or ""
        yield "support", "\n".join(said.support)


def _progress_of(progress: Progress) -> Iterator[tuple[str, str]]:
    standing = [(one.title, one.said_under, one.barrier, one.evidence) for one in progress.milestones]
    former = [(one.title, one.barrier, one.evidence) for one in progress.former_milestones]
    for title, *said in (*standing, *former):
        if any(said):
            yield "progress", "\n".join(part for part in (title, *said) if part)
    for award in progress.awards:
        yield "awards", "\n".join(part for part in (award.award, award.given_by, award.link) if part)
