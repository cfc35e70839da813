"""The door to possible duplicates: what looks like an item, how much, and why. Nothing follows from it by itself."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from contracts.vocabulary import Channel
from services.chassis.database import Database, Transaction
from services.chassis.doors.auth import require
from services.chassis.doors.documenting import TOKEN_PROBLEMS
from services.review.api.items import Id, InRound
from services.review.api.views import View
from services.review.casework.acting import find_there
from services.review.domain.items import word_of
from services.review.domain.likeness import Likeness, rank
from services.review.store.items import Found
from services.review.store.likeness import find_similar, find_traits, list_latest

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    **TOKEN_PROBLEMS,
    404: {"description": "`unknown-item`"},
}


class ReasonView(View):
    """Why two submissions look alike.

    ``same-commitment``, ``same-extends``, ``title``, ``timetable`` (start, end and milestones' dates), ``institution``
    (only beside another), ``resubmission`` (one names the other as what it was before). ``likeness`` is of texts.
    """

    code: str
    likeness: float | None


class CandidateView(View):
    """A submission that looks like the item, in its latest round. ``score`` orders them; it is no probability."""

    submission_id: UUID
    round: int
    month: str
    reference: str
    state: str
    channel: Channel
    member: str
    same_member: bool
    language: str
    title: str
    institution: str
    score: float
    why: list[ReasonView]


class SimilarView(View):
    """Possible duplicates of an item, of the same member first; ``compared`` is false while its turn has not come."""

    compared: bool
    candidates: list[CandidateView]


def make_similar_door(database: Database) -> APIRouter:
    """Make the door."""
    router = APIRouter(prefix="/items/{submission_id}/{round}", tags=["items"], responses=_PROBLEMS)

    @router.get("/similar", dependencies=[Depends(require("review:read"))])
    async def list_similar(
        submission_id: Id, round: InRound, limit: Annotated[int, Query(ge=1, le=100)] = 20
    ) -> SimilarView:
        """List what looks like this item: by its words, its commitment or its dates; of the same member first."""
        async with database.transaction(read_clock=False) as tx:
            await find_there(tx, submission_id, round)
            candidates = await find_candidates(tx, submission_id, limit)
        return SimilarView(
            compared=candidates is not None, candidates=[view_candidate(*one) for one in candidates or ()]
        )

    return router


async def find_candidates(tx: Transaction, submission_id: UUID, limit: int) -> list[tuple[Likeness, Found]] | None:
    """Find what looks like a submission, the likest first; None while it is not compared yet."""
    this = await find_traits(tx, submission_id)
    if this is None:
        return None
    ranked = rank(this, await find_similar(tx, this), limit)
    found = await list_latest(tx, [one.submission_id for one in ranked])
    return [(one, found[one.submission_id]) for one in ranked]


def view_candidate(likeness: Likeness, found: Found) -> CandidateView:
    """Show a submission that looks like another."""
    item, receipt, proposal = found.state.item, found.dossier.receipt, found.dossier.proposal
    return CandidateView(
        submission_id=UUID(item.submission_id),
        round=item.round,
        month=item.month,
        reference=receipt.reference,
        state=word_of(found.state),
        channel=receipt.channel,
        member=receipt.member.code,
        same_member=likeness.same_member,
        language=proposal.language,
        title=proposal.title,
        institution=proposal.lead_institution,
        score=likeness.score,
        why=[ReasonView(code=reason.code, likeness=reason.likeness) for reason in likeness.why],
    )
