"""Commands made of what staff send: time, ids and the versions to apply come in here."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from contracts import reference
from contracts.reviews import Finding
from services.chassis.doors.auth import Principal
from services.chassis.ids import new_id
from services.review.casework.bodies import (
    AcceptBody,
    AskBody,
    AssessmentBody,
    AttributionBody,
    CorrectionBody,
    DeclineBody,
    EncouragementBody,
    FindingBody,
    JudgingBody,
    ReinstatementBody,
    RetractionBody,
    TaggingBody,
)
from services.review.domain.attributing import Attributing, as_submitted
from services.review.domain.commands import (
    Assess,
    Correct,
    Decide,
    Encourage,
    Judging,
    Reinstate,
    Retagging,
    Retract,
    Yardstick,
)
from services.review.domain.evolution import assessment_of as assessed
from services.review.domain.items import Acceptance, Decline, Question
from services.review.domain.refused import refused
from services.review.store.items import Found


@cache
def yardstick(month: str) -> Yardstick:
    """Give what a month's batch is judged by: the versions in force on the first day of that month."""
    criteria, areas, reasons = reference.in_force(month)
    return Yardstick(
        criteria_version=criteria.version,
        areas_version=areas.version,
        reasons_version=reasons.version,
        gates=tuple(entry.code for entry in criteria.gates),
        criteria=tuple(entry.code for entry in criteria.criteria),
        reason_codes=frozenset(entry.code for entry in reasons.reason_codes),
    )


def assessment_of(body: AssessmentBody, found: Found, principal: Principal, now: datetime) -> Assess:
    """Make the command of an assessment."""
    return Assess(
        yardstick=yardstick(found.state.item.month),
        findings=_findings(body.findings),
        area=body.area,
        area_reason=body.area_reason,
        question=body.question,
        by=principal.actor_ref,
        at=now,
    )


def decision_of(body: AcceptBody | DeclineBody | AskBody, found: Found, principal: Principal, now: datetime) -> Decide:
    """Make the command of a decision.

    Raises:
        Refusal: 422 ``question-missing``, to ask without one, where the assessment proposes none either.
    """
    return Decide(
        yardstick=yardstick(found.state.item.month),
        decision_id=new_id(),
        outcome=_question(body, found) if isinstance(body, AskBody) else _outcome(body, found),
        eligibility=_judging(body.eligibility),
        relevance=_judging(body.relevance),
        tagging=_tagging(body.tagging),
        attribution=_attributing(body, found),
        note=body.note,
        by=principal.actor_ref,
        at=now,
    )


def correction_of(body: CorrectionBody, found: Found, principal: Principal, now: datetime) -> Correct:
    """Make the command of a correction."""
    return Correct(
        yardstick=yardstick(found.state.item.month),
        dossier=found.dossier,
        decision_id=new_id(),
        outcome=_outcome(body.decision, found),
        findings=None if body.findings is None else _findings(body.findings),
        eligibility=_judging(body.decision.eligibility),
        relevance=_judging(body.decision.relevance),
        tagging=_tagging(body.decision.tagging),
        attribution=_attributing(body.decision, found),
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


def reinstatement_of(body: ReinstatementBody, found: Found, principal: Principal, now: datetime) -> Reinstate:
    """Make the command of a reinstatement."""
    return Reinstate(
        dossier=found.dossier,
        decision_id=new_id(),
        published_title=body.published_title,
        note=body.note,
        effect=body.effect,
        why=body.why,
        by=principal.actor_ref,
        at=now,
    )


def encouragement_of(body: EncouragementBody, found: Found, principal: Principal, now: datetime) -> Encourage:
    """Make the command of an encouragement."""
    return Encourage(
        reference=found.dossier.receipt.reference,
        promising=body.promising,
        support=body.support,
        why=body.why,
        by=principal.actor_ref,
        at=now,
    )


def _findings(sent: Sequence[FindingBody]) -> tuple[Finding, ...]:
    return tuple(Finding(code=one.code, verdict=one.verdict, reason=one.reason) for one in sent)


def _judging(sent: JudgingBody) -> Judging:
    return Judging(overrules=_findings(sent.overrules), verdict=sent.verdict)


def _tagging(sent: TaggingBody) -> Retagging:
    return Retagging(area=sent.area, reason=sent.reason)


def _attributing(body: AcceptBody | DeclineBody | AskBody, found: Found) -> Attributing | None:
    said = body.attribution if isinstance(body, AcceptBody) else None
    if said is None:
        return None
    submitted = as_submitted(found.dossier.receipt, found.dossier.proposal)
    told = {name: getattr(said, name) for name in AttributionBody.model_fields}
    return Attributing(submitted=submitted, channel=found.dossier.receipt.channel, **told)


def _outcome(body: AcceptBody | DeclineBody, found: Found) -> Acceptance | Decline:
    if isinstance(body, DeclineBody):
        return Decline(body.reason_codes)
    return Acceptance(body.published_title or found.dossier.proposal.title)


def _question(body: AskBody, found: Found) -> Question:
    assessment = assessed(found.state)
    question = body.question or (assessment.question if assessment else None)
    if question is None:
        raise refused("question-missing", "the assessment proposes none", field="question")
    return Question(question)
