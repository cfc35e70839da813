"""Erases what is kept of a person, with a signed record of it; and wraps the vault's keys anew.

What is sealed tells nobody that two contacts are one, so an address is found by opening everything: slow, and rare.
"""

import asyncio
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.chassis.codec import decode
from services.chassis.database import Database, Transaction
from services.chassis.ids import new_id
from services.intake.domain.erasure import (
    ByAddress,
    ByContact,
    ByReference,
    Erasure,
    Whom,
    broken_links,
    kind_of,
    read_record,
    write_record,
)
from services.intake.domain.problems import refused
from services.intake.reception.subscribing import open_counters, unsubscribe
from services.intake.settings import Settings
from services.intake.store.contacts import Person
from services.intake.store.erasures import (
    SignedRecord,
    find_contacts_of,
    insert_erasure,
    list_erasures,
    lock_last,
)
from services.intake.store.shelves import (
    CONTACTS,
    DRAFTS,
    QUARANTINE,
    SHELVES,
    Key,
    SealedRow,
    Shelf,
    clear,
    list_page,
    rewrap,
    walk,
)
from services.intake.store.subscriptions import find_ids_of_contacts
from services.intake.store.vault import Vault

Holds = Callable[[bytes], bool]


class Eraser:
    """Whoever may open everything, to erase; its signature stands under what it did."""

    def __init__(self, vault: Vault, settings: Settings) -> None:
        self._vault = vault
        self._zone = settings.zone_info
        self._key = Ed25519PrivateKey.from_private_bytes(settings.key_for("erasure"))

    @property
    def public_key(self) -> bytes:
        """What anyone may check the signatures with."""
        return self._key.public_key().public_bytes_raw()

    async def erase(self, database: Database, whom: Whom, by: str) -> SignedRecord:
        """Erase everything that is kept of somebody, and the record of it, in one transaction.

        Raises:
            Refused: ``unknown-submission``.
        """
        async with database.transaction() as tx:
            contacts = await self._clear_contacts(tx, await self._contacts(tx, whom))
            drafts = await self._clear_mentions(tx, DRAFTS, whom)
            quarantined = await self._clear_mentions(tx, QUARANTINE, whom)
            return await self._record(tx, whom, by, contacts, len(drafts), len(quarantined))

    async def examine(self, database: Database) -> tuple[list[SignedRecord], list[int]]:
        """Give all records, and the numbers of those that are not as they were signed or follow on nothing."""
        async with database.transaction(read_clock=False) as tx:
            signed = await list_erasures(tx)
        forged = {one.number for one in signed if not self._is_mine(one)}
        before = [None, *(_hash(one) for one in signed)]
        broken = broken_links(zip((read_record(one.record) for one in signed), before, strict=False))
        return signed, sorted(forged | set(broken))

    async def rewrap(self, database: Database) -> dict[str, int]:
        """Wrap with the vault's first key whatever another of its keys wraps, and say how much that was."""
        return {name: await self._rewrap(database, shelf) for name, shelf in SHELVES.items()}

    async def _contacts(self, tx: Transaction, whom: Whom) -> list[Key]:
        match whom:
            case ByAddress():
                return await self._find(tx, CONTACTS, lambda content: whom.is_of(decode(Person, content).address))
            case ByReference():
                found = await find_contacts_of(tx, whom.reference)
                if found is None:
                    raise refused("unknown-submission", "/contact")
                return [(ref,) for ref in found]
            case ByContact():
                return [(whom.contact_ref,)]

    async def _clear_contacts(self, tx: Transaction, keys: Sequence[Key]) -> list[Key]:
        subscriptions = await find_ids_of_contacts(tx, [UUID(str(key[0])) for key in keys])
        if not subscriptions:
            return await clear(tx, CONTACTS, keys)
        await open_counters(tx, self._zone, subscriptions)
        cleared = await clear(tx, CONTACTS, keys)
        await unsubscribe(tx, self._zone, subscriptions)
        return cleared

    async def _clear_mentions(self, tx: Transaction, shelf: Shelf, whom: Whom) -> list[Key]:
        if not isinstance(whom, ByAddress):
            return []
        return await clear(tx, shelf, await self._find(tx, shelf, whom.stands_in))

    async def _find(self, tx: Transaction, shelf: Shelf, holds: Holds) -> list[Key]:
        found: list[Key] = []
        async for rows in walk(tx, shelf):
            found += await asyncio.to_thread(self._holding, rows, holds)
        return found

    def _holding(self, rows: Sequence[SealedRow], holds: Holds) -> list[Key]:
        return [row.key for row in rows if holds(self._vault.open(row.name, row.sealed))]

    async def _record(
        self, tx: Transaction, whom: Whom, by: str, contacts: Sequence[Key], drafts: int, quarantined: int
    ) -> SignedRecord:
        last = await lock_last(tx)
        erasure = Erasure(
            number=last.number + 1 if last else 1,
            erasure_id=new_id(),
            erased_at=tx.now,
            erased_by=by,
            asked_by=kind_of(whom),
            contacts=tuple(UUID(str(key[0])) for key in contacts),
            drafts=drafts,
            quarantined=quarantined,
            previous=_hash(last) if last else None,
        )
        record = write_record(erasure)
        signed = SignedRecord(erasure.number, record, self._key.sign(record.encode()))
        await insert_erasure(tx, erasure.erasure_id, signed)
        return signed

    def _is_mine(self, signed: SignedRecord) -> bool:
        try:
            self._key.public_key().verify(signed.signature, signed.record.encode())
        except InvalidSignature:
            return False
        return True

    async def _rewrap(self, database: Database, shelf: Shelf) -> int:
        count, after = 0, shelf.first
        while True:
            async with database.transaction(read_clock=False) as tx:
                rows = await list_page(tx, shelf, after)
                stale = await asyncio.to_thread(self._rewrapped, rows)
                await rewrap(tx, shelf, stale)
            if not rows:
                return count
            count, after = count + len(stale), rows[-1].key

    def _rewrapped(self, rows: Sequence[SealedRow]) -> list[tuple[SealedRow, bytes]]:
        wrapped: Any = ((row, self._vault.rewrap(row.name, row.sealed.wrapped_key)) for row in rows)
        return [(row, key) for row, key in wrapped if key is not None]


def _hash(signed: SignedRecord) -> str:
    return sha256(signed.record.encode()).hexdigest()
