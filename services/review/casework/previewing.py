"""Shows a batch as it would leave: what would be published, every letter that would go, and what stands against it."""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from contracts.decisions import Reform
from contracts.event import Fact
from services.chassis.database import Database, Transaction
from services.chassis.doors.web import Problem
from services.review.casework.rendering import Letter, NotifyAway, Renderer
from services.review.domain.acting import carry_out
from services.review.domain.batches import BATCH_TABLE, OrderRelease
from services.review.domain.commands import Release
from services.review.domain.evolution import OUTCOME_WORDS, ruling_of
from services.review.domain.items import Decline, HeldOver, Question
from services.review.domain.refused import refused
from services.review.store import batches, departures
from services.review.store import release as store
from services.review.store.departures import Key
from services.review.store.items import Found

AT_ONCE = 4
"""So many letters notify is asked for at once."""
BEFORE_ALL: Key = (UUID(int=0), 0)
_CURSOR = re.compile(r"(leaving|held-over)\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(\d{1,4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """One item as it would leave. ``reform`` is what would be published, where it is accepted."""

    submission_id: UUID
    round: int
    month: str
    revision: int
    reference: str
    title: str
    member: str
    institution: str
    is_held_over: bool
    type: str
    outcome: str
    reform: Reform | None = None
    reason_codes: tuple[str, ...] = ()
    question: str | None = None
    note: str | None = None
    letters: list[Letter] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """What stands against the release: the code with which it would be refused, and for how many items."""

    code: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The whole batch as it would leave, with the items that earlier releases left behind."""

    accepted: int
    declined: int
    clarifications: int
    held_over: int
    undecided: int
    held_back: int
    withdrawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterCount:
    """How many letters of one kind, in one language, stand on this page."""

    kind: str
    language: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A page of a batch as it would leave; ``next`` is the cursor of the page after this one, if there is one.

    ``letters_missing`` says why letters are not shown: notify could not be asked.
    """

    month: str
    obstacles: list[Obstacle]
    totals: Totals
    letters: list[LetterCount]
    letters_missing: str | None
    items: list[Departure]
    next: str | None


async def preview_batch(
    database: Database, renderer: Renderer, month: str, cursor: str | None = None, limit: int = 50
) -> Preview:
    """Show a page of a sealed batch as its release would let it out. Nothing is told, kept or locked.

    Raises:
        Problem: 404 ``unknown-batch``, 422 ``cursor``.
        Refusal: ``batch-not-sealed``, ``already-releasing``, ``already-released``.
    """
    after = _read_cursor(cursor)
    async with database.transaction() as tx:
        await _check_unreleased(tx, month)
        obstacles = await _find_obstacles(tx, month)
        totals = Totals(**await departures.count_would_leave(tx, month))
        found = await _list_would_leave(tx, month, after, limit)
        at = tx.now
    facts = [carry_out(one.state, Release(dossier=one.dossier, at=at)).facts[0] for one in found]
    letters, missing = await _render(renderer, facts)
    return Preview(
        month=month,
        obstacles=obstacles,
        totals=totals,
        letters=_count(letters),
        letters_missing=missing,
        items=[_depart(*line) for line in zip(found, facts, letters, strict=True)],
        next=_cursor(found[-1]) if len(found) == limit else None,
    )


async def _check_unreleased(tx: Transaction, month: str) -> None:
    batch = await batches.find_batch(tx, month)
    if batch is None:
        raise Problem(404, "unknown-batch", f"there is no batch of {month}")
    cell = BATCH_TABLE[type(batch)][OrderRelease]
    if isinstance(cell, str):
        raise refused(cell)


async def _find_obstacles(tx: Transaction, month: str) -> list[Obstacle]:
    counted = {
        "undecided": await store.count_undecided(tx, month),
        "held-over-undecided": await store.count_held_over_undecided(tx, month),
    }
    return [Obstacle(code=code, count=count) for code, count in counted.items() if count]


async def _list_would_leave(tx: Transaction, month: str, after: tuple[str, Key], limit: int) -> list[Found]:
    which, key = after
    found: list[Found] = []
    if which == "leaving":
        leaving = await departures.list_leaving(tx, month, key, limit)
        found = await departures.find_decided(tx, leaving)
        key = BEFORE_ALL
    return found + await departures.list_would_be_held_over(tx, month, key, limit - len(found))


async def _render(renderer: Renderer, facts: Sequence[Fact]) -> tuple[list[list[Letter]], str | None]:
    turns, missing = asyncio.Semaphore(AT_ONCE), list[str]()

    async def render(fact: Fact) -> list[Letter]:
        async with turns:
            try:
                return [] if missing else await renderer.render(fact)
            except NotifyAway as away:
                missing.append(away.code)
                return []

    letters = await asyncio.gather(*(render(fact) for fact in facts))
    return letters, missing[0] if missing else None


def _depart(found: Found, fact: Fact, letters: list[Letter]) -> Departure:
    state, receipt, ruling = found.state, found.dossier.receipt, ruling_of(found.state)
    assert ruling is not None  # noqa: S101 - what leaves is decided
    outcome = ruling.outcome
    return Departure(
        submission_id=UUID(state.item.submission_id),
        round=state.item.round,
        month=state.item.month,
        revision=found.revision,
        reference=receipt.reference,
        title=found.dossier.proposal.title,
        member=receipt.member.name,
        institution=found.dossier.proposal.lead_institution,
        is_held_over=isinstance(state, HeldOver),
        type=fact.data.TYPE,
        outcome=OUTCOME_WORDS[type(outcome)],
        reform=getattr(fact.data, "reform", None),
        reason_codes=outcome.reason_codes if isinstance(outcome, Decline) else (),
        question=outcome.question if isinstance(outcome, Question) else None,
        note=ruling.note,
        letters=letters,
    )


def _count(letters: Sequence[Sequence[Letter]]) -> list[LetterCount]:
    counted = Counter((one.kind, one.language) for several in letters for one in several)
    return [LetterCount(kind=kind, language=tag, count=count) for (kind, tag), count in sorted(counted.items())]


def _cursor(last: Found) -> str:
    which = "held-over" if isinstance(last.state, HeldOver) else "leaving"
    return f"{which}.{last.state.item.submission_id}.{last.state.item.round}"


def _read_cursor(cursor: str | None) -> tuple[str, Key]:
    if cursor is None:
        return "leaving", BEFORE_ALL
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise Problem(422, "cursor", "this cursor is not from here")
    return found[1], (UUID(found[2]), int(found[3]))
