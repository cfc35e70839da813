"""The page of an item in a real browser: ten items in ten clicks, by keys alone, and under axe in every state."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from playwright.async_api import Page

from services.review.comparing import compare_due
from services.review.flagging import flag_due
from tests.browser.desk import DeskSite
from tests.browser.people import enter, messages
from tests.browser.test_accessible import Scheme, violations
from tests.integration.review.conftest import assessment, received

COUNT_PRESSES = """
const count = () => localStorage.setItem("presses", 1 + Number(localStorage.getItem("presses")));
addEventListener("pointerdown", count, true);
"""
ENOUGH_TABS = 60
"""More than there are places to stop on an item's page before the buttons of its first form."""


async def seal(site: DeskSite, many: int) -> list[str]:
    """Let submissions come in and their month be closed; give the addresses of their pages, in the queue's order."""
    await site.desk.hear(*(received(number) for number in range(1, many + 1)))
    await site.desk.close()
    await compare_due(site.desk.database, many)
    await flag_due(site.desk.database, many)
    rows = await site.desk.rows("SELECT submission_id, round FROM item ORDER BY month, submission_id, round")
    return [f"/desk/items/{row['submission_id']}/{row['round']}" for row in rows]


async def reasons_found(site: DeskSite, paths: list[str]) -> list[set[str]]:
    """Give the reasons that the assessment of each item names."""
    views = [await site.desk.look(path.removeprefix("/desk")) for path in paths]
    return [{one["reason"] for one in (view["assessment"] or {"findings": ()})["findings"]} for view in views]


async def focused(page: Page) -> str:
    """Give the id of what has the focus."""
    found: str = await page.evaluate("document.activeElement.id")
    return found


async def test_ten_items_are_assessed_in_ten_clicks(desk_site: DeskSite) -> None:
    """A click for each, beside the typing of its reason; and the next item is there."""
    paths = await seal(desk_site, 10)
    page = await desk_site.visit(paths[0], "data-team", java_script_enabled=True)
    await page.context.add_init_script(COUNT_PRESSES)
    await page.reload()
    reasons = [f"Looked at twice, {number}." for number in range(10)]
    for reason in reasons:
        await page.keyboard.press("r")
        await page.keyboard.type(reason)
        async with page.expect_navigation():
            await page.locator("#rest-met").click()
    assert await page.evaluate("localStorage.getItem('presses')") == "10"
    assert await reasons_found(desk_site, paths) == [{reason} for reason in reasons]


async def test_keys_alone_assess(desk_site: DeskSite) -> None:
    """Verdicts by their numbers, reason, area and list by their letters; none of them while one types, or when off."""
    one, two = await seal(desk_site, 2)
    page = await desk_site.visit(one, "data-team", java_script_enabled=True)
    for key in ("4", "4", "5"):
        await page.keyboard.press(key)
    chosen = {code: page.locator(f'[name="verdict.{code}"]:checked') for code in ("timing", "open-government-values")}
    assert [await radio.input_value() for radio in chosen.values()] == ["not-met", "met"]
    await page.keyboard.press("r")
    await page.keyboard.type("ram 1?")
    assert await page.locator("#assess-reason").input_value() == "ram 1?"
    await page.keyboard.press("Escape")
    await page.keyboard.press("a")
    assert await focused(page) == "assess-area"
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    assert await page.get_by_text("change a verdict: met, not met, unclear").is_visible()
    await page.locator("#keys-on").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("4")
    assert await chosen["timing"].input_value() == "not-met"
    await page.keyboard.press("Space")
    await page.locator('[name="verdict.timing"]:checked').focus()
    await enter(page)
    assert "assess-verdict.member" in await messages(page)
    await page.keyboard.press("r")
    await page.keyboard.press("Escape")
    async with page.expect_navigation():
        await page.keyboard.press("m")
    assert page.url.startswith(f"{desk_site.url}{two}?")
    found = (await desk_site.desk.look(one.removeprefix("/desk")))["assessment"]["findings"]
    assert [finding["verdict"] for finding in found] == ["met", "met", "met", "not-met", "met"]
    await page.keyboard.press("r")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_selector("#amiss")
    assert await focused(page) == "amiss"
    assert set(await messages(page)) >= {"assess-verdict.timing", "assess-reason.timing"}


async def test_tab_alone_assesses_without_scripts(desk_site: DeskSite) -> None:
    """Every place is reached in order, each shows that it has the focus, and Enter sends."""
    (path,) = await seal(desk_site, 1)
    page = await desk_site.visit(path, "data-team")
    reached: list[str] = []
    while "rest-met" not in reached and len(reached) < ENOUGH_TABS:
        await page.keyboard.press("Tab")
        reached.append(await focused(page))
        if reached[-1] == "assess-reason":
            await page.keyboard.type("By keys alone.")
    assert reached[-1] == "rest-met"
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    await enter(page)
    assert await reasons_found(desk_site, [path]) == [{"By keys alone."}]


async def _walk(site: DeskSite, page: Page, paths: list[str]) -> AsyncIterator[tuple[str, Page]]:
    fresh, late = paths[:2]
    yield "to be assessed", page
    await page.locator("#rest-met").click()
    yield "with errors", page
    await site.desk.do(f"{fresh.removeprefix('/desk')}/assessment", assessment(timing="not-met"))
    await page.locator("#assess-reason").fill("Typed before.")
    await page.locator("#rest-met").click()
    yield "stale", page
    await page.goto(f"{site.url}{fresh}")
    await page.locator('#decide [value="accepted"]').check()
    await page.locator("#decide-next").click()
    yield "a decision with an error", page
    await site.desk.accept(UUID(late.split("/")[3]))
    await site.desk.do(f"{late.removeprefix('/desk')}/hold", {"reason": "Held for a day."})
    await page.goto(f"{site.url}{late}")
    yield "held back", page
    await page.locator('form[action$="/contact#contact"] button').click()
    yield "with its contact", page
    await site.desk.do(f"{late.removeprefix('/desk')}/unhold", {"reason": "It was a day."})
    await site.desk.do(
        f"{fresh.removeprefix('/desk')}/decision", {"outcome": "declined", "reason_codes": ["already-finished"]}
    )
    await site.desk.release()
    await page.goto(f"{site.url}{late}")
    for folded in await page.locator("summary").all():
        if await folded.locator("xpath=parent::details[@open]").count() == 0 and await folded.is_visible():
            await folded.click()
    yield "accepted, with all forms open", page


@pytest.mark.parametrize(("locale", "scheme"), [("en", "light"), ("fr", "dark")])
async def test_no_state_of_the_page_has_a_violation(desk_site: DeskSite, locale: str, scheme: Scheme) -> None:
    """In both languages, by day and by night, and on a phone."""
    paths = await seal(desk_site, 2)
    page = await desk_site.visit(paths[0], "support-unit", java_script_enabled=True, locale=locale, color_scheme=scheme)
    assert await page.locator("html").get_attribute("lang") == locale
    found = {name: told async for name, page in _walk(desk_site, page, paths) if (told := await violations(page))}
    assert found == {}
