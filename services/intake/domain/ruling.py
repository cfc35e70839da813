"""What a submitter is told of the Support Unit's decision: outcome, reasons, remarks."""

from dataclasses import dataclass

from contracts.decisions import (
    Decision,
    DecisionCorrected,
    DecisionEvent,
    Reform,
    SubmissionAccepted,
    SubmissionDeclined,
    SubmissionReinstated,
    SubmissionRetracted,
)
from contracts.vocabulary import Area


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The latest released decision. ``published_title`` and ``area`` are those of the public record."""

    decision: Decision
    reason_codes: tuple[str, ...] = ()
    published_title: str | None = None
    area: Area | None = None
    area_reason: str | None = None
    why: str | None = None


def ruling_of(event: DecisionEvent) -> Ruling | None:
    """Give what an event rules; a question rules nothing."""
    match event:
        case SubmissionAccepted():
            return _of_reform(event.decision, event.reform)
        case SubmissionDeclined():
            return Ruling(decision=event.decision, reason_codes=event.reason_codes)
        case DecisionCorrected(reform=Reform() as reform) | SubmissionReinstated(reform=reform):
            return _of_reform(event.decision, reform, event.why)
        case DecisionCorrected():
            return Ruling(decision=event.decision, reason_codes=event.reason_codes, why=event.why)
        case SubmissionRetracted():
            return Ruling(decision=event.decision, why=event.why)
        case _:
            return None


def _of_reform(decision: Decision, reform: Reform, why: str | None = None) -> Ruling:
    return Ruling(
        decision=decision,
        published_title=reform.published_title,
        area=reform.assigned_area,
        area_reason=reform.area_reason,
        why=why,
    )
