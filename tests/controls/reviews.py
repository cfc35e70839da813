"""Examples of what is told on `reviews`."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

from contracts.reviews import (
    AreaReassigned,
    BatchReleased,
    BatchSealed,
    CoordinationSuggested,
    DecisionRecorded,
    Finding,
    SubmissionAssessed,
    WithdrawalAccepted,
    WithdrawalRefused,
)
from contracts.vocabulary import Area, Verdict
from tests.controls.envelope import (
    ASSESSED_AT,
    DECIDED_AT,
    MONTH,
    RELEASED_AT,
    SEALED_AT,
    id_of,
    submission_id,
)

REFERENCE_VERSION = "2025-11"
"""The version of areas and criteria that the examples apply."""

CRITERIA = ("public-owner", "member", "thematic-relevance", "timing", "open-government-values")
"""The codes of both gates and all criteria."""


def findings(**verdicts: Verdict) -> tuple[Finding, ...]:
    """Give a finding for each gate and criterion: met, unless told otherwise (``timing=Verdict.NOT_MET``)."""
    given = {code.replace("_", "-"): verdict for code, verdict in verdicts.items()}
    return tuple(finding(code=code, verdict=given.get(code, Verdict.MET)) for code in CRITERIA)


def finding(**overrides: Any) -> Finding:
    """One criterion, met."""
    example = Finding(code="timing", verdict=Verdict.MET, reason="Milestones until 2027, each with its date.")
    return replace(example, **overrides)


def batch_sealed(**overrides: Any) -> BatchSealed:
    """The batch of November, empty."""
    example = BatchSealed(month=MONTH, count=0, manifest_hash=sha256(b"").hexdigest(), sealed_at=SEALED_AT)
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


def decision_recorded(**overrides: Any) -> DecisionRecorded:
    """Accepted, not yet released."""
    return replace(
        DecisionRecorded(
            decision_id=id_of("decision 1", DECIDED_AT),
            month=MONTH,
            round=1,
            outcome="accepted",
            decided_by="support-unit:1",
            decided_at=DECIDED_AT,
        ),
        **overrides,
    )


def withdrawal_accepted(**overrides: Any) -> WithdrawalAccepted:
    """Round 1 is withdrawn."""
    return replace(WithdrawalAccepted(round=1, accepted_at=ASSESSED_AT), **overrides)


def withdrawal_refused(**overrides: Any) -> WithdrawalRefused:
    """The withdrawal came after the release."""
    return replace(WithdrawalRefused(code="already-released", refused_at=RELEASED_AT), **overrides)


def coordination_suggested(**overrides: Any) -> CoordinationSuggested:
    """Two institutions of Costa Rica work on justice."""
    example = CoordinationSuggested(
        month=MONTH, member="CR", area=Area.JUSTICE, submission_ids=(submission_id(1), submission_id(2))
    )
    return replace(example, **overrides)


def batch_released(**overrides: Any) -> BatchReleased:
    """Three outcomes and a question have left; one item is withdrawn, one held back."""
    return replace(
        BatchReleased(
            month=MONTH,
            accepted=2,
            declined=1,
            clarifications=1,
            withdrawn=1,
            held_back=1,
            released_by="support-unit:1",
            released_at=RELEASED_AT,
        ),
        **overrides,
    )
