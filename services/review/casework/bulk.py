"""Acts on many items at once: by a plan that is shown first, and applied only as it was shown, wholly or not at all."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import NamedTuple
from uuid import UUID

from services.chassis.codec import encode_text
from services.chassis.database import Transaction
from services.chassis.doors.auth import Principal
from services.chassis.doors.web import Problem
from services.chassis.errors import Refusal
from services.chassis.ids import new_id
from services.review.casework.actions import SCOPES, Action, AssignAll, action_adapter, command_of
from services.review.casework.assigning import hand_over, keep_assignments
from services.review.domain.acting import Done, carry_out
from services.review.domain.assigning import Assignment, ToAssign
from services.review.domain.bulk import ITEMS_MAX, PlanLine, changes, hash_plan, outline
from services.review.domain.entering import Key
from services.review.domain.impartiality import Impartiality, check_impartial
from services.review.store import bulk as store
from services.review.store.assigning import list_chosen
from services.review.store.bulk import Plan
from services.review.store.items import Found, save_items


class Foreseen(NamedTuple):
    """What an action comes to for one item: the line that is shown, and what is done where it goes on."""

    line: PlanLine
    done: Done | None = None
    assignment: Assignment | None = None


async def make_plan(
    tx: Transaction, action: Action, items: Sequence[Key], principal: Principal, rules: Impartiality
) -> Plan:
    """Show what an action would do to each of these items, refusals included, and keep it; nothing else changes.

    Raises:
        Problem: 403 ``forbidden``; 422 ``too-many``, ``nothing-chosen``.
    """
    _check_scope(action, principal)
    chosen = list(dict.fromkeys(items))
    if not 0 < len(chosen) <= ITEMS_MAX:
        code = "too-many" if chosen else "nothing-chosen"
        raise Problem(422, code, f"choose from 1 to {ITEMS_MAX} items")
    lines = tuple(one.line for one in await _foresee(tx, action, chosen, principal, rules, lock=False))
    written = encode_text(action.model_dump(mode="json"))
    plan = Plan(
        plan_id=new_id(),
        made_by=principal.actor_ref,
        made_at=tx.now,
        hash=hash_plan(written, lines),
        action=written,
        lines=lines,
    )
    await store.insert_plan(tx, plan)
    return plan


async def find_plan_there(tx: Transaction, plan_id: UUID, *, lock: bool = False) -> Plan:
    """Find a plan.

    Raises:
        Problem: 404 ``unknown-plan``.
    """
    plan = await store.find_plan(tx, plan_id, lock=lock)
    if plan is None:
        raise Problem(404, "unknown-plan", f"there is no plan {plan_id}")
    return plan


async def apply_plan(tx: Transaction, plan_id: UUID, shown: str, principal: Principal, rules: Impartiality) -> Plan:
    """Do what a plan shows, all of it in one transaction; ``shown`` is the hash of what its maker saw.

    What the plan shows as refused stays as it is.

    Raises:
        Problem: 404 ``unknown-plan``; 403 ``forbidden``, ``not-your-plan``; 409 ``already-applied``,
            ``nothing-to-apply``, or ``plan-changed`` with ``changed``: each line as it was shown, and now.
    """
    plan = await find_plan_there(tx, plan_id, lock=True)
    action = action_adapter.validate_json(plan.action)
    _check_scope(action, principal)
    _check_applicable(plan, principal)
    keys = [(line.submission_id, line.round) for line in plan.lines]
    foreseen = await _foresee(tx, action, keys, principal, rules, lock=True)
    _check_unchanged(plan, shown, [one.line for one in foreseen])
    await _carry_out(tx, foreseen, principal.actor_ref)
    await store.save_applied(tx, plan_id)
    return await find_plan_there(tx, plan_id)


def _check_scope(action: Action, principal: Principal) -> None:
    scope = SCOPES[type(action)]
    if scope not in principal.scopes:
        raise Problem(403, "forbidden", f"this needs the scope {scope}")


def _check_applicable(plan: Plan, principal: Principal) -> None:
    if plan.made_by != principal.actor_ref:
        raise Problem(403, "not-your-plan", "only who was shown a plan applies it")
    if plan.applied_at is not None:
        raise Problem(409, "already-applied", "a plan is applied once")
    if all(line.refusal for line in plan.lines):
        raise Problem(409, "nothing-to-apply", "everything in this plan is refused")


def _check_unchanged(plan: Plan, shown: str, lines: Sequence[PlanLine]) -> None:
    if shown == plan.hash == hash_plan(plan.action, lines):
        return
    changed = [
        {"shown": asdict(one.shown) if one.shown else None, "now": asdict(one.now) if one.now else None}
        for one in changes(plan.lines, lines)
    ]
    raise Problem(409, "plan-changed", "it is not as it was shown any more; make the plan anew", changed=changed)


async def _foresee(
    tx: Transaction, action: Action, items: Sequence[Key], principal: Principal, rules: Impartiality, *, lock: bool
) -> list[Foreseen]:
    found = await store.find_several(tx, items, lock=lock)
    assigned = await list_chosen(tx, items)
    return [
        _foresee_one(tx, action, found[key], assigned[key], principal, rules) if key in found else _unknown(key)
        for key in items
    ]


def _foresee_one(
    tx: Transaction, action: Action, found: Found, assigned: ToAssign, principal: Principal, rules: Impartiality
) -> Foreseen:
    try:
        if isinstance(action, AssignAll):
            made = hand_over(assigned, found.state, action.assessor, action.reason, rules)
            after = outline(found.state, made.assessor)
            return Foreseen(_line(found, assigned, after=after), assignment=made)
        command = command_of(action, found, principal, tx.now)
        check_impartial(rules, found.state, assigned.member, command, principal.actor_ref)
        done = carry_out(found.state, command)
    except Refusal as error:
        return Foreseen(_line(found, assigned, refusal=error.code, detail=error.detail))
    return Foreseen(_line(found, assigned, after=outline(done.state, assigned.assessor)), done=done)


def _line(found: Found, assigned: ToAssign, **comes_to: object) -> PlanLine:
    item = found.state.item
    return PlanLine(
        submission_id=item.submission_id,
        round=item.round,
        revision=found.revision,
        reference=found.dossier.receipt.reference,
        title=found.dossier.proposal.title,
        before=outline(found.state, assigned.assessor),
        **comes_to,  # type: ignore[arg-type]
    )


def _unknown(key: Key) -> Foreseen:
    return Foreseen(PlanLine(submission_id=key[0], round=key[1], refusal="unknown-item"))


async def _carry_out(tx: Transaction, foreseen: Sequence[Foreseen], by: str) -> None:
    done = [one.done for one in foreseen if one.done is not None]
    await save_items(tx, [one.state for one in done])
    events = [((one.state.item.submission_id, one.state.item.round), event) for one in done for event in one.events]
    await store.insert_histories(tx, by, events)
    tx.emit(fact for one in done for fact in one.facts)
    made = [one.assignment for one in foreseen if one.assignment is not None]
    await keep_assignments(tx, made, by)
