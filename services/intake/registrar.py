"""The registrar: brings tables into the registry, all of each or nothing, and fills an empty one."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from services.chassis.database import Transaction
from services.chassis.tables import Row, read_table
from services.intake.domain.importing.comparing import Change, compare
from services.intake.domain.importing.pocs import compare_pocs
from services.intake.domain.importing.records import KEYS, MAX_ROWS, Table, columns_of
from services.intake.store.ledgers import list_records, list_references, lock_registry, save_records
from services.intake.store.points_of_contact import list_known_pocs, save_pocs
from services.intake.store.registry import count_members
from services.intake.store.vault import Vault

SEED: tuple[Table, ...] = ("members", "pocs")


@dataclass(frozen=True, slots=True)
class Imported:
    """What a table did to the registry, or would do: the rows that change something, and how many change nothing."""

    changes: tuple[Change, ...]
    unchanged: int


class Registrar:
    """Whoever changes the registry: one import at a time, signed by whoever asked for it."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    async def bring_in(
        self, tx: Transaction, table: Table, content: bytes, changed_by: str, *, dry_run: bool = False
    ) -> Imported:
        """Bring a table in, or only say what that would do.

        Raises:
            Faulty: nothing of it was brought in; it has every row's faults.
        """
        rows = await asyncio.to_thread(read_table, content, columns_of(table), KEYS[table], MAX_ROWS)
        if not dry_run:
            await lock_registry(tx, changed_by)
        if table == "pocs":
            return await self._bring_pocs(tx, rows, dry_run=dry_run)
        return await _bring_records(tx, table, rows, dry_run=dry_run)

    async def seed(self, tx: Transaction) -> None:
        """Fill an empty registry; leave any other as it is."""
        if await count_members(tx):
            return
        await lock_registry(tx, "seed")
        if await count_members(tx):  # another instance was faster
            return
        for table in SEED:
            content = files("services.intake").joinpath("seed", f"{table}.csv").read_bytes()
            await self.bring_in(tx, table, content, "seed")

    async def _bring_pocs(self, tx: Transaction, rows: Sequence[Row], *, dry_run: bool) -> Imported:
        references = await list_references(tx)
        known = await list_known_pocs(tx, self.vault, (row.cells["code"] for row in rows))
        found = await asyncio.to_thread(compare_pocs, rows, known, references.members)
        if not dry_run:
            await save_pocs(tx, self.vault, found)
        return Imported(found.changes, found.unchanged)


async def _bring_records(tx: Transaction, table: Table, rows: Sequence[Row], *, dry_run: bool) -> Imported:
    known, references = await list_records(tx, table), await list_references(tx)
    found = await asyncio.to_thread(compare, table, rows, known, references)
    if not dry_run:
        await save_records(tx, table, found.kept)
    return Imported(found.changes, found.unchanged)
