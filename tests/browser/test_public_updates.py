"""The page on which the holder of a reform says how it goes, in a real browser: by keyboard, and without scripts."""

from datetime import timedelta

import pytest

from services.chassis.doors.passes import make_pass
from services.notify.words.updates import PURPOSE
from tests.browser.public import READ_AT, PublicSite
from tests.browser.test_accessible import Scheme, violations
from tests.controls.envelope import reference_of
from tests.integration.publish.conftest import UPDATES_KEY
from tests.integration.publish.test_importing import told

PAGE = f"/updates/{make_pass(UPDATES_KEY, PURPOSE, reference_of(), READ_AT + timedelta(days=30))}"
GONE = f"/updates/{make_pass(UPDATES_KEY, PURPOSE, reference_of(), READ_AT - timedelta(days=30))}"


async def test_holder_answers_by_keyboard_alone(public_site: PublicSite) -> None:
    """From a fault that the summary leads to, to the thanks and back to the reform's page, where it stands."""
    page = await public_site.visit(PAGE)
    assert await page.locator("#status-1").input_value() == "substantial"
    await page.locator("#evidence-2").focus()
    await page.keyboard.type("https://example.org/metas")
    await page.keyboard.press("Enter")
    alert = page.get_by_role("alert")
    await alert.wait_for()
    assert await alert.get_by_role("link").all_inner_texts() == ["Milestone 2 – Choose how far it has come."]
    await alert.get_by_role("link").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    assert page.url.endswith("#status-2")
    await page.locator("#status-2").focus()
    await page.keyboard.type("Lim")
    assert await page.locator("#status-2").input_value() == "limited"
    await page.get_by_role("button", name="Send").focus()
    await page.keyboard.press("Enter")
    assert "2 milestones" in await page.get_by_role("status").inner_text()
    await public_site.desk.hear(*await told(public_site.desk))
    await page.get_by_role("link", name="See the reform’s page").click()
    assert "Limited" in await page.locator(".milestones").inner_text()


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark")])
async def test_no_state_of_the_page_has_a_violation(public_site: PublicSite, language: str, scheme: Scheme) -> None:
    """As it stands, with every fault, thanked for, and over; also on the smallest phone."""
    page = await public_site.visit(f"{PAGE}?lang={language}", java_script_enabled=True, color_scheme=scheme)
    assert await violations(page) == []
    for field in ("barrier-1", "barrier-2"):
        await page.locator(f"#{field}").fill("ana@example.org")
    await page.locator("button[value=tell]").click()
    await page.get_by_role("alert").wait_for()
    assert await page.locator("[aria-invalid]").count() == len(("barrier-1", "barrier-2"))
    assert await violations(page) == []
    for path in (f"{PAGE}?lang={language}&told=1", f"{GONE}?lang={language}", f"/updates/x?lang={language}"):
        await page.goto(f"{public_site.url}{path}")
        assert await violations(page) == []
