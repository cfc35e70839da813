"""Whose reform it is: what the Support Unit may say of that, what follows from it, and what is refused."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.decisions import DecisionCorrected, SubmissionReinstated, SubmissionRetracted
from contracts.reviews import Attribution, DecisionRecorded
from contracts.vocabulary import Channel, Level, MemberType
from services.chassis.errors import Refusal
from services.review.domain.attributing import Attributing, as_submitted, attribute, attributed
from services.review.domain.commands import ItemCommand
from services.review.domain.evolution import evolve, ruling_of, told_as
from services.review.domain.impartiality import Impartiality, Recused, check_impartial
from services.review.domain.items import Accepted, Decided, ItemState
from services.review.domain.retelling import as_happened
from services.review.domain.transitions import decide
from tests.controls import review
from tests.controls.proposals import costa_rica, proposal, senegal
from tests.controls.reviews import attribution
from tests.controls.submissions import submission_received

SUBMITTED = as_submitted(submission_received(), proposal())
LOCAL = costa_rica(code="CRSJO", name="San José, Costa Rica", kind="local")
CURRIDABAT = {
    "member_type": MemberType.OTHER_LOCAL,
    "jurisdiction": "Curridabat",
    "locality": "CR-CURRIDABAT",
    "lead_institution": "Municipalidad de Curridabat",
    "supporting_institutions": (),
}


def said(**what: Any) -> Attributing:
    """What is said of a submission that came by the standalone form."""
    return Attributing(**{"submitted": SUBMITTED, "channel": Channel.STANDALONE, **what})


def carried(state: ItemState, command: ItemCommand) -> tuple[ItemState, Any]:
    """The state after a command, and what left of it."""
    told = decide(state, command)
    for event in told:
        state = evolve(state, event)
    return state, told[-1]


def test_what_is_not_said_stays() -> None:
    """As submitted, or as it was said before; said as it was submitted, it is as submitted again."""
    assert attribute(None, None) is None
    assert attribute(attribution(), None) == attribution()
    assert attribute(None, said()) is None
    later = attribute(attribution(), said(lead_institution="Alcaldía"))
    assert later == attribution(lead_institution="Alcaldía")
    assert (
        attribute(replace(SUBMITTED, lead_institution="Alcaldía"), said(lead_institution=SUBMITTED.lead_institution))
        is None
    )


def test_a_locality_that_is_no_member_gets_its_id() -> None:
    """With its name; the level of government follows the type of member."""
    assert attribute(None, said(**CURRIDABAT)) == attribution()
    text = attributed(proposal(), attribution())
    assert (text.member_type, text.level, text.jurisdiction) == (MemberType.OTHER_LOCAL, Level.LOCAL, "Curridabat")
    assert text == replace(
        proposal(), **{name: getattr(text, name) for name in ("level", *CURRIDABAT) if name != "locality"}
    )


@pytest.mark.parametrize("so_far", [None, attribution()])
def test_it_becomes_a_members(so_far: Attribution | None) -> None:
    """A local member's by its code alone; what was the other locality's goes with it."""
    found = attribute(so_far, said(member="CRSJO", known=LOCAL))
    assert found is not None
    assert (found.member, found.member_type, found.level) == (LOCAL, MemberType.LOCAL, Level.LOCAL)
    assert (found.jurisdiction, found.locality) == (None, None)
    back = attribute(found, said(member="SN", known=senegal(), member_type=MemberType.NATIONAL))
    assert back is not None
    assert (back.member, back.level) == (senegal(), Level.NATIONAL)


def test_a_member_that_nobody_knows_is_named() -> None:
    """As intake takes it: unregistered, its kind by the type of member; the name of one that is known is its own."""
    named = said(member="CRLIM", member_name="Limón, Costa Rica", member_type=MemberType.LOCAL, region="Americas")
    found = attribute(None, named)
    assert found is not None
    assert found.member == replace(
        LOCAL, code="CRLIM", name="Limón, Costa Rica", region="Americas", status="unregistered"
    )
    again = attribute(found, said(lead_institution="Municipalidad de Limón"))
    assert again == replace(found, lead_institution="Municipalidad de Limón")


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"member": "CRLIM"}, "unknown-member", "member"),
    ({"member": "CRSJO", "known": LOCAL, "member_type": MemberType.NATIONAL}, "member-type", "member_type"),
    ({"member_type": MemberType.LOCAL}, "member-type", "member_type"),
    ({**CURRIDABAT, "channel": Channel.ACTION_PLAN}, "must-use-standalone", "member_type"),
    ({"locality": "CR-CURRIDABAT"}, "locality-not-needed", "locality"),
    ({**CURRIDABAT, "locality": "CO-CALI"}, "locality-elsewhere", "locality"),
    ({**CURRIDABAT, "member": "SN", "known": senegal()}, "locality-elsewhere", "locality"),
    ({**CURRIDABAT, "jurisdiction": None}, "jurisdiction-missing", "jurisdiction"),
]


@pytest.mark.parametrize(("what", "code", "field"), REFUSED)
def test_what_intake_would_refuse_is_refused(what: dict[str, Any], code: str, field: str) -> None:
    """Each by its code, at its field; in a decision as in a correction."""
    for state, command in (
        (review.states()["Assessed"], review.decide(attribution=said(**what))),
        (review.states()["Accepted"], review.correct(attribution=said(**what))),
    ):
        with pytest.raises(Refusal) as refusal:
            decide(state, command)
        assert (refusal.value.code, refusal.value.field, refusal.value.status) == (code, field, 422)


def test_what_came_in_in_doubt_is_no_fault_of_whoever_corrects_a_name() -> None:
    """Intake flags a locality without its name; another institution can still be said."""
    doubtful = replace(SUBMITTED, member_type=MemberType.OTHER_LOCAL)
    found = attribute(None, said(submitted=doubtful, lead_institution="Alcaldía"))
    assert found == replace(doubtful, lead_institution="Alcaldía")


def test_it_stays_with_the_reform_whatever_is_decided_later() -> None:
    """Corrected, corrected again, retracted, reinstated; what leaves says so each time, and is told whole."""
    state, told = carried(review.states()["Accepted"], review.correct(attribution=said(**CURRIDABAT)))
    assert isinstance(told, DecisionCorrected)
    assert told.reform is not None
    assert (told.reform.locality, told.reform.proposal.lead_institution) == (
        "CR-CURRIDABAT",
        CURRIDABAT["lead_institution"],
    )
    moved, told = carried(state, review.correct(attribution=said(member="CRSJO", known=LOCAL)))
    assert (told.decision.member, told.reform.locality) == (LOCAL, None)
    again, told = carried(moved, review.correct())
    assert told.decision.member == LOCAL
    gone, told = carried(again, review.retract())
    assert isinstance(told, SubmissionRetracted)
    assert told.decision.member == LOCAL
    back, told = carried(gone, review.reinstate())
    assert isinstance(told, SubmissionReinstated)
    assert isinstance(back, Accepted)
    assert back.ruling.attribution is not None
    assert told.reform.proposal == attributed(proposal(), back.ruling.attribution)


def test_a_decision_carries_it_until_another_says_otherwise() -> None:
    """Before the release too; the log tells it whole, and it is made again from there."""
    command = review.decide(attribution=said(**CURRIDABAT))
    decided, _ = carried(review.states()["Assessed"], command)
    assert isinstance(decided, Decided)
    recorded = told_as(decided, decide(review.states()["Assessed"], command)[0])
    assert isinstance(recorded, DecisionRecorded)
    assert recorded.attribution == attribution()
    assert evolve(review.states()["Assessed"], as_happened(recorded)) == decided
    anew, _ = carried(decided, review.decide())
    ruling = ruling_of(anew)
    assert ruling is not None
    assert ruling.attribution == attribution()


def test_who_stays_off_the_new_member_stays_off_the_reform() -> None:
    """By the member that it is since, as by the one that submitted it."""
    state, _ = carried(review.states()["Accepted"], review.correct(attribution=said(member="SN", known=senegal())))
    rules = Impartiality(conflicts={"someone": ("SN",), "another": ("CR",)})
    for person in ("someone", "another"):
        with pytest.raises(Recused):
            check_impartial(rules, state, "CR", review.retract(), person)
    check_impartial(rules, review.states()["Accepted"], "CR", review.retract(), "someone")
