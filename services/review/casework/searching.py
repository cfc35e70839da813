"""Searches for items as doors and pages carry them out: read, bounded, a page at a time, with what is wrong told."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, NoReturn
from uuid import UUID

from services.chassis.database import Database, Transaction
from services.chassis.doors.web import Problem
from services.chassis.errors import took_too_long
from services.review.domain.searching.issues import Issue, Language, Unreadable, say
from services.review.domain.searching.keys import ENDED, GOING_ON, STATUSES
from services.review.domain.searching.language import Query, read_query, replace_key, statuses_of
from services.review.store.searching import ORDERS, Line, begin_search, count_statuses, find_unread
from services.review.store.searching import search_items as search
from services.review.store.searching_terms import Search

SortName = Literal["oldest", "newest", "member"]
CURSOR_MAX = 80
BOUNDS = ((GOING_ON, 300), (ENDED, 200))
"""So many are counted in these states together; the page tells that there may be more."""

_CURSOR = re.compile(
    r"(?:([A-Z]{2,6})\.)?(20[0-9]{2}-[0-9]{2})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([0-9]{1,4})"
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of what a search finds.

    ``counts`` are by status, of what goes on, whatever status it asks for; and of what has ended, where it asks for
    that. Of those in ``or_more`` there may be more.
    ``unread``: words and flags of what came in a moment ago are not searched yet.
    """

    lines: Sequence[Line]
    following: str | None
    counts: Mapping[str, int]
    or_more: frozenset[str]
    unread: bool
    now: datetime


async def search_page(
    database: Database, query: Query, actor_ref: str, order: SortName, cursor: str | None, limit: int
) -> Page:
    """Find a page of items from behind a place on.

    Raises:
        Problem: 400 ``invalid-cursor``; 422 ``search-too-slow``.
    """
    after = read_cursor(cursor, order)
    try:
        async with database.transaction() as tx:
            return await _search(tx, query, actor_ref, order, after, limit)
    except Exception as error:
        if took_too_long(error):
            raise Problem(422, "search-too-slow", "narrow it, by a month, a status or a member") from error
        raise


async def _search(
    tx: Transaction, query: Query, actor_ref: str, order: SortName, after: Sequence[object], limit: int
) -> Page:
    prepared = await begin_search(tx, query, actor_ref)
    lines = await search(tx, prepared, order, after, limit + 1)
    counts, or_more = await _count(tx, prepared)
    return Page(
        lines=lines[:limit],
        following=write_cursor(lines[limit - 1], order) if len(lines) > limit else None,
        counts={status: counts[status] for status in STATUSES if status in counts},
        or_more=or_more,
        unread=await find_unread(tx),
        now=tx.now,
    )


async def _count(tx: Transaction, prepared: Search) -> tuple[dict[str, int], frozenset[str]]:
    """Count what goes on apart from what has ended: of the one there is little, and all of it matters."""
    counts: dict[str, int] = {}
    or_more: list[str] = []
    for statuses, bound in BOUNDS:
        if statuses is ENDED and not finds_ended(prepared.query):
            continue
        query = replace_key(prepared.query, "status", *statuses)
        found = await count_statuses(tx, replace(prepared, query=query), bound)
        or_more += found if sum(found.values()) == bound else []
        counts |= found
    return counts, frozenset(or_more)


def finds_ended(query: Query) -> bool:
    """Say whether a search asks for anything that has ended."""
    return bool(statuses_of(query) & set(ENDED))


def read_search(text: str, language: Language = "en") -> Query:
    """Read a search.

    Raises:
        Problem: 400 ``unreadable-search``, with an error for each fault: its place, and what may have been meant.
    """
    try:
        return read_query(text)
    except Unreadable as unreadable:
        _refuse(unreadable.issues, language)


def write_cursor(line: Line, order: SortName) -> str:
    """Name the place of a line."""
    return ".".join(str(getattr(line, column)) for column in ORDERS[order].columns)


def read_cursor(cursor: str | None, order: SortName) -> Sequence[object]:
    """Give the place that a cursor names.

    Raises:
        Problem: 400 ``invalid-cursor``.
    """
    if cursor is None:
        return ()
    found = _CURSOR.fullmatch(cursor)
    if found is None or (found[1] is None) is (order == "member"):
        raise Problem(400, "invalid-cursor", "this cursor is none of ours, or of another order")
    place: list[object] = [found[2], UUID(found[3]), int(found[4])]
    return [found[1], *place] if order == "member" else place


def _refuse(issues: Sequence[Issue], language: Language) -> NoReturn:
    errors = [_error_of(issue, language) for issue in issues]
    told = " ".join(error["detail"] for error in errors)
    raise Problem(400, "unreadable-search", told, errors, {"Content-Language": language})


def _error_of(issue: Issue, language: Language) -> dict[str, Any]:
    return {
        "code": issue.code,
        "field": "q",
        "detail": say(issue, language),
        "place": issue.at + 1,
        "word": issue.word,
        "suggestions": list(issue.suggestions),
    }
