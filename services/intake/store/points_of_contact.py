"""The members' points of contact: who they are lies in the vault, whose they are beside it."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from services.chassis.codec import decode, encode
from services.chassis.database import Transaction, as_columns
from services.chassis.ids import new_id
from services.intake.domain.importing.pocs import KnownPoc, PocComparison, Step
from services.intake.domain.importing.records import PocRecord
from services.intake.store.contacts import Person
from services.intake.store.vault import Sealed, Vault

LIST_KNOWN_POCS = """
SELECT p.member_code, c.contact_ref, c.wrapped_key, c.sealed
FROM point_of_contact p JOIN contact c USING (contact_ref)
WHERE p.member_code = ANY ($1::text[]) AND c.sealed IS NOT NULL
ORDER BY c.contact_ref
"""


async def list_known_pocs(tx: Transaction, vault: Vault, members: Iterable[str]) -> dict[str, list[KnownPoc]]:
    """Give the points of contact of these members, opened."""
    known: dict[str, list[KnownPoc]] = {}
    for row in await tx.fetch(LIST_KNOWN_POCS, sorted(set(members))):
        person = decode(Person, vault.open(row["contact_ref"], Sealed(row["wrapped_key"], row["sealed"])))
        record = PocRecord.model_construct(
            code=row["member_code"], name=person.name, address=person.address, language=person.language
        )
        known.setdefault(record.code, []).append(KnownPoc(row["contact_ref"], record))
    return known


async def save_pocs(tx: Transaction, vault: Vault, comparison: PocComparison) -> None:
    """Let those come, be told anew and leave that a table says; who leaves, leaves the vault too."""
    steps = comparison.steps
    await _insert(tx, vault, [step.record for step in steps if step.record and step.contact_ref is None])
    await _reseal(tx, vault, [step for step in steps if step.record and step.contact_ref])
    await _delete(tx, [step.contact_ref for step in steps if step.contact_ref and not step.record])


INSERT_POCS = """
WITH entered AS (
    INSERT INTO contact (contact_ref, wrapped_key, sealed)
    SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::bytea[])
)
INSERT INTO point_of_contact (contact_ref, member_code) SELECT * FROM unnest($1::uuid[], $4::text[])
"""


async def _insert(tx: Transaction, vault: Vault, records: Sequence[PocRecord]) -> None:
    rows = [((ref := new_id()), *_sealed(vault, ref, record), record.code) for record in records]
    await tx.execute(INSERT_POCS, *as_columns(rows, 4))


RESEAL_POCS = """
WITH told AS (
    UPDATE contact c SET wrapped_key = s.wrapped_key, sealed = s.sealed
    FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS s (contact_ref, wrapped_key, sealed)
    WHERE c.contact_ref = s.contact_ref
)
UPDATE point_of_contact SET revision = revision + 1 WHERE contact_ref = ANY ($1::uuid[])
"""


async def _reseal(tx: Transaction, vault: Vault, steps: Sequence[Step]) -> None:
    known = [(step.contact_ref, step.record) for step in steps if step.contact_ref and step.record]
    rows = [(ref, *_sealed(vault, ref, record)) for ref, record in known]
    await tx.execute(RESEAL_POCS, *as_columns(rows, 3))


DELETE_POCS = """
WITH left_vault AS (
    UPDATE contact SET wrapped_key = NULL, sealed = NULL, erased_at = $2 WHERE contact_ref = ANY ($1::uuid[])
)
DELETE FROM point_of_contact WHERE contact_ref = ANY ($1::uuid[])
"""


async def _delete(tx: Transaction, refs: Sequence[UUID]) -> None:
    await tx.execute(DELETE_POCS, list(refs), tx.now)


def _sealed(vault: Vault, ref: UUID, record: PocRecord) -> Sealed:
    return vault.seal(ref, encode(record.model_dump(exclude={"code"})))
