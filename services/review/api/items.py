"""The doors of an item: look, assess, decide, hold back or not, release, correct, retract, reinstate, encourage."""

import re
from functools import partial
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Response
from pydantic import TypeAdapter

from contracts.vocabulary import Round
from services.chassis.database import Database, Transaction
from services.chassis.doors.auth import Principal, require
from services.chassis.doors.bodies import body_of, documented
from services.chassis.doors.web import Problem
from services.review.api.views import ItemView, view_item
from services.review.casework import bodies
from services.review.casework.acting import CommandOf, act_on_item, find_there, work
from services.review.casework.asking import (
    assessment_of,
    correction_of,
    decision_of,
    encouragement_of,
    reinstatement_of,
    retraction_of,
)
from services.review.domain.commands import HoldBack, Release, Unhold
from services.review.domain.evolution import ruling_of
from services.review.domain.impartiality import Impartiality
from services.review.store import items, letters
from services.review.store.items import Found

Id = Annotated[UUID, Path(description="The submission's id.")]
InRound = Annotated[Round, Path(description="The round of the review: 1, or more after an answer.")]
IfMatch = Annotated[
    str | None, Header(description='The `ETag` of the item as you saw it, such as `"3"`; absent, it is as it is.')
]
MayAssess = Annotated[Principal, Depends(require("review:assess"))]
MayDecide = Annotated[Principal, Depends(require("review:decide"))]
MayRelease = Annotated[Principal, Depends(require("review:release"))]

_assessment: TypeAdapter[bodies.AssessmentBody] = TypeAdapter(bodies.AssessmentBody)
_decision: TypeAdapter[bodies.AcceptBody | bodies.DeclineBody | bodies.AskBody] = TypeAdapter(bodies.DecisionBody)
_hold: TypeAdapter[bodies.HoldBody] = TypeAdapter(bodies.HoldBody)
_unhold: TypeAdapter[bodies.UnholdBody] = TypeAdapter(bodies.UnholdBody)
_correction: TypeAdapter[bodies.CorrectionBody] = TypeAdapter(bodies.CorrectionBody)
_retraction: TypeAdapter[bodies.RetractionBody] = TypeAdapter(bodies.RetractionBody)
_reinstatement: TypeAdapter[bodies.ReinstatementBody] = TypeAdapter(bodies.ReinstatementBody)
_encouragement: TypeAdapter[bodies.EncouragementBody] = TypeAdapter(bodies.EncouragementBody)

REVISION = re.compile(r'(?:W/)?"(\d{1,9})"')

Decision = bodies.AcceptBody | bodies.DeclineBody | bodies.AskBody
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"description": "not one well-formed JSON object; `code` says how"},
    401: {"description": "`token-missing`, `token-unknown`"},
    403: {"description": "`forbidden`: the token lacks the scope; `conflict-of-interest`"},
    404: {"description": "`unknown-item`"},
    409: {"description": "not in this state, or `stale` with `changed`; `code` says why"},
    422: {"description": "the content does not hold; `code` and `errors` say why"},
}


class Address(NamedTuple):
    """Which item a command is about, and the revision that its sender saw."""

    submission_id: UUID
    round: int
    seen: int | None


def _addressed(submission_id: Id, round: InRound, if_match: IfMatch = None) -> Address:
    return Address(submission_id, round, read_revision(if_match))


At = Annotated[Address, Depends(_addressed)]


def make_item_doors(database: Database, rules: Impartiality) -> APIRouter:
    """Make the doors; ``rules`` say who may not work on what."""
    router = APIRouter(prefix="/items/{submission_id}/{round}", tags=["items"], responses=_PROBLEMS)
    _add_doors_before_release(router, database, rules)
    _add_doors_after_release(router, database, rules)
    return router


def _add_doors_before_release(router: APIRouter, database: Database, rules: Impartiality) -> None:
    act = partial(_act, database, rules)

    @router.get("", dependencies=[Depends(require("review:read"))])
    async def show_item(submission_id: Id, round: InRound, response: Response) -> ItemView:
        """Show an item: frozen text, findings, decision, letters, history; its revision is the `ETag`."""
        async with database.transaction() as tx:
            return await _view(tx, await find_there(tx, submission_id, round), response)

    @router.post("/assessment", openapi_extra=documented(_assessment))
    async def assess_item(
        at: At,
        principal: MayAssess,
        response: Response,
        body: Annotated[bodies.AssessmentBody, Depends(body_of(_assessment))],
    ) -> ItemView:
        """Assess: a finding for each gate and criterion, and the area. A second one supersedes the first."""
        return await act(at, principal, response, lambda found, tx: assessment_of(body, found, principal, tx.now))

    @router.post("/decision", openapi_extra=documented(_decision))
    async def decide_item(
        at: At, principal: MayDecide, response: Response, body: Annotated[Decision, Depends(body_of(_decision))]
    ) -> ItemView:
        """Decide eligibility, relevance and area; accept, decline or ask. Nobody outside knows before the release."""
        return await act(at, principal, response, lambda found, tx: decision_of(body, found, principal, tx.now))

    @router.post("/hold", openapi_extra=documented(_hold))
    async def hold_item(
        at: At, principal: MayRelease, response: Response, body: Annotated[bodies.HoldBody, Depends(body_of(_hold))]
    ) -> ItemView:
        """Keep the item back when its batch is released; at the latest it leaves with the next batch."""
        by = principal.actor_ref
        return await act(at, principal, response, lambda _, tx: HoldBack(reason=body.reason, by=by, at=tx.now))

    @router.post("/unhold", openapi_extra=documented(_unhold))
    async def unhold_item(
        at: At, principal: MayRelease, response: Response, body: Annotated[bodies.UnholdBody, Depends(body_of(_unhold))]
    ) -> ItemView:
        """Let the item leave with its batch after all."""
        by = principal.actor_ref
        return await act(at, principal, response, lambda _, tx: Unhold(reason=body.reason, by=by, at=tx.now))


def _add_doors_after_release(router: APIRouter, database: Database, rules: Impartiality) -> None:
    act = partial(_act, database, rules)

    @router.post("/release")
    async def release_item(at: At, principal: MayRelease, response: Response) -> ItemView:
        """Let an item out that its batch's release left behind."""
        return await act(at, principal, response, lambda found, tx: Release(dossier=found.dossier, at=tx.now))

    @router.post("/correction", openapi_extra=documented(_correction))
    async def correct_item(
        at: At,
        principal: MayDecide,
        response: Response,
        body: Annotated[bodies.CorrectionBody, Depends(body_of(_correction))],
    ) -> ItemView:
        """Supersede a released decision; ``silent`` writes no letters."""
        return await act(at, principal, response, lambda found, tx: correction_of(body, found, principal, tx.now))

    @router.post("/retraction", openapi_extra=documented(_retraction))
    async def retract_item(
        at: At,
        principal: MayDecide,
        response: Response,
        body: Annotated[bodies.RetractionBody, Depends(body_of(_retraction))],
    ) -> ItemView:
        """Take a reform out of the public record; its page says so until it is reinstated."""
        return await act(at, principal, response, lambda found, tx: retraction_of(body, found, principal, tx.now))

    @router.post("/reinstatement", openapi_extra=documented(_reinstatement))
    async def reinstate_item(
        at: At,
        principal: MayDecide,
        response: Response,
        body: Annotated[bodies.ReinstatementBody, Depends(body_of(_reinstatement))],
    ) -> ItemView:
        """Put a retracted reform back, under its old address."""
        return await act(at, principal, response, lambda found, tx: reinstatement_of(body, found, principal, tx.now))

    @router.post("/encouragement", openapi_extra=documented(_encouragement))
    async def encourage_item(
        at: At,
        principal: MayDecide,
        response: Response,
        body: Annotated[bodies.EncouragementBody, Depends(body_of(_encouragement))],
    ) -> ItemView:
        """Mark a reform as promising or no longer, with all support and awards that it was given; no letter follows."""
        return await act(at, principal, response, lambda found, tx: encouragement_of(body, found, principal, tx.now))


def read_revision(if_match: str | None) -> int | None:
    """Read the revision of an ``If-Match``; None where any will do.

    Raises:
        Problem: 422 ``if-match``.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    found = REVISION.fullmatch(if_match.strip())
    if found is None:
        raise Problem(422, "if-match", "If-Match holds one revision in quotes")
    return int(found[1])


async def _act(
    database: Database,
    rules: Impartiality,
    at: Address,
    principal: Principal,
    response: Response,
    command_of: CommandOf,
) -> ItemView:
    async with work(database) as tx:
        found = await act_on_item(tx, at.submission_id, at.round, principal, command_of, rules=rules, seen=at.seen)
        return await _view(tx, found, response)


async def _view(tx: Transaction, found: Found, response: Response) -> ItemView:
    item, ruling = found.state.item, ruling_of(found.state)
    response.headers["ETag"] = f'"{found.revision}"'
    counts = await letters.list_counts(tx, ruling.decision_id) if ruling else []
    return view_item(found, counts, await items.list_history(tx, UUID(item.submission_id), item.round))
