"""Saving a search, in a real browser without scripts: shown, asked for, confirmed and ended, by keyboard alone."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.conftest import Site
from tests.browser.people import enter
from tests.browser.test_accessible import Scheme, violations

ADDRESS = "ana.reads@example.org"
FILTERS = {
    "q": "rezago judicial",
    "area": "justice",
    "region": "Americas",
    "country": "UK",
    "locality": "PHQZT",
    "level": "local",
    "channel": "recognition",
    "institution": "Ministério da Justiça",
    "batch": "2026-11",
    "language": "es",
    "retagged": "true",
    "promising": "false",
}
QUERY = "&".join(f"{name}={value}" for name, value in FILTERS.items())
CALLED = {
    "en": ("Justice", "Americas", "United Kingdom", "Quezon City", "November 2026", "Spanish", "yes", "no"),
    "fr": ("Justice", "Amériques", "Royaume-Uni", "Quezon City", "novembre 2026", "espagnol", "oui", "non"),
    "es": ("Justicia", "Américas", "Reino Unido", "Quezon City", "noviembre de 2026", "español", "sí", "no"),
}
"""What the values of the filters are called."""

WRONG = {
    "as_of=2026-01-31": "2026-01-31",
    "cheese=brie": "cheese",
    "area=justice&area=justice": "Área",
    "area=cheese": "cheese",
    "retagged=perhaps": "perhaps",
    "batch=2026-13": "2026-13",
    "q=ana%40example.org": "ana@example.org",
    "q=-rezago": "-rezago",
    "institution=a%00b%E2%80%AEc": "abc",
}
"""What cannot be saved, and what the page names."""


async def told(site: Site) -> list[str]:
    """Give what was told of subscriptions."""
    return [row["type"].split(".")[-2] for row in await site.intake.told() if ".subscription." in row["type"]]


async def links(site: Site, language: str) -> tuple[str, str]:
    """Give the links that confirm and that end, as the letters have them."""
    [row] = await site.intake.rows("SELECT subscription_id FROM intake.subscription")
    own, desk = row["subscription_id"], site.intake.desk
    confirms, ends = desk.subscribe_token_of(own), desk.end_token_of(own)
    return f"{site.url}/{language}/subscribe/{own}/{confirms}", f"{site.url}/{language}/unsubscribe/{own}/{ends}"


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what is looked for has the focus."""
    for _ in range(30):
        if await page.locator(f"{selector}:focus").count():
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"no number of tabs leads to {selector}")


@pytest.mark.parametrize("language", CALLED)
async def test_search_is_saved_confirmed_and_ended_by_keyboard(site: Site, language: str) -> None:
    """Every filter and its value by their names; each step with Tab and Enter, and pressing again changes nothing."""
    page = await site.visit(f"/{language}/searches?{QUERY}")
    shown = await page.locator("main").inner_text()
    assert [
        words for words in (*CALLED[language], "rezago judicial", FILTERS["institution"]) if words not in shown
    ] == []
    assert await page.locator("dl.facts > div").count() == len(FILTERS)
    await tab_to(page, "#address")
    await page.keyboard.type("ana at home")
    await enter(page)
    assert await page.locator("#address-error").count() == 1
    assert await page.locator("#address").input_value() == "ana at home"
    assert await page.locator("dl.facts > div").count() == len(FILTERS)
    await page.locator("#address").fill(ADDRESS)
    await page.locator("#address").focus()
    await enter(page)
    assert page.url == f"{site.url}/{language}/searches/sent"
    confirms, ends = await links(site, language)
    for link, expected in ((confirms, "confirmed"), (ends, "ended")):
        await page.goto(link)
        assert await page.locator("dl.facts > div").count() == len(FILTERS)
        await tab_to(page, "main button")
        await enter(page)
        assert (await told(site))[-1] == expected
        await page.goto(link)
        assert await page.locator("main button").count() == 0
    assert await told(site) == ["requested", "confirmed", "ended"]
    assert await page.locator("html").get_attribute("lang") == language


async def test_language_is_changed_and_the_search_stays(site: Site) -> None:
    """On the page itself, and where the address is wrong."""
    page = await site.visit("/fr/searches?q=caf%C3%A9+%26+th%C3%A9&country=CR&lang=fr&limit=5&utm_source=a&fbclid=b")
    await page.get_by_role("link", name="Español").click()
    assert await page.locator("dd").all_inner_texts() == ["Costa Rica", "café & thé"]
    await page.locator("main button").click()
    await page.get_by_role("link", name="English").click()
    assert await page.locator("dd").all_inner_texts() == ["Costa Rica", "café & thé"]
    assert await page.locator("html").get_attribute("lang") == "en"


async def test_what_is_no_more_is_shown_as_it_is_written(site: Site) -> None:
    """A locality, a region or an institution that nobody knows any more can be looked for, and ended."""
    page = await site.visit("/en/searches?region=Atlantis&locality=ZZOLD&language=xx&institution=Gone")
    assert await page.locator("dd").all_inner_texts() == ["Atlantis", "ZZOLD", "Gone", "xx"]
    await page.locator("#address").fill(ADDRESS)
    await page.locator("main button").click()
    for link in await links(site, "en"):
        await page.goto(link)
        assert "ZZOLD" in await page.locator("main").inner_text()
        await page.locator("main button").click()
    assert await told(site) == ["requested", "confirmed", "ended"]


async def test_what_cannot_be_saved_is_said(site: Site) -> None:
    """Which filter, and what to do; nothing narrower or wider is saved in its place."""
    page = await site.visit("/es")
    for query, named in WRONG.items():
        answer = await page.goto(f"{site.url}/es/searches?{query}")
        assert answer is not None
        assert answer.status == 400, query
        assert await page.locator("h1").inner_text() == "Esta búsqueda no se puede guardar"
        assert named in await page.locator("main").inner_text(), query
    assert await told(site) == []


async def _walk(site: Site, language: str, scheme: Scheme) -> AsyncIterator[tuple[str, Page]]:
    page = await site.visit(f"/{language}/searches", java_script_enabled=True, color_scheme=scheme)
    yield "everything", page
    await page.goto(f"{site.url}/{language}/searches?{QUERY}")
    yield "a search", page
    await page.locator("main button").click()
    yield "with an error", page
    await page.locator("#address").fill(ADDRESS)
    await page.locator("main button").click()
    yield "asked", page
    for link in await links(site, language):
        await page.goto(link)
        yield "its button", page
        await page.locator("main button").click()
        yield "pressed", page
    await page.goto(f"{site.url}/{language}/searches?{'institution=' + 'Ministerio' * 30}&cheese={'brie' * 40}")
    yield "refused", page


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark"), ("es", "light")])
async def test_pages_of_searches_are_accessible(site: Site, language: str, scheme: Scheme) -> None:
    """Clean under axe (WCAG 2.2 AA), and no wider than a phone, in every state."""
    found: dict[str, Any] = {}
    async for name, page in _walk(site, language, scheme):
        found |= {name: wrong} if (wrong := await violations(page)) else {}
    assert found == {}
