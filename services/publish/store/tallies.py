"""How many reforms there are of each kind: kept by the fold for now, added up from what changed for a past day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.chassis.database import Record, Transaction

KINDS = ("area", "region", "country", "level", "channel", "batch", "language", "tagging")
"""The dimensions of which it is told how many there are; members and localities are listed by their names."""
TOTALLED = ("participant", "level")

Tallies = Mapping[str, Mapping[str, int]]
"""Dimension to kind to how many reforms. A ``tagging`` is the declared area, ``>``, and the assigned one."""


@dataclass(frozen=True, slots=True)
class Totals:
    """The three counters: distinct entities that take part, and reforms."""

    countries: int
    localities: int
    reforms: int


COUNT_TOTALS = "SELECT countries, localities, reforms FROM public_totals"
# What changed in whole months, then in the quarters of an hour since: where a day ends, a quarter does.
_STANDING = """
WITH standing AS (
    SELECT dimension, key, sum(reforms)::bigint AS reforms FROM public_tally_changes
    WHERE dimension = ANY ($2::text[])
      AND ((span = 'month' AND since < date_trunc('month', $1::timestamptz, 'UTC'))
        OR (span = 'quarter' AND since >= date_trunc('month', $1::timestamptz, 'UTC') AND since < $1::timestamptz))
    GROUP BY dimension, key HAVING sum(reforms) > 0
)
"""
_TOTALS = """
SELECT count(*) FILTER (WHERE dimension = 'participant' AND key LIKE 'country:%') AS countries,
       count(*) FILTER (WHERE dimension = 'participant' AND key LIKE 'locality:%') AS localities,
       coalesce(sum(reforms) FILTER (WHERE dimension = 'level'), 0)::bigint AS reforms
FROM standing
"""
COUNT_TOTALS_AT = f"{_STANDING} {_TOTALS}"


async def count_totals(tx: Transaction, at: datetime | None = None) -> Totals:
    """Count what the front page counts, now or as it was before ``at``, the end of a day in some zone."""
    row = await (tx.fetchrow(COUNT_TOTALS_AT, at, TOTALLED) if at else tx.fetchrow(COUNT_TOTALS))
    return Totals(0, 0, 0) if row is None else Totals(*row.values())


LIST_TALLIES = "SELECT dimension, key, reforms FROM public_tallies WHERE dimension = ANY ($1::text[]) ORDER BY 1, 2"
_TALLIES = "SELECT dimension, key, reforms FROM standing ORDER BY 1, 2"
COUNT_TALLIES_AT = f"{_STANDING} {_TALLIES}"


async def list_tallies(tx: Transaction, at: datetime | None = None) -> Tallies:
    """Tell how many reforms there are of each kind, now or as it was before ``at``."""
    rows = await (tx.fetch(COUNT_TALLIES_AT, at, KINDS) if at else tx.fetch(LIST_TALLIES, KINDS))
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
# The index of a country, or of a locality, is walked from that day; in its own collation, not in that of the tallies.
_STOOD = """
    e.published_at IS NOT NULL AND e.published_at < $1::timestamptz AND e.entered_at < $1::timestamptz
    AND (e.superseded_at IS NULL OR e.superseded_at >= $1::timestamptz)
    ORDER BY e.published_at DESC, e.reference DESC LIMIT 1
) newest
"""
_NEWEST_OF_MEMBER = """
SELECT s.key AS code, newest.member_name AS name, left(s.key, 2) AS country, s.reforms
FROM standing s CROSS JOIN LATERAL (
    SELECT e.member_name FROM public_entries e
    WHERE e.country = left(s.key, 2) COLLATE "default" AND e.member = s.key AND
"""
LIST_MEMBERS_AT = f"{_STANDING} {_NEWEST_OF_MEMBER} {_STOOD} ORDER BY 2, 1"


async def list_members(tx: Transaction, at: datetime | None = None) -> list[Member]:
    """List the members that have reforms, by name; those that had any before ``at``, under their names of then."""
    return [_member(row) for row in await (tx.fetch(LIST_MEMBERS_AT, at, ["member"]) if at else tx.fetch(LIST_MEMBERS))]


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


_NEWEST_OF_LOCALITY = """
SELECT s.key AS code, coalesce(newest.name, newest.member_name) AS name, newest.country, s.reforms
FROM standing s CROSS JOIN LATERAL (
    SELECT e.member_name, e.country, e.document::jsonb #>> '{reform,proposal,jurisdiction}' AS name
    FROM public_entries e WHERE e.locality = s.key COLLATE "default" AND
"""
LIST_LOCALITIES_AT = f"{_STANDING} {_NEWEST_OF_LOCALITY} {_STOOD} ORDER BY 2, 1 LIMIT $3"


async def list_localities(tx: Transaction, limit: int = 1_000, at: datetime | None = None) -> list[Locality]:
    """List the localities that take part, by name, now or as it was before ``at``."""
    rows = await (tx.fetch(LIST_LOCALITIES_AT, at, ["locality"], limit) if at else tx.fetch(LIST_LOCALITIES, limit))
    return [Locality(*row.values()) for row in rows]


def _member(row: Record) -> Member:
    return Member(row["code"], row["name"], row["country"], row["reforms"])
