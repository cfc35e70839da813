"""The doors of an item: look, assess, decide, hold back, release, correct, retract."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from pydantic import TypeAdapter

from contracts.vocabulary import Round
from services.chassis.database import Database, Transaction
from services.chassis.doors.auth import Principal, require
from services.chassis.doors.bodies import body_of, documented
from services.chassis.doors.web import Problem
from services.review.api import bodies
from services.review.api.asking import assessment_of, correction_of, decision_of, retraction_of
from services.review.api.views import ItemView, view_item
from services.review.domain.acting import carry_out
from services.review.domain.commands import HoldBack, ItemCommand, Release
from services.review.domain.evolution import ruling_of
from services.review.store import items, letters
from services.review.store.items import Found

Id = Annotated[UUID, Path(description="The submission's id.")]
InRound = Annotated[Round, Path(description="The round of the review: 1, or more after an answer.")]
MayAssess = Annotated[Principal, Depends(require("review:assess"))]
MayDecide = Annotated[Principal, Depends(require("review:decide"))]
MayRelease = Annotated[Principal, Depends(require("review:release"))]

_assessment: TypeAdapter[bodies.AssessmentBody] = TypeAdapter(bodies.AssessmentBody)
_decision: TypeAdapter[bodies.AcceptBody | bodies.DeclineBody | bodies.AskBody] = TypeAdapter(bodies.DecisionBody)
_hold: TypeAdapter[bodies.HoldBody] = TypeAdapter(bodies.HoldBody)
_correction: TypeAdapter[bodies.CorrectionBody] = TypeAdapter(bodies.CorrectionBody)
_retraction: TypeAdapter[bodies.RetractionBody] = TypeAdapter(bodies.RetractionBody)

Decision = bodies.AcceptBody | bodies.DeclineBody | bodies.AskBody
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"description": "not one well-formed JSON object; `code` says how"},
    401: {"description": "`token-missing`, `token-unknown`"},
    403: {"description": "`forbidden`: the token lacks the scope"},
    404: {"description": "`unknown-item`"},
    409: {"description": "not in this state; `code` says why"},
    422: {"description": "the content does not hold; `code` and `errors` say why"},
}


def make_item_doors(database: Database) -> APIRouter:
    """Make the doors."""
    router = APIRouter(prefix="/items/{submission_id}/{round}", tags=["items"], responses=_PROBLEMS)

    @router.get("", dependencies=[Depends(require("review:read"))])
    async def show_item(submission_id: Id, round: InRound) -> ItemView:
        """Show an item: frozen text, findings, decision, letters, history."""
        async with database.transaction() as tx:
            return await _view(tx, await find_there(tx, submission_id, round))

    @router.post("/assessment", openapi_extra=documented(_assessment))
    async def assess_item(
        submission_id: Id,
        round: InRound,
        principal: MayAssess,
        body: Annotated[bodies.AssessmentBody, Depends(body_of(_assessment))],
    ) -> ItemView:
        """Assess: a finding for each gate and criterion, and the area. A second one supersedes the first."""
        return await _act(
            database, submission_id, round, principal, lambda _, tx: assessment_of(body, principal, tx.now)
        )

    @router.post("/decision", openapi_extra=documented(_decision))
    async def decide_item(
        submission_id: Id,
        round: InRound,
        principal: MayDecide,
        body: Annotated[Decision, Depends(body_of(_decision))],
    ) -> ItemView:
        """Accept, decline or ask. Nobody outside knows before the release; a second one supersedes the first."""
        return await _act(
            database, submission_id, round, principal, lambda found, tx: decision_of(body, found, principal, tx.now)
        )

    @router.post("/hold", openapi_extra=documented(_hold))
    async def hold_item(
        submission_id: Id,
        round: InRound,
        principal: MayRelease,
        body: Annotated[bodies.HoldBody, Depends(body_of(_hold))],
    ) -> ItemView:
        """Keep the item back when its batch is released; at the latest it leaves with the next batch."""
        return await _act(
            database,
            submission_id,
            round,
            principal,
            lambda _, tx: HoldBack(reason=body.reason, by=principal.actor_ref, at=tx.now),
        )

    @router.post("/release")
    async def release_item(submission_id: Id, round: InRound, principal: MayRelease) -> ItemView:
        """Let an item out that its batch's release left behind."""
        return await _act(
            database, submission_id, round, principal, lambda found, tx: Release(dossier=found.dossier, at=tx.now)
        )

    @router.post("/correction", openapi_extra=documented(_correction))
    async def correct_item(
        submission_id: Id,
        round: InRound,
        principal: MayDecide,
        body: Annotated[bodies.CorrectionBody, Depends(body_of(_correction))],
    ) -> ItemView:
        """Supersede a released decision; ``silent`` writes no letters."""
        return await _act(
            database, submission_id, round, principal, lambda found, tx: correction_of(body, found, principal, tx.now)
        )

    @router.post("/retraction", openapi_extra=documented(_retraction))
    async def retract_item(
        submission_id: Id,
        round: InRound,
        principal: MayDecide,
        body: Annotated[bodies.RetractionBody, Depends(body_of(_retraction))],
    ) -> ItemView:
        """Take a reform out of the public record; its page says so for ever."""
        return await _act(
            database, submission_id, round, principal, lambda found, tx: retraction_of(body, found, principal, tx.now)
        )

    return router


async def find_there(tx: Transaction, submission_id: UUID, round_: int) -> Found:
    """Find an item, to look at.

    Raises:
        Problem: 404 ``unknown-item``.
    """
    return _there(await items.find_item(tx, submission_id, round_), submission_id, round_)


async def _act(
    database: Database,
    submission_id: UUID,
    round_: int,
    principal: Principal,
    command_of: Callable[[Found, Transaction], ItemCommand],
) -> ItemView:
    async with database.transaction() as tx:
        found = _there(await items.lock_item(tx, submission_id, round_), submission_id, round_)
        done = carry_out(found.state, command_of(found, tx))
        await items.save_items(tx, [done.state])
        await items.insert_history(tx, done.state, principal.actor_ref, done.events)
        tx.emit(done.facts)
        return await _view(tx, found._replace(state=done.state))


def _there(found: Found | None, submission_id: UUID, round_: int) -> Found:
    if found is None:
        raise Problem(404, "unknown-item", f"there is no round {round_} of {submission_id}")
    return found


async def _view(tx: Transaction, found: Found) -> ItemView:
    item, ruling = found.state.item, ruling_of(found.state)
    counts = await letters.list_counts(tx, ruling.decision_id) if ruling else []
    return view_item(found, counts, await items.list_history(tx, UUID(item.submission_id), item.round))
