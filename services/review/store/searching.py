"""Searches carried out: pages by key, counts with a bound, and a plan for each."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from services.chassis.database import Record, Transaction
from services.review.domain.searching.language import Query
from services.review.store.searching_terms import Arguments, Bounds, Search, conditions_of

SEARCH_MILLISECONDS = 2_000

LIMIT_SEARCH = """
SELECT set_config('statement_timeout', $1, true), set_config('plan_cache_mode', 'force_custom_plan', true),
       set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)
"""
"""A plan for each search, since which index helps depends on what is searched; to compile or share it costs more."""


class Line(NamedTuple):
    """One item, as lists show it. ``area`` is where it stands now; ``came_at`` when this round came."""

    submission_id: UUID
    round: int
    month: str
    version: int
    revision: int
    status: str
    reference: str
    title: str
    member: str
    institution: str
    declared_area: str
    area: str
    channel: str
    language: str
    came_at: datetime
    flags: tuple[str, ...]
    assessor: str | None


class Order(NamedTuple):
    """An order of lists: the columns that it goes by, and whether it goes down."""

    columns: tuple[str, ...]
    descends: bool


ORDERS: Mapping[str, Order] = MappingProxyType(
    {
        "oldest": Order(("month", "submission_id", "round"), descends=False),
        "newest": Order(("month", "submission_id", "round"), descends=True),
        "member": Order(("member", "month", "submission_id", "round"), descends=False),
    }
)

_STATUS = """
CASE WHEN i.hold IS NOT NULL THEN CASE b.state WHEN 'sealed' THEN 'held-back' ELSE 'held-over' END
     WHEN i.state = 'entered' THEN CASE WHEN b.state = 'open' THEN 'entered'
                                        WHEN i.unanswered THEN 'unanswered' ELSE 'in-review' END
     WHEN i.state = 'decided' AND b.state <> 'sealed' THEN 'departing'
     ELSE i.state END
"""
_FROM = "FROM item i JOIN batch b ON b.month = i.month"
_LINE = """
i.submission_id, i.round, i.month, i.version, i.revision, i.reference, i.title, i.member, i.institution,
i.declared_area, i.area, i.channel, i.language, i.came_at,
ARRAY(SELECT f.flag FROM flagged f WHERE f.submission_id = i.submission_id AND f.round = i.round) AS flags,
(SELECT a.assessor FROM assignment a WHERE a.submission_id = i.submission_id AND a.round = i.round) AS assessor
"""
LIST_BOUNDS = """
SELECT month, state FROM batch WHERE state IN ('open', 'sealed', 'releasing')
UNION SELECT month, 'held' FROM item WHERE hold IS NOT NULL
"""


async def find_bounds(tx: Transaction) -> Bounds:
    """Find the few months in which there is something to do, whatever is stored."""
    bounds: dict[str, list[str]] = {"open": [], "sealed": [], "releasing": [], "held": []}
    for row in await tx.fetch(LIST_BOUNDS):
        bounds[row["state"]].append(row["month"])
    return bounds


async def begin_search(tx: Transaction, query: Query, actor_ref: str) -> Search:
    """Make ready to search: bound the time that a statement of this transaction may take from now on."""
    await tx.execute(LIMIT_SEARCH, str(SEARCH_MILLISECONDS))
    return Search(query, actor_ref, await find_bounds(tx))


async def search_items(tx: Transaction, search: Search, order: str, after: Sequence[object], limit: int) -> list[Line]:
    """List what a search finds from behind a place on, that place being the order's columns of the last line."""
    statement, values = lines_statement(search, order, after, limit)
    return [_read_line(row) for row in await tx.fetch(statement, *values)]


async def count_statuses(tx: Transaction, search: Search, bound: int) -> dict[str, int]:
    """Count what a search finds by its status; as many as the bound together are as many or more."""
    statement, values = counts_statement(search, bound)
    return {row["status"]: row["count"] for row in await tx.fetch(statement, *values)}


def lines_statement(search: Search, order: str, after: Sequence[object], limit: int) -> tuple[str, list[object]]:
    """Give the statement of a page, and its arguments."""
    columns, descends = ORDERS[order]
    arguments = Arguments()
    conditions = conditions_of(search, arguments)
    if after:
        places = ", ".join(arguments.add(value) for value in after)
        conditions.append(f"({_row(columns)}) {'<' if descends else '>'} ({places})")
    ordered = ", ".join(f"i.{column}{' DESC' if descends else ''}" for column in columns)
    parts = (
        "SELECT",
        _STATUS,
        "AS status,",
        _LINE,
        _FROM,
        _where(conditions),
        "ORDER BY",
        ordered,
        "LIMIT",
        arguments.add(limit),
    )
    return " ".join(parts), arguments.values


def counts_statement(search: Search, bound: int) -> tuple[str, list[object]]:
    """Give the statement of the counts, and its arguments."""
    arguments = Arguments()
    where = _where(conditions_of(search, arguments))
    bounded = ("(SELECT", _STATUS, "AS status", _FROM, where, "LIMIT", f"{arguments.add(bound)})")
    parts = ("SELECT status, count(*) AS count FROM", *bounded, "AS bounded GROUP BY status")
    return " ".join(parts), arguments.values


FIND_UNREAD = """
SELECT EXISTS (SELECT FROM likeness_due) OR EXISTS (SELECT FROM flagging_due) OR EXISTS (SELECT FROM pairing_due)
"""


async def find_unread(tx: Transaction) -> bool:
    """Say whether texts came in that searches by words and flags may not find yet."""
    unread: bool = await tx.fetchval(FIND_UNREAD)
    return unread


def _row(columns: Sequence[str]) -> str:
    return ", ".join(f"i.{column}" for column in columns)


def _where(conditions: Sequence[str]) -> str:
    return "WHERE " + " AND ".join(conditions) if conditions else ""


def _read_line(row: Record) -> Line:
    return Line(**{**row, "flags": tuple(row["flags"])})
