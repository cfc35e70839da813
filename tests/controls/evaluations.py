"""Examples of what is told on `evaluations`."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from contracts.evaluations import AssessmentPublished, AwardGiven, MilestoneUpdated
from tests.controls.envelope import reference_of
from tests.controls.proposals import proposal

CONFIRMED_AT = datetime(2027, 6, 15, 12, 0, tzinfo=UTC)


def milestone_updated(number: int = 1, /, **overrides: Any) -> MilestoneUpdated:
    """The first milestone is substantially there, its holder says, with the law that it waits for."""
    return replace(
        MilestoneUpdated(
            reference=reference_of(number),
            milestone=1,
            title=proposal().milestones[0].title,
            status="substantial",
            evidence="https://example.org/avance.pdf",
            barrier="La reforma de la ley está en segundo debate.",
            confirmed_at=CONFIRMED_AT,
            by="holder",
        ),
        **overrides,
    )


def assessment_published(number: int = 1, /, **overrides: Any) -> AssessmentPublished:
    """The end-term review saw all of it."""
    return replace(
        AssessmentPublished(
            reference=reference_of(number),
            stage="end-term",
            verifiable="yes",
            open_government_values="yes",
            potential_for_results="modest",
            completion="substantial",
            early_results="moderate",
            report="https://example.org/irm/report.pdf",
            published_at=CONFIRMED_AT,
        ),
        **overrides,
    )


def assessment_pending(number: int = 1, /) -> AssessmentPublished:
    """The design is yet to be looked at."""
    return AssessmentPublished(
        reference=reference_of(number), stage="design", verifiable="pending-irm-review", published_at=CONFIRMED_AT
    )


def award_given(number: int = 1, /, **overrides: Any) -> AwardGiven:
    """An award of a round."""
    return replace(
        AwardGiven(
            reference=reference_of(number),
            award="Open Gov Award",
            given_by="Open Government Partnership",
            award_round="2027-americas",
            link="https://example.org/awards/2027",
            given_at=CONFIRMED_AT,
        ),
        **overrides,
    )
