"""Every page and every error state under axe (WCAG 2.2, A and AA), light and dark, in all languages; and on a phone."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Literal
from uuid import UUID

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from tests.browser.conftest import Site
from tests.browser.people import fill_in, named, press
from tests.browser.test_forms import typed_form
from tests.browser.test_status import path_of
from tests.controls import decisions
from tests.integration.intake.acting import hear, send_in

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
Scheme = Literal["light", "dark"]
SMALLEST_WIDTH = 320
"""At which a page must be readable without moving sideways (WCAG 1.4.10)."""


async def violations(page: Page) -> list[str]:
    """Say what axe finds, and whether the page is wider than the smallest window."""
    found = await Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    told = [f"{v['id']}: {node['html'][:200]}" for v in found.response["violations"] for node in v["nodes"]]
    await page.set_viewport_size({"width": SMALLEST_WIDTH, "height": 800})
    width = await page.evaluate("document.documentElement.scrollWidth")
    await page.set_viewport_size({"width": 1280, "height": 800})
    return [*told, *([f"{width} pixels wide"] if width > SMALLEST_WIDTH else [])]


async def walk(site: Site, language: str, scheme: Scheme) -> AsyncIterator[tuple[str, Page]]:
    """Go through all pages and error states, one after the other."""
    page = await site.visit(f"/{language}", java_script_enabled=True, color_scheme=scheme)
    yield "start", page
    for form in ("standalone", "story", "award-nomination"):
        await page.goto(f"{site.url}/{language}/{form}")
        yield f"{form}, empty", page
        await press(page, "check")
        yield f"{form}, with every error", page
    async for step in _write(site, page, language):
        yield step
    async for step in _follow(site, page, language):
        yield step


async def _write(site: Site, page: Page, language: str) -> AsyncIterator[tuple[str, Page]]:
    await page.goto(f"{site.url}/{language}/standalone")
    await fill_in(page, typed_form())
    await press(page, "save")
    yield "draft, saved", page
    await page.locator("form[action$='/send'] button").click()
    yield "draft, its link asked for", page
    await press(page, "check")
    yield "check", page
    await press(page, "send")
    yield "receipt", page
    for path in ("/erased", "/nowhere/at/all", "/status/0/0"):
        await page.goto(f"{site.url}/{language}{path}")
        yield path, page
    async for step in _subscribe(site, page, language):
        yield step


async def _subscribe(site: Site, page: Page, language: str) -> AsyncIterator[tuple[str, Page]]:
    await page.goto(f"{site.url}/{language}/subscribe")
    yield "subscribe, empty", page
    await page.locator("main button").click()
    yield "subscribe, with an error", page
    await page.locator("#address").fill("ana@example.org")
    await page.locator("main button").click()
    yield "subscribe, asked", page
    [row] = await site.intake.rows("SELECT subscription_id FROM intake.subscription")
    own, desk = row["subscription_id"], site.intake.desk
    for where, token in (("subscribe", desk.subscribe_token_of(own)), ("unsubscribe", desk.end_token_of(own))):
        await page.goto(f"{site.url}/{language}/{where}/{own}/{token}")
        yield f"{where}, its button", page
        await page.locator("main button").click()
        yield f"{where}, pressed", page


async def _follow(site: Site, page: Page, language: str) -> AsyncIterator[tuple[str, Page]]:
    given = await send_in(site.intake, 2)
    token = site.intake.desk.confirm_token_of(UUID(given["id"]))
    await page.goto(f"{site.url}/{language}/confirm/{given['id']}/{token}")
    yield "confirm", page
    await page.locator("main button").click()
    yield "confirmed", page
    own = f"{site.url}{path_of(given, language)}"
    await page.goto(own)
    for folded in await page.locator("summary").all():
        await folded.click()
    yield "status, waiting", page
    await page.goto(f"{own}/amend")
    await named(page, "proposal.title").fill("")
    await press(page, "send")
    yield "amendment, with an error", page
    later = datetime.fromisoformat("2099-01-01T12:00Z")
    await hear(site.intake, given, decisions.clarification_requested(answer_by=later))
    await page.goto(own)
    await page.locator('form[action$="/answer"] button').click()
    yield "status, asked, with an error", page
    for told in (decisions.submission_declined(), decisions.decision_corrected(), decisions.submission_retracted()):
        await hear(site.intake, given, told)
        await page.goto(own)
        for folded in await page.locator("summary").all():
            await folded.click()
        yield f"status, {type(told).__name__}", page


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark"), ("es", "light")])
async def test_no_page_has_a_violation(site: Site, language: str, scheme: Scheme) -> None:
    """Empty, filled in, wrong, saved, sent, waiting, asked, decided."""
    await site.intake.admin.execute(
        "INSERT INTO intake.award_round VALUES ('2026-awards', '2020-01-01', '2099-12-31', 'Awards', NULL, NULL)"
    )
    found = {name: told async for name, page in walk(site, language, scheme) if (told := await violations(page))}
    assert found == {}


async def test_the_check_sees_a_violation(site: Site) -> None:
    """A label that is taken away, a text that fades, a line that does not break: each is named."""
    page = await site.visit("/en/story", java_script_enabled=True)
    await page.evaluate("document.querySelector('label[for=\"story.title\"]').remove()")
    await page.evaluate("document.querySelector('h1').style.color = '#ddd'")
    await page.evaluate("document.querySelector('h1').style.width = '60rem'")
    told = await violations(page)
    assert {one.partition(":")[0] for one in told} >= {"label", "color-contrast"}
    assert any("pixels wide" in one for one in told)
