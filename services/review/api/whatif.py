"""The door of thoughts: a past month under a draft of the criteria. Nothing is written, nothing is told."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from contracts import reference
from contracts.vocabulary import Verdict
from services.chassis.database import Database
from services.chassis.doors.auth import require
from services.chassis.doors.documenting import TOKEN_PROBLEMS
from services.chassis.doors.web import Problem
from services.review.api.batches import InMonth
from services.review.api.views import View
from services.review.casework.whatif import Thought, think
from services.review.domain.whatif import Change, Reason, Rerun

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    **TOKEN_PROBLEMS,
    404: {"description": "`unknown-batch`, `unknown-draft`"},
    422: {"description": "`assume`, `unknown-criterion`"},
}
Assumed = Annotated[
    list[str],
    Query(max_length=50, description="What to count for every item, such as `collaboration:met`."),
]


class ChangeView(View):
    """How the draft differs in one gate or criterion: ``added``, ``dropped`` or ``reworded``."""

    code: str
    kind: str


class WhyView(View):
    """A change that bears on the decision: what was found of it, and what counts under the draft."""

    code: str
    kind: str
    found: Verdict | None
    now: Verdict | None


class RerunView(View):
    """A decision that would be another, or that someone would have to look at again."""

    submission_id: UUID
    round: int
    reference: str
    title: str
    decided: str
    would_be: str
    comparison: str
    why: list[WhyView]


class FlowView(View):
    """How many decisions of one outcome would come to which."""

    decided: str
    would_be: str
    count: int


class ThoughtView(View):
    """A month run again. ``items`` are those not simply the same, the first thousand; the counts are of all."""

    month: str
    applied: str
    draft: str
    note: str
    assumed: dict[str, Verdict]
    changes: list[ChangeView]
    same: int
    differs: int
    look_again: int
    undecided: int
    flows: list[FlowView]
    items: list[RerunView]


class DraftsView(View):
    """The drafts of the criteria that a month can be thought through under."""

    criteria: list[str]


def make_whatif_doors(database: Database) -> APIRouter:
    """Make the doors."""
    router = APIRouter(tags=["what-if"], responses=_PROBLEMS, dependencies=[Depends(require("review:read"))])

    @router.get("/drafts")
    async def list_drafts() -> DraftsView:
        """List the drafts of the criteria."""
        return DraftsView(criteria=list(reference.drafts("criteria")))

    @router.get("/batches/{month}/what-if")
    async def show_thought(
        month: InMonth,
        criteria: Annotated[str, Query(max_length=60, description="A draft's name.")],
        assume: Assumed = [],  # noqa: B006 - read only
    ) -> ThoughtView:
        """Run a month again under a draft: which decisions would differ, and why."""
        return view_thought(await think(database, month, criteria, read_assumed(assume)))

    return router


def read_assumed(assume: list[str]) -> dict[str, Verdict]:
    """Read what to count for every item, each as ``code:verdict``.

    Raises:
        Problem: 422 ``assume``.
    """
    try:
        return {code: Verdict(verdict) for code, _, verdict in (one.partition(":") for one in assume)}
    except ValueError:
        raise Problem(422, "assume", "such as collaboration:met; verdicts are met, not-met, unclear") from None


def view_thought(thought: Thought) -> ThoughtView:
    """Show a month run again."""
    summary = thought.summary
    return ThoughtView(
        month=thought.month,
        applied=thought.applied,
        draft=thought.draft.version,
        note=thought.draft.note,
        assumed=dict(thought.assumed),
        changes=[_view_change(change) for change in thought.changes],
        same=summary.counts["same"],
        differs=summary.counts["differs"],
        look_again=summary.counts["look-again"],
        undecided=thought.undecided,
        flows=[FlowView(decided=was, would_be=now, count=n) for (was, now), n in sorted(summary.flows.items())],
        items=[_view_rerun(one) for one in summary.listed],
    )


def _view_change(change: Change) -> ChangeView:
    return ChangeView(code=change.code, kind=change.kind)


def _view_rerun(rerun: Rerun) -> RerunView:
    past = rerun.past
    return RerunView(
        submission_id=UUID(past.submission_id),
        round=past.round,
        reference=past.reference,
        title=past.title,
        decided=past.outcome,
        would_be=rerun.outcome,
        comparison=rerun.comparison,
        why=[_view_why(reason) for reason in rerun.why],
    )


def _view_why(reason: Reason) -> WhyView:
    return WhyView(code=reason.change.code, kind=reason.change.kind, found=reason.found, now=reason.now)
