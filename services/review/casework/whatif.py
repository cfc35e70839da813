"""Runs a past month again under a draft of the criteria: what would differ, and why. Nothing is written or told."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts import reference
from contracts.reference import Criteria
from contracts.vocabulary import Verdict
from services.chassis.database import Database
from services.chassis.doors.web import Problem
from services.review.domain.refused import refuse_any
from services.review.domain.whatif import Change, Summary, changes_between, run_again
from services.review.store import whatif as store
from services.review.store.batches import list_batches


@dataclass(frozen=True, slots=True)
class Thought:
    """A month run again: how the draft differs from what is in force for it, and what its decisions would come to."""

    month: str
    applied: str
    draft: Criteria
    changes: tuple[Change, ...]
    assumed: Mapping[str, Verdict]
    undecided: int
    summary: Summary


async def think(database: Database, month: str, version: str, assumed: Mapping[str, Verdict]) -> Thought:
    """Run a month again. ``assumed`` are verdicts that count for every item, whatever was found of it.

    Raises:
        Problem: 404 ``unknown-batch``, ``unknown-draft``.
        Refusal: ``unknown-criterion``.
    """
    draft = _draft(version)
    refuse_any(sorted(assumed.keys() - {entry.code for entry in draft.everything}), "unknown-criterion", "assume")
    applied = reference.in_force(month).criteria
    summary = Summary()
    async with store.thinking(database) as tx:
        if not await list_batches(tx, month):
            raise Problem(404, "unknown-batch", f"there is no batch of {month}")
        async for chunk in store.walk_past(tx, month):
            summary.add(run_again(past, reference.criteria(past.criteria_version), draft, assumed) for past in chunk)
        undecided = await store.count_without_decision(tx, month)
    return Thought(month, applied.version, draft, changes_between(applied, draft), assumed, undecided, summary)


def _draft(version: str) -> Criteria:
    try:
        return reference.draft_criteria(version)
    except FileNotFoundError:
        known = ", ".join(reference.drafts("criteria")) or "none"
        raise Problem(404, "unknown-draft", f"there is no version {version[:60]}; the drafts are: {known}") from None
