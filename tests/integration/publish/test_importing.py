"""Staff's door for what became of reforms: tried first, told once, all or nothing, and then heard and kept."""

from datetime import date
from typing import Any

from httpx import Response

from contracts.event import Event
from contracts.topics import EVALUATIONS
from services.chassis.codec import decoder
from services.chassis.reading.decoding import event_type
from tests.controls.envelope import reference_of, submission_id
from tests.controls.publish import heard
from tests.integration.publish.conftest import TOKEN, Desk
from tests.unit.chassis.test_tables import book

HEADER = "kind,reference,milestone,status,evidence,confirmed_at,by,award,given_by,given_at\n"
MILESTONE = f"milestone,{reference_of()},1,substantial,https://example.org/a,2026-09-15,irm,,,\n"
AWARD = f"award,{reference_of()},,,,,,Open Gov Award,OGP,2026-09-15\n"
TOLD = "SELECT type, payload FROM publish.outbox WHERE topic = 'evaluations' ORDER BY partition, seq"


async def bring_in(desk: Desk, table: str | bytes, token: str = TOKEN, **asked: str) -> Response:
    """Send a table to the door."""
    content = table.encode() if isinstance(table, str) else table
    shown = {"Authorization": f"Bearer {token}"}
    return await desk.browser.post("/evaluations", content=content, headers=shown, params=asked)


async def told(desk: Desk) -> list[Event[Any]]:
    """Give what was told on `evaluations`."""
    found = await desk.admin.fetch(TOLD)
    return [decoder(event_type(EVALUATIONS.types[row["type"]])).decode(row["payload"]) for row in found]


async def test_table_is_tried_and_then_told_once(desk: Desk) -> None:
    """A dry run says the same and tells nothing; the table again, even longer, tells only what is new."""
    await desk.hear(heard("accepted", 0))
    tried = (await bring_in(desk, HEADER + MILESTONE, dry_run="true")).json()
    assert await told(desk) == []
    done = (await bring_in(desk, HEADER + MILESTONE)).json()
    assert tried == {**done, "dry_run": True}
    assert [(row["row"], row["kind"], row["reference"], row["new"]) for row in done["rows"]] == [
        (2, "milestone", reference_of(), True)
    ]
    assert done["rows"][0]["says"]["title"] == "Publicación del primer tablero de tiempos"
    again = (await bring_in(desk, HEADER + MILESTONE + AWARD)).json()
    assert (again["told"], again["unchanged"], [row["new"] for row in again["rows"]]) == (1, 1, [False, True])
    events = await told(desk)
    assert [(event.data.TYPE, event.subject) for event in events] == [
        ("milestone.updated.v1", str(submission_id())),
        ("award.given.v1", str(submission_id())),
    ]


async def test_workbook_says_what_the_same_table_says(desk: Desk) -> None:
    """As ministries send it; its faults are named in the same way."""
    await desk.hear(heard("accepted", 0))
    header, row = HEADER.strip().split(","), MILESTONE.strip().split(",")
    done = (await bring_in(desk, book(header, [*row[:2], 1, *row[3:5], date(2026, 9, 15), *row[6:]]))).json()
    assert (done["told"], (await bring_in(desk, HEADER + MILESTONE)).json()["unchanged"]) == (1, 1)
    refused = await bring_in(desk, book(header, [*row[:3], "=A1", *row[4:]]))
    assert (refused.status_code, [(one["row"], one["column"], one["code"]) for one in refused.json()["errors"]]) == (
        422,
        [(2, "status", "formula")],
    )


async def test_word_that_is_taken_back_is_told(desk: Desk) -> None:
    """With one date: compared is what was told last of it, heard or not; the same again is nothing."""
    await desk.hear(heard("accepted", 0))
    first, second = HEADER + MILESTONE, HEADER + MILESTONE.replace("substantial", "complete")
    for table, new in ((first, 1), (second, 1), (second, 0), (first, 1), (first, 0)):
        tried = (await bring_in(desk, table, dry_run="true")).json()
        assert (tried["told"], (await bring_in(desk, table)).json()["told"]) == (new, new)
    events = await told(desk)
    assert [event.data.status for event in events] == ["substantial", "complete", "substantial"]
    await desk.hear(*events, chunk=2)
    assert (await desk.json(f"/reforms/{reference_of()}"))["progress"]["milestones"][0]["status"] == "substantial"
    assert (await bring_in(desk, first)).json()["told"] == 0


async def test_what_was_heard_is_not_told_again(desk: Desk) -> None:
    """Also where the record was built anew from the log alone."""
    await desk.hear(heard("accepted", 0))
    await bring_in(desk, HEADER + MILESTONE)
    events = await told(desk)
    await desk.admin.execute("TRUNCATE publish.evaluation_told")
    await desk.hear(*events)
    again = (await bring_in(desk, HEADER + MILESTONE)).json()
    assert (again["told"], again["unchanged"]) == (0, 1)


async def test_faulty_table_tells_nothing(desk: Desk) -> None:
    """All that is wrong is named, in rows and columns; what is right in it waits too."""
    await desk.hear(heard("accepted", 0), heard("accepted", 0, 2), heard("retracted", 1, 2))
    wrong = MILESTONE.replace("substantial", "done").replace("2026-09-15", "2099-06-15")
    refused = await bring_in(desk, HEADER + AWARD + wrong + AWARD.replace(reference_of(), reference_of(2)))
    assert refused.status_code == 422
    body = refused.json()
    assert (body["code"], body["total"]) == ("evaluations-table", 2)
    assert [(error["row"], error["column"], error["code"]) for error in body["errors"]] == [
        (3, "status", "unknown-value"),
        (4, "reference", "retracted"),
    ]
    assert await told(desk) == []


async def test_door_opens_to_its_token_alone(desk: Desk) -> None:
    """And to bodies of a bearable size."""
    assert (await desk.browser.post("/evaluations", content=b"")).json()["code"] == "token-missing"
    assert (await bring_in(desk, HEADER, token="another")).json()["code"] == "token-unknown"
    assert (await bring_in(desk, "x" * (4 * 1024 * 1024 + 1))).json()["code"] == "too-large"
    assert (await desk.browser.get("/evaluations")).status_code == 405
