"""Spreadsheets become submissions: all rows or none, by the same rights and rules as at any other door."""

import json
from datetime import date
from io import BytesIO
from typing import Any

import httpx
import pytest
from openpyxl import Workbook

from services.intake.domain.sheet.columns import find_column
from services.intake.domain.sheet.layout import CHANNELS
from services.intake.reception.importing import CHUNK_ROWS
from tests.bad_input.cases import Case, cases
from tests.bad_input.registry import fill_registry
from tests.controls.intake import (
    action_plan_form,
    nomination_form,
    recognition_form,
    standalone_form,
    story_form,
)
from tests.controls.sheets import cells_of, csv_of, table_of
from tests.integration.intake.acting import send_in
from tests.integration.intake.conftest import Intake, bearer
from tests.integration.intake.test_bad_input import OWNER_OF


async def send(intake: Intake, content: bytes, token: str = "senegal", **query: str) -> httpx.Response:
    """Send a file."""
    return await intake.client.post("/imports", content=content, params=query, headers=bearer(token))


def faults(answer: httpx.Response) -> list[tuple[int, str, str]]:
    """Give the errors of an answer: row, column, code."""
    return [(error["row"], error["column"], error["code"]) for error in answer.json()["errors"]]


async def test_every_row_gets_the_receipt_that_any_other_door_would_give(intake: Intake) -> None:
    """More rows than one chunk: each has its receipt, its event, and its contacts; sent again, the same receipts."""
    forms = [standalone_form(number) for number in range(1, CHUNK_ROWS + 10)]
    given = await send(intake, csv_of(forms))
    assert given.status_code == 200, given.text
    receipts = given.json()["receipts"]
    assert [receipt["row"] for receipt in receipts] == list(range(2, len(forms) + 2))
    assert len({receipt["reference"] for receipt in receipts}) == len(forms) == len(await intake.told())
    again = await send(intake, csv_of(forms))
    assert again.json()["known"] == len(forms)
    assert [r["secret"] for r in again.json()["receipts"]] == [r["secret"] for r in receipts]
    assert len(await intake.told()) == len(forms)


async def test_a_row_is_the_form_that_it_holds(intake: Intake) -> None:
    """The very same event as by HTTP, but for ids and times: also with other words, dates and separators."""
    form = standalone_form(1, proposal__partners=["A", "B | C"])
    await send_in(intake, 1, **form)
    table = table_of([form | {"external_id": "from-a-sheet"}])
    await send(intake, csv_of([form | {"external_id": "from-a-sheet"}], ";"))
    by_http, by_sheet = [event["event"]["data"] for event in sorted(await intake.told(), key=lambda e: e["event_id"])]
    assert by_sheet["proposal"] == by_http["proposal"]
    assert (by_sheet["source"], by_sheet["external_id"]) == ("form:plans", "from-a-sheet")
    assert by_sheet["entered_by"] == "form:plans"
    assert by_sheet["contact_confirmed"] is True
    assert len(table) == 2


async def test_a_dry_run_shows_the_events_and_keeps_nothing(intake: Intake) -> None:
    """What it shows is what is told afterwards, but for ids, numbers and times."""
    content = csv_of([standalone_form(1), story_form(2)])
    dry = (await send(intake, content, dry_run="true")).json()
    assert (dry["is_dry_run"], dry["rows"], dry["receipts"], dry["errors"]) == (True, 2, [], [])
    assert await intake.told() == []
    assert (
        await intake.rows(
            "SELECT FROM intake.contact c WHERE NOT EXISTS "
            "(SELECT FROM intake.point_of_contact p WHERE p.contact_ref = c.contact_ref)"
        )
        == []
    )
    await send(intake, content)
    told = [event["event"] for event in await intake.told()]
    assert sorted(map(lasting, dry["events"])) == sorted(map(lasting, told))


def lasting(event: dict[str, Any]) -> str:
    """Give what of an event does not change from run to run."""
    changing = {"received_at", "shared_at", "reference", "contact_ref", "holder_ref"}
    data = {name: value for name, value in event["data"].items() if name not in changing}
    return json.dumps([event["type"], data], sort_keys=True)


async def test_everything_wrong_is_told_at_once_and_nothing_is_kept(intake: Intake) -> None:
    """Faults of reading, of right and of rules, each at its row and column; the good row is not kept either."""
    good = standalone_form(1)
    unread = standalone_form(2, proposal__starts_on="soon", proposal__title=" ")
    not_theirs = action_plan_form(3, member="FI")
    unruly = standalone_form(4, public_institution="no")
    missing = standalone_form(5, proposal__title=None)
    content = csv_of([good, unread, not_theirs, unruly, missing])
    refused = await send(intake, content)
    assert (refused.status_code, refused.json()["code"]) == (422, "rows-refused")
    found = {(row, code) for row, _, code in faults(refused)}
    assert found == {(3, "date"), (3, "missing"), (4, "not-your-member"), (5, "public-owner"), (6, "missing")}
    headings = table_of([good, unread, not_theirs, unruly, missing])[0]
    told = {(error["row"], error["heading"]) for error in refused.json()["errors"]}
    assert told >= {(3, "proposal.starts_on"), (4, "member"), (5, "public_institution"), (6, "proposal.title")}
    assert set(headings) >= {heading for _, heading in told}
    assert await intake.told() == []
    dry = await send(intake, content, dry_run="true")
    assert dry.status_code == 200
    assert faults(dry) == faults(refused)
    assert len(dry.json()["events"]) == 1


async def test_errors_speak_the_readers_language(intake: Intake) -> None:
    """As at the other doors."""
    form = standalone_form(1, proposal__starts_on="soon")
    headers = bearer("senegal") | {"Accept-Language": "fr-SN, en;q=0.5"}
    answer = await intake.client.post("/imports", content=csv_of([form]), headers=headers)
    assert answer.headers["content-language"] == "fr"
    assert "date" in answer.json()["errors"][0]["detail"]
    assert answer.json()["errors"][0]["detail"].startswith("Ce n’est pas")


async def test_the_same_id_with_other_content_is_refused_by_its_row(intake: Intake) -> None:
    """Within a file, and against what stands."""
    await send(intake, csv_of([standalone_form(1)]))
    other = standalone_form(1, proposal__title="Another title")
    assert faults(await send(intake, csv_of([other])))[0][::2] == (2, "id-reused")
    twice = [standalone_form(2), standalone_form(2, proposal__title="Another title")]
    assert faults(await send(intake, csv_of(twice)))[0][::2] == (3, "id-reused")


async def test_what_the_database_refuses_is_told_by_its_row(intake: Intake) -> None:
    """One row that cannot be stored spoils no other's judgement."""
    await intake.admin.execute(
        "ALTER TABLE intake.submission ADD CONSTRAINT planted CHECK (external_id <> $$form-000002$$) NOT VALID"
    )
    names = [standalone_form(number)["external_id"] for number in (1, 2, 3)]
    assert "form-000002" in names
    refused = await send(intake, csv_of([standalone_form(number) for number in (1, 2, 3)]))
    assert [(row, code) for row, _, code in faults(refused)] == [(names.index("form-000002") + 2, "unstorable")]


async def test_who_may_import(intake: Intake) -> None:
    """A token is needed; one that may submit, for members of its own where the channel asks for that."""
    content = csv_of([action_plan_form(1, member="SN")])
    assert (await intake.client.post("/imports", content=content)).status_code == 401
    assert (await send(intake, content, "notify")).status_code == 403
    assert (await send(intake, content, "senegal")).status_code == 200
    assert faults(await send(intake, csv_of([action_plan_form(2, member="SN")]), "finland"))[0][2] == "not-your-member"
    entered = await send(intake, csv_of([recognition_form(3)]), "desk")
    assert entered.status_code == 200, entered.text


async def test_one_file_may_hold_every_channel(intake: Intake) -> None:
    """Each row is read as the form of its channel; cells of another channel's columns are blank."""
    forms = [standalone_form(1), action_plan_form(2, member="SN"), story_form(3)]
    given = await send(intake, csv_of(forms))
    assert given.status_code == 200, given.text
    assert [event["type"].split(".")[-3] for event in await intake.told()].count("submission") == 2
    assert faults(await send(intake, csv_of([nomination_form(4)])))[0][2] == "no-open-round"


async def test_a_workbook_with_real_dates_and_numbers(intake: Intake) -> None:
    """Days as day cells, numbers as text where text is asked for, codes as people write them, blank rows between."""
    form = standalone_form(1, proposal__title="2030")
    headings, row = table_of([form])
    written = dict(zip(headings, row, strict=True))
    written |= {
        "proposal.title": 2030,
        "proposal.starts_on": date.fromisoformat(form["proposal"]["starts_on"]),
        "proposal.declared_area": form["proposal"]["declared_area"].replace("-", " ").title(),
    }
    content = workbook([list(written), [None] * 3, list(written.values()), [None], [""]])
    given = await send(intake, content)
    assert given.status_code == 200, given.text
    assert given.json()["receipts"][0]["row"] == 3
    [event] = await intake.told()
    told = event["event"]["data"]["proposal"]
    assert (told["title"], told["starts_on"]) == ("2030", form["proposal"]["starts_on"])
    assert told["declared_area"] == form["proposal"]["declared_area"]


def workbook(rows: list[list[Any]]) -> bytes:
    """Write a workbook as a person would."""
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


async def test_progress_is_told_line_by_line(intake: Intake) -> None:
    """And the last line is the answer: a refusal too."""
    headers = bearer("senegal") | {"Accept": "application/x-ndjson"}
    for content, status in ((csv_of([standalone_form(1)]), 200), (b"external_id\n1\n", 422), (b"\xff", 400)):
        answer = await intake.client.post("/imports", content=content, headers=headers)
        *steps, last = [json.loads(line) for line in answer.text.splitlines()]
        assert last["status"] == status
        assert steps
        assert all(set(step) == {"step", "done", "of"} for step in steps)
    assert last["answer"]["code"] == "encoding"


NOT_BY_SHEET = {"unauthorized", "token-unknown", "not-your-source", "type", "unknown-version"}
"""What depends on coming without a token, with a source of one's own, or on types that cells do not have."""


def sheet_cases() -> list[Case]:
    """Give the cases that a sheet can hold: forms of text and yes or no, in fields that there are."""
    return [case for case in cases("http") if case.raw.get("code") not in NOT_BY_SHEET and is_for_a_sheet(case)]


def is_for_a_sheet(case: Case) -> bool:
    """Say whether this case can be written as a row, so that its cells are what was written."""
    if case.form is None or case.raw.get("headers") or "source" in case.form or not _is_full(case.form):
        return False
    channel = case.form.get("channel", "")
    cells = cells_of(case.form)
    known = channel not in CHANNELS or all(find_column(heading, channel) for heading in cells)
    return known and all(isinstance(cell, bool) or cell == 1 or _is_text(cell) for cell in cells.values())


def _is_full(value: Any) -> bool:
    if isinstance(value, dict | list):
        return value != {} and all(map(_is_full, value.values() if isinstance(value, dict) else value))
    return value is not None


def _is_text(cell: Any) -> bool:
    return isinstance(cell, str) and bool(cell) and cell == cell.strip() and "\r" not in cell


@pytest.mark.parametrize("token", [None, "submit:SN", "submit:FI"])
async def test_every_case_of_bad_input_that_a_sheet_can_hold(intake: Intake, token: str | None) -> None:
    """All in one file: what is accepted elsewhere is here, what is refused is, by its row, for the same reason."""
    await fill_registry(intake.admin)
    tried = [case for case in sheet_cases() if case.raw.get("token") == token]
    owner = OWNER_OF.get(token or "", "senegal")
    forms = [case.form or {} for case in tried]
    answer = (await send(intake, csv_of(forms), owner, dry_run="true")).json()
    assert "errors" in answer, answer
    found: dict[int, set[tuple[str, str]]] = {}
    for error in answer["errors"]:
        found.setdefault(error["row"], set()).add((error["code"], error["field"]))
    for row, case in enumerate(tried, start=2):
        codes = found.get(row, set())
        if case.is_accepted:
            assert not codes, (str(case), codes)
        else:
            told = {(code, field[: len(case.raw["field"])]) for code, field in codes}  # or a field within it
            assert (case.raw["code"], case.raw["field"]) in told, (str(case), case.raw["code"], codes)
    assert len(answer["events"]) == sum(case.is_accepted for case in tried)


def test_there_are_cases_for_sheets() -> None:
    """At least eighty of those that all doors share."""
    assert len(sheet_cases()) >= 80
