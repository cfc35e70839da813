"""The registry: OGP's members and the dates of the Challenge."""

from collections.abc import Iterable

from services.chassis.database import Transaction, as_columns
from services.intake.domain.application import Challenge
from services.intake.domain.registry import Member

FIND_MEMBERS = "SELECT code, kind, country, region, name, status FROM member WHERE code = ANY ($1::text[])"


async def find_members(tx: Transaction, codes: Iterable[str]) -> dict[str, Member]:
    """Give the members of these codes, as far as they are registered."""
    rows = await tx.fetch(FIND_MEMBERS, sorted(set(codes)))
    return {row["code"]: Member(**row) for row in rows}


INSERT_MEMBERS = """
INSERT INTO member (code, kind, country, region, name)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
ON CONFLICT DO NOTHING
"""


async def insert_members(tx: Transaction, members: Iterable[Member]) -> None:
    """Register members; who is there already, stays as it is."""
    rows = [(m.code, m.kind, m.country, m.region, m.name) for m in members]
    await tx.execute(INSERT_MEMBERS, *as_columns(rows, 5))


FIND_CHALLENGE = "SELECT starts_on, ends_on FROM challenge"


async def find_challenge(tx: Transaction) -> Challenge:
    """Give the dates between which the Challenge takes submissions.

    Raises:
        RuntimeError: there are none, which no migration leaves.
    """
    row = await tx.fetchrow(FIND_CHALLENGE)
    if row is None:
        raise RuntimeError("the Challenge has no dates")
    return Challenge(**row)
