"""What a reviewer is told to look at, seen from an item's text."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.submissions import Milestone, Proposal
from services.review.desk.words import LANGUAGES, Language, words_of
from services.review.domain.flags import Flag, in_order, languages_of, text_flags
from services.review.languages import guess_language
from tests.controls.envelope import MONTH
from tests.controls.proposals import proposal, proposal_in_english, proposal_in_french

IN_ENGLISH = "The ministry will publish every contract within ten days of signature, in machine-readable form."
IN_FRENCH = "Le ministère publiera chaque contrat dans les dix jours de sa signature, en données ouvertes et lisibles."


def _flags(text: Proposal, *of_intake: str) -> set[Flag]:
    return set(text_flags(MONTH, text, of_intake, guess_language))


@pytest.mark.parametrize("text", [proposal(), proposal_in_english(), proposal_in_french()])
def test_text_in_order_carries_no_flag(text: Proposal) -> None:
    """Whatever its language, its quotation marks, its middle dots."""
    assert _flags(text) == set()


@pytest.mark.parametrize(
    ("due", "flagged"), [(date(2026, 11, 30), True), (date(2026, 12, 1), False), (date(2020, 1, 1), True)]
)
def test_timing_is_flagged_when_nothing_is_due_after_the_month(due: date, *, flagged: bool) -> None:
    """The review begins when the month is over; what was due by then is no future milestone."""
    text = proposal(milestones=(Milestone(title="A law", due=due),))
    assert (Flag.TIMING in _flags(text)) is flagged


def test_timing_is_flagged_without_milestones_and_where_intake_said_so() -> None:
    """Intake looks on the day of receipt, review at the month's end; either is worth a look."""
    assert _flags(proposal(milestones=())) == {Flag.TIMING}
    assert _flags(proposal(), "no-future-milestone") == {Flag.TIMING}


@pytest.mark.parametrize(
    "change",
    [
        {"description": f"{IN_ENGLISH}\n\n{IN_FRENCH}", "language": "en"},
        {"description": IN_FRENCH, "problems": IN_ENGLISH, "language": "fr"},
        {"description": IN_FRENCH, "problems": IN_FRENCH, "values": {"transparency": IN_FRENCH}, "language": "en"},
    ],
)
def test_several_languages_are_flagged(change: dict[str, object]) -> None:
    """Between passages, between fields, and between what is written and what is declared."""
    assert _flags(proposal_in_english(**change)) == {Flag.LANGUAGES}


def test_short_passages_say_nothing_of_a_language() -> None:
    """A name in another language is a name."""
    named = proposal_in_english(title="Loi sur l’accès à l’information", lead_institution="Ministère de la Justice")
    assert languages_of(named, guess_language) == ("en",)


def test_intakes_remarks_are_kept_and_an_unknown_one_is_not_dropped() -> None:
    """A newer intake may say what this review does not know; nor does intake say what only review can know."""
    assert _flags(proposal(), "mixed-script", "never-heard-of") == {Flag.MIXED_SCRIPT, Flag.OTHER}
    assert _flags(proposal(), "duplicate") == set()


@given(st.lists(st.sampled_from(Flag)))
def test_flags_stand_in_one_order(flags: list[Flag]) -> None:
    """Each once, wherever it came from."""
    assert in_order(flags) == in_order(reversed(flags))
    assert set(in_order(flags)) == set(flags)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_flag_has_words(language: Language) -> None:
    """A name for lists and a sentence for the item's page; and no words for what there is not."""
    words = words_of(language)["flags"]
    assert set(words["names"]) == set(words["texts"]) == set(Flag)


def test_no_text_is_refused_for_its_language() -> None:
    """A language that the model does not know, or no letters at all, is no flag."""
    assert languages_of(replace(proposal(), description="1234 " * 40, language="kal"), guess_language)[-1] == "kal"
    assert guess_language("") is None
