"""Tables for the registry: how they are read, and what they would change."""

import codecs
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.cells import harmless
from services.chassis.tables import Fault, Faulty, Row, read_table
from services.intake.domain.forms import Strict
from services.intake.domain.importing.comparing import Change, ChangedColumn, Comparison, References, compare
from services.intake.domain.importing.faults import SENTENCES
from services.intake.domain.importing.pocs import KnownPoc, compare_pocs
from services.intake.domain.importing.records import (
    KEYS,
    MAX_ROWS,
    DatesRecord,
    MemberRecord,
    PlanRecord,
    PocRecord,
    RoundRecord,
    Table,
    columns_of,
)
from tests.controls.envelope import id_of

COLOMBIA = MemberRecord(code="CO", kind="national", country="CO", region="Americas", name="Colombia")
BRITAIN = MemberRecord(code="UK", kind="national", country="GB", region="Europe", name="United Kingdom")
CODES = References(members=frozenset({"CO", "UK", "FI"}), plans=frozenset({"FI-5"}))
WINDOWS = "code,member_code,title,starts_on,ends_on,window_opens_on,window_closes_on\n"
REF = id_of("the point of contact")


def rows_of(table: Table, text: str) -> list[Row]:
    """Read a table."""
    return read_table(text.encode(), columns_of(table), KEYS[table], MAX_ROWS)


def faults_of(table: Table, text: str, **known: Strict) -> list[tuple[int, str, str]]:
    """Say what is wrong with a table."""
    with pytest.raises(Faulty) as found:
        compare(table, rows_of(table, text), known, CODES)
    return [(fault.row, fault.column, fault.code) for fault in found.value.faults]


def compared(table: Table, text: str, **known: Strict) -> Comparison:
    """Compare a table with what is known."""
    return compare(table, rows_of(table, text), known, CODES)


def poc(address: str = "ada@example.org", **overrides: Any) -> PocRecord:
    """Colombia's point of contact."""
    return PocRecord(**({"code": "CO", "name": "Ada Alder", "address": address, "language": "es"} | overrides))


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"code,name\nCO,Colombia\n", [(2, "CO", "Colombia")]),
        (codecs.BOM_UTF8 + "Code ; NAME\r\nCI;Côte d’Ivoire\r\n".encode(), [(2, "CI", "Côte d’Ivoire")]),
        (b"code\tname\nCO\tColombia", [(2, "CO", "Colombia")]),
        (
            b'code,name\n\nCO," Colombia"\n,\nFI,"Fin\nland"\nNO,Norway',
            [(3, "CO", "Colombia"), (5, "FI", "Fin\nland"), (6, "NO", "Norway")],
        ),
        ("code,name\nCO,a\u2028b\u00a0\n".encode(), [(2, "CO", "a\u2028b")]),
        (
            b"code,name\nCO,'=1+1\nFI,''-x\nNO,'s-Hertogenbosch\n",
            [(2, "CO", "=1+1"), (3, "FI", "'-x"), (4, "NO", "'s-Hertogenbosch")],
        ),
    ],
)
def test_a_table_is_read_as_spreadsheets_write_it(content: bytes, rows: list[tuple[int, str, str]]) -> None:
    """Marks, separators, ends of lines, empty rows, outer spaces; rows are counted as the spreadsheet counts them."""
    found = read_table(content, ("code", "name"), ("code",), MAX_ROWS)
    assert [(row.number, row.cells["code"], row.cells["name"]) for row in found] == rows


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault(1, "", "no-header")),
        (b"\n \n", Fault(1, "", "no-header")),
        (b"code,name\n", Fault(1, "", "no-rows")),
        (b"code,name\nCO,Colombia\nCI,C\xf4te d'Ivoire\n", Fault(3, "", "encoding")),
        (b'code,name\nCO,"Colombia\n', Fault(2, "", "csv-syntax")),
        (b'code,name\nCO,"Colombia"n\n', Fault(2, "", "csv-syntax")),
        (b"code,name\nCO\n", Fault(2, "", "cells")),
        (b"code,name\nCO,Colombia,\n", Fault(2, "", "cells")),
        (b"code,nom\nCO,Colombia\n", Fault(1, "nom", "unknown-column")),
        (b"code,name,code\nCO,Colombia,CO\n", Fault(1, "code", "duplicate-column")),
        (b"name\nColombia\n", Fault(1, "code", "missing-column")),
        (b"code\n" + b"CO\n" * (MAX_ROWS + 1), Fault(MAX_ROWS + 2, "", "too-many-rows")),
    ],
)
def test_what_is_no_table_is_refused_by_its_row(content: bytes, fault: Fault) -> None:
    """Nothing is guessed."""
    with pytest.raises(Faulty) as found:
        read_table(content, ("code", "name"), ("code",), MAX_ROWS)
    assert found.value.faults == (fault,)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_have_a_fault(content: bytes) -> None:
    """Never anything else; each fault has its sentence."""
    try:
        found: tuple[Fault, ...] = ()
        read_table(b"code,name\n" + content, ("code", "name"), ("code",), MAX_ROWS)
    except Faulty as faulty:
        found = faulty.faults
    assert {fault.code for fault in found} <= SENTENCES.keys()


@given(st.text(st.sampled_from("'=+-@ax"), min_size=1))
def test_what_is_taken_out_is_no_formula_and_reads_back(cell: str) -> None:
    """Whatever it begins with."""
    written = harmless(cell)
    assert not written.startswith(("=", "+", "-", "@"))
    if not cell.startswith("'"):
        assert read_table(f'name\n"{written}"\n'.encode(), ("name",), (), MAX_ROWS)[0].cells["name"] == cell


def test_a_table_says_what_it_adds_changes_and_leaves() -> None:
    """Only what differs is kept; a column that is not there stays as it is."""
    suspended = BRITAIN.model_copy(update={"status": "suspended"})
    text = (
        "code,kind,country,region,name\nUK,national,GB,Europe,United Kingdom\n"
        "CO,national,CO,Europe,Colombia\nFI,national,FI,Europe,Finland"
    )
    found = compared("members", text, UK=suspended, CO=COLOMBIA)
    finland = MemberRecord(code="FI", kind="national", country="FI", region="Europe", name="Finland")
    added = (("code", "FI"), ("kind", "national"), ("country", "FI"), ("region", "Europe"), ("name", "Finland"))
    assert found == Comparison(
        changes=(
            Change(3, "CO", "changed", (ChangedColumn("region", "Americas", "Europe"),)),
            Change(
                4,
                "FI",
                "added",
                tuple(ChangedColumn(name, None, cell) for name, cell in (*added, ("status", "active"))),
            ),
        ),
        unchanged=1,
        kept=(COLOMBIA.model_copy(update={"region": "Europe"}), finland),
    )


def test_two_columns_are_enough_to_change_a_status() -> None:
    """Of somebody known; somebody new needs all."""
    [changed] = compared("members", "code,status\nCO,under-review", CO=COLOMBIA).kept
    assert changed == COLOMBIA.model_copy(update={"status": "under-review"})
    assert faults_of("members", "code,status\nCO,suspended\nNO,active", CO=COLOMBIA) == [
        (3, column, "missing") for column in ("country", "kind", "name", "region")
    ]


@pytest.mark.parametrize(
    ("table", "text", "faults"),
    [
        (
            "members",
            "code,kind,country,region,name,status\nco,regional,UK,Asia,a=?b,ok\nXK,local,XK,Europe,Kosovo,not-a-member",
            [
                (2, "code", "format"),
                (2, "kind", "unknown-value"),
                (2, "name", "text"),
                (2, "region", "unknown-value"),
                (2, "status", "unknown-value"),
                (3, "status", "national-only"),
            ],
        ),
        (
            "members",
            "code,kind,country,region,name\nGB,national,UK,Europe,Britain",
            [(2, "country", "unknown-country")],
        ),
        (
            "members",
            "code,kind,country,region,name\nGB,national,GB,Europe,Britain",
            [(2, "country", "duplicate-country")],
        ),
        ("members", "code,status\nUK,active\nUK,inactive", [(3, "", "duplicate-row")]),
        (
            "plans",
            WINDOWS + "XX-1,XX,A plan,2026-01-01,2025-01-01,,\nFI-6,FI,A plan,1/2/2026,2100-12-32,2026-01-01,",
            [
                (2, "ends_on", "dates"),
                (3, "ends_on", "date"),
                (3, "starts_on", "date"),
            ],
        ),
        (
            "plans",
            WINDOWS + "XX-1,XX,A plan,2025-01-01,2026-01-01,,\nFI-6,FI,A plan,2025-01-01,2026-01-01,2026-01-01,",
            [(2, "member_code", "unknown-member"), (3, "window_closes_on", "window")],
        ),
        ("commitments", "commitment_id,plan_code,title\nFI0035,FI-6,Ethics", [(2, "plan_code", "unknown-plan")]),
        ("rounds", "code,opens_on,closes_on,name_en\n2026 all,2026-01-02,2026-01-01,x", [(2, "code", "format")]),
        ("dates", "starts_on,ends_on\n2023-11-01,2028-12-31\n2023-11-01,2029-12-31", [(3, "", "too-many")]),
    ],
)
def test_everything_that_is_wrong_is_said_at_its_cell(table: Table, text: str, faults: list[Any]) -> None:
    """All rows at once."""
    assert faults_of(table, text, UK=BRITAIN) == faults


def test_a_country_may_be_given_up_and_taken_in_one_table() -> None:
    """What counts is how it would be after the whole of it."""
    text = "code,kind,country,region,name\nUK,national,IE,Europe,Swapped\nGB,national,GB,Europe,Britain"
    assert len(compared("members", text, UK=BRITAIN).kept) == 2


def test_a_window_and_a_name_can_be_taken_away() -> None:
    """By an empty cell; the dates of the Challenge need no key."""
    days = {"starts_on": date(2023, 9, 1), "ends_on": date(2027, 8, 31)}
    window = {"window_opens_on": date(2024, 9, 1), "window_closes_on": date(2024, 12, 31)}
    plan = PlanRecord(code="FI-5", member_code="FI", title="Plan", **days, **window)
    [found] = compared("plans", "code,window_opens_on,window_closes_on\nFI-5,,", **{"FI-5": plan}).kept
    assert found == PlanRecord(code="FI-5", member_code="FI", title="Plan", **days)
    awards = RoundRecord(code="2026", opens_on=date(2026, 1, 1), closes_on=date(2026, 2, 1), name_en="A", name_fr="B")
    [named] = compared("rounds", "code,name_fr\n2026,", **{"2026": awards}).kept
    assert named == awards.model_copy(update={"name_fr": None})
    [dates] = compared("dates", "ends_on\n2029-12-31", challenge=DatesRecord(**days)).kept
    assert dates == DatesRecord(starts_on=days["starts_on"], ends_on=date(2029, 12, 31))


def test_points_of_contact_come_change_and_leave() -> None:
    """Those of the members that are named, and of nobody else; the changes name no person."""
    known = {"CO": [KnownPoc(REF, poc()), KnownPoc(id_of("another"), poc("leaves@example.org"))]}
    text = "code,name,address,language\nCO,Ada Alder,ADA@example.org,en\nCO,Bruno Hazel,bruno@example.org,es\nUK,,,"
    found = compare_pocs(rows_of("pocs", text), known, CODES.members)
    columns = (ChangedColumn("address", None, None), ChangedColumn("language", None, None))
    assert [(step.contact_ref, step.record) for step in found.steps] == [
        (REF, poc("ADA@example.org", language="en")),
        (None, poc("bruno@example.org", name="Bruno Hazel")),
        (id_of("another"), None),
    ]
    assert found.changes == (
        Change(2, "CO", "changed", columns),
        Change(3, "CO", "added"),
        Change(2, "CO", "removed"),
    )
    assert found.unchanged == 0


def test_a_member_without_a_point_of_contact_says_so() -> None:
    """A row with nothing but its code; the same again changes nothing."""
    known = {"CO": [KnownPoc(REF, poc())]}
    nobody = compare_pocs(rows_of("pocs", "code,name,address\nCO,,"), known, CODES.members)
    assert [(step.contact_ref, step.record) for step in nobody.steps] == [(REF, None)]
    same = compare_pocs(rows_of("pocs", "code,name,address\nCO,Ada Alder,ada@example.org"), known, CODES.members)
    assert (same.steps, same.unchanged) == ((), 1)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("code,name,address\nXX,Ada,ada@example.org", [(2, "code", "unknown-member")]),
        ("code,name,address\n,Ada,ada@example.org", [(2, "code", "missing")]),
        ("code,name,address\nCO,,ada@example.org", [(2, "name", "missing")]),
        ("code,name,address\nCO,Ada,a@b@c", [(2, "address", "address")]),
        ("code,name,address\nCO,Ada,ada@example.org\nCO,Bo,ADA@example.org", [(3, "", "duplicate-row")]),
    ],
)
def test_faults_of_points_of_contact(text: str, faults: list[Any]) -> None:
    """Each at its cell."""
    with pytest.raises(Faulty) as found:
        compare_pocs(rows_of("pocs", text), {}, CODES.members)
    assert [(fault.row, fault.column, fault.code) for fault in found.value.faults] == faults
