"""Plans, their windows and commitments, and the rounds of awards."""

from datetime import date

import pytest

from services.intake.domain.plans import AwardRound, Commitment, Plan, PlanBook, plan_flags, window_issues
from services.intake.domain.problems import Issue
from services.intake.domain.registry import type_issues
from tests.controls.intake import colombia
from tests.controls.proposals import proposal

PLAN = Plan(
    code="CO-6",
    member_code="CO",
    title="Sexto plan",
    starts_on=date(2025, 1, 1),
    ends_on=date(2027, 12, 31),
    window_opens_on=date(2026, 11, 1),
    window_closes_on=date(2026, 11, 30),
)
WITHOUT_WINDOW = Plan(
    code="FI-5", member_code="FI", title="Plan", starts_on=date(2025, 1, 1), ends_on=date(2027, 12, 31)
)
BOOK = PlanBook(
    plans={"CO-6": PLAN, "FI-5": WITHOUT_WINDOW},
    commitments={"CO0061": Commitment(commitment_id="CO0061", plan=PLAN, title="Datos")},
)


@pytest.mark.parametrize(
    ("day", "is_closed"),
    [(date(2026, 10, 31), True), (date(2026, 11, 1), False), (date(2026, 11, 30), False), (date(2026, 12, 1), True)],
)
def test_a_window_is_open_on_both_its_days(day: date, is_closed: bool) -> None:
    """And closed on the day before and the day after; by the plan's code, or by a commitment's id."""
    issues = [Issue("window-closed", "/proposal/plan")] if is_closed else []
    assert list(window_issues(proposal(plan="CO-6"), BOOK, day)) == issues
    assert list(window_issues(proposal(plan="Sexto plan", commitment_id="CO0061"), BOOK, day)) == issues


@pytest.mark.parametrize("plan", [None, "FI-5", "NO-1"])
def test_a_window_that_nobody_knows_is_not_closed(plan: str | None) -> None:
    """Our list is not complete: what it does not say is left to the reviewer."""
    assert list(window_issues(proposal(plan=plan), BOOK, date(2026, 1, 1))) == []


@pytest.mark.parametrize(
    ("named", "flags"),
    [
        ({}, []),
        ({"plan": "CO-6", "commitment_id": "CO0061", "extends": "CO0061"}, []),
        ({"plan": "Otro plan", "commitment_id": "CO0061"}, []),
        ({"plan": "Otro plan"}, ["plan-unregistered"]),
        ({"commitment_id": "CO0099"}, ["commitment-unregistered"]),
        ({"extends": "CO0099"}, ["extends-unregistered"]),
        ({"plan": "FI-5"}, ["plan-of-another-member"]),
    ],
)
def test_the_reviewer_is_told_what_is_not_in_the_registry(named: dict[str, str], flags: list[str]) -> None:
    """Flagged, never refused."""
    given = proposal(**({"plan": None, "commitment_id": None, "extends": None} | named))
    assert list(plan_flags(given, "CO", BOOK)) == flags


def test_an_extension_of_another_members_commitment_is_flagged() -> None:
    """By whoever owns the plan, not by the letters of the id."""
    assert list(plan_flags(proposal(plan=None, commitment_id=None, extends="CO0061"), "FI", BOOK)) == [
        "extends-another-member"
    ]


def test_a_round_is_open_on_both_its_days() -> None:
    """And on no other."""
    awards = AwardRound(code="2026", opens_on=date(2026, 1, 1), closes_on=date(2026, 1, 2), names={"en": "Awards"})
    assert [awards.is_open(date(2026, 1, day)) for day in (1, 2, 3)] == [True, True, False]
    assert not awards.is_open(date(2025, 12, 31))


def test_a_country_that_is_declared_no_member_has_stories_only() -> None:
    """Whatever type it says it is."""
    issues = list(type_issues(proposal(), colombia(status="not-a-member")))
    assert issues == [Issue("stories-only", "/member")]
