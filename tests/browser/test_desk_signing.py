"""Signing in at the desk in a real browser: by keyboard, without scripts, in both languages, and under axe."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page

from tests.browser.desk import DeskSite, serving
from tests.browser.people import enter, named
from tests.browser.test_accessible import Scheme, violations
from tests.conftest import TestDatabase
from tests.integration.review.conftest import Desk, Log, open_desk, received
from tests.integration.review.staff import PASSWORD
from tests.integration.review.test_signing_in import make_account

SIGN_IN = "/desk/sign-in?to=%2Fdesk%2Fnowhere"


async def test_somebody_signs_in_by_keyboard_alone_and_out_again(desk_site: DeskSite) -> None:
    """Skip link, name, password, Enter; a wrong word is told and the name stays; led on to where they wanted to go."""
    await make_account(desk_site.desk)
    page = await desk_site.visit("/desk/months")
    assert "/desk/sign-in?to=" in page.url
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await named(page, "name").focus()
    await page.keyboard.type("ana ruiz")
    await page.keyboard.press("Tab")
    await page.keyboard.type("not this one")
    await enter(page)
    assert await page.get_by_role("alert").is_visible()
    assert await named(page, "name").input_value() == "ana ruiz"
    assert await named(page, "password").input_value() == ""
    await named(page, "password").focus()
    await page.keyboard.type(PASSWORD)
    await enter(page)
    assert page.url == f"{desk_site.url}/desk/months"
    assert "Ana Ruiz" in await page.locator("header").inner_text()
    await page.get_by_role("link", name="Français").click()
    assert page.url == f"{desk_site.url}/desk/months"
    assert await page.locator("html").get_attribute("lang") == "fr"
    async with page.expect_navigation():
        await page.get_by_role("button", name="Fermer la session").click()
    await page.go_back()
    assert "/desk/sign-in" in page.url


@pytest.fixture
async def site_with_provider(database: TestDatabase, browser: Browser) -> AsyncIterator[DeskSite]:
    """The desk, where an OpenID provider vouches for staff as well."""
    async with (
        open_desk(database, Log(), openid_issuer="http://127.0.0.1:1") as desk,
        serving(desk, browser) as site,
    ):
        yield site


async def _walk(site: DeskSite, page: Page) -> dict[str, list[str]]:
    found = {"sign-in": await violations(page)}
    await named(page, "name").fill("nobody")
    await named(page, "password").fill("x")
    await page.locator("main button").click()
    found["sign-in, refused"] = await violations(page)
    await page.goto(f"{site.url}/desk/sign-in/openid/back?state=1&code=1")
    found["sign-in, lost"] = await violations(page)
    await page.goto(f"{site.url}/desk/nowhere")
    found["not found"] = await violations(page)
    return found


async def _reform(desk: Desk) -> str:
    event = received(1)
    await desk.hear(event)
    await desk.close()
    await desk.accept(UUID(event.subject))
    await desk.release()
    return f"/desk/items/{event.subject}/1/ask-update"


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark")])
async def test_no_page_of_signing_in_has_a_violation(
    site_with_provider: DeskSite, language: str, scheme: Scheme
) -> None:
    """Empty, refused, lost, not found, not allowed, and sent in vain; and where the IRM asks for updates."""
    site = site_with_provider
    options = {"java_script_enabled": True, "color_scheme": scheme, "locale": language}
    page = await site.visit(SIGN_IN, **options)
    found = await _walk(site, page)
    forbidden = await site.visit("/desk/months", "operator", **options)
    found["not allowed"] = await violations(forbidden)
    await forbidden.goto(f"{site.url}/desk/")
    found["nothing here"] = await violations(forbidden)
    asking = await site.visit(await _reform(site.desk), "irm", **options)
    await asking.locator("main button").click()
    found["update, with an error"] = await violations(asking)
    await named(asking, "why").fill("How is it?")
    await asking.locator("main button").click()
    found["update, asked for"] = await violations(asking)
    await site.desk.admin.execute("UPDATE session SET ends_at = now()")
    await forbidden.get_by_role("button").click()
    found["signed out"] = await violations(forbidden)
    assert {name: told for name, told in found.items() if told} == {}
    assert await forbidden.locator("html").get_attribute("lang") == language
