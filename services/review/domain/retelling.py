"""From what was told on a topic back to what happened to an item: the other way round of how it is told."""

from typing import Any, assert_never, cast

from contracts.batches import BatchReported
from contracts.reviews import DecisionRecorded, SubmissionAssessed, SubmissionHeldBack, SubmissionUnheld
from services.review.domain.commands import ItemEvent, RulingMade
from services.review.domain.items import Acceptance, AnyRuling, Decline, Question, Retraction, Ruling
from services.review.domain.reporting import Figures, Report, make_report

Work = SubmissionAssessed | DecisionRecorded | SubmissionHeldBack | SubmissionUnheld
"""What staff do to an item, as `reviews` tells it."""


def as_happened(told: Work) -> ItemEvent:
    """Give what happened; a decision is told whole."""
    return RulingMade(ruling_told_by(told)) if isinstance(told, DecisionRecorded) else told


def ruling_told_by(told: DecisionRecorded) -> AnyRuling:
    """Give the ruling that was told so."""
    ruling: Ruling[Any] = Ruling(
        decision_id=told.decision_id,
        outcome=_outcome(told),
        eligibility=told.eligibility,
        relevance=told.relevance,
        tagging=told.tagging,
        criteria_version=told.criteria_version,
        areas_version=told.areas_version,
        reasons_version=told.reasons_version,
        note=told.note,
        by=told.decided_by,
        at=told.decided_at,
        supersedes=told.supersedes,
        attribution=told.attribution,
    )
    return cast("AnyRuling", ruling)


def done_by(told: Work) -> str:
    """Say who did it."""
    match told:
        case SubmissionAssessed(assessed_by=by) | SubmissionHeldBack(held_by=by) | SubmissionUnheld(unheld_by=by):
            return by
        case DecisionRecorded(decided_by=by):
            return by
        case _:
            assert_never(told)


def report_told_by(told: BatchReported) -> Report:
    """Give the report that was told so."""
    return make_report(Figures(**{name: getattr(told, name) for name in Figures.__dataclass_fields__}))


def _outcome(told: DecisionRecorded) -> Acceptance | Decline | Question | Retraction:
    match told.outcome:
        case "accepted":
            return Acceptance(told.published_title or "")
        case "declined":
            return Decline(told.reason_codes)
        case "clarification":
            return Question(told.question or "")
        case "retracted":
            return Retraction(told.published_title or "")
        case _:
            assert_never(told.outcome)
