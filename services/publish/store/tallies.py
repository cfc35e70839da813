"""How many reforms there are of each kind: kept by the fold for now, counted for a day in the past."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.chassis.database import Record, Transaction

Tallies = Mapping[str, Mapping[str, int]]
"""Dimension to kind to how many reforms. A ``tagging`` is the declared area, ``>``, and the assigned one."""


@dataclass(frozen=True, slots=True)
class Totals:
    """The three counters: distinct entities that take part, and reforms."""

    countries: int
    localities: int
    reforms: int


COUNT_TOTALS = "SELECT countries, localities, reforms FROM public_totals"
COUNT_TOTALS_AT = """
SELECT count(DISTINCT participant) FILTER (WHERE participant LIKE 'country:%') AS countries,
       count(DISTINCT participant) FILTER (WHERE participant LIKE 'locality:%') AS localities,
       count(*) AS reforms
FROM public_entries
WHERE published_at IS NOT NULL AND entered_at < $1 AND (superseded_at IS NULL OR superseded_at >= $1)
"""


async def count_totals(tx: Transaction, at: datetime | None = None) -> Totals:
    """Count what the front page counts, now or as it was before ``at``."""
    row = await (tx.fetchrow(COUNT_TOTALS_AT, at) if at else tx.fetchrow(COUNT_TOTALS))
    return Totals(0, 0, 0) if row is None else Totals(*row.values())


LIST_TALLIES = """
SELECT dimension, key, reforms FROM public_tallies
WHERE dimension IN ('area', 'region', 'country', 'level', 'channel', 'batch', 'language', 'tagging') ORDER BY 1, 2
"""
COUNT_TALLIES_AT = """
WITH standing AS (
    SELECT area, declared_area, level, channel, language, region, country, batch, count(*) AS reforms
    FROM public_entries
    WHERE published_at IS NOT NULL AND entered_at < $1 AND (superseded_at IS NULL OR superseded_at >= $1)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
)
SELECT kind.dimension, kind.key COLLATE "C" AS key, sum(s.reforms)::bigint AS reforms
FROM standing s CROSS JOIN LATERAL (VALUES
    ('area', s.area), ('region', s.region), ('country', s.country), ('level', s.level), ('channel', s.channel),
    ('batch', s.batch), ('language', s.language), ('tagging', s.declared_area || '>' || s.area)
) AS kind (dimension, key)
WHERE kind.key IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
"""


async def list_tallies(tx: Transaction, at: datetime | None = None) -> Tallies:
    """Tell how many reforms there are of each kind, now or as it was before ``at``."""
    rows = await (tx.fetch(COUNT_TALLIES_AT, at) if at else tx.fetch(LIST_TALLIES))
    told: dict[str, dict[str, int]] = {}
    for row in rows:
        told.setdefault(row["dimension"], {})[row["key"]] = row["reforms"]
    return told


@dataclass(frozen=True, slots=True)
class Member:
    """A member that has reforms, under its newest name, and how many."""

    code: str
    name: str
    country: str
    reforms: int


LIST_MEMBERS = """
SELECT m.member AS code, m.member_name AS name, left(m.member, 2) AS country, t.reforms
FROM public_members m JOIN public_tallies t ON t.dimension = 'member' AND t.key = m.member
ORDER BY m.member_name, m.member
"""
LIST_MEMBERS_AT = """
SELECT member AS code, (array_agg(member_name ORDER BY published_at DESC, reference DESC))[1] AS name,
       min(country) AS country, count(*) AS reforms
FROM public_entries
WHERE published_at IS NOT NULL AND entered_at < $1 AND (superseded_at IS NULL OR superseded_at >= $1)
GROUP BY member ORDER BY 2, 1
"""


async def list_members(tx: Transaction, at: datetime | None = None) -> list[Member]:
    """List the members that have reforms, by name; those that had any before ``at``, under their names of then."""
    return [_member(row) for row in await (tx.fetch(LIST_MEMBERS_AT, at) if at else tx.fetch(LIST_MEMBERS))]


@dataclass(frozen=True, slots=True)
class Locality:
    """A locality that takes part: a local member, or one that is none and is known by its reform's reference."""

    code: str
    name: str
    country: str
    reforms: int


LIST_LOCALITIES = """
SELECT t.key AS code, coalesce(newest.name, newest.member_name) AS name, newest.country, t.reforms
FROM public_tallies t CROSS JOIN LATERAL (
    SELECT r.member_name, r.country, r.document::jsonb #>> '{reform,proposal,jurisdiction}' AS name
    FROM public_reforms r WHERE r.locality = t.key ORDER BY r.published_at DESC, r.reference DESC LIMIT 1
) newest
WHERE t.dimension = 'locality' ORDER BY 2, 1 LIMIT $1
"""


LIST_LOCALITIES_AT = """
SELECT locality AS code, coalesce((array_agg(document::jsonb #>> '{reform,proposal,jurisdiction}'
           ORDER BY published_at DESC, reference DESC))[1],
           (array_agg(member_name ORDER BY published_at DESC, reference DESC))[1]) AS name,
       min(country) AS country, count(*) AS reforms
FROM public_entries
WHERE locality IS NOT NULL AND published_at IS NOT NULL AND entered_at < $2
  AND (superseded_at IS NULL OR superseded_at >= $2)
GROUP BY locality ORDER BY 2, 1 LIMIT $1
"""


async def list_localities(tx: Transaction, limit: int = 1_000, at: datetime | None = None) -> list[Locality]:
    """List the localities that take part, by name, now or as it was before ``at``."""
    rows = await (tx.fetch(LIST_LOCALITIES_AT, limit, at) if at else tx.fetch(LIST_LOCALITIES, limit))
    return [Locality(*row.values()) for row in rows]


def _member(row: Record) -> Member:
    return Member(row["code"], row["name"], row["country"], row["reforms"])
