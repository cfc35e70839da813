"""A batch as it would leave, before its release; and its report, after."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.chassis.doors.auth import TokenBook
from services.chassis.doors.web import answer_errors
from services.chassis.errors import Refusal
from services.chassis.settings import Token
from services.notify.api.rendering import make_render_door
from services.review.casework.previewing import Preview, preview_batch
from services.review.casework.rendering import Renderer
from tests.controls.envelope import MONTH
from tests.controls.notify import HOUSE
from tests.integration.review.conftest import Desk, assessment, bearer, received
from tests.integration.review.whole_month import NEXT, decide, month_of_everything, path

SHA256_OF_SECRET = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"


@pytest.fixture
async def renderer() -> AsyncIterator[Renderer]:
    """Notify's own door, in this process."""
    app = FastAPI()
    app.state.tokens = TokenBook(
        [Token(sha256=SHA256_OF_SECRET, actor_ref="service:review", scopes=frozenset({"render"}))]
    )
    answer_errors(app)
    app.include_router(make_render_door(HOUSE))
    headers = {"Authorization": "Bearer secret"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://notify", headers=headers) as door:
        yield Renderer(door)


async def everything(desk: Desk) -> list[list[dict[str, Any]]]:
    """Give what all tables of review hold."""
    tables = await desk.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'review' ORDER BY tablename")
    return [await desk.rows(f'SELECT t::text AS row FROM "{one["tablename"]}" t ORDER BY 1') for one in tables]


async def look(desk: Desk, renderer: Renderer, limit: int = 2) -> list[Preview]:
    """Look at all pages of a preview."""
    pages = [await preview_batch(desk.database, renderer, NEXT, None, limit)]
    while (cursor := pages[-1].next) is not None:
        pages.append(await preview_batch(desk.database, renderer, NEXT, cursor, limit))
    return pages


async def test_a_preview_is_what_the_release_then_does(desk: Desk, renderer: Renderer) -> None:
    """Every item once, held-over ones too; the same reforms, outcomes and letters; and no trace of the looking."""
    await month_of_everything(desk)
    before = await everything(desk)
    pages = await look(desk, renderer)
    assert await everything(desk) == before
    assert await desk.kinds("decisions") == []
    shown = {str(one.submission_id): one for page in pages for one in page.items}
    assert sum(len(page.items) for page in pages) == len(shown) == 5
    await desk.release(NEXT)
    told = await desk.told("decisions")
    assert {event["subject"] for event in told} == set(shown)
    for event in told:
        one = shown[event["subject"]]
        assert event["type"].endswith(one.type)
        reform = event["data"].get("reform") or {}
        assert (one.reform.published_title if one.reform else None) == reform.get("published_title")
        assert {letter.recipient for letter in one.letters} <= {"submitter", "poc:CR"}
        assert all(letter.text and one.reference in (letter.subject or "") for letter in one.letters)


async def test_a_preview_counts_the_whole_batch(desk: Desk, renderer: Renderer) -> None:
    """And says what stands against the release, with the code that would refuse it."""
    await month_of_everything(desk)
    first, *_ = await look(desk, renderer)
    totals = first.totals
    assert (totals.accepted, totals.declined, totals.clarifications, totals.held_over) == (3, 1, 1, 1)
    assert (totals.undecided, totals.held_back, totals.withdrawn) == (0, 1, 1)
    assert first.obstacles == []
    assert {(one.kind, one.language): one.count for one in first.letters}["outcome", "es"] >= 1
    await desk.do(f"{path(2)}/assessment", assessment())
    again = await preview_batch(desk.database, renderer, NEXT)
    assert [(one.code, one.count) for one in again.obstacles] == [("undecided", 1)]
    assert (await desk.ask(f"/batches/{NEXT}/release")).json()["code"] == "undecided"


async def test_without_notify_the_rest_is_shown(desk: Desk) -> None:
    """Asked once, not for every item; the page says so."""
    await month_of_everything(desk)
    asked = []

    def away(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(503)

    client = httpx.AsyncClient(transport=httpx.MockTransport(away), base_url="http://notify")
    page = await preview_batch(desk.database, Renderer(client), NEXT)
    assert (page.letters_missing, len(page.items), page.letters) == ("notify-503", 5, [])
    assert len(asked) < 5
    door = await desk.look(f"/batches/{NEXT}/preview?limit=3")  # nobody answers where this desk looks for notify
    assert (door["letters_missing"], len(door["items"])) == ("notify-unreachable", 3)


async def test_a_preview_is_refused_where_the_release_would_be(desk: Desk, renderer: Renderer) -> None:
    """Too early, too late, or a month that is none."""
    await desk.hear(received(1))
    with pytest.raises(Refusal, match="batch-not-sealed"):
        await preview_batch(desk.database, renderer, MONTH)
    await desk.close()
    await decide(desk, 1, "accepted")
    await desk.release()
    with pytest.raises(Refusal, match="already-released"):
        await preview_batch(desk.database, renderer, MONTH)
    odd = {"2031-01/preview": 404, f"{MONTH}/preview?cursor=x": 422, f"{MONTH}/preview?limit=0": 422}
    for query, status in odd.items():
        assert (await desk.client.get(f"/batches/{query}", headers=bearer("reader"))).status_code == status
