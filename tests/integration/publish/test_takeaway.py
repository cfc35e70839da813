"""The record taken away through the public doors: files, feeds and a calendar for any list, as it stands or stood."""

import asyncio
import csv
import hashlib
import sys
from asyncio.subprocess import PIPE, STDOUT
from base64 import b64decode
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi import FastAPI
from feedparser.api import parse
from httpx import ASGITransport, AsyncClient
from icalendar import Calendar
from openpyxl import load_workbook

from services.chassis.codec import decode
from services.chassis.database import Transaction
from services.publish.downloads.forms import FORMS, Form
from services.publish.downloads.taken import Taken
from services.publish.site import exports, feeds, giving
from services.publish.site.giving import HEAVY_AT_ONCE, LIGHT_AT_ONCE
from tests.controls.publish import heard, story
from tests.harness.serving import serving_app
from tests.integration.publish.conftest import Desk

EXAMPLE = Path(__file__).parents[3] / "examples" / "follow_reforms.py"
FILES = ("csv", "jsonl", "xlsx", "parquet")
ELSEWHERE = {"Origin": "https://elsewhere.example"}
PATHS = (*(f"/reforms.{form}" for form in FILES), "/reforms.atom", "/reforms.feed.json", "/milestones.ics")


def rows(text: str) -> list[dict[str, str]]:
    """Read CSV as a program does."""
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff")), strict=True))


async def references(desk: Desk, query: str = "") -> dict[str, list[str]]:
    """Give which reforms each form holds, for a query."""
    got = {path: await desk.browser.get(f"{path}{query}") for path in PATHS}
    assert {path: answer.status_code for path, answer in got.items()} == dict.fromkeys(PATHS, 200)
    sheet = load_workbook(BytesIO(got["/reforms.xlsx"].content)).worksheets[0]
    events = Calendar.from_ical(got["/milestones.ics"].content).walk("VEVENT")
    feed = [str(entry.id) for entry in parse(got["/reforms.atom"].content).entries]
    return {
        "csv": [row["reference"] for row in rows(got["/reforms.csv"].text)],
        "jsonl": [decode(Taken, line).reference for line in got["/reforms.jsonl"].content.splitlines()],
        "xlsx": [str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True)],
        "atom": [one.rpartition("/")[2] for one in reversed(feed)],
        "feed": [one["id"].rpartition("/")[2] for one in reversed(got["/reforms.feed.json"].json()["items"])],
        "ics": sorted({str(event["UID"]).rpartition("-")[0] for event in events}),
    }


async def test_every_form_holds_the_list_that_is_asked_for(desk: Desk) -> None:
    """Of the three that stand: all of them, those of a filter, none, and those that stood on a day."""
    await desk.hear(heard("accepted"), heard("accepted", 1, 2), heard("accepted", 30, 3), heard("accepted", 0, 4))
    await desk.hear(heard("retracted", 31, 4))
    expected = [f"OGC-2026-00000{number}" for number in (1, 2, 3)]
    assert await references(desk) == dict.fromkeys(("csv", "jsonl", "xlsx", "atom", "feed", "ics"), expected)
    assert set(map(tuple, (await references(desk, "?area=access-to-information&level=national")).values())) == {
        tuple(expected)
    }
    assert set(map(tuple, (await references(desk, "?area=civic-space")).values())) == {()}


async def test_files_say_how_they_are_to_be_kept(desk: Desk) -> None:
    """Name, length, sum, tag and time; any site's script may read them; who has one already is told so."""
    await desk.hear(*story("accepted"))
    for path in PATHS:
        got = await desk.browser.get(path, headers=ELSEWHERE)
        again = await desk.browser.get(path, headers={"If-None-Match": got.headers["etag"], **ELSEWHERE})
        head = await desk.browser.head(path, headers=ELSEWHERE)
        assert (again.status_code, again.content, head.status_code, head.content) == (304, b"", 200, b"")
        assert got.headers["etag"] == head.headers["etag"] == again.headers["etag"]
        assert got.headers["access-control-allow-origin"] == "*"
        assert "last-modified" in got.headers
        assert got.headers["content-type"] == head.headers["content-type"]
        assert dict(head.headers) == dict(got.headers)
        assert (await desk.browser.get(path)).content == got.content
        if path.rpartition(".")[2] in FILES:
            digest = b64decode(got.headers["repr-digest"].removeprefix("sha-256=:").removesuffix(":"))
            assert digest == hashlib.sha256(got.content).digest()
            assert got.headers["content-disposition"].startswith('attachment; filename="open-gov-challenge-reforms.')
    before = (await desk.browser.get("/reforms.csv")).headers["etag"]
    await desk.hear(heard("corrected", 1))
    after = await desk.browser.get("/reforms.csv", headers={"If-None-Match": before})
    assert (after.status_code, rows(after.text)[0]["version"]) == (200, "2")


async def test_corrected_reform_is_updated_under_its_old_id(desk: Desk) -> None:
    """Who follows a feed or a calendar sees the same entry, changed later."""
    await desk.hear(*story("accepted"))
    before = parse((await desk.browser.get("/reforms.atom")).content)
    await desk.hear(heard("corrected", 5))
    after = parse((await desk.browser.get("/reforms.atom")).content)
    assert [entry.id for entry in after.entries] == [entry.id for entry in before.entries]
    assert after.entries[0].updated > before.entries[0].updated
    assert after.entries[0].published == before.entries[0].published
    assert after.feed.updated == after.entries[0].updated


async def test_feed_goes_on_page_by_page(desk: Desk) -> None:
    """Each reform once, newest first, with the filters kept; the feed's id is that of its list."""
    for number in range(1, 6):
        await desk.hear(heard("accepted", number, number))
    path, seen = "/reforms.atom?limit=2&level=national", []
    while path:
        found = parse((await desk.browser.get(path)).content)
        seen += [entry.id[-1] for entry in found.entries]
        assert found.feed.id.endswith("?level=national")
        links = {link.rel: link.href for link in found.feed.links}
        assert sorted(parse_qsl(urlsplit(links["self"]).query)) == sorted(parse_qsl(urlsplit(path).query))
        path = links.get("next", "")
    assert seen == ["5", "4", "3", "2", "1"]


async def test_feed_in_another_language_is_another_feed(desk: Desk) -> None:
    """Another id and address, in which the language stays from page to page; entries are the same in all of them."""
    await desk.hear(heard("accepted", 1, 1), heard("accepted", 2, 2))
    english = parse((await desk.browser.get("/reforms.atom?limit=1")).content)
    chosen = parse((await desk.browser.get("/reforms.atom?limit=1&lang=fr")).content)
    wished = parse((await desk.browser.get("/reforms.atom?limit=1", headers={"Accept-Language": "fr"})).content)
    assert (chosen.feed.id, wished.feed.id) == (f"{english.feed.id}?lang=fr", f"{english.feed.id}?lang=fr")
    assert [entry.id for entry in chosen.entries] == [entry.id for entry in english.entries]
    links = {link.rel: dict(parse_qsl(urlsplit(link.href).query)) for link in wished.feed.links}
    assert {rel: query["lang"] for rel, query in links.items()} == dict.fromkeys(("self", "alternate", "next"), "fr")
    assert "lang" not in str([link.href for link in english.feed.links])
    item = (await desk.browser.get("/reforms.feed.json?lang=es")).json()
    assert (item["feed_url"], item["home_page_url"]) == ("/reforms.feed.json?lang=es", "/reforms?lang=es")


async def test_question_that_makes_no_sense_is_the_same_problem(desk: Desk) -> None:
    """As at the other doors; a file has no pages, so that a limit is no filter of it."""
    asked = {
        "?area=cheese": "value",
        "?colour=red": "unknown-filter",
        "?area=justice&area=justice": "repeated",
        "?as_of=2020-01-01": "as-of",
        "?as_of=2099-01-01": "as-of",
        "?lang=xx": "value",
        "?%ff=%fe": "unknown-filter",
    }
    for path in PATHS:
        has_pages = "atom" in path or "feed" in path
        for query, code in (asked if has_pages else {**asked, "?limit=1": "unknown-filter"}).items():
            told = await desk.browser.get(f"{path}{query}")
            assert (told.status_code, told.json()["code"]) == (400, code), path + query
    led = await desk.browser.get("/reforms.csv?utm_source=x&area=justice")
    assert (led.status_code, led.headers["location"]) == (308, "/reforms.csv?area=justice")
    shown = await desk.page("/reforms.csv?area=cheese")
    assert (shown.status_code, shown.headers["content-type"]) == (400, "text/html; charset=utf-8")


async def test_more_than_a_file_holds_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """With how many it holds and what else there is, to a HEAD too; before anything of it is written."""
    await desk.hear(heard("accepted"), heard("accepted", 1, 2))
    assert min(form.most for form in FORMS.values()) >= 10_000
    monkeypatch.setattr(Form, "most", 1)
    monkeypatch.setattr(feeds, "MOST_IN_A_CALENDAR", 1)
    monkeypatch.setattr(exports, "each_taken", None)
    monkeypatch.setattr(feeds, "each_taken", None)
    for path in (*(f"/reforms.{form}" for form in FILES), "/milestones.ics"):
        for query in ("", "?q=court"):
            told = await desk.browser.get(f"{path}{query}")
            assert (told.status_code, told.json()["code"], told.json()["most"]) == (422, "too-many", 1)
            assert "month's release" in told.json()["detail"]
            assert (await desk.browser.head(f"{path}{query}")).status_code == 422
    monkeypatch.undo()
    monkeypatch.setattr(Form, "most", 1)
    for form in FILES:
        assert (await desk.browser.get(f"/reforms.{form}?area=civic-space")).status_code == 200


async def test_head_makes_no_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what is known: all that a GET would, but for the length of what nobody has taken yet."""
    await desk.hear(*story("accepted"))
    written = exports.write_all
    monkeypatch.setattr(exports, "write_all", None)
    async with serving_app(desk.app) as url, AsyncClient(base_url=url) as browser:
        before = await browser.head("/reforms.csv")
        monkeypatch.setattr(exports, "write_all", written)
        got = await browser.get("/reforms.csv")
        after = await browser.head("/reforms.csv")
    made = {"content-length", "repr-digest"}
    assert (before.status_code, before.content) == (200, b"")
    assert made.isdisjoint(before.headers)
    assert {**before.headers, "date": ""} == {
        name: value for name, value in {**got.headers, "date": ""}.items() if name not in made
    }
    assert {name: after.headers[name] for name in made} == {name: got.headers[name] for name in made}


async def test_who_comes_while_others_take_much_is_asked_to_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few files are made at a time, and small ones beside large ones; afterwards there is a place again."""
    await desk.hear(heard("accepted"), heard("accepted", 1, 2), heard("corrected", 2, 2))
    monkeypatch.setattr(giving, "LIGHT", 1)
    begun, go_on = asyncio.Semaphore(0), asyncio.Event()
    write_all = exports.write_all

    async def wait(*told: Any) -> None:
        begun.release()
        await go_on.wait()
        await write_all(*told)

    monkeypatch.setattr(exports, "write_all", wait)
    waiting = []
    for path, places in (("/reforms.csv", HEAVY_AT_ONCE), ("/reforms.csv?q=nowhere", LIGHT_AT_ONCE)):
        waiting += [asyncio.create_task(desk.browser.get(path)) for _ in range(places)]
        for _ in range(places):
            await begun.acquire()
        told = await desk.browser.get(path)
        assert (told.status_code, told.json()["code"], told.headers["retry-after"]) == (503, "busy", "5")
        assert (await desk.browser.head(path)).status_code == 200
    assert (await desk.browser.get("/reforms.atom")).status_code == 200
    go_on.set()
    assert {(await one).status_code for one in waiting} == {200}
    assert (await desk.browser.get("/reforms.csv")).status_code == 200


async def test_the_example_follows_the_record(desk: Desk, tmp_path: Path) -> None:
    """It tells what is new, then nothing, then what was corrected and what is gone; and what it is refused."""
    await desk.hear(*story("accepted"), heard("accepted", 1, 2))
    app = cast("FastAPI", cast("ASGITransport", desk.browser._transport).app)
    async with serving_app(app) as url:
        title = "Reduce the Backlog of Court Cases\n"
        new = f"new      OGC-2026-000001  {title}new      OGC-2026-000002  {title}"
        assert await follow(url, "", tmp_path) == (0, new)
        assert await follow(url, "", tmp_path) == (0, "")
        await desk.hear(heard("corrected", 2), heard("retracted", 3, 2))
        told = await follow(url, "", tmp_path)
        assert told == (0, f"changed  OGC-2026-000001  {title}gone     OGC-2026-000002\n")
        code, said = await follow(url, "area=cheese", tmp_path)
        assert (code, said.startswith("400: area: must be one of")) == (1, True)


async def follow(url: str, query: str, folder: Path) -> tuple[int | None, str]:
    """Run the example once."""
    words = [sys.executable, str(EXAMPLE), url, query, "--state", str(folder / "seen.json")]
    process = await asyncio.create_subprocess_exec(*words, stdout=PIPE, stderr=STDOUT)
    told, _ = await process.communicate()
    return process.returncode, told.decode()


async def test_what_takes_too_long_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed or a file whose statement is given up is told to ask for less, not to ask the same again."""

    async def slow(tx: Transaction, *_: object) -> None:
        await tx.execute("SET LOCAL statement_timeout = '20ms'")
        await tx.execute("SELECT count(*) FROM generate_series(1, 1000000000)")

    monkeypatch.setattr(feeds, "list_reforms", slow)
    answer = await desk.browser.get("/reforms.atom?q=open")
    assert (answer.status_code, answer.json()["code"]) == (422, "too-slow")
    plain = await desk.browser.get("/reforms.atom?lang=fr")
    assert (plain.status_code, plain.json()["code"]) == (503, "unavailable")
