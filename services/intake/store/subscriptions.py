"""Who gets the batch reports or a search by letter: an id, a hash of the address, and whom to ask of the vault."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from services.chassis.codec import encode
from services.chassis.database import Record, Transaction
from services.intake.store.contacts import Person
from services.intake.store.vault import Vault

UNCONFIRMED_DAYS = 7
ASKED_AGAIN_AFTER = timedelta(days=1)
"""An address is not sent more than one letter in this time that asks to confirm the same, however often it is given."""

LETTERS_IN_THAT_TIME = 5
"""Nor more than these that ask to confirm anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A subscription, without the address; ``search`` is empty where it is to the reports."""

    subscription_id: UUID
    contact_ref: UUID
    language: str
    confirmed_at: datetime | None
    search: str


class Wish(NamedTuple):
    """What is asked for at an address: the reports, or with a search what it finds."""

    subscription_id: UUID
    address_hash: bytes
    search: str
    contact_ref: UUID


LOCK_ADDRESS = "SELECT pg_advisory_xact_lock($1)"


async def lock_address(tx: Transaction, address_hash: bytes) -> None:
    """Let one at a time ask for something at an address, so that its letters are counted; before anything else."""
    await tx.execute(LOCK_ADDRESS, int.from_bytes(address_hash[:8], signed=True))


FIND_ID = "SELECT subscription_id FROM subscription WHERE address_hash = $1 AND search = $2"


async def find_id(tx: Transaction, address_hash: bytes, search: str) -> UUID | None:
    """Say which subscription an address has to this search, or to the reports."""
    found: UUID | None = await tx.fetchval(FIND_ID, address_hash, search)
    return found


SAVE_REQUEST = """
WITH own AS (
    INSERT INTO subscription AS s (subscription_id, address_hash, contact_ref, language, requested_at, asked_at, search)
    SELECT $1, $2, $3, $4, $5, $5, $9
    WHERE $10 > (
        SELECT count(*) FROM subscription o WHERE o.address_hash = $2 AND o.search <> $9 AND o.asked_at > $6
    )
    ON CONFLICT (address_hash, md5(search)) DO UPDATE SET
        contact_ref = excluded.contact_ref, language = excluded.language,
        requested_at = excluded.requested_at, asked_at = excluded.asked_at
    WHERE s.confirmed_at IS NULL AND s.asked_at <= $6
    RETURNING subscription_id, requested_at
), forgotten AS (
    DELETE FROM contact c USING subscription before, own
    WHERE before.subscription_id = own.subscription_id AND c.contact_ref = before.contact_ref
), kept AS (
    INSERT INTO contact (contact_ref, wrapped_key, sealed) SELECT $3, $7, $8 FROM own
)
SELECT subscription_id, requested_at FROM own
"""


async def save_request(tx: Transaction, vault: Vault, wish: Wish, person: Person) -> tuple[UUID, datetime] | None:
    """Keep who asked, and give the id and since when; None where no letter is owed: enough were, or it is confirmed.

    Whoever asks again has the id of before, all the days to confirm it anew, and lies in the vault once.
    """
    subscription_id, address_hash, search, contact_ref = wish
    sealed = vault.seal(contact_ref, encode(person))
    before = tx.now - ASKED_AGAIN_AFTER
    row = await tx.fetchrow(
        SAVE_REQUEST,
        *(subscription_id, address_hash, contact_ref, person.language, tx.now, before, *sealed),
        *(search, LETTERS_IN_THAT_TIME),
    )
    return None if row is None else (row["subscription_id"], row["requested_at"])


FIND_SUBSCRIPTIONS = """
SELECT subscription_id, contact_ref, language, confirmed_at, search FROM subscription
WHERE subscription_id = ANY ($1::uuid[]) AND (confirmed_at IS NOT NULL OR requested_at >= $2)
"""


async def find_subscriptions(tx: Transaction, subscription_ids: Sequence[UUID]) -> dict[UUID, Subscription]:
    """Give those of these subscriptions that there are, and whose days to be confirmed are not over."""
    rows = await tx.fetch(FIND_SUBSCRIPTIONS, subscription_ids, _oldest(tx))
    return {row["subscription_id"]: _read(row) for row in rows}


FIND_IDS_OF_CONTACTS = "SELECT subscription_id FROM subscription WHERE contact_ref = ANY ($1::uuid[])"


async def find_ids_of_contacts(tx: Transaction, contact_refs: Sequence[UUID]) -> list[UUID]:
    """Say which subscriptions these contacts have."""
    return [row["subscription_id"] for row in await tx.fetch(FIND_IDS_OF_CONTACTS, contact_refs)]


SAVE_CONFIRMED = """
UPDATE subscription SET confirmed_at = $2
WHERE subscription_id = $1 AND confirmed_at IS NULL AND requested_at >= $3
RETURNING subscription_id, contact_ref, language, confirmed_at, search
"""


async def save_confirmed(tx: Transaction, subscription_id: UUID) -> Subscription | None:
    """Keep that it is confirmed; None where it was before, or is no more."""
    row = await tx.fetchrow(SAVE_CONFIRMED, subscription_id, tx.now, _oldest(tx))
    return None if row is None else _read(row)


DELETE_SUBSCRIPTIONS = """
WITH gone AS (
    DELETE FROM subscription WHERE subscription_id = ANY ($1::uuid[]) RETURNING subscription_id, contact_ref
), forgotten AS (
    DELETE FROM contact c USING gone WHERE c.contact_ref = gone.contact_ref AND c.sealed IS NOT NULL
)
SELECT subscription_id FROM gone ORDER BY subscription_id
"""


async def delete_subscriptions(tx: Transaction, subscription_ids: Sequence[UUID]) -> list[UUID]:
    """Forget these subscriptions and their addresses, and name those that there were."""
    return [row["subscription_id"] for row in await tx.fetch(DELETE_SUBSCRIPTIONS, subscription_ids)]


DELETE_UNCONFIRMED = """
WITH gone AS (
    DELETE FROM subscription WHERE confirmed_at IS NULL AND requested_at < $1 RETURNING contact_ref
), forgotten AS (
    DELETE FROM contact c USING gone WHERE c.contact_ref = gone.contact_ref
)
SELECT count(*) FROM gone
"""


async def delete_unconfirmed(tx: Transaction) -> int:
    """Forget who asked and never confirmed, and say how many they were."""
    gone: int = await tx.fetchval(DELETE_UNCONFIRMED, _oldest(tx))
    return gone


def _oldest(tx: Transaction) -> datetime:
    return tx.now - timedelta(days=UNCONFIRMED_DAYS)


def _read(row: Record) -> Subscription:
    return Subscription(**row)
