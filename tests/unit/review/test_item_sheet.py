"""What an item's page makes of what is kept: lines of the text, the past, what is amiss, what changed meanwhile."""

from datetime import UTC, datetime
from typing import Any, TypeGuard, get_args

import pytest
from pydantic import BaseModel, ValidationError

from contracts.vocabulary import Area
from services.chassis.doors.sent import Sent
from services.chassis.errors import Refusal
from services.review.api.views import RemarkView
from services.review.casework import bodies
from services.review.desk.amiss import amiss_in_body, amiss_of_refusal
from services.review.desk.changed import Changed, tell_changes
from services.review.desk.forms import FORMS
from services.review.desk.sheet import (
    choices_of,
    deeds_of,
    language_named,
    lines_of,
    pairs_of,
    places_of,
    questions_of,
)
from services.review.desk.words import LANGUAGES, Language, words_of
from tests.controls.envelope import MONTH
from tests.controls.proposals import proposal
from tests.controls.reviews import CRITERIA

AT = datetime(2026, 12, 3, 9, tzinfo=UTC)
FORMS_BY_NAME = {form.name: form for form in FORMS}
ASKED = questions_of(MONTH, "en")


def sent(**typed: str | list[str]) -> Sent:
    """What a browser sends of a form (``verdict__timing``)."""
    pairs = {name.replace("__", "."): value for name, value in typed.items()}
    return Sent({name: value if isinstance(value, list) else [value] for name, value in pairs.items()})


def amiss_in(form: str, **typed: str | list[str]) -> list[str]:
    """Name the fields of a form at which something is amiss."""
    made = FORMS_BY_NAME[form]
    tree = made.tree_of(sent(**typed), ASKED)
    with pytest.raises(ValidationError) as caught:
        made.ask(tree)
    return [message.name for message in amiss_in_body(form, caught.value, tree, "en").listed]


def remark(kind: str, **body: Any) -> RemarkView:
    """A line of the history, as it is kept."""
    return RemarkView(at=AT, by="data-team:1", type=kind, body=body, revision=1)


def test_every_line_of_a_text_has_its_words() -> None:
    """In both languages, whatever was filled in; what was left empty is no line."""
    whole = proposal(
        jurisdiction="Cali", plan="Plan", commitment_id="CR0001", extends="CR0002", resubmission_of="OGC-2026-000001"
    )
    names = [line.name for line in lines_of(whole)]
    assert "jurisdiction" in names
    assert "jurisdiction" not in [line.name for line in lines_of(proposal())]
    for language in LANGUAGES:
        assert set(names) <= set(words_of(language)["item"]["lines"])


def test_what_is_written_in_the_texts_language_is_marked() -> None:
    """What people wrote is; codes, days and areas are not."""
    spoken = {line.name: line.is_spoken for line in lines_of(proposal(extends="CR0002"))}
    assert (spoken["description"], spoken["lead_institution"], spoken["milestones"]) == (True, True, True)
    assert (spoken["level"], spoken["starts_on"], spoken["secondary_areas"], spoken["extends"]) == (False,) * 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_areas_and_reasons_are_those_of_the_month(language: Language) -> None:
    """Numbered for the keys, gates first; each area with its scope where there is one."""
    asked = questions_of(MONTH, language)
    assert [(one.number, one.code) for one in asked] == list(enumerate(CRITERIA, 1))
    assert set(places_of(MONTH, language)) == {area.value for area in Area}
    assert places_of(MONTH, language)["justice"].scope_language == language
    private = [code for code, text in choices_of(MONTH, language) if text.endswith(")")]
    assert private == ["not-confirmed"]


def test_the_past_is_told_latest_first() -> None:
    """With what was found, what it came to, and the reasons in their order."""
    ruling = {"outcome": {"reason_codes": ["already-finished"]}, "note": "Thank you."}
    held, decided, assessed = deeds_of(
        [
            remark("submission.assessed.v1", findings=[{"code": "timing"}], area_reason="Courts.", question=None),
            remark("ruling.made", ruling=ruling),
            remark("submission.held-back.v1", reason="A day."),
        ]
    )
    assert (held.what, held.said) == ("submission.held-back", ["A day."])
    assert (decided.outcome, decided.reasons, decided.said) == ("declined", ["already-finished"], ["Thank you."])
    assert (assessed.findings, assessed.said) == ([{"code": "timing"}], ["Courts."])


def test_two_texts_stand_side_by_side() -> None:
    """Line by line, without what both left empty."""
    pairs = {pair.name: pair for pair in pairs_of(proposal(), proposal(title="Otro", milestones=()))}
    assert (pairs["title"].other, pairs["milestones"].other) == ("Otro", "")
    assert "commitment_id" not in pairs


@pytest.mark.parametrize(("tag", "name"), [("es", "Spanish"), ("sr-Latn", "Serbian (Latin)"), ("qq", "qq")])
def test_a_language_is_named(tag: str, name: str) -> None:
    """By its name, else by its tag."""
    assert language_named(tag, "en") == name


def test_what_is_amiss_is_named_by_the_forms_own_fields() -> None:
    """Findings and overrules by their criterion, tagging by its area, the rest by its name."""
    nearly = {f"verdict__{code}": "met" for code in CRITERIA}
    assert amiss_in("assess", **nearly, area="justice") == [f"reason.{code}" for code in CRITERIA]
    assert amiss_in("assess", **(nearly | {"verdict__timing": "bad"}), reason="R") == ["verdict.timing", "area"]
    assert amiss_in("decide") == ["outcome"]
    assert amiss_in("decide", outcome="nothing") == ["outcome"]
    assert amiss_in("decide", outcome="accepted", verdict__member="unclear", area="x") == ["reason.member", "area"]
    assert amiss_in("decide", outcome="declined", area_reason="\x07") == ["area_reason", "reason_codes"]
    assert amiss_in("decide", outcome="accepted", locality="Cali", member="co") == ["member", "locality"]
    assert amiss_in("correct", effect="silent", outcome="declined") == ["why", "reason_codes"]
    assert amiss_in("encourage", support="x" * 301) == ["support"]
    assert amiss_in("hold", reason=" \r\n ") == ["reason"]


OUTCOMES = ("accepted", "declined", "clarification")
SAID_OTHERWISE = {"eligibility.verdict", "relevance.verdict"}
"""What the verdicts of single gates and criteria say already."""


BODIES: list[tuple[str, list[type[BaseModel]]]] = [
    ("assess", [bodies.AssessmentBody]),
    ("decide", [bodies.AcceptBody, bodies.DeclineBody, bodies.AskBody]),
    ("hold", [bodies.HoldBody]),
    ("unhold", [bodies.UnholdBody]),
    ("retract", [bodies.RetractionBody]),
    ("reinstate", [bodies.ReinstatementBody]),
    ("encourage", [bodies.EncouragementBody]),
]
"""The bodies that are made of each form."""


@pytest.mark.parametrize(("form", "models"), BODIES)
def test_a_form_says_all_that_its_door_takes(form: str, models: list[type[BaseModel]]) -> None:
    """A new field of a body that no form asks for would be open to machines alone."""
    names = {place.rpartition(".")[2] for model in models for place in fields_of(model)}
    asked = {f"{name}__{code}" for name in ("verdict", "reason") for code in CRITERIA}
    everything = dict.fromkeys(names | asked | {"area_reason"}, "met")
    trees = [FORMS_BY_NAME[form].tree_of(sent(**(everything | {"outcome": word})), ASKED) for word in OUTCOMES]
    said = {place for tree in trees for place in places_in(tree)}
    assert {place for model in models for place in fields_of(model)} - said - SAID_OTHERWISE == set()


def fields_of(model: type[BaseModel], under: str = "") -> set[str]:
    """Name the fields of a body, and those of the bodies inside it."""
    found = set()
    for name, field in model.model_fields.items():
        inner = [part for part in (field.annotation, *get_args(field.annotation)) if is_body(part)]
        found |= fields_of(inner[0], f"{under}{name}.") if inner else {f"{under}{name}"}
    return found


def is_body(part: object) -> TypeGuard[type[bodies.Body]]:
    """Say whether this is the shape of a body."""
    return isinstance(part, type) and issubclass(part, bodies.Body)


def places_in(tree: Any, under: str = "") -> set[str]:
    """Name the places of a body that are filled."""
    if isinstance(tree, dict):
        return {place for name, inner in tree.items() for place in places_in(inner, f"{under}.{name}")}
    if isinstance(tree, list) and tree and isinstance(tree[0], dict):
        return places_in(tree[0], under)
    return {under.removeprefix(".")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_is_told_in_words(language: Language) -> None:
    """At its field where it has one; one without words of its own is told by its detail."""
    known = amiss_of_refusal("decide", Refusal("not-all-met", "timing", field="outcome"), language)
    assert (known.status, known.at["outcome"]) == (409, words_of(language)["item"]["errors"]["outcome"]["not-all-met"])
    unknown = amiss_of_refusal("decide", Refusal("new-code", "some detail"), language)
    assert "some detail" in unknown.at[""]


def test_what_changed_meanwhile_is_told_in_words() -> None:
    """No code, no JSON: findings, areas, decisions and states as the page names them."""
    names = {code: place.name for code, place in places_of(MONTH, "en").items()}
    changed: list[dict[str, Any]] = [
        {"field": "state", "theirs": "entered", "now": "decided"},
        {"field": "findings.timing", "theirs": None, "now": {"verdict": "not-met", "reason": "Over."}},
        {"field": "area", "theirs": "justice", "now": "anti-corruption"},
        {"field": "decision.outcome", "theirs": None, "now": {"published_title": "Courts"}},
        {"field": "decision.tagging", "theirs": None, "now": {"area": "justice", "declared_area": "justice"}},
        {"field": "encouragement", "theirs": None, "now": {"promising": True, "support": ["A grant"], "why": None}},
    ]
    assert tell_changes(changed, names, "en") == [
        Changed("State", "nothing done yet", "decided"),
        Changed("Timing", "nothing", "not met · Over."),
        Changed("Proposed area", "Justice", "Anti-Corruption"),
        Changed("Decision", "nothing", "Courts"),
        Changed("Decided area", "nothing", "Justice"),
        Changed("Promising, support and awards", "nothing", "Promising · A grant"),
    ]
