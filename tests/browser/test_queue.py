"""The queue in a real browser: searched, kept, gone through by keys, and many items acted on by a shown plan."""

from collections.abc import AsyncIterator
from typing import Literal

import pytest
from playwright.async_api import Page

from services.review.comparing import compare_due
from tests.browser.desk import DeskSite
from tests.browser.test_accessible import violations
from tests.controls.proposals import proposal
from tests.integration.review.conftest import Desk, assessment, received

SUPPORT_UNIT, DATA_TEAM, VIEWER = "support-unit", "data-team", "viewer"
OPEN = "/desk/queue"


async def seal(desk: Desk, count: int = 4) -> list[str]:
    """Let submissions come in, their month be closed, and the first be assessed; give their ids."""
    texts = [proposal(lead_institution=f"Institution {number}") for number in range(1, count + 1)]
    events = [received(number, proposal=text) for number, text in enumerate(texts, 1)]
    await desk.hear(*events)
    await desk.close()
    await desk.do(f"/items/{events[0].subject}/1/assessment", assessment())
    await compare_due(desk.database, 100)
    return [event.subject for event in events]


async def lines(page: Page) -> list[str]:
    """Read the references that stand in the table."""
    return await page.locator("table.queue tbody th a").all_inner_texts()


async def search(page: Page, text: str) -> None:
    """Search, as everybody does."""
    await page.get_by_role("searchbox", name="Search").fill(text)
    await page.get_by_role("button", name="Search").click()


async def test_the_queue_is_searched_and_searches_are_kept(desk_site: DeskSite) -> None:
    """Without scripts; a fault is told at its place and what was typed stays; shared searches are everybody's."""
    await seal(desk_site.desk)
    page = await desk_site.visit(OPEN, SUPPORT_UNIT)
    assert len(await lines(page)) == 4
    assert await page.locator(".tabs li").all_inner_texts() == ["to be assessed 3", "assessed 1"]
    await page.get_by_role("link", name="assessed 1", exact=True).click()
    assert await page.get_by_role("searchbox").input_value() == "status:assessed"
    assert len(await lines(page)) == 1

    await search(page, "aera:justice")
    assert "“aera:” at place 1" in await page.locator(".error").inner_text()
    assert "Did you mean: area?" in await page.locator(".error").inner_text()
    assert await page.get_by_role("searchbox").input_value() == "aera:justice"
    await search(page, '"institution 2" status:open')
    assert len(await lines(page)) == 1

    await page.locator("summary", has_text="Keep this search").click()
    await page.get_by_role("button", name="Keep", exact=True).click()
    assert "Write something here" in await page.locator("#name-error").inner_text()
    await page.get_by_label("Name").fill("The second")
    await page.get_by_label("Share it with everybody").check()
    await page.get_by_role("button", name="Keep", exact=True).click()
    other = await desk_site.visit(OPEN, VIEWER)
    await other.get_by_role("link", name="The second").click()
    assert len(await lines(other)) == 1
    assert await other.get_by_role("button", name="Take away").count() == 0
    assert await other.locator("input[name=item]").count() == 0
    await page.get_by_role("button", name="Take away The second").click()
    assert await page.get_by_role("link", name="The second").count() == 0


async def test_many_items_are_acted_on_by_a_shown_plan(desk_site: DeskSite) -> None:
    """Nothing happens before it is confirmed; what changed meanwhile is not done, and is named."""
    desk = desk_site.desk
    ids = await seal(desk)
    page = await desk_site.visit(OPEN, SUPPORT_UNIT)
    await page.get_by_role("button", name="Show what would happen").click()
    assert "Choose at least one" in await page.locator("#bulk-error").inner_text()
    for box in await page.locator("input[name=item]").all():
        await box.check()
    await page.get_by_label("What to do").select_option("hold")
    await page.get_by_role("button", name="Show what would happen").click()
    assert "Write something here" in await page.locator("#bulk-error").inner_text()
    assert await page.locator("input[name=item]:checked").count() == 4
    await page.get_by_label("Reason").fill("The ministry asked for a week.")
    await page.get_by_role("button", name="Show what would happen").click()
    assert "4 would change, 0 would stay as they are." in await page.locator(".note").inner_text()
    assert "submission.held-back.v1" not in await desk.kinds("reviews")

    await desk.do(f"/items/{ids[1]}/1/hold", {"reason": "Meanwhile, somewhere else."})
    await page.get_by_role("button", name="Do it for 4").click()
    assert "is otherwise now" in await page.locator(".summary").inner_text()
    assert (await desk.kinds("reviews")).count("submission.held-back.v1") == 1
    await page.get_by_role("link", name="Back to the queue").click()
    for box in await page.locator("input[name=item]").all():
        await box.check()
    await page.get_by_label("What to do").select_option("hold")
    await page.get_by_label("Reason").fill("The ministry asked for a week.")
    await page.get_by_role("button", name="Show what would happen").click()
    await page.get_by_role("button", name="Do it for 3").click()
    assert "3 were changed" in await page.locator(".done").inner_text()
    assert (await desk.kinds("reviews")).count("submission.held-back.v1") == 4
    await page.get_by_role("link", name="Back to the queue").click()
    assert await page.locator(".tabs li").all_inner_texts() == ["held back 4"]


@pytest.mark.parametrize(
    ("do", "with_", "told"),
    [
        ("assess", {"reason": "All of it, looked at twice."}, "submission.assessed.v1"),
        ("assign", {"reason": "By hand."}, "submission.assigned.v1"),
        ("accept", {}, "decision.recorded.v1"),
    ],
)
async def test_each_way_makes_its_plan(desk_site: DeskSite, do: str, with_: dict[str, str], told: str) -> None:
    """What is refused stays as it is, and says why."""
    await seal(desk_site.desk, 2)
    page = await desk_site.visit(OPEN, SUPPORT_UNIT)
    before = (await desk_site.desk.kinds("reviews")).count(told)
    for box in await page.locator("input[name=item]").all():
        await box.check()
    await page.get_by_label("What to do").select_option(do)
    for name, text in with_.items():
        await page.locator(f"#{name}").fill(text)
    if do == "assign":
        await page.get_by_label("To whom").select_option(index=1)
    await page.get_by_role("button", name="Show what would happen").click()
    await page.get_by_role("button", name="Do it for").click()
    assert (await desk_site.desk.kinds("reviews")).count(told) > before


async def test_the_queue_is_gone_through_by_keys(desk_site: DeskSite) -> None:
    """Down, up, choose, search, help, open: without a mouse; and the keys can be turned off."""
    await seal(desk_site.desk)
    page = await desk_site.visit(OPEN, DATA_TEAM, java_script_enabled=True)
    references = await lines(page)
    for key in ("j", "j", "j", "k", "x"):
        await page.keyboard.press(key)
    assert await page.locator(":focus").inner_text() == references[1]
    assert await page.locator("input[name=item]:checked").count() == 1
    await page.keyboard.press("Shift+X")
    assert await page.locator("input[name=item]:checked").count() == 4
    await page.keyboard.press("/")
    await page.keyboard.type("jx")
    assert (await page.get_by_role("searchbox").input_value()).endswith("jx")
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    assert await page.locator("#keys-list").get_attribute("open") is not None
    await page.keyboard.press("Space")
    await page.keyboard.press("j")
    assert await page.locator(":focus").get_attribute("id") == "keys"
    await page.keyboard.press("Space")
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/desk/items/**")
    assert references[0] in await page.locator("main").inner_text()
    assert "q=status%3Aopen" in page.url


@pytest.mark.parametrize(("language", "scheme"), [("en-GB", "light"), ("fr-FR", "dark")])
async def test_no_page_of_the_queue_has_a_violation(
    desk_site: DeskSite, language: str, scheme: Literal["light", "dark"]
) -> None:
    """Empty, full, with errors, with a plan; by day and by night."""
    found = {name: told async for name, page in _walk(desk_site, language, scheme) if (told := await violations(page))}
    assert found == {}


async def _walk(site: DeskSite, language: str, scheme: Literal["light", "dark"]) -> AsyncIterator[tuple[str, Page]]:
    page = await site.visit(OPEN, SUPPORT_UNIT, java_script_enabled=True, locale=language, color_scheme=scheme)
    yield "nothing", page
    await seal(site.desk)
    await page.reload()
    for folded in await page.locator("summary").all():
        await folded.click()
    yield "all unfolded", page
    await page.locator("#bulk button").click()
    yield "nothing chosen", page
    await page.goto(f"{site.url}{OPEN}?q=aera:x")
    yield "unreadable", page
    await page.goto(f"{site.url}{OPEN}")
    await page.locator("input[name=item]").first.check()
    await page.locator("#do").select_option("accept")
    await page.locator("#bulk button").click()
    yield "plan", page
