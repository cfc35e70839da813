"""The vault of contacts: who is behind a `contact_ref`, sealed, and who is a member's point of contact."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.chassis.codec import decode
from services.chassis.database import Record, Transaction
from services.intake.store.vault import Sealed, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person to write to."""

    name: str
    address: str
    language: str


class Erased(Exception):
    """The contact was erased: nobody can be written to under this reference any more."""


FIND_CONTACT = "SELECT contact_ref, wrapped_key, sealed FROM contact WHERE contact_ref = $1"


async def find_person(tx: Transaction, vault: Vault, contact_ref: UUID) -> Person | None:
    """Open the contact of a reference.

    Raises:
        Erased: it was there once.
    """
    row = await tx.fetchrow(FIND_CONTACT, contact_ref)
    if row is None:
        return None
    if row["sealed"] is None:
        raise Erased
    return _open(vault, row)


FIND_CONTACTS = "SELECT contact_ref, wrapped_key, sealed FROM contact WHERE contact_ref = ANY ($1::uuid[])"


async def find_people(tx: Transaction, vault: Vault, contact_refs: Sequence[UUID]) -> dict[UUID, Person | None]:
    """Open the contacts of these references: None where it was erased, nothing where there never was one."""
    rows = await tx.fetch(FIND_CONTACTS, contact_refs)
    return {row["contact_ref"]: None if row["sealed"] is None else _open(vault, row) for row in rows}


LIST_POINTS_OF_CONTACT = """
SELECT p.member_code, c.contact_ref, c.wrapped_key, c.sealed
FROM point_of_contact p JOIN contact c USING (contact_ref)
WHERE p.member_code = ANY ($1::text[]) AND c.sealed IS NOT NULL
ORDER BY c.contact_ref
"""


async def list_points_of_contact(
    tx: Transaction, vault: Vault, member_codes: Sequence[str]
) -> dict[str, list[tuple[UUID, Person]]]:
    """Give these members' points of contact, each with its reference; none where nobody is known."""
    found: dict[str, list[tuple[UUID, Person]]] = {code: [] for code in member_codes}
    for row in await tx.fetch(LIST_POINTS_OF_CONTACT, member_codes):
        found[row["member_code"]].append((row["contact_ref"], _open(vault, row)))
    return found


def _open(vault: Vault, row: Record) -> Person:
    sealed = Sealed(row["wrapped_key"], row["sealed"])
    return decode(Person, vault.open(row["contact_ref"], sealed))
