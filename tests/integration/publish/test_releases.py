"""Dated releases: the record as it stood when a month ended, the same file from any database and at any later time."""

import csv
import hashlib
import json
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

from contracts.evaluations import MilestoneStatus
from contracts.event import Event
from deploy.database import copy_database, drop_database
from tests.conftest import TestDatabase
from tests.controls.decisions import reform_encouraged
from tests.controls.envelope import event_of, id_of
from tests.controls.evaluations import milestone_updated
from tests.controls.publish import heard
from tests.integration.publish.conftest import Desk, open_desk

ARCHIVE = "/releases/2026-12.zip"
LATER = 24 * 40
BEFORE = [heard("accepted", number, number) for number in range(1, 8)]
BEFORE += [heard("corrected", 20, 2), heard("retracted", 21, 3)]
AFTER = [heard("corrected", LATER, 1), heard("retracted", LATER + 1, 2), heard("reinstated", LATER + 2, 3)]


async def at(desk: Desk, moment: datetime) -> None:
    """Let it be a moment in this desk's system."""
    await desk.admin.execute('UPDATE platform.clock SET "offset" = $1::timestamptz - now()', moment)


def encouraged(step: int, *, month: int, promising: bool = True) -> Event[Any]:
    """What the Support Unit says of the fourth reform, on the 28th of a month."""
    said = datetime(2026 + month // 13, (month - 1) % 12 + 1, 28, tzinfo=UTC)
    told = reform_encouraged(4, promising=promising, encouraged_at=said)
    return event_of(told, number=4, id=id_of(f"encouraged {step}", said))


def updated(status: MilestoneStatus, known: datetime) -> Event[Any]:
    """What was said of the first milestone of the fifth reform, known to the record since then."""
    told = milestone_updated(5, status=status, confirmed_at=known)
    return event_of(told, number=5, id=id_of(f"updated {status}", known), time=known)


@asynccontextmanager
async def another_desk(template_url: str) -> AsyncIterator[Desk]:
    """A second publish, on a database of its own."""
    url = await copy_database(template_url, f"test_{secrets.token_hex(6)}")
    made, opened = await open_desk(TestDatabase(url))
    yield made
    await made.browser.aclose()
    await made.admin.close()
    for one in opened:
        await one.close()
    await drop_database(url)


async def test_release_is_the_same_file_from_any_database(desk: Desk, template_url: str) -> None:
    """One that heard the month one by one, and one that heard all of it at once and long since more: one SHA-256."""
    said = updated("limited", datetime(2026, 12, 29, tzinfo=UTC))
    await desk.hear(*BEFORE, encouraged(1, month=12), said, chunk=1)
    await at(desk, datetime(2027, 1, 1, 1, 0, 1, tzinfo=UTC))
    first = await desk.browser.get(ARCHIVE)
    async with another_desk(template_url) as other:
        await other.hear(*BEFORE, encouraged(1, month=12), *AFTER, encouraged(2, month=13, promising=False))
        await other.hear(said, updated("complete", datetime(2027, 1, 9, tzinfo=UTC)))
        await at(other, datetime(2028, 6, 1, tzinfo=UTC))
        second = await other.browser.get(ARCHIVE)
        later = await other.browser.get("/releases/2027-01.zip")
    assert [answer.status_code for answer in (first, second, later)] == [200, 200, 200]
    assert hashlib.sha256(first.content).hexdigest() == hashlib.sha256(second.content).hexdigest()
    assert first.headers["content-disposition"] == 'attachment; filename="open-gov-challenge-2026-12.zip"'
    assert lines(first.content) == {
        **{f"OGC-2026-00000{number}": (1, number == 4) for number in (1, 4, 5, 6, 7)},
        "OGC-2026-000002": (2, False),
    }
    assert [progress(answer.content) for answer in (first, second, later)] == ["limited", "limited", "complete"]
    assert lines(later.content) == {
        **{f"OGC-2026-00000{number}": (1, False) for number in (4, 5, 6, 7)},
        "OGC-2026-000001": (2, False),
        "OGC-2026-000003": (3, False),
    }


def read(packed: bytes, name: str) -> str:
    """Give a file of a release."""
    with ZipFile(BytesIO(packed)) as archive:
        (found,) = (one for one in archive.namelist() if one.endswith(f"/{name}"))
        return archive.read(found).decode("utf-8-sig")


def lines(packed: bytes) -> dict[str, tuple[int, bool]]:
    """Give each reform of a release, which change of it stands there, and whether it is promising."""
    found = [json.loads(line) for line in read(packed, "reforms.jsonl").splitlines()]
    return {one["reference"]: (one["version"], one["promising"]) for one in found}


def progress(packed: bytes) -> str:
    """Give how far the first milestone of the fifth reform has come in a release."""
    rows = csv.DictReader(StringIO(read(packed, "milestones.csv"), newline=""))
    return next(row["status"] for row in rows if (row["reference"][-1], row["number"]) == ("5", "1"))


async def test_month_that_is_not_over_has_no_release(desk: Desk) -> None:
    """It says from when on; others that never are answer as unknown addresses do; nothing can be asked of a release."""
    await desk.hear(*BEFORE)
    await at(desk, datetime(2027, 1, 1, 0, 30, tzinfo=UTC))
    for ending in ("", ".json", ".zip"):
        told = await desk.browser.get(f"/releases/2026-12{ending}")
        assert (told.status_code, told.json()["code"]) == (404, "not-over")
        assert told.json()["ended_at"] == "2027-01-01T00:00:00+00:00"
        for month in ("2026-13", "2023-10", "2001-01", "2099-12", "20260-1", "%00", "2026-1"):
            assert (await desk.browser.get(f"/releases/{month}{ending}")).status_code == 404
        asked = await desk.browser.get(f"/releases/2026-11{ending}?area=justice")
        assert (asked.status_code, asked.json()["code"]) == (400, "unknown-filter")
    assert "The release of December 2026 can be had" in (await desk.page("/releases/2026-12")).text


async def test_whoever_has_a_page_is_told_of_the_release_that_came_since(desk: Desk) -> None:
    """It comes an hour after midnight, without an event and on no new day: neither tag nor kept bytes outlive it."""
    await desk.hear(*BEFORE)
    await at(desk, datetime(2027, 1, 1, 0, 7, tzinfo=UTC))
    paths = ("/releases", "/releases.json", "/reforms/OGC-2026-000001/provenance.json")
    before = {path: await desk.browser.get(path) for path in paths}
    assert not any("2026-12.zip" in answer.text or "/releases/2026-12" in answer.text for answer in before.values())
    await at(desk, datetime(2027, 1, 1, 1, 5, tzinfo=UTC))
    for path, answer in before.items():
        after = await desk.browser.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (after.status_code, "/releases/2026-12" in after.text) == (200, True), path


async def test_list_of_many_years_stays_a_small_page(desk: Desk) -> None:
    """A year on a page, the newest first, each leading to all others; the twin has all of them."""
    await desk.hear(*BEFORE)
    await at(desk, datetime(2036, 12, 15, tzinfo=UTC))
    told = await desk.json("/releases.json")
    assert len(told["releases"]) == len(told["catalogue"]["dcat:dataset"]) - 2 == 12 * 10
    for lang in ("en", "fr", "es"):
        page = await desk.page(f"/releases?year=2035&lang={lang}")
        months = sorted(re.findall(r'<a href="/releases/([0-9-]+)\?', page.text))
        assert months == [f"2035-{month:02}" for month in range(1, 13)]
        assert len(set(re.findall(r'href="/releases\?year=(20[0-9]{2})&amp;lang=', page.text))) == 11
        assert len(page.content) < 30_000
    newest = (await desk.page("/releases")).text
    assert ("/releases/2036-11.zip" in newest, "/releases/2035-12.zip" in newest) == (True, False)
    for wrong in ("year=36", "year=x", "year=2036&year=2035"):
        assert (await desk.browser.get(f"/releases?{wrong}")).status_code == 400
    assert (await desk.json("/releases.json?year=2020"))["releases"] == []


async def test_releases_are_listed_and_described(desk: Desk) -> None:
    """The months since the first reform, newest first; for machines a DCAT catalogue, which the page holds as data."""
    assert (await desk.json("/releases"))["releases"] == []
    await desk.hear(*BEFORE)
    await at(desk, datetime(2027, 3, 15, tzinfo=UTC))
    told = await desk.json("/releases.json")
    assert [one["month"] for one in told["releases"]] == ["2027-02", "2027-01", "2026-12"]
    catalogue = told["catalogue"]
    assert catalogue["@type"] == "dcat:Catalog"
    kinds = [one["@type"] for one in catalogue["dcat:dataset"]]
    assert kinds == ["dcat:Dataset", "dcat:DatasetSeries", *["dcat:Dataset"] * 3]
    page = (await desk.page("/releases")).text
    assert re.findall(r'<a href="(/releases/[^"]*)">', page) == ["/releases/2027-02", "/releases/2027-01"]
    assert '<a href="/releases?year=2027" aria-current="page">2027</a>' in page
    catalogue = (await desk.json("/releases.json?year=2027"))["catalogue"]
    blocks = [json.loads(one) for one in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)]
    assert blocks[0] == catalogue
    assert (blocks[1]["@context"], blocks[1]["@type"]) == ("https://schema.org", "Dataset")
    for address in re.findall(r'href="(/[^"]*)"', page):
        if "releases" in address or "/reforms." in address:
            assert (await desk.browser.head(address.replace("&amp;", "&"))).status_code == 200, address
    shown = await desk.page("/releases/2026-12?lang=fr")
    assert "Dictionnaire de données" in shown.text
    assert "<code>area_reason</code>" in shown.text
