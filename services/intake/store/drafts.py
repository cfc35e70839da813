"""Drafts: forms that somebody will go on writing, sealed for thirty days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.chassis.codec import decode, encode
from services.chassis.database import Record, Transaction
from services.intake.store.contacts import Person
from services.intake.store.vault import Sealed, Vault

KEPT_DAYS = 30
MAX_BYTES = 1_000_000
"""Four times what a form may hold when it is sent: whoever wrote too much can keep it until it is shortened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A form as far as it is written. ``typed`` is what stands in its fields.

    ``is_link_asked`` since its last saving: the letter is owed or sent.
    """

    draft_id: UUID
    form: str
    typed: dict[str, Any]
    saved_at: datetime
    is_link_asked: bool = False

    @property
    def content(self) -> bytes:
        """What is sealed."""
        return encode(self.typed)

    @property
    def kept_until(self) -> datetime:
        """Until when it can be come back to."""
        return self.saved_at + timedelta(days=KEPT_DAYS)


SAVE_DRAFT = """
INSERT INTO draft (draft_id, form, wrapped_key, sealed, saved_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (draft_id) DO UPDATE SET
    form = excluded.form, wrapped_key = excluded.wrapped_key, sealed = excluded.sealed, saved_at = excluded.saved_at,
    is_link_asked = false
"""


async def save_draft(tx: Transaction, vault: Vault, draft: Draft) -> None:
    """Keep a draft, sealed, in the place of what it was before."""
    sealed = vault.seal(_name(draft.draft_id), draft.content)
    await tx.execute(SAVE_DRAFT, draft.draft_id, draft.form, *sealed, draft.saved_at)


FIND_DRAFT = """
SELECT form, wrapped_key, sealed, saved_at, is_link_asked FROM draft WHERE draft_id = $1 AND saved_at >= $2
"""


async def find_draft(tx: Transaction, vault: Vault, draft_id: UUID) -> Draft | None:
    """Open a draft, if its days are not over."""
    row = await tx.fetchrow(FIND_DRAFT, draft_id, _oldest(tx))
    return None if row is None else _open(vault, draft_id, row)


LOCK_DRAFT = f"{FIND_DRAFT} FOR UPDATE"


async def lock_draft(tx: Transaction, vault: Vault, draft_id: UUID) -> Draft | None:
    """Open a draft, if its days are not over, and let nobody else change it before this transaction ends."""
    row = await tx.fetchrow(LOCK_DRAFT, draft_id, _oldest(tx))
    return None if row is None else _open(vault, draft_id, row)


FIND_KEPT = "SELECT draft_id FROM draft WHERE draft_id = ANY ($1::uuid[]) AND saved_at >= $2"


async def find_kept(tx: Transaction, draft_ids: Sequence[UUID]) -> set[UUID]:
    """Say which of these drafts there are, without opening them."""
    return {row["draft_id"] for row in await tx.fetch(FIND_KEPT, draft_ids, _oldest(tx))}


SAVE_READER = """
WITH own AS (
    UPDATE draft d SET contact_ref = $2, is_link_asked = true
    FROM (SELECT draft_id, contact_ref FROM draft WHERE draft_id = $1) AS before
    WHERE d.draft_id = before.draft_id
    RETURNING before.contact_ref
), forgotten AS (
    DELETE FROM contact c USING own WHERE c.contact_ref = own.contact_ref
)
INSERT INTO contact (contact_ref, wrapped_key, sealed) VALUES ($2, $3, $4)
"""


async def save_reader(tx: Transaction, vault: Vault, draft_id: UUID, contact_ref: UUID, person: Person) -> None:
    """Keep whom a draft's link is sent to, sealed, in the place of whom it was sent to before."""
    await tx.execute(SAVE_READER, draft_id, contact_ref, *vault.seal(contact_ref, encode(person)))


ERASE_DRAFT = """
WITH gone AS (DELETE FROM draft WHERE draft_id = $1 RETURNING contact_ref)
DELETE FROM contact c USING gone WHERE c.contact_ref = gone.contact_ref
"""


async def erase_draft(tx: Transaction, draft_id: UUID) -> None:
    """Erase a draft, and to whom its link was sent; nothing of it is kept."""
    await tx.execute(ERASE_DRAFT, draft_id)


DELETE_OLD_DRAFTS = """
WITH gone AS (
    DELETE FROM draft WHERE saved_at < $1 RETURNING contact_ref
), forgotten AS (
    DELETE FROM contact c USING gone WHERE c.contact_ref = gone.contact_ref
)
SELECT count(*) FROM gone
"""


async def delete_old_drafts(tx: Transaction) -> int:
    """Forget what has been kept for its days, and say how much it was."""
    gone: int = await tx.fetchval(DELETE_OLD_DRAFTS, _oldest(tx))
    return gone


def _open(vault: Vault, draft_id: UUID, row: Record) -> Draft:
    content = vault.open(_name(draft_id), Sealed(row["wrapped_key"], row["sealed"]))
    typed: dict[str, Any] = decode(dict[str, Any], content)
    kept = {name: row[name] for name in ("form", "saved_at", "is_link_asked")}
    return Draft(draft_id=draft_id, typed=typed, **kept)


def _oldest(tx: Transaction) -> datetime:
    return tx.now - timedelta(days=KEPT_DAYS)


def _name(draft_id: UUID) -> str:
    return f"draft {draft_id}"
