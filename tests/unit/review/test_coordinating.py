"""A case of coordination: in every state every command either goes on or is refused by name."""

from datetime import date
from typing import Any

import pytest

from contracts.batches import CoordinationContact
from contracts.vocabulary import Area
from services.chassis.errors import Refusal
from services.review.domain.coordinating import (
    CASE_TABLE,
    CONTACTS_MAX,
    Case,
    CaseCommand,
    CaseState,
    Closed,
    Conclude,
    Contacted,
    NoteContact,
    Open,
    Reopen,
    change_case,
)
from tests.controls.envelope import MONTH

TODAY = date(2026, 12, 3)
NOTE = NoteContact("holder", "Ministry of Justice", TODAY, TODAY)
COMMANDS: tuple[CaseCommand, ...] = (NOTE, Conclude("One dashboard for both."), Reopen())
STATES: tuple[CaseState, ...] = (Open(), Contacted(), Closed("Done."))


def case_in(state: CaseState, **more: Any) -> Case:
    """A case of two ministries."""
    two = ("Ministry of Finance", "Ministry of Justice")
    return Case(month=MONTH, member="CR", area=Area.JUSTICE, institutions=two, state=state, **more)


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_every_pair_goes_on_or_is_refused_by_name(state: CaseState, command: CaseCommand) -> None:
    """As the table says."""
    cell = CASE_TABLE[type(state)][type(command)]
    if isinstance(cell, str):
        with pytest.raises(Refusal) as refusal:
            change_case(case_in(state), command)
        assert (refusal.value.code, refusal.value.status) == (cell, 409)
    else:
        assert change_case(case_in(state), command) != case_in(state)


def test_table_is_total() -> None:
    """No state and no command is forgotten."""
    assert set(CASE_TABLE) == set(map(type, STATES))
    assert all(set(row) == set(map(type, COMMANDS)) for row in CASE_TABLE.values())


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (NoteContact("minister", "Ministry of Justice", TODAY, TODAY), "unknown-role"),
        (NoteContact("holder", "Ana Rojas", TODAY, TODAY), "unknown-institution"),
        (NoteContact("holder", "Ministry of Justice", date(2026, 12, 4), TODAY), "date-ahead"),
        (Conclude("ana@example.org knows"), "personal-data"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field(command: CaseCommand, code: str) -> None:
    """Nothing can be noted that is a person."""
    with pytest.raises(Refusal) as refusal:
        change_case(case_in(Open()), command)
    assert (refusal.value.code, refusal.value.status) == (code, 422)


def test_contacts_add_up_and_reopening_keeps_them() -> None:
    """The member itself may be named where its point of contact was spoken to; a case does not grow for ever."""
    case = change_case(change_case(case_in(Open()), NOTE), NoteContact("point-of-contact", "CR", TODAY, TODAY))
    assert [contact.institution for contact in case.contacts] == ["Ministry of Justice", "CR"]
    closed = change_case(case, Conclude("One dashboard for both."))
    assert change_case(closed, Reopen()) == case
    assert change_case(case_in(Closed("Too early.")), Reopen()) == case_in(Open())
    full = (CoordinationContact(role="holder", institution="CR", contacted_on=TODAY),) * CONTACTS_MAX
    with pytest.raises(Refusal, match="too-many"):
        change_case(case_in(Contacted(), contacts=full), NOTE)
