"""The doors of actions on many items: a plan is shown, and applied as it was shown or not at all."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from pydantic import Field, TypeAdapter

from contracts.vocabulary import Round
from services.chassis.codec import decode
from services.chassis.database import Database
from services.chassis.doors.auth import Principal, require
from services.chassis.doors.bodies import body_of, documented
from services.review.api.views import View
from services.review.casework.actions import ActionBody
from services.review.casework.bodies import Body
from services.review.casework.bulk import apply_plan, find_plan_there, make_plan
from services.review.domain.bulk import ITEMS_MAX, Outline, PlanLine
from services.review.domain.impartiality import Impartiality
from services.review.store.bulk import Plan

OfPlan = Annotated[UUID, Path(description="The plan's id.")]
MayAct = Annotated[Principal, Depends(require("review:assess"))]
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"description": "`token-missing`, `token-unknown`"},
    403: {"description": "`forbidden`: the token lacks the scope that the action needs; `not-your-plan`"},
    404: {"description": "`unknown-plan`"},
    409: {"description": "`plan-changed` with `changed`, `already-applied`, `nothing-to-apply`"},
    422: {"description": "`nothing-chosen`, `too-many`; or the action does not fit"},
}


class ChosenBody(Body):
    """One of the items that an action is for."""

    submission_id: UUID
    round: Round = 1


class PlanBody(Body):
    """An action, and the items that it is for."""

    action: ActionBody
    items: Annotated[tuple[ChosenBody, ...], Field(max_length=ITEMS_MAX)]


class ApplyBody(Body):
    """The hash of the plan that was shown."""

    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class OutlineView(View):
    """An item in a few words. ``held`` is why it is held back."""

    state: str
    area: str
    outcome: str | None
    published_title: str | None
    reason_codes: tuple[str, ...]
    held: str | None
    assessor: str | None


class PlanLineView(View):
    """What would happen to an item: ``after``, or the code of the refusal."""

    submission_id: UUID
    round: int
    revision: int | None
    reference: str
    title: str
    before: OutlineView | None
    after: OutlineView | None
    refusal: str | None
    detail: str


class PlanView(View):
    """A plan as it was shown. Whoever applies it sends its ``hash``; what is refused in it stays as it is."""

    plan_id: UUID
    hash: str
    made_by: str
    made_at: datetime
    applied_at: datetime | None
    action: dict[str, Any]
    going_on: int
    refused: int
    lines: list[PlanLineView]


_plan: TypeAdapter[PlanBody] = TypeAdapter(PlanBody)
_apply: TypeAdapter[ApplyBody] = TypeAdapter(ApplyBody)


def make_bulk_doors(database: Database, rules: Impartiality) -> APIRouter:
    """Make the doors."""
    router = APIRouter(prefix="/plans", tags=["plans"], responses=_PROBLEMS)

    @router.post("", status_code=201, openapi_extra=documented(_plan))
    async def plan_action(principal: MayAct, body: Annotated[PlanBody, Depends(body_of(_plan))]) -> PlanView:
        """Show what an action would do to each item: a dry run; nothing else changes."""
        chosen = [(str(one.submission_id), one.round) for one in body.items]
        async with database.transaction() as tx:
            return view_plan(await make_plan(tx, body.action, chosen, principal, rules))

    @router.get("/{plan_id}")
    async def show_plan(plan_id: OfPlan, _: MayAct) -> PlanView:
        """Show a plan again."""
        async with database.transaction(read_clock=False) as tx:
            return view_plan(await find_plan_there(tx, plan_id))

    @router.post("/{plan_id}/application", openapi_extra=documented(_apply))
    async def apply_action(
        plan_id: OfPlan, principal: MayAct, body: Annotated[ApplyBody, Depends(body_of(_apply))]
    ) -> PlanView:
        """Do what the plan shows, in one transaction; refused with the difference when anything is otherwise now."""
        async with database.transaction() as tx:
            return view_plan(await apply_plan(tx, plan_id, body.hash, principal, rules))

    return router


def view_plan(plan: Plan) -> PlanView:
    """Show a plan."""
    refused = sum(1 for line in plan.lines if line.refusal)
    return PlanView(
        plan_id=plan.plan_id,
        hash=plan.hash,
        made_by=plan.made_by,
        made_at=plan.made_at,
        applied_at=plan.applied_at,
        action=decode(dict[str, Any], plan.action),
        going_on=len(plan.lines) - refused,
        refused=refused,
        lines=[_view_line(line) for line in plan.lines],
    )


def _view_line(line: PlanLine) -> PlanLineView:
    return PlanLineView(
        submission_id=UUID(line.submission_id),
        round=line.round,
        revision=line.revision,
        reference=line.reference,
        title=line.title,
        before=_view_outline(line.before),
        after=_view_outline(line.after),
        refusal=line.refusal,
        detail=line.detail,
    )


def _view_outline(outline: Outline | None) -> OutlineView | None:
    if outline is None:
        return None
    return OutlineView(**{name: getattr(outline, name) for name in OutlineView.model_fields})
