"""What is taken away, in a real browser: files, releases, and frames on the pages of other sites."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from playwright.async_api import Page

from tests.browser.public import PublicSite
from tests.browser.test_accessible import Scheme, violations
from tests.harness.serving import serving_app

PAGES = ("/releases", "/releases/2027-06", "/embed/reforms", "/embed/reforms/OGC-2026-000001", "/embed/reforms?q=zebra")
MOST_BYTES = 50_000
FRAME = '<!doctype html><html lang="en"><title>News</title><iframe src="{}" title="Reforms" width="600" height="560">'


async def download(page: Page, name: str) -> Path:
    """Press a link that gives a file, and give the file."""
    async with page.expect_download() as awaited:
        await page.get_by_role("link", name=name).first.click()
    return Path(await (await awaited.value).path())


async def test_the_list_that_is_shown_is_the_list_that_is_taken(public_site: PublicSite) -> None:
    """From the filtered list by one press; from the releases the archive of a month."""
    page = await public_site.visit("/reforms?region=Americas&limit=1")
    kept = await download(page, "CSV")
    rows = list(csv.DictReader(StringIO(kept.read_text(encoding="utf-8-sig"))))
    assert [row["reference"][-1] for row in rows] == ["1", "6"]
    await page.goto(f"{public_site.url}/releases")
    assert (await download(page, "Download (ZIP) June 2027")).read_bytes()[:2] == b"PK"


async def test_a_reform_is_described_without_breaking_the_policy(public_site: PublicSite) -> None:
    """Its block of data is there, and the browser has nothing to object to, with scripts allowed too."""
    page = await public_site.visit("/batches", java_script_enabled=True)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for path in ("/reforms/OGC-2026-000001", "/releases"):
        await page.goto(f"{public_site.url}{path}")
        assert await page.locator('script[type="application/ld+json"]').count() >= 1
        assert await page.locator("script:not([type='application/ld+json'])").count() == 0
    assert said == []


async def test_other_sites_show_a_list_and_a_reform(public_site: PublicSite) -> None:
    """In a frame; the links lead to the record in a window of their own; other pages of ours stand in no frame."""
    page = await public_site.visit("/releases")
    shown = {
        "/embed/reforms?area=anti-corruption": "Implement a Whole",
        "/embed/reforms/OGC-2026-000001": "Reduce the Backlog",
    }
    async with serving_app(news()) as elsewhere:
        for path, title in shown.items():
            await page.goto(f"{elsewhere}/?{public_site.url}{path}")
            frame = page.frame_locator("iframe")
            await frame.get_by_role("link", name=title).wait_for()
            assert await frame.locator("base").get_attribute("target") == "_blank"
        async with page.expect_popup() as opened:
            await frame.get_by_role("link", name="Reduce the Backlog").click()
        popup = await opened.value
        await popup.wait_for_url(f"{public_site.url}/reforms/OGC-2026-000001")
        await page.goto(f"{elsewhere}/?{public_site.url}/reforms")
        assert await page.frame_locator("iframe").locator("h1", has_text="reforms").count() == 0


def news() -> FastAPI:
    """Another site, with a page that has a frame of the address behind the question mark."""
    app = FastAPI()

    @app.get("/")
    async def page(request: Request) -> HTMLResponse:
        return HTMLResponse(FRAME.format(request.url.query))

    return app


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark"), ("es", "light")])
async def test_pages_are_accessible_and_small(public_site: PublicSite, language: str, scheme: Scheme) -> None:
    """Clean under axe (WCAG 2.2 AA), no wider than a phone, and under 50 kB."""
    page = await public_site.visit("/batches", java_script_enabled=True, color_scheme=scheme)
    found: dict[str, list[str]] = {}
    for path in PAGES:
        answer = await page.goto(f"{public_site.url}{path}{'&' if '?' in path else '?'}lang={language}")
        assert answer is not None
        size = len(await answer.body())
        wrong = [*await violations(page), *([f"{size} bytes"] if size > MOST_BYTES else [])]
        found |= {path: wrong} if wrong else {}
    assert found == {}
