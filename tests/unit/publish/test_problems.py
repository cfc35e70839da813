"""How problems are said on pages: every one that a public door can answer, in the words of each language."""

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from contracts.reference import Language
from services.chassis.doors import auth, pace, web
from services.chassis.doors.web import Problem
from services.publish import site
from services.publish.site.parameters import PARAMETERS
from services.publish.site.problems import AMONG, spoken
from services.publish.site.query import read_query
from services.publish.site.reader import Reader as Visitor
from services.publish.site.wording import LANGUAGES, Wording
from tests.unit.publish.test_pages import HOSTILE, PAGES, Reader
from tests.unit.publish.test_wording import leaves, places

DOORS = [*sorted(Path(str(site.__file__)).parent.glob("*.py")), *(Path(str(one.__file__)) for one in (auth, pace, web))]
"""Where what a public door answers is raised."""
REFUSING = {"Problem": 1, "_error": 0, "_refusal": 0}
"""What makes a problem or a part of one, and the place of the code among what it is given."""
OF_OUR_OWN = {"retracted"}
"""Codes that have a page of their own."""
BY_THE_FRAMEWORK = {"not-found", "method-not-allowed"}
ENGLISH = Wording("en", ZoneInfo("UTC"))


def raised() -> Iterator[tuple[str, set[str]]]:
    """List the codes that stand in the doors' own code, with the names of the values that go along."""
    for file in DOORS:
        for call in ast.walk(ast.parse(file.read_text())):
            place = REFUSING.get(getattr(getattr(call, "func", None), "id", ""))
            if isinstance(call, ast.Call) and place is not None and len(call.args) > place:
                code = call.args[place]
                if isinstance(code, ast.Constant):
                    yield str(code.value), {str(keyword.arg) for keyword in call.keywords}


def test_every_problem_of_a_public_door_has_words() -> None:
    """Under its code, with a place for nothing that does not come along; all languages have the same keys."""
    said, faults = (ENGLISH.all(f"problem.{kind}") for kind in ("said", "fault"))
    codes = dict(raised())
    assert len(codes) > 15
    assert {"as-of", "unknown-filter", "not-over", "too-slow", "token-missing"} <= codes.keys()
    assert (codes.keys() | BY_THE_FRAMEWORK) - OF_OUR_OWN - said.keys() - faults.keys() == set()
    wanted = {key.split(".")[1]: places(text) for key, text in leaves(said) if key.endswith(".wrong")}
    assert {code for code, names in wanted.items() if not names <= codes.get(code, set())} == set()


def test_every_parameter_says_what_it_must_be() -> None:
    """Either one of these values, or in words."""
    assert PARAMETERS.keys() - AMONG.keys() - ENGLISH.all("problem.must").keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_question_that_cannot_be_asked_is_told_in_the_readers_language(language: Language) -> None:
    """Each fault by its name, with what it must be; what the address says is text."""
    asked = [
        ("cheese", HOSTILE),
        ("area", "x"),
        ("limit", "0"),
        ("level", "national"),
        ("level", "local"),
        ("q", "-no"),
    ]
    with pytest.raises(Problem) as caught:
        read_query(asked)
    page = Reader(PAGES.write("problem", Visitor(language, language, "/reforms"), it=caught.value))
    wording = Wording(language, ZoneInfo("UTC"))
    assert len(caught.value.errors) == len(asked)
    assert len(spoken(wording, caught.value, "/reforms").wrong) == len(asked)
    assert all(str(one) in page.text for one in spoken(wording, caught.value, "/reforms").wrong if "&" not in one)
    assert "justice" in page.text
    assert not any(error["detail"] in page.text for error in caught.value.errors)
    assert page.all("script") == page.all("img") == []


def test_no_address_makes_a_long_page() -> None:
    """However much is wrong with it: the first twenty are told, and how many more there are."""
    with pytest.raises(Problem) as caught:
        read_query([(f"{'&' * 90}{number}", "x") for number in range(5_000)])
    page = PAGES.write("problem", Visitor(path="/reforms"), it=caught.value)
    assert len(caught.value.errors) == 5_000
    assert len(page) < 50_000
    assert "4,980 more things are wrong." in Reader(page).text


@pytest.mark.parametrize(
    ("path", "language", "words"),
    [
        ("/reforms/OGC-2026-000001", "fr", "Il n’y a pas de réforme à cette adresse."),
        ("/embed/reforms/OGC-2026-000001", "en", "There is no reform at this address."),
        ("/members/ZZ", "es", "No hay ningún miembro con reformas en esta dirección."),
        ("/nowhere/at/all", "en", "Perhaps the link was cut off, or mistyped."),
        ("/unforeseen", "en", "Perhaps the link was cut off, or mistyped."),
    ],
)
def test_nothing_at_an_address_says_what_is_not_there(path: str, language: Language, words: str) -> None:
    """By the room of the site in which it was looked for."""
    assert spoken(Wording(language, ZoneInfo("UTC")), Problem(404, "not-found", "Not Found"), path).wrong == (words,)


def test_values_are_written_as_the_language_writes_them() -> None:
    """Months by their names, numbers in their groups, days in their order."""
    french = Wording("fr", ZoneInfo("UTC"))
    months = spoken(french, Problem(404, "not-over", "", month="2026-12", ended_at=""), "/releases/2026-12")
    assert "décembre 2026" in months.wrong[0]
    assert "10\u202f000 réformes" in spoken(french, Problem(422, "too-many", "", most=10_000), "/reforms.xlsx").wrong[0]
    day = {"code": "as-of", "field": "as_of", "detail": ""}
    assert french.day(date(2023, 11, 1)) in spoken(french, Problem(400, "as-of", "", [day]), "/").wrong[0]


def test_problem_that_nobody_foresaw_is_said_all_the_same() -> None:
    """A page with words, whatever code comes."""
    told = spoken(ENGLISH, Problem(418, "teapot", "I am one"), "/")
    assert told.title == "That cannot be shown"
    strange = {"code": "strange", "field": "spout", "detail": ""}
    assert spoken(ENGLISH, Problem(400, "strange", "", [strange]), "/").wrong == (
        "“spout” cannot stand in the address like this.",
    )
