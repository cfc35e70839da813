"""Examples of what is told on `reviews`."""

from dataclasses import replace
from typing import Any

from contracts.reviews import (
    AreaReassigned,
    Attribution,
    DecisionRecorded,
    Finding,
    Judgement,
    Overrule,
    RecusalNoted,
    SubmissionAssessed,
    SubmissionAssigned,
    SubmissionHeldBack,
    SubmissionUnheld,
    Supersession,
    Tagging,
    UpdateRequested,
    WithdrawalAccepted,
    WithdrawalRefused,
)
from contracts.vocabulary import Area, Effect, Level, MemberType, Verdict
from tests.controls.envelope import (
    ASSESSED_AT,
    DECIDED_AT,
    MONTH,
    RELEASED_AT,
    id_of,
)
from tests.controls.proposals import costa_rica

REFERENCE_VERSION = "2025-11"
"""The version of areas and criteria that the examples apply."""

GATES = ("public-owner", "member")
"""The codes of both gates."""

CRITERIA = (*GATES, "thematic-relevance", "timing", "open-government-values")
"""The codes of both gates and all criteria."""


def findings(**verdicts: Verdict) -> tuple[Finding, ...]:
    """Give a finding for each gate and criterion: met, unless told otherwise (``timing=Verdict.NOT_MET``)."""
    given = {code.replace("_", "-"): verdict for code, verdict in verdicts.items()}
    return tuple(finding(code=code, verdict=given.get(code, Verdict.MET)) for code in CRITERIA)


def finding(**overrides: Any) -> Finding:
    """One criterion, met."""
    example = Finding(code="timing", verdict=Verdict.MET, reason="Milestones until 2027, each with its date.")
    return replace(example, **overrides)


def submission_assessed(**overrides: Any) -> SubmissionAssessed:
    """Everything met, in another area than the declared one."""
    return replace(
        SubmissionAssessed(
            month=MONTH,
            round=1,
            findings=findings(),
            proposed_area=Area.ACCESS_TO_INFORMATION,
            area_reason="The courts' data are its heart: l’accès aux données d’abord.",
            criteria_version=REFERENCE_VERSION,
            areas_version=REFERENCE_VERSION,
            assessed_by="data-team:1",
            assessed_at=ASSESSED_AT,
        ),
        **overrides,
    )


def area_reassigned(**overrides: Any) -> AreaReassigned:
    """Declared as justice, assigned to access to information."""
    return replace(
        AreaReassigned(
            month=MONTH,
            round=1,
            declared_area=Area.JUSTICE,
            assigned_area=Area.ACCESS_TO_INFORMATION,
            reason="The courts' data are its heart: l’accès aux données d’abord.",
            reassigned_by="support-unit:1",
        ),
        **overrides,
    )


def eligibility(**overrides: Any) -> Judgement:
    """Both gates met."""
    return replace(Judgement(verdict=Verdict.MET, findings=findings()[: len(GATES)]), **overrides)


def relevance(**overrides: Any) -> Judgement:
    """All criteria met."""
    return replace(Judgement(verdict=Verdict.MET, findings=findings()[len(GATES) :]), **overrides)


def overruled_relevance() -> Judgement:
    """The Data Team saw no future milestones; the Support Unit sees some."""
    overrule = Overrule(
        code="timing",
        verdict=Verdict.MET,
        reason="The third milestone, of 2027, lies ahead.",
        first_verdict=Verdict.NOT_MET,
        first_reason="No milestone lies ahead.",
    )
    final = tuple(
        replace(found, reason=overrule.reason) if found.code == overrule.code else found
        for found in relevance().findings
    )
    return relevance(findings=final, overrules=(overrule,))


def tagging(**overrides: Any) -> Tagging:
    """Declared as justice, proposed and decided as access to information."""
    return replace(
        Tagging(
            declared_area=Area.JUSTICE,
            proposed_area=Area.ACCESS_TO_INFORMATION,
            area=Area.ACCESS_TO_INFORMATION,
            reason="The courts' data are its heart: l’accès aux données d’abord.",
        ),
        **overrides,
    )


def decision_recorded(**overrides: Any) -> DecisionRecorded:
    """Accepted, not yet released."""
    return replace(
        DecisionRecorded(
            decision_id=id_of("decision 1", DECIDED_AT),
            month=MONTH,
            round=1,
            outcome="accepted",
            eligibility=eligibility(),
            relevance=relevance(),
            tagging=tagging(),
            published_title="Reduce the Backlog of Court Cases",
            criteria_version=REFERENCE_VERSION,
            areas_version=REFERENCE_VERSION,
            reasons_version=REFERENCE_VERSION,
            decided_by="support-unit:1",
            decided_at=DECIDED_AT,
        ),
        **overrides,
    )


def attribution(**overrides: Any) -> Attribution:
    """Of a locality of Costa Rica that is no member, and has its id."""
    return replace(
        Attribution(
            member=costa_rica(),
            member_type=MemberType.OTHER_LOCAL,
            level=Level.LOCAL,
            jurisdiction="Curridabat",
            locality="CR-CURRIDABAT",
            lead_institution="Municipalidad de Curridabat",
        ),
        **overrides,
    )


def decision_recorded_retracting() -> DecisionRecorded:
    """The accepted reform leaves the public record, and its people are told."""
    told = Supersession(
        decision_id=id_of("decision 1", DECIDED_AT), effect=Effect.CORRECTION, why="Its owner asked for it."
    )
    return decision_recorded(
        decision_id=id_of("decision 3", DECIDED_AT), outcome="retracted", supersedes=told, decided_at=RELEASED_AT
    )


def submission_held_back(**overrides: Any) -> SubmissionHeldBack:
    """Kept back until a phone call is made."""
    example = SubmissionHeldBack(
        month=MONTH,
        round=1,
        reason="The ministry calls back on Monday.",
        held_by="support-unit:1",
        held_at=DECIDED_AT,
    )
    return replace(example, **overrides)


def submission_unheld(**overrides: Any) -> SubmissionUnheld:
    """The phone call is made."""
    example = SubmissionUnheld(
        month=MONTH,
        round=1,
        reason="The ministry called back.",
        unheld_by="support-unit:1",
        unheld_at=DECIDED_AT,
    )
    return replace(example, **overrides)


def submission_assigned(**overrides: Any) -> SubmissionAssigned:
    """One of the Data Team has it."""
    example = SubmissionAssigned(
        month=MONTH,
        round=1,
        assigned_to="data-team:1",
        reason="Has the fewest items of this month.",
        assigned_by="support-unit:1",
        assigned_at=ASSESSED_AT,
    )
    return replace(example, **overrides)


def recusal_noted(**overrides: Any) -> RecusalNoted:
    """One of the Data Team is from there."""
    example = RecusalNoted(month=MONTH, round=1, actor="data-team:2", noted_at=ASSESSED_AT)
    return replace(example, **overrides)


def update_requested(**overrides: Any) -> UpdateRequested:
    """The mid-term review comes near."""
    example = UpdateRequested(
        month=MONTH,
        round=1,
        why="The mid-term review begins in June.",
        requested_by="irm:1",
        requested_at=RELEASED_AT,
    )
    return replace(example, **overrides)


def withdrawal_accepted(**overrides: Any) -> WithdrawalAccepted:
    """Round 1 is withdrawn."""
    return replace(WithdrawalAccepted(round=1, accepted_at=ASSESSED_AT), **overrides)


def withdrawal_refused(**overrides: Any) -> WithdrawalRefused:
    """The withdrawal came after the release."""
    return replace(WithdrawalRefused(code="already-released", refused_at=RELEASED_AT), **overrides)
