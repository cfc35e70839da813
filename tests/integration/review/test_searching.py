"""Searches against the real database: each finds what it says and nothing else, page by page, within its bounds."""

import asyncio
import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.review.cli import app
from services.review.domain.searching.keys import GOING_ON, STATUSES
from services.review.domain.searching.language import read_query, write_query
from services.review.store import searching
from services.review.store.searching import ORDERS, lines_statement
from services.review.store.searching_terms import Search
from tests.controls.envelope import event_of
from tests.controls.submissions import submission_received
from tests.harness.serving import serving_app
from tests.integration.review.conftest import Desk, bearer
from tests.integration.review.searched import ME, expected, some_queries, store_items

MORE = "there are more than 7: narrow the search, or raise --limit\n"


async def test_a_search_finds_what_it_says_and_nothing_else(desk: Desk) -> None:
    """Every key, every value, negated and combined: the same as by hand; read again from what is written."""
    stored = await store_items(desk)
    for query in some_queries(150):
        found = await _all(desk, write_query(query))
        assert {(one["submission_id"], one["round"]) for one in found} == {
            (str(submission), round_) for submission, round_ in expected(stored, query, ME)
        }, write_query(query)


async def test_lines_say_what_stands(desk: Desk) -> None:
    """The status is the one that the item's own page tells; the area is where it stands now."""
    stored = {(str(one.submission_id), one.round): one for one in await store_items(desk, 2)}
    found = {(one["submission_id"], one["round"]): one for one in await _all(desk, "")}
    assert found.keys() == stored.keys()
    for key, one in found.items():
        it = stored[key]
        assert (one["status"], one["area"], one["declared_area"]) == (it.status, it.area, it.declared)
        assert (sorted(one["flags"]), one["assessor"]) == (sorted(it.flags), it.assessor)


@pytest.mark.parametrize("order", ORDERS)
async def test_pages_go_through_everything_once_in_their_order(desk: Desk, order: str) -> None:
    """Nothing twice, nothing left out; the counts are of all, not of the page."""
    stored = await store_items(desk, 3)
    found = await _all(desk, "", sort=order, limit=7)
    keys = [tuple(one[column] for column in ORDERS[order].columns) for one in found]
    assert keys == sorted(keys, reverse=ORDERS[order].descends)
    assert len(set(keys)) == len(keys) == len(stored)
    page = await desk.look("/items?limit=1")
    assert (page["counts"], page["or_more"]) == (dict.fromkeys(STATUSES, 3), [])
    page = await desk.look("/items?limit=1&q=status:open")
    assert (page["counts"], page["or_more"]) == (dict.fromkeys(GOING_ON, 3), [])


async def test_what_was_heard_is_found_by_what_it_says(desk: Desk) -> None:
    """Channel and language come with the receipt; words are found once they are compared, and the page says so."""
    await desk.hear(event_of(submission_received()))
    found = await desk.look("/items?q=channel:standalone%20language:es%20status:entered")
    assert [one["came_at"] for one in found["items"]] == [
        submission_received().received_at.isoformat().replace("+00:00", "Z")
    ]
    assert found["unread"]


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_an_unreadable_search_is_told_at_its_place(desk: Desk, language: str) -> None:
    """In the reader's language; never a 500, and nothing is searched."""
    headers = {**bearer("reader"), "Accept-Language": language}
    answer = await desk.client.get("/items", params={"q": "aera:justice status:opne"}, headers=headers)
    problem = answer.json()
    assert (answer.status_code, problem["code"], answer.headers["content-language"]) == (
        400,
        "unreadable-search",
        language,
    )
    assert [(error["code"], error["place"], error["suggestions"]) for error in problem["errors"]] == [
        ("unknown-key", 1, ["area"]),
        ("unknown-value", 21, ["open"]),
    ]
    assert ("en position 1" in problem["detail"]) is (language == "fr")


@pytest.mark.parametrize("cursor", ["x", "2026-11", "CR.2026-11.00000000-0000-0000-0000-000000000000.1", "\x00"])
async def test_a_foreign_cursor_is_refused(desk: Desk, cursor: str) -> None:
    """Also one of another order."""
    answer = await desk.client.get("/items", params={"cursor": cursor}, headers=bearer("reader"))
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-cursor")


async def test_a_search_that_takes_too_long_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends at its time, whatever it waits for, and says what to do."""
    monkeypatch.setattr(searching, "SEARCH_MILLISECONDS", 100)
    async with desk.admin.transaction():
        await desk.admin.execute("LOCK TABLE item")
        answer = await desk.client.get("/items", headers=bearer("reader"))
    assert (answer.status_code, answer.json()["code"]) == (422, "search-too-slow")


async def test_the_command_finds_the_same(desk: Desk) -> None:
    """Page after page up to its limit; a search that cannot be read is shown with the place below it, unasked."""
    stored = await store_items(desk, 20)
    async with serving_app(desk.app) as url:

        def command(search: str, *more: str) -> Result:
            return CliRunner().invoke(app, ["items", search, "--url", url, "--token", "token-of-reader", *more])

        whole = await asyncio.to_thread(command, "", "--json", "--limit", "1000")
        some = await asyncio.to_thread(command, "status:open", "--json", "--limit", "7")
    assert len(json.loads(whole.stdout)) == len(stored) == 260
    assert (len(json.loads(some.stdout)), some.stderr) == (7, MORE)
    faulty = CliRunner().invoke(app, ["items", "status:opne", "--url", "http://127.0.0.1:1", "--token", "x"])
    assert faulty.exit_code == 1
    assert faulty.stderr.splitlines()[1].startswith("       ^ “opne”")


def test_values_are_arguments_and_never_text_of_the_statement() -> None:
    """Whatever is searched, the statement holds none of it."""
    search = Search(read_query('"\'; DROP TABLE item --" institution:"x\' OR 1=1" assigned:a'), "a", {})
    statement, values = lines_statement(search, "oldest", (), 10)
    assert "drop" not in statement.casefold().replace("%", "")
    assert any("drop table item" in str(value) for value in values)


async def _all(desk: Desk, q: str, **wanted: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        params = {"q": q, "limit": 200, **wanted, **cursor}
        answer = await desk.client.get("/items", params=params, headers=bearer("reader"))
        assert answer.is_success, (q, answer.text)
        page = answer.json()
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}
