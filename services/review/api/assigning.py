"""The doors of assignment: who has what of a batch, by rule with a reason for each, or by hand."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import Field, TypeAdapter

from contracts.vocabulary import ActorRef
from services.chassis.database import Database
from services.chassis.doors.auth import Principal, require
from services.chassis.doors.bodies import body_of, documented
from services.chassis.doors.documenting import TOKEN_PROBLEMS
from services.review.api.batches import InMonth
from services.review.api.items import Id, InRound
from services.review.api.views import View
from services.review.casework.acting import lock_there, work
from services.review.casework.assigning import assign_batch, assign_item, propose_assignments
from services.review.casework.bodies import Body, Words
from services.review.domain.assigning import Assignment, sentence
from services.review.domain.impartiality import Impartiality
from services.review.store.assigning import list_shares

MayAssess = Annotated[Principal, Depends(require("review:assess"))]
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    **TOKEN_PROBLEMS,
    404: {"description": "`unknown-batch`, `unknown-item`"},
    409: {"description": "not now; `code` says why"},
    422: {"description": "`no-assessors`, `conflict-of-interest`, `already-theirs`"},
}


class AssessorsBody(Body):
    """Who assesses; without anyone those that the service is set to."""

    assessors: Annotated[tuple[ActorRef, ...], Field(max_length=100)] = ()


class HandOverBody(Body):
    """To whom an item goes, and why."""

    assessor: ActorRef
    reason: Words


class AssignmentView(View):
    """Who is to assess an item, and why; nobody where all have a conflict of interest.

    ``code`` is ``kept``, ``fewest``, ``only-one-free``, ``nobody-free`` or ``by-hand``; ``why`` says it in English.
    """

    submission_id: UUID
    round: int
    assessor: str | None
    code: str
    why: str


class AssignmentsView(View):
    """A batch's items that are not decided. ``applied`` is false where this only shows what would be."""

    month: str
    applied: bool
    assignments: list[AssignmentView]


class ShareView(View):
    """How many items of a batch someone is to assess, and how many of these wait for it."""

    assessor: str
    items: int
    waiting: int


class SharesView(View):
    """Who has how much of a batch."""

    month: str
    shares: list[ShareView]


_assessors: TypeAdapter[AssessorsBody] = TypeAdapter(AssessorsBody)
_hand_over: TypeAdapter[HandOverBody] = TypeAdapter(HandOverBody)


def make_assignment_doors(database: Database, rules: Impartiality, assessors: tuple[str, ...]) -> APIRouter:
    """Make the doors; ``assessors`` are those who assess where a request names nobody."""
    router = APIRouter(tags=["assignment"], responses=_PROBLEMS)

    @router.get("/batches/{month}/assignment", dependencies=[Depends(require("review:read"))])
    async def show_shares(month: InMonth) -> SharesView:
        """Show who has how much of a batch."""
        async with database.transaction(read_clock=False) as tx:
            shares = await list_shares(tx, month)
        return SharesView(month=month, shares=[ShareView(**one._asdict()) for one in shares])

    @router.post("/batches/{month}/assignment", openapi_extra=documented(_assessors))
    async def assign_items(
        month: InMonth,
        principal: MayAssess,
        body: Annotated[AssessorsBody, Depends(body_of(_assessors))],
        *,
        dry_run: Annotated[bool, Query(description="Only show what would be.")] = False,
    ) -> AssignmentsView:
        """Give each item that nobody has to whoever has the fewest; what someone has stays with them."""
        people = body.assessors or assessors
        async with database.transaction() as tx:
            if dry_run:
                made = await propose_assignments(tx, month, people, rules)
            else:
                made = await assign_batch(tx, month, people, rules, principal.actor_ref)
        return AssignmentsView(month=month, applied=not dry_run, assignments=[view_assignment(one) for one in made])

    @router.post("/items/{submission_id}/{round}/assignment", openapi_extra=documented(_hand_over))
    async def hand_item_over(
        submission_id: Id,
        round: InRound,
        principal: MayAssess,
        body: Annotated[HandOverBody, Depends(body_of(_hand_over))],
    ) -> AssignmentView:
        """Give one item to someone, whoever had it."""
        async with work(database) as tx:
            found = await lock_there(tx, submission_id, round)
            made = await assign_item(tx, found, body.assessor, body.reason, rules, principal.actor_ref)
        return view_assignment(made)

    return router


def view_assignment(made: Assignment) -> AssignmentView:
    """Show who is to assess an item."""
    return AssignmentView(
        submission_id=UUID(made.submission_id),
        round=made.round,
        assessor=made.assessor,
        code=made.why.code,
        why=sentence(made.why),
    )
