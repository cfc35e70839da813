"""Examples of what is told on `submissions`."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from contracts.submissions import (
    MonthClosed,
    SubmissionAmended,
    SubmissionClarified,
    SubmissionReceived,
    WithdrawalRequested,
)
from contracts.vocabulary import Channel
from tests.controls.envelope import ANSWERED_AT, MOMENT, MONTH, MONTH_END, id_of, reference_of
from tests.controls.proposals import (
    costa_rica,
    designation,
    proposal,
    proposal_in_english,
    proposal_in_french,
    senegal,
    ukraine,
)


def submission_received(number: int = 1, /, **overrides: Any) -> SubmissionReceived:
    """A standalone action from Costa Rica, in Spanish."""
    return replace(
        SubmissionReceived(
            reference=reference_of(number),
            channel=Channel.STANDALONE,
            month=MONTH,
            received_at=MOMENT,
            source="web",
            external_id=f"form-{number:06d}",
            member=costa_rica(),
            proposal=proposal(),
            contact_ref=str(id_of(f"submitter {number}")),
            holder_ref=str(id_of(f"holder {number}")),
        ),
        **overrides,
    )


def submission_received_in_french(number: int = 2, /, **overrides: Any) -> SubmissionReceived:
    """A commitment of Senegal's action plan, in French, designated by its forum and flagged."""
    return submission_received(
        number,
        **{
            "channel": Channel.ACTION_PLAN,
            "source": "plans",
            "member": senegal(status="under-review"),
            "proposal": proposal_in_french(),
            "designation": designation(),
            "entered_by": "form:plans",
            "flags": ("member-not-active",),
            **overrides,
        },
    )


def submission_received_in_english(number: int = 3, /, **overrides: Any) -> SubmissionReceived:
    """A standalone action from Ukraine, in English."""
    return submission_received(number, **{"member": ukraine(), "proposal": proposal_in_english(), **overrides})


def submission_received_as_plan_amendment(number: int = 7, /, **overrides: Any) -> SubmissionReceived:
    """A commitment that was added to Senegal's plan inside its edit window."""
    return submission_received_in_french(
        number, **{"channel": Channel.PLAN_AMENDMENT, "flags": ("plan-unknown",), **overrides}
    )


def submission_received_as_recognition(number: int = 8, /, **overrides: Any) -> SubmissionReceived:
    """An ongoing commitment of Ukraine, which staff entered on the institution's behalf."""
    return submission_received_in_english(
        number,
        **{
            "channel": Channel.RECOGNITION,
            "source": "support-unit",
            "proposal": proposal_in_english(commitment_id="UA0107"),
            "entered_by": "support-unit",
            **overrides,
        },
    )


def submission_amended(**overrides: Any) -> SubmissionAmended:
    """The second version of round 1: the title reads differently."""
    return replace(
        SubmissionAmended(
            round=1,
            version=2,
            month=MONTH,
            amended_at=MOMENT + timedelta(days=2),
            proposal=proposal(title="Reducción del rezago judicial, con metas acordadas"),
        ),
        **overrides,
    )


def withdrawal_requested(**overrides: Any) -> WithdrawalRequested:
    """The submitter asks to withdraw, and says why."""
    example = WithdrawalRequested(
        requested_at=MOMENT + timedelta(days=3), reason="La institución presentará una acción conjunta el año próximo."
    )
    return replace(example, **overrides)


def submission_clarified(**overrides: Any) -> SubmissionClarified:
    """The submitter's answer: round 2 opens, in the month in which the answer came."""
    return replace(
        SubmissionClarified(
            round=2,
            version=2,
            month="2027-01",
            answered_at=ANSWERED_AT,
            answer="Sí: la mesa ciudadana se reunirá cada trimestre, y sus actas serán públicas.",
            proposal=proposal(),
        ),
        **overrides,
    )


def month_closed(**overrides: Any) -> MonthClosed:
    """The marker of a month in which partition 0 received nothing."""
    example = MonthClosed(month=MONTH, partition=0, count=0, event_ids_hash=sha256(b"").hexdigest(), ended_at=MONTH_END)
    return replace(example, **overrides)
