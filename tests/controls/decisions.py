"""Examples of what is told on `decisions`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from contracts.decisions import (
    ClarificationRequested,
    Decision,
    DecisionCorrected,
    MonthReported,
    Reform,
    ReformEncouraged,
    SubmissionAccepted,
    SubmissionDeclined,
    SubmissionReinstated,
    SubmissionRetracted,
)
from contracts.reviews import Finding
from contracts.vocabulary import Area, Channel, Effect, Verdict
from services.review.domain.reporting import public_of
from tests.controls.batches import batch_reported
from tests.controls.envelope import (
    ANSWER_BY,
    DECIDED_AT,
    MOMENT,
    MONTH,
    RELEASED_AT,
    id_of,
    reference_of,
)
from tests.controls.proposals import costa_rica, proposal, proposal_in_french, senegal
from tests.controls.reviews import GATES, REFERENCE_VERSION, findings


def verdict_of(found: Sequence[Finding]) -> Verdict:
    """What these findings come to."""
    verdicts = {finding.verdict for finding in found} or {Verdict.UNCLEAR}
    return next(worst for worst in (Verdict.UNCLEAR, Verdict.NOT_MET, Verdict.MET) if worst in verdicts)


def decision(number: int = 1, /, **overrides: Any) -> Decision:
    """What a decision on the example submission ``number`` says of itself: all gates and criteria met."""
    text = proposal()
    found = overrides.get("findings", findings())
    return replace(
        Decision(
            decision_id=id_of(f"decision {number}", DECIDED_AT),
            reference=reference_of(number),
            channel=Channel.STANDALONE,
            month=MONTH,
            round=1,
            version=1,
            member=costa_rica(),
            title=text.title,
            language=text.language,
            contact_ref=str(id_of(f"submitter {number}")),
            eligibility=verdict_of(found[: len(GATES)]),
            relevance=verdict_of(found[len(GATES) :]),
            findings=findings(),
            criteria_version=REFERENCE_VERSION,
            areas_version=REFERENCE_VERSION,
            reasons_version=REFERENCE_VERSION,
            received_at=MOMENT,
            decided_at=DECIDED_AT,
            released_at=RELEASED_AT,
        ),
        **overrides,
    )


def decision_in_french(number: int = 2, /, **overrides: Any) -> Decision:
    """What a decision on Senegal's commitment says of itself."""
    return decision(
        number,
        **{
            "channel": Channel.ACTION_PLAN,
            "member": senegal(),
            "title": proposal_in_french().title,
            "language": "fr",
            **overrides,
        },
    )


def reform(**overrides: Any) -> Reform:
    """The Spanish proposal as it enters the public record: English title, re-tagged."""
    return replace(
        Reform(
            published_title="Reduce the Backlog of Court Cases",
            assigned_area=Area.ACCESS_TO_INFORMATION,
            area_reason="The courts' data are its heart.",
            proposal=proposal(),
        ),
        **overrides,
    )


def reform_in_french(**overrides: Any) -> Reform:
    """Senegal's commitment as it enters the public record, in its declared area."""
    return replace(
        Reform(
            published_title="Adopt the Access to Information Bill",
            assigned_area=Area.ACCESS_TO_INFORMATION,
            proposal=proposal_in_french(),
        ),
        **overrides,
    )


def submission_accepted(number: int = 1, /, **overrides: Any) -> SubmissionAccepted:
    """The Spanish submission is a Challenge reform."""
    return replace(SubmissionAccepted(decision=decision(number), reform=reform()), **overrides)


def submission_accepted_in_french(number: int = 2, /, **overrides: Any) -> SubmissionAccepted:
    """Senegal's commitment is a Challenge reform."""
    return replace(SubmissionAccepted(decision=decision_in_french(number), reform=reform_in_french()), **overrides)


def submission_declined(number: int = 1, /, **overrides: Any) -> SubmissionDeclined:
    """Declined for its timing: nothing is left to do."""
    verdicts = findings(timing=Verdict.NOT_MET)
    example = SubmissionDeclined(
        decision=decision(number, findings=verdicts, note="Les agradecemos; pueden presentar la siguiente etapa."),
        reason_codes=("no-future-milestones",),
    )
    return replace(example, **overrides)


def submission_declined_in_french(number: int = 2, /, **overrides: Any) -> SubmissionDeclined:
    """A plan's commitment declined for its values; it stays in its plan."""
    verdicts = findings(open_government_values=Verdict.NOT_MET)
    example = SubmissionDeclined(
        decision=decision_in_french(number, findings=verdicts, note="L’engagement demeure au plan d’action\u202f!"),
        reason_codes=("no-open-government-values",),
    )
    return replace(example, **overrides)


def clarification_requested(number: int = 1, /, **overrides: Any) -> ClarificationRequested:
    """A question, to be answered within ninety days."""
    verdicts = findings(open_government_values=Verdict.UNCLEAR)
    example = ClarificationRequested(
        decision=decision(number, findings=verdicts),
        question="¿Cómo participará la ciudadanía en la definición de las metas?",
        answer_by=ANSWER_BY,
    )
    return replace(example, **overrides)


def decision_corrected(number: int = 1, /, **overrides: Any) -> DecisionCorrected:
    """The member was wrong: an accepted reform now stands under its locality."""
    corrected = decision(
        number,
        decision_id=id_of(f"correction {number}", RELEASED_AT),
        member=costa_rica(code="CRSJO", name="San José, Costa Rica", kind="local"),
    )
    return replace(
        DecisionCorrected(
            decision=corrected,
            supersedes=id_of(f"decision {number}", DECIDED_AT),
            outcome="accepted",
            effect=Effect.SILENT,
            why="It stood under the country; the action is the locality's own.",
            reform=reform(),
        ),
        **overrides,
    )


def decision_corrected_to_declined(number: int = 1, /, **overrides: Any) -> DecisionCorrected:
    """The outcome was wrong: what was accepted is now declined, and its people are told."""
    return decision_corrected(
        number,
        **{
            "outcome": "declined",
            "effect": Effect.CORRECTION,
            "why": "The last milestone was in 2025: the reform was already finished.",
            "reform": None,
            "reason_codes": ("no-future-milestones",),
            **overrides,
        },
    )


def submission_retracted(number: int = 1, /, **overrides: Any) -> SubmissionRetracted:
    """The institution asks for its reform to be taken off the record."""
    return replace(
        SubmissionRetracted(
            decision=decision(number, decision_id=id_of(f"retraction {number}", RELEASED_AT)),
            supersedes=id_of(f"decision {number}", DECIDED_AT),
            effect=Effect.CORRECTION,
            why="La institución lo solicitó: la reforma continuará en otro compromiso.",
        ),
        **overrides,
    )


def submission_reinstated(number: int = 1, /, **overrides: Any) -> SubmissionReinstated:
    """It was taken off by mistake: the reform is back."""
    return replace(
        SubmissionReinstated(
            decision=decision(number, decision_id=id_of(f"reinstatement {number}", RELEASED_AT)),
            supersedes=id_of(f"retraction {number}", RELEASED_AT),
            effect=Effect.CORRECTION,
            why="La institución confirma que la reforma continúa.",
            reform=reform(),
        ),
        **overrides,
    )


def reform_encouraged(number: int = 1, /, **overrides: Any) -> ReformEncouraged:
    """Promising, since many work on it together; with peers to learn from."""
    return replace(
        ReformEncouraged(
            reference=reference_of(number),
            promising=True,
            support=("Peer exchange with the courts of two other members.",),
            why="Judges, the bar and civil society work on it together.",
            encouraged_by="support-unit:1",
            encouraged_at=RELEASED_AT,
        ),
        **overrides,
    )


def month_reported(**overrides: Any) -> MonthReported:
    """November in figures, for the public."""
    return public_of(batch_reported(**overrides))
