"""What the pages ask and say: the whole form and nothing else, in three languages, and back again unharmed."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.forms import NominationForm, ProposalForm, StandaloneForm, StoryForm, Strict
from services.intake.domain.problems import Issue, Refused
from services.intake.domain.reading import _CODE_AT, _CODE_OF
from services.intake.domain.registry import Member
from services.intake.site.applying import read_form
from services.intake.site.choices import fixed_choices, member_choices
from services.intake.site.messages import place_issues
from services.intake.site.pages import Pages
from services.intake.site.questions import FORMS, NOMINATION, STANDALONE, STORY, Form, Question
from services.intake.site.typed import Typed, flatten, read_typed, tree_of, typed_of, with_rows
from services.intake.site.words import LANGUAGES, words_of
from tests.controls.intake import standalone_form

NOT_ASKED = {
    "schema_version", "source", "external_id", "submitted_at", "channel", "designation", "award_round", "synthetic",
    "plan", "commitment_id",
}  # fmt: skip
"""What no person is asked: it follows from the form, or belongs to plans."""

ANSWERED = {
    *_CODE_OF.values(), *_CODE_AT.values(), "address", "batch-sealed", "bidi", "blank", "challenge-closed",
    "control-character", "dates", "header-characters", "json-syntax", "member-type", "must-use-standalone",
    "no-open-round", "not-asked", "public-owner", "stale-version", "stories-only", "text-shape", "too-large",
    "too-late", "unstorable", "window-closed", "withdrawn",
}  # fmt: skip
"""What a page may be answered with."""

NOT_FROM_PAGES = {"number", "type", "timezone", "unknown-field", "unknown-version", "unknown-channel"}
"""What only a program can get wrong."""

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def words_in(words: Mapping[str, Any], under: str = "") -> Iterator[tuple[str, str]]:
    """Give all words with the place where they stand."""
    for name, value in words.items():
        place = f"{under}/{name}"
        if isinstance(value, Mapping):
            yield from words_in(value, place)
        else:
            yield from ((place, text) for text in (value if isinstance(value, list) else [value]))


def flat(form: Form, typed: Typed) -> dict[str, list[str]]:
    """Give what a browser sends."""
    sent: dict[str, list[str]] = {}
    for name, value in flatten(form, typed):
        sent.setdefault(name, []).append(value)
    return sent


def answers_to(question: Question) -> st.SearchStrategy[Any]:
    """Whatever may be typed as an answer; no row is left empty."""
    match question.kind:
        case "rows":
            filled = texts.map(lambda text: f"x{text}")
            parts = {part.name: filled if part.kind == "line" else answers_to(part) for part in question.parts}
            return st.lists(filled if "" in parts else st.fixed_dictionaries(parts), max_size=3)
        case "group":
            return st.fixed_dictionaries({part.name: answers_to(part) for part in question.parts})
        case "day":
            return st.fixed_dictionaries(dict.fromkeys(("day", "month", "year"), texts))
        case "some":
            return st.lists(texts, max_size=3)
        case _:
            return texts


@given(st.data())
def test_what_is_typed_comes_back_as_it_was(data: st.DataObject) -> None:
    """Through the browser and back, whatever it is; only line ends are written in one way."""
    form = data.draw(st.sampled_from(FORMS))
    typed = {question.name: data.draw(answers_to(question)) for question in form.questions}
    once = read_typed(form, flat(form, typed))
    assert read_typed(form, flat(form, once)) == once
    if not any("\r" in value for _, value in flatten(form, typed)):
        assert once == typed
    tree_of(form, once)


def test_a_form_comes_back_from_its_json() -> None:
    """What an amendment shows is what was sent."""
    form = standalone_form()
    kept = {name: form[name] for name in ("member", "contact", "holder")}
    kept["holder"] = {name: kept["holder"][name] for name in ("name", "address")}
    kept["proposal"] = {name: value for name, value in form["proposal"].items() if name != "synthetic"}
    assert tree_of(STANDALONE, typed_of(STANDALONE, kept)) == kept


def test_a_person_is_asked_what_a_machine_may_leave_out() -> None:
    """Nothing is presumed of someone who saw the question and chose nothing."""
    with pytest.raises(Refused) as refusal:
        read_form(STANDALONE, standalone_form())
    assert {(issue.code, issue.field) for issue in refusal.value.issues} == {
        ("missing", "/proposal/branch"),
        ("missing", "/public_institution"),
    }
    answered = standalone_form(public_institution="unsure", proposal__branch="judiciary")
    assert read_form(STANDALONE, answered).channel == "standalone"


@pytest.mark.parametrize(
    ("form", "model", "parts"),
    [
        (STANDALONE, StandaloneForm, {"proposal": ProposalForm}),
        (STORY, StoryForm, {"story": StoryForm.model_fields["story"].annotation}),
        (NOMINATION, NominationForm, {"nomination": NominationForm.model_fields["nomination"].annotation}),
    ],
    ids=lambda one: getattr(one, "name", ""),
)
def test_every_field_of_a_form_is_asked(form: Form, model: type[Strict], parts: Mapping[str, type[Strict]]) -> None:
    """And nothing that the form does not have: a new field is not forgotten here."""
    asked = {question.name for question in form.questions}
    outer = model.model_fields.keys() - parts.keys() - NOT_ASKED
    assert {name.partition(".")[0] for name in asked} == outer | parts.keys()
    [(whole, inner)] = parts.items()
    optional = {"commitment_id"} if form is NOMINATION else set()
    assert {name.removeprefix(f"{whole}.") for name in asked if name.startswith(f"{whole}.")} == (
        inner.model_fields.keys() - NOT_ASKED
    ) | optional


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same(language: Any) -> None:
    """The same places, the same blanks; English takes the scopes of the areas from the reference data."""
    english, other = dict(words_in(words_of("en"))), dict(words_in(words_of(language)))
    assert {place for place in other if not place.startswith("/scopes/")} == set(english)
    blanks = re.compile(r"\{\w+\}")
    unlike = [p for p in english if sorted(blanks.findall(english[p])) != sorted(blanks.findall(other[p]))]
    assert unlike == []
    hidden = {"items", "keys", "values", "get", "pop", "copy", "update", "clear", "setdefault", "popitem", "fromkeys"}
    assert {step for place in other for step in place.split("/")} & hidden == set()


def test_french_is_set_as_french_is() -> None:
    """Apostrophes and quotation marks of print; before : ; ? ! a space that does not break."""
    wrong = [
        text
        for _, text in words_in(words_of("fr"))
        if re.search(r"'|\"|(?<!https)(?<![\u00a0\u202f]):|(?<![\u202f=])[;?!]", text)
    ]
    assert wrong == []
    assert [text for _, text in words_in(words_of("es")) if re.search(r"'|\"|\?(?<!\?)[^?]*¿", text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_can_be_wrong_is_said_in_words_for_people(language: Any) -> None:
    """No code that a page may be answered with is left to the words for programs."""
    assert ANSWERED - NOT_FROM_PAGES - words_of(language)["errors"].keys() == set()


def test_a_message_stands_at_the_nearest_place() -> None:
    """At the field, else at what is around it, else about the whole; each once, in the order of the form."""
    typed = with_rows(STANDALONE, read_typed(STANDALONE, {}))
    issues = [
        Issue("challenge-closed"),
        Issue("date", "/proposal/milestones/0/due"),
        Issue("too-many", "/proposal/milestones"),
        Issue("length", "/proposal/values/transparency"),
        Issue("missing", "/member"),
        Issue("missing", "/member"),
        Issue("must-use-standalone", "/channel"),
    ]
    placed = place_issues(STANDALONE, typed, issues, "en").listed
    assert [(message.name, message.label) for message in placed] == [
        ("", ""),
        ("", ""),
        ("member", "Country or OGP Local member"),
        ("proposal.values.transparency", "Transparency"),
        ("proposal.milestones", "Milestones"),
        ("proposal.milestones.0.due", "Milestone 1: By when"),
    ]
    assert placed[2].text == "Choose one."


def test_every_country_can_be_chosen_once() -> None:
    """Members by OGP's own codes, in the reader's language; who is not registered, by the code that OGP would use."""
    members = [
        Member(code="UK", kind="national", country="GB", region="Europe", name="United Kingdom"),
        Member(code="PHQZT", kind="local", country="PH", region="Asia", name="Quezon City, Philippines"),
    ]
    choices = member_choices(members, "fr")
    by_code = {choice.code: choice for choice in choices}
    assert len(by_code) == len(choices) > 200
    assert (by_code["UK"].name, by_code["UK"].group) == ("Royaume-Uni", "Membres du PGO")
    assert by_code["CI"].name == "Côte d’Ivoire"
    assert "GB" not in by_code
    unregistered = {choice.code for choice in member_choices([], "en")}
    assert {"UK", "CO"} <= unregistered
    assert unregistered & {"GB", "EU", "ZZ", "001"} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_list_has_what_the_model_takes(language: Any) -> None:
    """No choice that is refused, none that is missing."""
    lists = fixed_choices(language)
    assert [choice.code for choice in lists["areas"]] == [choice.code for choice in lists["area_names"]]
    assert len([choice for choice in lists["areas"] if choice.scope]) == 9
    assert {choice.scope_language for choice in lists["areas"] if choice.scope} == {language}
    properties = StandaloneForm.model_json_schema()["$defs"]
    for name, model in {"level": "Level", "branch": "Branch", "member_type": "MemberType", "areas": "Area"}.items():
        assert {choice.code for choice in lists[name]} == set(properties[model]["enum"])


def test_everything_typed_is_escaped() -> None:
    """Whatever is typed stays text."""
    hostile = "\"'><script>alert(1)</script>{{ 7*7 }}</textarea>"
    typed = read_typed(STORY, {"story.title": [hostile], "story.text": [hostile], "story.links.0": [hostile]})
    context: dict[str, Any] = {
        "form": STORY,
        "typed": with_rows(STORY, typed),
        "lists": {**fixed_choices("en"), "members": []},
    }
    told: dict[str, Any] = {
        "messages": place_issues(STORY, typed, [], "en"),
        "token": "t",
        "draft": None,
        "written": "en",
        "flat": flatten(STORY, typed),
    }
    for template in ("form", "check"):
        page = Pages(ZoneInfo("UTC")).write("en", template, **context, **told).decode()
        assert "<script" not in page
        assert "49" not in page
        assert page.count("&lt;/textarea&gt;") == 3 * (1 if template == "form" else 2)
