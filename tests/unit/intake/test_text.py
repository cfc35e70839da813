"""What text may hold, seen from the characters."""

import sys
import time
import unicodedata

import pytest

from contracts.legible import line_fault, prose_fault, unread_fault
from services.intake.domain.text import is_mixed_script, text_flags


@pytest.mark.parametrize(
    "text",
    [
        "réformateur·rice·s",
        "l’œuvre «\u202fau cœur\u202f»\u00a0!",
        "¿Qué? ¡Sí! niñez",
        "Côte d'Ivoire – Ouellé (Abidjan)",
        "Whole\u2011of\u2011Government",
        "Tiếng Việt, ñandú, Ångström",
        "日本語の長い題名はスペースなしで書かれるものである",
        "नमस्ते दुनिया",
        "Кам’янець-Подільський",
    ],
)
def test_people_write_like_this(text: str) -> None:
    """Every language's typography passes, in lines and in prose, without a flag."""
    assert (line_fault(text), prose_fault(text), text_flags([text], [text])) == (None, None, [])


def test_only_mixed_words_are_mixed() -> None:
    """Two languages side by side are no look-alike; two alphabets in one word are."""
    assert not is_mixed_script("Київ and Kyiv")
    assert not is_mixed_script("COVID-19, e-Участь")
    assert is_mixed_script("p\u0430ypal")


@pytest.mark.parametrize("alphabet", ["CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"])
def test_every_letter_that_looks_like_latin_is_seen(alphabet: str) -> None:
    """Wherever in Unicode such a letter stands, a Latin word that holds it is mixed."""
    letters = [chr(point) for point in range(sys.maxunicode) if chr(point).isalpha()]
    own = [letter for letter in letters if unicodedata.name(letter, "").split(" ")[0] == alphabet]
    assert own
    assert [letter for letter in own if not is_mixed_script(f"p{letter}ypal")] == []


def test_tabs_and_line_breaks_belong_to_prose() -> None:
    """Not to a line."""
    assert prose_fault("Uno\n\tdos") is None
    assert line_fault("Uno\tdos") == "control-character"
    assert line_fault("Uno\ndos") == "header-characters"


@pytest.mark.parametrize(
    "text", ["\u200b", "\u00ad\u2060", "\u3164", "\u2800 \u2800", "\u0301", "\ufeff\u200d", "\U000e0041"]
)
def test_nothing_to_see_is_blank(text: str) -> None:
    """However many letters it counts."""
    assert (line_fault(text), prose_fault(text), unread_fault(text)) == ("blank", "blank", "blank")
    assert line_fault(f"{text}!") in {None, "text-shape"}


def test_what_nobody_reviews_may_not_turn() -> None:
    """In prose that is reviewed it is told to the reviewer instead."""
    assert (unread_fault("Uno \u202esod"), prose_fault("Uno \u202esod")) == ("bidi", None)
    assert [unread_fault(f"a{sign}b") for sign in "\x85\u2028\u2029\x1b"] == ["control-character"] * 4
    assert unread_fault("Uno\n\tdos, réformateur·rice·s") is None


@pytest.mark.parametrize("text", ["a" * 20_000, "a\u0301" * 10_000, "\u0301" * 20_000, "a " * 10_000, "é" * 20_000])
def test_no_text_takes_long(text: str) -> None:
    """The patterns have no nested quantifiers: twenty thousand letters take milliseconds."""
    began = time.perf_counter()
    for _ in range(5):
        prose_fault(text)
        text_flags([text], [text])
    assert time.perf_counter() - began < 1
