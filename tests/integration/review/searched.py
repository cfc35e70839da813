"""Items in every state and of many kinds, and what a search must find of them: said in Python, term by term."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.chassis.codec import decode
from services.review.domain.items import word_of
from services.review.domain.likeness import normalise
from services.review.domain.searching.keys import GROUPS, KEYS, WORDS
from services.review.domain.searching.language import Query, Term
from services.review.store.shapes import ItemColumns, write_state
from tests.controls.review import states
from tests.integration.review.conftest import Desk

ME, OTHER = "viewer:1", "data-team:7"
MONTHS = {"open": "2026-12", "sealed": "2026-11", "releasing": "2026-10", "released": "2025-09"}
TITLES = ("Réforme budgétaire ouverte", "Open courts", "Agua para todos", "A register of ghosts")
INSTITUTIONS = ("Ministère de la Justice", "Water Board", "Cour des comptes")

BATCH = """
INSERT INTO batch (month, state, count, excluded, manifest_hash, sealed_at, release_by, release_at)
SELECT $1, $2, k.n, k.n, k.h, k.at, k.who, k.left_at FROM (VALUES (1)) AS one
LEFT JOIN LATERAL (SELECT 0 AS n, repeat('0', 64) AS h, now() AS at,
                          CASE WHEN $2 <> 'sealed' THEN 'support-unit:1' END AS who,
                          CASE WHEN $2 <> 'sealed' THEN now() END AS left_at) AS k ON $2 <> 'open'
"""
ITEM = """
INSERT INTO item (submission_id, round, month, version, state, unanswered, declared_area, reference, title, member,
                  institution, received_by, told_by, assessment, outcome, ruling, hold, encouragement, answer_by,
                  channel, language, resubmission, came_at)
VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $1, $1, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
"""
TRAITS = """
INSERT INTO likeness (submission_id, version, reference, member, title, institution) VALUES ($1, 1, $2, $3, $4, $5)
"""


class Stored(NamedTuple):
    """What stands of an item, seen from outside."""

    submission_id: UUID
    round: int
    month: str
    status: str
    reference: str
    title: str
    member: str
    institution: str
    declared: str
    area: str
    channel: str
    language: str
    flags: frozenset[str]
    assessor: str | None
    holds: Mapping[str, bool]


async def store_items(desk: Desk, times: int = 12) -> list[Stored]:
    """Put so many items of each state into the store."""
    for state, month in MONTHS.items():
        await desk.admin.execute(BATCH, month, state)
    chance = random.Random(7)
    names = [name for _ in range(times) for name in states()]
    found = [_make(number, name, chance) for number, name in enumerate(names)]
    for name, one in zip(names, found, strict=True):
        await _insert(desk, one, write_state(states()[name]))
    await desk.admin.execute("ANALYZE item")
    return found


def expected(stored: Sequence[Stored], query: Query, me: str) -> set[tuple[UUID, int]]:
    """Say which items a search must find."""
    return {(one.submission_id, one.round) for one in stored if all(_fits(one, term, me) for term in query)}


def some_queries(count: int) -> Iterator[Query]:
    """Make up searches: each value of each key, as it is and negated, then combinations of them."""
    chance = random.Random(11)
    single = [
        Term(key, (value,), negated) for key in (*KEYS, WORDS) for value in _values(key) for negated in (False, True)
    ]
    yield ()
    yield from ((term,) for term in single)
    for _ in range(count):
        terms = chance.sample(single, chance.randint(1, 3))
        key = chance.choice([*KEYS])
        yield (*terms, Term(key, tuple(chance.sample(_values(key), min(2, len(_values(key))))), chance.random() < 0.3))


def _values(key: str) -> list[str]:
    chosen: Mapping[str, list[str]] = {
        "area": ["justice", "access-to-information", "civic-space"],
        "declared": ["justice", "civic-space"],
        "month": [*MONTHS.values(), "2026", "2024"],
        "country": ["CR", "KE", "FR"],
        "member": ["CR", "KE", "KEMAK"],
        "language": ["es", "fr", "sw"],
        "assigned": ["me", "nobody", OTHER],
        "title": ["reforme", "open courts", "zzz"],
        "institution": ["justice", "Water Board"],
        "ref": ["OGC-2026-000003", "OGC-2026-999999"],
        WORDS: ["budgétaire", "water", "register"],
    }
    return chosen.get(key) or list(KEYS[key].known)


def _make(number: int, name: str, chance: random.Random) -> Stored:
    columns = write_state(states()[name])
    round_, declared = chance.choice([1, 1, 2]), chance.choice(["justice", "civic-space"])
    area = _area_of(columns) or declared
    praised, again = name == "Accepted" and chance.random() < 0.5, chance.random() < 0.2
    return Stored(
        submission_id=UUID(int=(0x0192 << 112) | (0x7 << 76) | (0x8 << 60) | chance.getrandbits(40)),
        round=round_,
        month=_place_of(name),
        status=word_of(states()[name]),
        reference=f"OGC-2026-{number:06d}",
        title=chance.choice(TITLES),
        member=chance.choice(["CR", "KE", "KEMAK"]),
        institution=chance.choice(INSTITUTIONS),
        declared=declared,
        area=area,
        channel=chance.choice(KEYS["channel"].known),
        language=chance.choice(["es", "fr", "sw"]),
        flags=frozenset(chance.sample(["timing", "duplicate", "bidi"], chance.choice([0, 0, 1, 2]))),
        assessor=chance.choice([None, ME, OTHER]),
        holds={
            "answer": round_ > 1 and name != "Unanswered",
            "assessment": columns.assessment is not None,
            "clarification": round_ > 1 or columns.outcome == "clarification",
            "decision": columns.ruling is not None,
            "held": columns.hold is not None,
            "promising": praised,
            "resubmission": again,
            "retagged": area != declared,
            "unanswered": name == "Unanswered",
        },
    )


def _area_of(columns: ItemColumns) -> str | None:
    if columns.ruling:
        return str(decode(dict[str, Any], columns.ruling)["tagging"]["area"])
    return str(decode(dict[str, Any], columns.assessment)["proposed_area"]) if columns.assessment else None


async def _insert(desk: Desk, one: Stored, columns: ItemColumns) -> None:
    praise = '{"promising": true, "support": []}' if one.holds["promising"] else None
    await desk.admin.execute(
        ITEM, one.submission_id, one.round, one.month, columns.state, one.holds["unanswered"], one.declared,
        one.reference, one.title, one.member, one.institution, columns.assessment, columns.outcome, columns.ruling,
        columns.hold, praise, columns.answer_by, one.channel, one.language, one.holds["resubmission"],
        datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    traits = (one.reference, one.member, normalise(one.title), normalise(one.institution))
    await desk.admin.execute(TRAITS, one.submission_id, *traits)
    for flag in one.flags:
        await desk.admin.execute("INSERT INTO flagged VALUES ($1, $2, $3)", one.submission_id, one.round, flag)
    if one.assessor:
        assigned = (one.submission_id, one.round, one.assessor)
        await desk.admin.execute("INSERT INTO assignment VALUES ($1, $2, $3, '{}', $3, now())", *assigned)


def _place_of(name: str) -> str:
    if name == "Entered":
        return MONTHS["open"]
    if name in {"InReview", "Unanswered", "Assessed", "Decided", "HeldBack"}:
        return MONTHS["sealed"]
    return MONTHS["releasing" if name == "Departing" else "released"]


def _fits(one: Stored, term: Term, me: str) -> bool:
    return any(_is(one, term.key, value, me) for value in term.values) is not term.negated


def _is(one: Stored, key: str, value: str, me: str) -> bool:
    texts = {WORDS: (one.title, one.institution), "title": (one.title,), "institution": (one.institution,)}
    if key in texts:
        return any(normalise(value) in normalise(text) for text in texts[key])
    if key in {"has", "is"}:
        return one.holds[value]
    fits: Mapping[str, object] = {
        "status": one.status in GROUPS.get(value, (value,)),
        "month": one.month.startswith(value),
        "country": one.member.startswith(value),
        "flagged": bool(one.flags) if value == "any" else value in one.flags,
        "assigned": one.assessor == {"me": me, "nobody": None}.get(value, value),
        "ref": one.reference == value,
    }
    return bool(fits[key] if key in fits else getattr(one, key) == value)
