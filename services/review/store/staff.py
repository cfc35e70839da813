"""Staff accounts in Postgres."""

from typing import NamedTuple

from services.chassis.database import Record, Transaction
from services.review.domain.staff import Role, Staff, known_roles

INSERT_STAFF = """
INSERT INTO staff (actor_ref, subject, name, roles, password_hash) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (issuer, subject) DO NOTHING RETURNING actor_ref
"""


async def insert_staff(tx: Transaction, staff: Staff, subject: str, password_hash: str) -> bool:
    """Keep a new account of our own; says no where its name is taken."""
    told = (staff.actor_ref, subject, staff.name, list(staff.roles), password_hash)
    return await tx.fetchval(INSERT_STAFF, *told) is not None


class Account(NamedTuple):
    """An account of our own, and what its password must match."""

    staff: Staff
    password_hash: str


FIND_ACCOUNT = "SELECT * FROM staff WHERE issuer = '' AND subject = $1 AND disabled_at IS NULL"


async def find_account(tx: Transaction, subject: str) -> Account | None:
    """Find an account of our own that is not disabled."""
    row = await tx.fetchrow(FIND_ACCOUNT, subject)
    return Account(staff_in(row), row["password_hash"]) if row else None


SAVE_FOREIGN_STAFF = """
INSERT INTO staff (actor_ref, issuer, subject, name, roles) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (issuer, subject) DO UPDATE SET name = excluded.name, roles = excluded.roles
RETURNING *
"""


async def save_foreign_staff(tx: Transaction, fresh: Staff, issuer: str, subject: str) -> Staff:
    """Keep whom an OpenID provider vouches for, with the roles that it gives them now, and the same ``actor_ref``."""
    row = await tx.fetchrow(SAVE_FOREIGN_STAFF, fresh.actor_ref, issuer, subject, fresh.name, list(fresh.roles))
    if row is None:
        raise RuntimeError("an upsert gave no row")
    return staff_in(row)


LIST_STAFF = "SELECT * FROM staff ORDER BY disabled_at IS NOT NULL, name, actor_ref"


async def list_staff(tx: Transaction) -> list[Staff]:
    """List everyone who may sign in, and after them whoever may no more."""
    return [staff_in(row) for row in await tx.fetch(LIST_STAFF)]


SAVE_HASH = "UPDATE staff SET password_hash = $2 WHERE actor_ref = $1 AND issuer = '' RETURNING *"


async def save_hash(tx: Transaction, actor_ref: str, password_hash: str) -> Staff | None:
    """Give an account of our own another password; None where there is none."""
    row = await tx.fetchrow(SAVE_HASH, actor_ref, password_hash)
    return staff_in(row) if row else None


SAVE_ROLES = "UPDATE staff SET roles = $2 WHERE actor_ref = $1 RETURNING *"


async def save_roles(tx: Transaction, actor_ref: str, roles: tuple[Role, ...]) -> Staff | None:
    """Give someone other roles, from their next page on; None where there is no such person."""
    row = await tx.fetchrow(SAVE_ROLES, actor_ref, list(roles))
    return staff_in(row) if row else None


SAVE_DISABLED = """
UPDATE staff SET disabled_at = CASE WHEN $2 THEN coalesce(disabled_at, now()) END WHERE actor_ref = $1 RETURNING *
"""


async def save_disabled(tx: Transaction, actor_ref: str, *, disabled: bool) -> Staff | None:
    """Let somebody in no more, or again; None where there is no such person."""
    row = await tx.fetchrow(SAVE_DISABLED, actor_ref, disabled)
    return staff_in(row) if row else None


def staff_in(row: Record) -> Staff:
    """Read who stands in a row."""
    return Staff(row["actor_ref"], row["name"], known_roles(row["roles"]), row["disabled_at"] is not None)
