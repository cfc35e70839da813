"""Carries a command out on an item: locked, held against what its sender saw, saved, told."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

from contracts.event import Fact
from contracts.reviews import RecusalNoted
from services.chassis.database import Database, Transaction
from services.chassis.doors.auth import Principal
from services.chassis.doors.web import Problem
from services.review.domain.acting import carry_out
from services.review.domain.commands import Correct, Decide, ItemCommand
from services.review.domain.impartiality import Impartiality, Recused, check_impartial
from services.review.domain.staleness import differences
from services.review.store import items, recusals
from services.review.store.items import Found

CommandOf = Callable[[Found, Transaction], ItemCommand]


@asynccontextmanager
async def work(database: Database) -> AsyncIterator[Transaction]:
    """Open a transaction to act on items in; that someone was refused for a conflict of interest is kept all the same.

    Raises:
        Recused: as it came.
    """
    try:
        async with database.transaction() as tx:
            yield tx
    except Recused as recused:
        async with database.transaction() as tx:
            await _note_recusal(tx, recused)
        raise


async def find_there(tx: Transaction, submission_id: UUID, round_: int) -> Found:
    """Find an item, to look at.

    Raises:
        Problem: 404 ``unknown-item``.
    """
    return _there(await items.find_item(tx, submission_id, round_), submission_id, round_)


async def lock_there(tx: Transaction, submission_id: UUID, round_: int) -> Found:
    """Find an item, to work on.

    Raises:
        Problem: 404 ``unknown-item``.
    """
    return _there(await items.lock_item(tx, submission_id, round_), submission_id, round_)


async def act_on_item(
    tx: Transaction,
    submission_id: UUID,
    round_: int,
    principal: Principal,
    command_of: CommandOf,
    *,
    rules: Impartiality,
    seen: int | None = None,
) -> Found:
    """Carry out what ``command_of`` makes of the item as it stands; ``seen`` is the revision that the sender saw.

    To be done in a transaction that `work` opens.

    Raises:
        Problem: 404 ``unknown-item``; 409 ``stale``, with ``changed``: field, theirs, now.
        Refusal: it cannot be done, or not by them; nothing has changed.
    """
    found = await lock_there(tx, submission_id, round_)
    await check_seen(tx, found, seen)
    command = await _knowing_members(tx, command_of(found, tx))
    check_impartial(rules, found.state, found.dossier.receipt.member.code, command, principal.actor_ref)
    done = carry_out(found.state, command)
    await items.save_items(tx, [done.state])
    await items.insert_history(tx, done.state, principal.actor_ref, done.events)
    tx.emit(done.facts)
    return found._replace(state=done.state, revision=found.revision + 1)


async def check_seen(tx: Transaction, found: Found, seen: int | None) -> None:
    """Insist that the item is as its sender saw it.

    Raises:
        Problem: 409 ``stale``, with ``changed``: field, theirs, now.
    """
    if seen in {None, found.revision}:
        return
    item = found.state.item
    history = await items.list_history(tx, UUID(item.submission_id), item.round)
    changed = differences(found.state, history, seen or 0)
    raise Problem(409, "stale", "it has changed since you saw it", revision=found.revision, changed=changed)


async def _knowing_members(tx: Transaction, command: ItemCommand) -> ItemCommand:
    if not isinstance(command, Decide | Correct) or command.attribution is None or command.attribution.member is None:
        return command
    known = await items.find_member(tx, command.attribution.member)
    return replace(command, attribution=replace(command.attribution, known=known))


async def _note_recusal(tx: Transaction, recused: Recused) -> None:
    item = recused.item
    told = RecusalNoted(month=item.month, round=item.round, actor=recused.person, noted_at=tx.now)
    if await recusals.insert_recusal(tx, item, told):
        tx.emit([Fact(subject=item.submission_id, data=told)])


def _there(found: Found | None, submission_id: UUID, round_: int) -> Found:
    if found is None:
        raise Problem(404, "unknown-item", f"there is no round {round_} of {submission_id}")
    return found
