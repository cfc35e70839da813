"""Every filter of the public list, without scripts: by keyboard alone and by mouse, in three languages."""

from itertools import cycle

import pytest
from playwright.async_api import Page

from services.publish.site.parameters import LIST_NAMES
from tests.browser.public import PublicSite
from tests.browser.test_public_reforms import CHOSEN, TYPED, listed, open_fields

EXPECTED = {**CHOSEN, **TYPED}
"""What is asked of each filter, and which reforms are then listed."""

IN_NO_FORM = frozenset({"member", "as_of", "limit", "cursor"})
"""What stands in addresses alone: a member's page, a day's banner and the pager lead there."""

SHOW = {"en": "Show", "fr": "Afficher", "es": "Mostrar"}
MOST_TABS = 60


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what is looked for has the focus."""
    for _ in range(MOST_TABS):
        if await page.locator(selector).evaluate("one => one === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"no number of tabs leads to {selector}")


async def set_by_keys(page: Page, name: str) -> None:
    """Go to a field, through what is folded if need be, and type or choose in it."""
    field, value = f'.filters [name="{name}"]', EXPECTED[name][0]
    if not await page.locator(field).is_visible():
        await tab_to(page, "details.more > summary")
        await page.keyboard.press("Enter")
    await tab_to(page, field)
    if name in TYPED:
        return await page.keyboard.type(value)
    values = await page.locator(f"{field} option").evaluate_all("all => all.map(one => one.value)")
    for _ in range(values.index(value)):
        await page.keyboard.press("ArrowDown")
    return None


async def enter_at(page: Page, selector: str) -> None:
    """Go to what leads on, press Enter, and wait for the page that follows."""
    await tab_to(page, selector)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def test_no_filter_is_without_a_test(public_site: PublicSite) -> None:
    """What the list can be asked, what its form asks and what is tested here are the same."""
    page = await public_site.visit("/reforms")
    fields = await page.locator(".filters select, .filters input:not([type=hidden])").all()
    in_form = [str(await field.get_attribute("name")) for field in fields]
    assert sorted(in_form) == sorted(set(LIST_NAMES) - IN_NO_FORM)
    assert set(EXPECTED) == set(in_form)


async def test_every_filter_is_set_and_taken_away_by_keyboard(public_site: PublicSite) -> None:
    """Tab, letters, arrows and Enter; address, results and chip say what was set, in each language in its turn."""
    page = await public_site.visit("/reforms")
    for (name, (value, expected)), language in zip(EXPECTED.items(), cycle(SHOW), strict=False):
        await page.goto(f"{public_site.url}/reforms?lang={language}")
        label = (await page.locator(f'label[for="{name}"]').text_content() or "").strip()
        await set_by_keys(page, name)
        await enter_at(page, f'.filters [name="{name}"]' if name in TYPED else ".filters button[type=submit]")
        asked = dict(pair.split("=") for pair in page.url.partition("?")[2].split("&"))
        assert set(asked) == {name, "lang"}, name
        assert await page.locator(f'.filters [name="{name}"]').input_value() == value
        assert await listed(page) == expected, name
        assert (await page.locator(".chips a").first.inner_text()).startswith(label), name
        await enter_at(page, ".chips a")
        assert page.url.endswith(f"/reforms?lang={language}"), name


@pytest.mark.parametrize("language", ["fr", "es"])
async def test_every_filter_is_chosen_by_mouse_in_other_languages(public_site: PublicSite, language: str) -> None:
    """All that the form says is said in the language, every choice by another name than its code."""
    page = await public_site.visit(f"/reforms?lang={language}")
    await open_fields(page)
    for name in CHOSEN:
        options = await page.locator(f'.filters [name="{name}"] option').all()
        named = {await one.get_attribute("value"): await one.inner_text() for one in options}
        assert [code for code, shown in named.items() if code == shown and code != "Europe"] == [], name
        await page.locator(f'.filters [name="{name}"]').select_option(CHOSEN[name][0])
    await page.get_by_role("button", name=SHOW[language]).click()
    assert await page.locator(".chips li").count() == len(CHOSEN) + 1
    assert await page.locator(".empty").count() == 1


async def test_a_member_and_a_day_stay_while_filters_are_set(public_site: PublicSite) -> None:
    """What the form does not ask is carried on by it, and taken away by its own chip or banner."""
    page = await public_site.visit("/reforms?member=UA&as_of=2027-01-31")
    await page.locator("#q").fill("company")
    await page.get_by_role("button", name="Show").click()
    assert await listed(page) == "5"
    assert {"member=UA", "as_of=2027-01-31", "q=company"} <= set(page.url.partition("?")[2].split("&"))
    await page.locator(".chips a").first.click()
    assert await listed(page) == "53"
    await page.locator(".chips a").first.click()
    assert await listed(page) == "654321"
    assert "as_of=2027-01-31" in page.url
