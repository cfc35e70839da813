"""Rounds of review before an acceptance: which question, which answer, and the days that both took."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from services.publish.domain.rounds import Came, RoundLink, read_questions, receipt_in, with_answers
from services.publish.domain.way import way_of
from tests.controls.envelope import RELEASED_AT, id_of
from tests.controls.publish import decision_id, heard
from tests.unit.publish.test_pages import page_after


def link(round_: int, after_days: int) -> RoundLink:
    """Give a round that ended with a question, so many days after the first release."""
    asked_at = RELEASED_AT + timedelta(days=after_days)
    return RoundLink(
        round=round_,
        month=f"2026-{10 + round_}",
        decision_id=decision_id(round_),
        event_id=id_of(f"asked {round_}"),
        decided_at=asked_at,
        asked_at=asked_at,
        answer_by=asked_at + timedelta(days=90),
    )


def came(kind: str, after_days: int) -> Came:
    """Give what came in, so many days after the first release."""
    return Came(kind, RELEASED_AT + timedelta(days=after_days), id_of(f"{kind} {after_days}"))


def test_questions_are_kept_of_decisions_and_nothing_else() -> None:
    """With their event, round and month; what was asked is not."""
    [asked] = read_questions([heard("accepted", 0), heard("question", 1), heard("declined", 2)])
    assert (asked.event_id, asked.round, asked.month) == (heard("question", 1).id, 1, "2026-11")
    assert "metas" not in str(asked)


def test_each_question_has_the_answer_that_followed_it() -> None:
    """Not one that came before, nor one to the next question; without one it is still there."""
    told = [came("receipt", -20), came("answer", -5), came("answer", 40), came("answer", 4)]
    first, second, third = with_answers([link(1, 0), link(2, 30), link(3, 60)], told)
    assert [one.answer_event_id for one in (first, second, third)] == [id_of("answer 4"), id_of("answer 40"), None]
    assert (receipt_in(told), receipt_in([])) == (id_of("receipt -20"), None)


def test_way_shows_question_and_answer_with_the_days_between() -> None:
    """Before the month in which it was accepted."""
    document = page_after("accepted").record
    rounds = with_answers([link(1, -40)], [came("answer", -30)])
    steps = [step.step for step in way_of(document, (), ZoneInfo("UTC"), rounds)]
    assert sorted(steps) == sorted(["received", "asked", "answered", "closed", "closed", "decided"])
    days = {step.step: step.days for step in way_of(document, (), ZoneInfo("UTC"), rounds)}
    assert days["answered"] == 10
