"""Drafts: forms that somebody will go on writing, sealed for thirty days."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.chassis.codec import decode, encode
from services.chassis.database import Transaction
from services.intake.store.vault import Sealed, Vault

KEPT_DAYS = 30
MAX_BYTES = 1_000_000
"""Four times what a form may hold when it is sent: whoever wrote too much can keep it until it is shortened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A form as far as it is written. ``typed`` is what stands in its fields."""

    draft_id: UUID
    form: str
    typed: dict[str, Any]
    saved_at: datetime

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
    form = excluded.form, wrapped_key = excluded.wrapped_key, sealed = excluded.sealed, saved_at = excluded.saved_at
"""


async def save_draft(tx: Transaction, vault: Vault, draft: Draft) -> None:
    """Keep a draft, sealed, in the place of what it was before."""
    sealed = vault.seal(_name(draft.draft_id), draft.content)
    await tx.execute(SAVE_DRAFT, draft.draft_id, draft.form, *sealed, draft.saved_at)


FIND_DRAFT = "SELECT form, wrapped_key, sealed, saved_at FROM draft WHERE draft_id = $1 AND saved_at >= $2"


async def find_draft(tx: Transaction, vault: Vault, draft_id: UUID) -> Draft | None:
    """Open a draft, if its days are not over."""
    row = await tx.fetchrow(FIND_DRAFT, draft_id, tx.now - timedelta(days=KEPT_DAYS))
    if row is None:
        return None
    content = vault.open(_name(draft_id), Sealed(row["wrapped_key"], row["sealed"]))
    typed: dict[str, Any] = decode(dict[str, Any], content)
    return Draft(draft_id=draft_id, form=row["form"], typed=typed, saved_at=row["saved_at"])


ERASE_DRAFT = "DELETE FROM draft WHERE draft_id = $1"


async def erase_draft(tx: Transaction, draft_id: UUID) -> None:
    """Erase a draft; nothing of it is kept."""
    await tx.execute(ERASE_DRAFT, draft_id)


DELETE_OLD_DRAFTS = """
WITH gone AS (DELETE FROM draft WHERE saved_at < $1 RETURNING draft_id)
SELECT count(*) FROM gone
"""


async def delete_old_drafts(tx: Transaction) -> int:
    """Forget what has been kept for its days, and say how much it was."""
    gone: int = await tx.fetchval(DELETE_OLD_DRAFTS, tx.now - timedelta(days=KEPT_DAYS))
    return gone


def _name(draft_id: UUID) -> str:
    return f"draft {draft_id}"
