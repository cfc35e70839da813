"""Sheets: every field has its column in three languages, and a row is read as the form that it holds."""

from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.legible import line_fault
from services.chassis.doors.auth import Principal
from services.intake.domain.forms import FORMS
from services.intake.domain.problems import Issue
from services.intake.domain.reading import read_submission
from services.intake.domain.sheet.cells import BadCell, Cell, Row, Sheet, read_cell
from services.intake.domain.sheet.columns import Field, fields_of, find_column
from services.intake.domain.sheet.issues import CellIssue, SheetRefused
from services.intake.domain.sheet.layout import CHANNELS, Layouts
from services.intake.domain.sheet.rows import place, read_row
from services.intake.reception import importing
from services.intake.sheets.templates import LANGUAGES, headings_of
from tests.controls.intake import (
    action_plan_form,
    as_body,
    nomination_form,
    plan_amendment_form,
    recognition_form,
    standalone_form,
    story_form,
)
from tests.controls.sheets import cells_of

CONTROLS = (standalone_form, action_plan_form, plan_amendment_form, recognition_form, story_form, nomination_form)
_UNTRANSLATED = {"source", "schema version"}


def read(cells: dict[str, Cell], number: int = 2) -> Any:
    """Read a row under these headings."""
    return read_row(Row(number, tuple(cells.values())), Layouts(Row(1, tuple(cells))))


def issues(cells: dict[str, Cell]) -> list[tuple[str, str, str]]:
    """Give what is wrong with a row: column, heading, code."""
    with pytest.raises(SheetRefused) as caught:
        read(cells)
    return [(found.letters, found.heading, found.issue.code) for found in caught.value.issues]


@pytest.mark.parametrize("control", CONTROLS)
def test_a_row_is_read_as_the_form_that_it_holds(control: Any) -> None:
    """Of every channel, under dotted names."""
    form = control()
    assert read(cells_of(form)) == read_submission(as_body(form))


def test_every_channel_has_a_control() -> None:
    """A new channel is tried here, too."""
    assert {control()["channel"] for control in CONTROLS} == set(FORMS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", CHANNELS)
def test_every_heading_of_a_template_is_found_again(channel: str, language: str) -> None:
    """In its language, for its own field; none stands twice, and what is required is there."""
    headings = headings_of(channel, language)
    found = [find_column(heading.text, channel) for heading in headings]
    assert [column and column.field for column in found] == [heading.field for heading in headings]
    layouts = Layouts(Row(1, tuple(heading.text for heading in headings)))
    assert list(layouts.issues()) == []
    assert {field for field in fields_of(channel) if field.is_required} <= {heading.field for heading in headings}


@pytest.mark.parametrize("language", ["fr", "es"])
@pytest.mark.parametrize("channel", CHANNELS)
def test_every_field_has_a_word_in_every_language(channel: str, language: str) -> None:
    """A field that is added to a form needs its headings."""
    named = {field.name for field in fields_of(channel)} - _UNTRANSLATED
    same_in_both = {"description", "canal"}
    assert {name for name in named if Field((name,), "text", is_required=False).label(language) == name} <= same_in_both


@pytest.mark.parametrize(
    ("heading", "name", "number"),
    [
        ("title", "title", 0),
        ("proposal.title", "title", 0),
        ("  Proposal – TITLE ", "title", 0),
        ("TÍTULO", "title", 0),
        ("milestone 2 due", "milestone # due", 2),
        ("milestones.2.due", "milestone # due", 2),
        ("proposal.milestones.2.due", "milestone # due", 2),
        ("Jalon 2 échéance", "milestone # due", 2),
        ("partners", "partner #", 0),
        ("Partner 12", "partner #", 12),
        ("public-accountability", "public accountability", 0),
        ("proposal.values.public-accountability", "public accountability", 0),
        ("Courriel", "contact address", 0),
    ],
)
def test_a_heading_may_be_written_in_many_ways(heading: str, name: str, number: int) -> None:
    """Case, accents, punctuation and the form's own name make no difference."""
    column = find_column(heading, "standalone")
    assert column is not None
    assert (column.field.name, column.number) == (name, number)


@pytest.mark.parametrize("heading", ["titel", "title 1", "milestone due", "milestone 1 2 due", "story.title", "1"])
def test_a_heading_that_names_no_column(heading: str) -> None:
    """Is nobody's."""
    assert find_column(heading, "standalone") is None


@pytest.mark.parametrize(
    ("cell", "kind", "codes", "expected"),
    [
        ("  two\r\nlines ", "text", (), "two\nlines"),
        (2030, "text", (), "2030"),
        (2030.0, "text", (), "2030"),
        (2.5, "text", (), "2.5"),
        (date(2026, 11, 30), "text", (), "2026-11-30"),
        (True, "text", (), "TRUE"),
        (datetime(2026, 11, 30), "day", (), "2026-11-30"),  # noqa: DTZ001 - as workbooks have them
        (datetime(2026, 11, 30, 9), "day", (), "2026-11-30T09:00:00"),  # noqa: DTZ001 - likewise
        (46356, "day", (), 46356),
        ("30/11/2026", "day", (), "30/11/2026"),
        (time(9), "day", (), "09:00:00"),
        (True, "flag", (), True),
        ("Oui", "flag", (), True),
        ("FALSO", "flag", (), False),
        ("perhaps", "flag", (), "perhaps"),
        ("1", "number", (), 1),
        ("one", "number", (), "one"),
        ("Justice", "code", ("justice",), "justice"),
        ("Acceso a la información", "code", ("access-to-information",), "access-to-information"),
        ("Autre (juridiction locale non membre dans un pays membre)", "code", ("other-local",), "other-local"),
        (True, "code", ("yes", "no"), "yes"),
        ("justice", "code", ("climate",), "justice"),
    ],
)
def test_a_cell_is_read_as_its_field_asks(cell: Cell, kind: Any, codes: tuple[str, ...], expected: object) -> None:
    """What does not fit is left as it is: the form says what is wrong with it."""
    found = read_cell(cell, Field(("x",), kind, is_required=False, codes=codes))
    assert (type(found), found) == (type(expected), expected)


def test_lists_may_stand_in_one_cell_or_in_numbered_columns() -> None:
    """In the order of their numbers; blank parts and gaps are left out."""
    cells: dict[str, Cell] = cells_of(standalone_form())
    cells = {name: cell for name, cell in cells.items() if "partners" not in name and "milestones" not in name}
    cells |= {"partner 3": "C", "partners": "A | | B", "milestone 5 due": "2028-01-31", "milestone 5 title": "Later"}
    cells |= {"milestone 2 title": "Sooner", "milestone 2 due": "2027-01-31", "milestone 3 title": " "}
    form = read(cells)
    assert form.proposal.partners == ("A", "B", "C")
    assert [step.title for step in form.proposal.milestones] == ["Sooner", "Later"]


def test_every_issue_is_at_its_cell() -> None:
    """Also of an item that moved up, of a list's part, of a whole list; a missing one names the column it needs."""
    cells: dict[str, Cell] = cells_of(standalone_form())
    for name in [name for name in cells if "milestones" in name or name == "proposal.lead_institution"]:
        del cells[name]
    cells |= {"milestone 3 title": "Third", "partners": "A | =?x", "contact.address": "nobody"}
    found = issues(cells)
    assert {(heading, code) for _, heading, code in found} == {
        ("milestone 3 due", "missing"),
        ("partners", "header-characters"),
        ("contact.address", "address"),
        ("lead institution", "missing"),
    }
    letters = {heading: column for column, heading, _ in found}
    assert letters["lead institution"] == letters["milestone 3 due"] == ""
    assert letters["partners"] == letters_of(list(cells).index("partners"))


def letters_of(column: int) -> str:
    """Give a column's letters."""
    return CellIssue(issue=Issue("missing"), column=column).letters


def test_letters_are_those_of_a_spreadsheet() -> None:
    """After Z comes AA."""
    assert [letters_of(column) for column in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_bad_cell_is_told_once() -> None:
    """Not also as the field that it leaves missing."""
    cells: dict[str, Cell] = cells_of(standalone_form()) | {"proposal.title": BadCell("formula")}
    assert [(heading, code) for _, heading, code in issues(cells)] == [("proposal.title", "formula")]


def test_the_id_is_asked_for_in_every_row() -> None:
    """Beside all else that is wrong."""
    cells: dict[str, Cell] = cells_of(standalone_form()) | {"external_id": "", "member": "uk"}
    assert {(heading, code) for _, heading, code in issues(cells)} == {("external_id", "missing"), ("member", "format")}


def test_a_row_that_has_nothing_else_is_told_all_that_it_lacks() -> None:
    """By the names of the columns, not of the form's parts."""
    lacking = {heading for _, heading, code in issues({"channel": "action-plan", "external_id": "x"})}
    assert lacking >= {"member", "title", "contact address", "designation forum", "declared area"}
    assert "proposal" not in lacking


def test_a_cell_of_another_channels_column_is_told() -> None:
    """It would be lost."""
    cells: dict[str, Cell] = cells_of(standalone_form()) | {"nominator": "Somebody"}
    assert [(heading, code) for _, heading, code in issues(cells)] == [("nominator", "unknown-field")]


@pytest.mark.parametrize("channel", [None, "standalon"])
def test_a_row_without_its_channel(channel: str | None) -> None:
    """Is read as a standalone one, so that all else that is wrong is told too."""
    cells: dict[str, Cell] = cells_of(standalone_form()) | {"channel": channel, "member": "uk"}
    code = "missing" if channel is None else "unknown-channel"
    assert {(heading, code) for _, heading, code in issues(cells)} == {("channel", code), ("member", "format")}


def test_headings_that_name_nothing_or_one_thing_twice() -> None:
    """Are told at their cells; an empty one is nobody's."""
    layouts = Layouts(Row(1, ("title", "titel", None, "Proposal.Title", BadCell("formula"), "Título")))
    assert [(found.letters, found.issue.code) for found in layouts.issues()] == [
        ("B", "unknown-field"),
        ("D", "duplicate-key"),
        ("E", "formula"),
        ("F", "duplicate-key"),
    ]


def test_what_is_wrong_with_a_whole_row_has_no_column() -> None:
    """As when the Challenge is over."""
    cells = cells_of(standalone_form())
    [found] = place([Issue("challenge-closed")], Row(7, tuple(cells.values())), Layouts(Row(1, tuple(cells))))
    assert (found.row, found.column, found.heading) == (7, None, "")


@given(title=st.text(min_size=1, max_size=60).filter(lambda text: not line_fault(text) and text == text.strip()))
def test_any_title_comes_through_a_row(title: str) -> None:
    """As it was written."""
    cells = cells_of(standalone_form(proposal__title=title))
    assert read(cells).proposal.title == title


async def test_a_sheet_that_is_wrong_throughout_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be told of it is bounded."""
    monkeypatch.setattr(importing, "MAX_ISSUES", 5)
    rows = [Row(number, ("standalone", f"row-{number}")) for number in range(2, 50)]
    sheet = Sheet(Row(1, ("channel", "external_id")), rows)
    nobody = Principal("form:plans", frozenset())
    read_well, found = await importing.read_kindly(sheet, Layouts(sheet.headings), nobody, lambda *_: None)
    assert read_well == []
    assert {issue.row for issue in found} == {2}
