"""The tables of the registry, each read and written whole records at a time; who writes is kept with every change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from services.chassis.codec import decode
from services.chassis.database import Transaction, as_columns
from services.intake.domain.forms import Strict
from services.intake.domain.importing.comparing import Known, References
from services.intake.domain.importing.records import KEYS, RECORDS, THE_CHALLENGE, Table

LOCK_REGISTRY = "LOCK TABLE registry_change IN SHARE ROW EXCLUSIVE MODE"
SIGN = "SELECT set_config('registry.changed_by', $1, true)"


async def lock_registry(tx: Transaction, changed_by: str) -> None:
    """Let nobody else change the registry in this transaction's time, and sign what it changes."""
    await tx.execute(LOCK_REGISTRY)
    await tx.execute(SIGN, changed_by)


LIST_MEMBERS = "SELECT code, kind, country, region, name, status FROM member ORDER BY code"
LIST_PLANS = """
SELECT code, member_code, title, starts_on, ends_on, window_opens_on, window_closes_on FROM plan ORDER BY code
"""
LIST_COMMITMENTS = "SELECT commitment_id, plan_code, title FROM commitment ORDER BY commitment_id"
LIST_ROUNDS = "SELECT code, opens_on, closes_on, name_en, name_fr, name_es FROM award_round ORDER BY opens_on, code"
LIST_DATES = "SELECT starts_on, ends_on FROM challenge"

_LISTING: Mapping[Table, str] = MappingProxyType(
    {
        "members": LIST_MEMBERS,
        "plans": LIST_PLANS,
        "commitments": LIST_COMMITMENTS,
        "rounds": LIST_ROUNDS,
        "dates": LIST_DATES,
    }
)


async def list_records(tx: Transaction, table: Table) -> Known:
    """Give a whole table by its keys, in its order."""
    shape, key = RECORDS[table], KEYS[table]
    rows = await tx.fetch(_LISTING[table])
    return {row[key[0]] if key else THE_CHALLENGE: shape.model_construct(**row) for row in rows}


SAVE_MEMBERS = """
INSERT INTO member (code, kind, country, region, name, status)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
ON CONFLICT (code) DO UPDATE SET kind = excluded.kind, country = excluded.country, region = excluded.region,
                                 name = excluded.name, status = excluded.status
"""
SAVE_PLANS = """
INSERT INTO plan (code, member_code, title, starts_on, ends_on, window_opens_on, window_closes_on)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::date[], $6::date[], $7::date[])
ON CONFLICT (code) DO UPDATE SET member_code = excluded.member_code, title = excluded.title,
                                 starts_on = excluded.starts_on, ends_on = excluded.ends_on,
                                 window_opens_on = excluded.window_opens_on,
                                 window_closes_on = excluded.window_closes_on
"""
SAVE_COMMITMENTS = """
INSERT INTO commitment (commitment_id, plan_code, title)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
ON CONFLICT (commitment_id) DO UPDATE SET plan_code = excluded.plan_code, title = excluded.title
"""
SAVE_ROUNDS = """
INSERT INTO award_round (code, opens_on, closes_on, name_en, name_fr, name_es)
SELECT * FROM unnest($1::text[], $2::date[], $3::date[], $4::text[], $5::text[], $6::text[])
ON CONFLICT (code) DO UPDATE SET opens_on = excluded.opens_on, closes_on = excluded.closes_on,
                                 name_en = excluded.name_en, name_fr = excluded.name_fr, name_es = excluded.name_es
"""
SAVE_DATES = """
UPDATE challenge SET starts_on = d.starts_on, ends_on = d.ends_on
FROM unnest($1::date[], $2::date[]) AS d (starts_on, ends_on)
"""

_SAVING: Mapping[Table, str] = MappingProxyType(
    {
        "members": SAVE_MEMBERS,
        "plans": SAVE_PLANS,
        "commitments": SAVE_COMMITMENTS,
        "rounds": SAVE_ROUNDS,
        "dates": SAVE_DATES,
    }
)


async def save_records(tx: Transaction, table: Table, records: Sequence[Strict]) -> None:
    """Keep records, new ones and changed ones."""
    rows = [tuple(record.model_dump().values()) for record in records]
    if rows:
        await tx.execute(_SAVING[table], *as_columns(rows, len(rows[0])))


LIST_MEMBER_CODES = "SELECT code FROM member"
LIST_PLAN_CODES = "SELECT code FROM plan"


async def list_references(tx: Transaction) -> References:
    """Give the codes that rows may refer to."""
    members = {row["code"] for row in await tx.fetch(LIST_MEMBER_CODES)}
    plans = {row["code"] for row in await tx.fetch(LIST_PLAN_CODES)}
    return References(members=frozenset(members), plans=frozenset(plans))


@dataclass(frozen=True, slots=True, kw_only=True)
class PastChange:
    """A change of the registry: None before where it was added, None after where it was taken away."""

    changed_at: datetime
    changed_by: str
    table: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


LIST_CHANGES = """
SELECT changed_at, changed_by, kind, before, after FROM registry_change WHERE key = $1 ORDER BY change_id DESC LIMIT $2
"""


async def list_changes(tx: Transaction, key: str, limit: int) -> list[PastChange]:
    """List what became of a member, a plan, a commitment or a round, the latest first."""
    return [
        PastChange(
            changed_at=row["changed_at"],
            changed_by=row["changed_by"],
            table=row["kind"],
            before=_fields(row["before"]),
            after=_fields(row["after"]),
        )
        for row in await tx.fetch(LIST_CHANGES, key, limit)
    ]


def _fields(kept: str | None) -> Mapping[str, Any] | None:
    return None if kept is None else decode(dict[str, Any], kept)
