"""The worker that looks for what a reviewer should be told of an item: at leisure, so that all else goes first."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic
from uuid import UUID

from services.chassis.database import Database, Transaction
from services.chassis.patience import patiently
from services.review.domain.entering import Key
from services.review.domain.flags import Flag, text_flags
from services.review.domain.likeness import rank
from services.review.languages import guess_language
from services.review.settings import Settings
from services.review.store.coordinating import list_items_of_cases
from services.review.store.flags import save_alike, save_text_flags, take_flagging_due, take_pairing_due
from services.review.store.items import Found
from services.review.store.likeness import find_similar, find_traits, list_latest

RESTS = 2
"""So many times as long as it worked, the worker rests: it takes a third of one connection at most."""

ALIKE_MAX = 20
"""So many possible duplicates of one submission are kept, the likest of its own member first."""


def make_flagger(settings: Settings) -> Callable[[Database], Awaitable[None]]:
    """Make the worker."""

    async def flag_submissions(database: Database) -> None:
        while True:
            begun = monotonic()
            if not await patiently(flag_due, database, settings.flagging_chunk_submissions):
                await patiently(pair_due, database, settings.pairing_chunk_submissions)
            await asyncio.sleep(max(settings.likeness_poll_seconds, RESTS * (monotonic() - begun)))

    return flag_submissions


async def flag_due(database: Database, limit: int) -> int:
    """Look at the next submissions whose texts are new, and say how many they were; and at cases that are new."""
    async with database.transaction(read_clock=False) as tx:
        await list_items_of_cases(tx, limit)
        due = await take_flagging_due(tx, limit)
        if due:
            found = await list_latest(tx, due)
            await save_text_flags(tx, await asyncio.to_thread(_flags_of, found))
    return len(due)


async def pair_due(database: Database, limit: int) -> int:
    """Look what the next submissions are like, and say how many they were."""
    async with database.transaction(read_clock=False) as tx:
        due = await take_pairing_due(tx, limit)
        if due:
            await save_alike(tx, due, [pair for one in due for pair in await _alike(tx, one)])
    return len(due)


def _flags_of(found: Mapping[str, Found]) -> dict[Key, frozenset[Flag]]:
    """Look at texts; guessing their languages is work for a processor, so it is done in a thread."""
    return {_key_of(one): _flags_of_one(one) for one in found.values()}


def _key_of(found: Found) -> Key:
    return found.state.item.submission_id, found.state.item.round


def _flags_of_one(found: Found) -> frozenset[Flag]:
    return text_flags(found.state.item.month, found.dossier.proposal, found.text.flags, guess_language)


async def _alike(tx: Transaction, submission_id: str) -> list[tuple[str, str]]:
    this = await find_traits(tx, UUID(submission_id))
    if this is None:
        return []
    ranked = rank(this, await find_similar(tx, this), ALIKE_MAX)
    return [(submission_id, one.submission_id) for one in ranked]
