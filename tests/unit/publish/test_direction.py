"""Controls of direction where texts are taken along: none reaches beyond the text in which it stands."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar

from contracts.submissions import Milestone
from services.publish.downloads.calendar import write_calendar
from services.publish.downloads.dictionary import tables
from services.publish.downloads.direction import unturned
from services.publish.downloads.feeds import write_atom, write_json_feed
from services.publish.downloads.files import CsvFile, LinesFile
from services.publish.downloads.forms import TABLES
from services.publish.downloads.taken import Taken
from services.publish.site.citing import cite
from tests.controls.downloads import taken
from tests.unit.publish.test_citing import cited
from tests.unit.publish.test_download_feeds import feed
from tests.unit.publish.test_download_files import read_csv

TURNING = "Reform \u202egnp.exe\u2066"
RIGHT = "بحث \u2067عدل\u2069 (2026)"


def hostile() -> Taken:
    """A reform whose every text would turn what stands behind it."""
    made = taken(
        title=TURNING,
        description=TURNING,
        lead_institution=TURNING,
        jurisdiction=TURNING,
        supporting_institutions=(TURNING, RIGHT),
        milestones=(Milestone(title=TURNING, due=date(2027, 6, 30)),),
    )
    return replace(made, record=replace(made.record, reform=replace(made.record.reform, published_title=TURNING)))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", ""),
        ("a\nb", "a\nb"),
        (RIGHT, RIGHT),
        ("\u202bع\u202c \u2066a\u2068b\u2069\u2069", "\u202bع\u202c \u2066a\u2068b\u2069\u2069"),
        ("\u202eabc\u202c", "abc"),
        ("\u202dabc\u202c", "abc"),
        ("a\u2067b", "ab"),
        ("a\u2069b\u202c", "ab"),
        ("\u2067a\u202bb\u2069c\u202c", "abc"),
        (f"\u2067a\n{RIGHT}\nb\u2069", f"a\n{RIGHT}\nb"),
    ],
)
def test_controls_stay_where_they_are_closed(text: str, read: str) -> None:
    """Line by line, as they have effect; an override never stays."""
    assert unturned(text) == read


def test_files_and_feeds_turn_nothing(tmp_path: Path) -> None:
    """CSV, Atom, JSON Feed, the calendar and citations; JSON Lines has every text exactly as it is."""
    path, reform = tmp_path / "it", hostile()
    file = CsvFile(path, tables()["reforms"], TABLES["reforms"])
    file.add([reform])
    file.end()
    (row,) = read_csv(path)
    assert row["supporting_institutions"] == f"Reform gnp.exe | {RIGHT}"
    made = cite(cited(title=TURNING, author=TURNING))
    written = [
        path.read_text(encoding="utf-8"),
        write_atom(feed(entries=[reform], subtitle=TURNING)).decode(),
        json.dumps(write_json_feed(feed(entries=[reform], subtitle=TURNING)), ensure_ascii=False),
        str(Calendar.from_ical(write_calendar("Milestones", [reform])).to_ical().decode()).replace("\r\n ", ""),
        *(made.bibtex, made.ris, json.dumps(json.loads(made.csl), ensure_ascii=False)),
    ]
    assert [("\u202e" in one, "gnp.exe" in one) for one in written] == [(False, True)] * 7
    lines = LinesFile(path, lambda one: [one])
    lines.add([reform])
    lines.end()
    assert json.loads(path.read_text(encoding="utf-8"))["record"]["reform"]["published_title"] == TURNING


def test_formula_is_not_hidden_behind_a_control(tmp_path: Path) -> None:
    """What stands in the cell when the control is gone is what must be harmless."""
    file = CsvFile(tmp_path / "it", tables()["reforms"], TABLES["reforms"])
    file.add([taken(title="\u202e=1+1")])
    file.end()
    (row,) = read_csv(tmp_path / "it")
    assert row["submitted_title"] == "'=1+1"
