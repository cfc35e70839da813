"""Commands made of what staff send: time, ids and the versions to apply come in here."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from contracts import reference
from contracts.reviews import Finding
from services.chassis.doors.auth import Principal
from services.chassis.ids import new_id
from services.review.api.bodies import (
    AcceptBody,
    AskBody,
    AssessmentBody,
    CorrectionBody,
    DeclineBody,
    FindingBody,
    RetractionBody,
)
from services.review.domain.commands import Assess, Correct, Decide, Retract, Yardstick
from services.review.domain.items import Acceptance, Decline, Question
from services.review.store.items import Found


@cache
def yardstick() -> Yardstick:
    """Give the newest versions of criteria, areas and reasons."""
    criteria = reference.criteria()
    return Yardstick(
        criteria_version=criteria.version,
        areas_version=reference.areas().version,
        criteria=tuple(entry.code for entry in criteria.everything),
        reason_codes=frozenset(entry.code for entry in reference.reason_codes().reason_codes),
    )


def assessment_of(body: AssessmentBody, principal: Principal, now: datetime) -> Assess:
    """Make the command of an assessment."""
    return Assess(
        yardstick=yardstick(),
        findings=_findings(body.findings),
        area=body.area,
        area_reason=body.area_reason,
        by=principal.actor_ref,
        at=now,
    )


def decision_of(body: AcceptBody | DeclineBody | AskBody, found: Found, principal: Principal, now: datetime) -> Decide:
    """Make the command of a decision."""
    return Decide(
        yardstick=yardstick(),
        decision_id=new_id(),
        outcome=Question(body.question) if isinstance(body, AskBody) else _outcome(body, found),
        area=body.area,
        area_reason=body.area_reason,
        note=body.note,
        by=principal.actor_ref,
        at=now,
    )


def correction_of(body: CorrectionBody, found: Found, principal: Principal, now: datetime) -> Correct:
    """Make the command of a correction."""
    return Correct(
        yardstick=yardstick(),
        dossier=found.dossier,
        decision_id=new_id(),
        outcome=_outcome(body.decision, found),
        findings=None if body.findings is None else _findings(body.findings),
        area=body.decision.area,
        area_reason=body.decision.area_reason,
        note=body.decision.note,
        effect=body.effect,
        why=body.why,
        by=principal.actor_ref,
        at=now,
    )


def retraction_of(body: RetractionBody, found: Found, principal: Principal, now: datetime) -> Retract:
    """Make the command of a retraction."""
    return Retract(
        dossier=found.dossier,
        decision_id=new_id(),
        effect=body.effect,
        why=body.why,
        by=principal.actor_ref,
        at=now,
    )


def _findings(sent: Sequence[FindingBody]) -> tuple[Finding, ...]:
    return tuple(Finding(code=one.code, verdict=one.verdict, reason=one.reason) for one in sent)


def _outcome(body: AcceptBody | DeclineBody, found: Found) -> Acceptance | Decline:
    if isinstance(body, DeclineBody):
        return Decline(body.reason_codes)
    return Acceptance(body.published_title or found.dossier.proposal.title)
