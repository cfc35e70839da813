"""A form is read strictly, with everything that is wrong told at once."""

import json
from collections.abc import Callable
from dataclasses import fields
from functools import partial, reduce
from operator import getitem
from typing import Any, cast

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from contracts.submissions import Designation, Milestone, Proposal
from services.intake.domain.forms import (
    ActionPlanForm,
    AmendmentForm,
    DesignationForm,
    MilestoneForm,
    ProposalForm,
    StandaloneForm,
)
from services.intake.domain.problems import CODES, Issue, Refused
from services.intake.domain.reading import (
    OUR_NAMES,
    canonical,
    content_of,
    pointer_as_sent,
    read_request,
    read_submission,
)
from services.intake.domain.strict_json import parse_object
from tests.bad_input.cases import Case, cases
from tests.controls.intake import action_plan_form, amendment_form, as_body, standalone_form

LATER = {"unauthorized", "not-your-member", "header", "wrong-partition", "empty", "must-use-standalone", "member-type"}
LATER |= {"public-owner", "not-your-source", "token-unknown", "window-closed", "no-open-round"}
"""Codes of those who look after the form was read."""

READ = [case for case in cases("forms") if case.raw.get("code") not in LATER and str(case) != "no id at all"]


@pytest.mark.parametrize("case", READ, ids=str)
def test_bad_input_gets_its_code_or_is_taken(case: Case) -> None:
    """What cannot be read is refused with its code and place; what can be read passes untouched."""
    body = case.body() or b""
    if case.is_accepted:
        read = read_submission(body)
        text = getattr(read, case.text_name).model_dump(mode="json")
        assert {name: text[name] for name in case.text} == case.text
        return
    with pytest.raises(Refused) as refusal:
        read_submission(body)
    first = refusal.value.issues[0]
    assert (refusal.value.status, first.code, first.field) == (
        case.raw["status"],
        case.raw["code"],
        case.told_field,
    )


def test_everything_that_is_wrong_is_told_at_once() -> None:
    """One answer names every field, form before rules."""
    form = standalone_form(
        member="Colombia",
        proposal__declared_area="sports",
        proposal__ends_on="2026-01-01",
        contact__address="nobody",
        contact__age=44,
    )
    with pytest.raises(Refused) as refusal:
        read_submission(as_body(form))
    assert set(refusal.value.issues) == {
        Issue("format", "/member"),
        Issue("address", "/contact/address"),
        Issue("unknown-field", "/contact/?3", "/contact/age"),
        Issue("dates", "/proposal/ends_on"),
        Issue("unknown-area", "/proposal/declared_area"),
    }
    assert refusal.value.status == 400
    assert refusal.value.issues[-1].code == "unknown-area"


def test_accents_and_typography_pass_untouched() -> None:
    """What people write comes out of the form as it went in, letter for letter."""
    text = "«\u202fRéformateur·rice·s\u202f», l’œuvre\u00a0; ¿niñez? ¡sí! — Кам’янець, Ωμέγα"
    read = read_request(StandaloneForm, as_body(standalone_form(proposal__description=text, proposal__title=text)))
    proposal = read.proposal.to_proposal()
    assert (proposal.title, proposal.description) == (text, text)


@pytest.mark.parametrize(("form", "shape"), [(ProposalForm, Proposal), (MilestoneForm, Milestone)])
def test_a_form_has_the_fields_that_events_tell(form: type[Any], shape: type[Any]) -> None:
    """No field of the published language is left out of the form, and none is invented."""
    assert set(form.model_fields) == {field.name for field in fields(shape)}


def test_a_designation_has_the_fields_that_events_tell() -> None:
    """The designation too."""
    assert set(DesignationForm.model_fields) == {field.name for field in fields(Designation)}


def test_a_plan_form_becomes_what_events_tell() -> None:
    """A plan's commitment keeps its designation and its ids."""
    read = read_request(ActionPlanForm, as_body(action_plan_form()))
    assert read.designation.to_designation().forum == "Forum multipartite du Sénégal"
    assert read.proposal.to_proposal().commitment_id == "SN0013"


def test_content_is_the_same_however_it_was_written() -> None:
    """Spacing, order, defaults, and what is no content, change nothing."""
    form = standalone_form()
    other = dict(reversed(form.items())) | {
        "source": "web",
        "external_id": "another",
        "submitted_at": "2026-11-17T09:30:00Z",
        "public_institution": "yes",
    }
    spaced = json.dumps(other, indent=4).encode()
    assert content_of(read_submission(as_body(form))) == content_of(read_submission(spaced))


@pytest.mark.parametrize(
    "change", [{"contact__name": "Otra Persona"}, {"proposal__title": "Otro título"}, {"holder": None}]
)
def test_content_differs_where_the_form_differs(change: dict[str, Any]) -> None:
    """A changed field is other content, the contact's too."""
    forms = (standalone_form(), standalone_form(**change))
    first, second = (content_of(read_submission(as_body(form))) for form in forms)
    assert first != second


def test_an_amendment_is_read_as_strictly() -> None:
    """A later request passes the same parser."""
    assert read_request(AmendmentForm, as_body(amendment_form())).amends_version is None
    with pytest.raises(Refused, match="unknown-field"):
        read_request(AmendmentForm, as_body(amendment_form(contact={"name": "Eve"})))


def test_a_hostile_key_is_never_repeated() -> None:
    """Not even to its sender: a pointer shows plain keys only, and is never longer than 300."""
    assert pointer_as_sent(["proposal", "values", "[key]", "x\x00\ud800"]) == "/proposal/values/?3"
    assert pointer_as_sent(["milestones", 0, "title"]) == "/milestones/0/title"
    assert len(pointer_as_sent(["a" * 60] * 20)) == 300


@settings(max_examples=200, deadline=None)
@given(
    place=st.sampled_from([[], ["proposal"], ["proposal", "values"], ["proposal", "milestones", 0], ["contact"]]),
    key=st.text(max_size=80) | st.sampled_from(["lucia.nogal", "+57-300-555", "0"]),
)
def test_a_key_that_is_not_ours_is_told_by_its_length(place: list[str | int], key: str) -> None:
    """Wherever it stands: a place is made of our own names and of numbers."""
    form = standalone_form()
    node: Any = reduce(getitem, place, cast("Any", form))
    assume(key not in OUR_NAMES | {"[key]"})
    node[key] = "x"
    with pytest.raises(Refused) as refusal:
        read_submission(as_body(form))
    assert [one.field for one in refusal.value.issues] == ["".join(f"/{step}" for step in [*place, f"?{len(key)}"])]


def codes_of(read: Callable[[], object]) -> set[str]:
    """Give the codes with which something is refused; none where it is taken."""
    try:
        read()
    except Refused as refusal:
        return {issue.code for issue in refusal.issues}
    return set()


def take(body: bytes) -> Proposal:
    """Read a form up to what events tell of it."""
    return read_request(StandaloneForm, body).proposal.to_proposal()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5),
    max_leaves=20,
)
PATHS = ["member", "channel", "proposal", "contact", "holder", "submitted_at", "external_id", "schema_version"]
PATHS += [f"proposal__{name}" for name in ProposalForm.model_fields]


@settings(max_examples=300, deadline=None)
@given(path=st.sampled_from(PATHS), value=JSON)
def test_any_value_anywhere_is_taken_or_refused_with_a_listed_code(path: str, value: Any) -> None:
    """Nothing else comes of it: no error of ours."""
    body = json.dumps(standalone_form(**{path: value})).encode()
    assert codes_of(partial(take, body)) <= CODES.keys()


@settings(max_examples=300, deadline=None)
@given(body=st.binary(max_size=300))
def test_any_bytes_are_an_object_or_refused(body: bytes) -> None:
    """The parser takes any bytes."""
    assert codes_of(partial(parse_object, body)) <= CODES.keys()


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, 1500), byte=st.integers(0, 255))
def test_a_form_with_one_byte_changed_is_taken_or_refused(place: int, byte: int) -> None:
    """One wrong byte, wherever it is, ends in one of the exits."""
    body = bytearray(as_body(standalone_form()))
    body[place % len(body)] = byte
    assert codes_of(partial(take, bytes(body))) <= CODES.keys()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(_JSON)
def test_canonical_bytes_are_those_of_the_standard_library(value: object) -> None:
    """Hashes of forms outlive the library that writes them fast."""
    written = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert canonical(value) == written.encode()
