"""Gives items to those who assess them: a batch by rule, shown first, or one by hand."""

from collections.abc import Sequence

from contracts.event import Fact
from contracts.reviews import SubmissionAssigned
from services.chassis.database import Transaction
from services.chassis.doors.web import Problem
from services.review.domain.assigning import Assignment, ToAssign, assign, by_hand, sentence
from services.review.domain.batches import Open
from services.review.domain.commands import Assess
from services.review.domain.impartiality import Impartiality
from services.review.domain.items import ItemState
from services.review.domain.refused import refused
from services.review.domain.transitions import TABLE
from services.review.store import assigning as store
from services.review.store.batches import list_batches, lock_batches
from services.review.store.items import Found


async def propose_assignments(
    tx: Transaction, month: str, assessors: Sequence[str], rules: Impartiality
) -> list[Assignment]:
    """Say who would assess which item of a batch that is not decided; what is assigned stays.

    Raises:
        Problem: 404 ``unknown-batch``.
        Refusal: ``batch-not-sealed``, ``no-assessors``.
    """
    if not await list_batches(tx, month):
        raise Problem(404, "unknown-batch", f"there is no batch of {month}")
    if isinstance((await lock_batches(tx, [month]))[0], Open):
        raise refused("batch-not-sealed", month)
    return assign(await store.list_to_assign(tx, month), assessors, rules.is_conflicted)


async def assign_batch(
    tx: Transaction, month: str, assessors: Sequence[str], rules: Impartiality, by: str
) -> list[Assignment]:
    """Do what `propose_assignments` says, and tell it of each item that nobody had."""
    proposed = await propose_assignments(tx, month, assessors, rules)
    new = [one for one in proposed if one.assessor is not None and one.why.code != "kept"]
    await keep_assignments(tx, new, by)
    return proposed


async def assign_item(
    tx: Transaction, found: Found, assessor: str, reason: str, rules: Impartiality, by: str
) -> Assignment:
    """Give an item, which is locked, to someone by hand.

    Raises:
        Refusal: it can no longer be assessed, or not by them.
    """
    key = found.state.item.submission_id, found.state.item.round
    item = (await store.list_chosen(tx, [key]))[key]
    made = hand_over(item, found.state, assessor, reason, rules)
    await keep_assignments(tx, [made], by)
    return made


def hand_over(item: ToAssign, state: ItemState, assessor: str, reason: str, rules: Impartiality) -> Assignment:
    """Say what giving an item to someone by hand comes to.

    Raises:
        Refusal: it can no longer be assessed, with the code with which an assessment would be refused; or not by them.
    """
    cell = TABLE[type(state)][Assess]
    if isinstance(cell, str):
        raise refused(cell)
    return by_hand(item, assessor, reason, rules.is_conflicted)


async def keep_assignments(tx: Transaction, made: Sequence[Assignment], by: str) -> None:
    """Keep these assignments, and tell them."""
    if not made:
        return
    told = [_told(tx, one, by) for one in made]
    await store.save_assignments(tx, made, told, by)
    tx.emit(Fact(subject=one.submission_id, data=event) for one, event in zip(made, told, strict=True))


def _told(tx: Transaction, made: Assignment, by: str) -> SubmissionAssigned:
    return SubmissionAssigned(
        month=made.month,
        round=made.round,
        assigned_to=made.assessor or "",
        reason=sentence(made.why),
        assigned_by=by,
        assigned_at=tx.now,
    )
