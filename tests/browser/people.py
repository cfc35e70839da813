"""What people do on the pages: fill in, press, read."""

from typing import Any

from playwright.async_api import Locator, Page

Json = dict[str, Any]

SENT_WITHOUT = ("schema_version", "channel", "external_id", "source", "synthetic")
"""What a form's JSON has and a page does not ask."""


def named(page: Page, name: str) -> Locator:
    """Find a field by its name."""
    return page.locator(f'[name="{name}"]')


async def press(page: Page, do: str) -> None:
    """Press a visible button by what it does."""
    await page.locator(f'main button[name="do"][value="{do}"]').click()


async def enter(page: Page) -> None:
    """Press Enter, and wait for the page that follows."""
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def fill_in(page: Page, form: Json, under: str = "") -> None:
    """Fill in a form with what its JSON holds."""
    for name, value in form.items():
        if name in SENT_WITHOUT or f"{under}{name}" == "holder.language":
            continue
        await _fill(page, f"{under}{name}", value)


async def read_back(page: Page, form: Json, under: str = "") -> Json:
    """Give what stands in the fields that this JSON fills."""
    return {
        name: await _read(page, f"{under}{name}", value)
        for name, value in form.items()
        if name not in SENT_WITHOUT and f"{under}{name}" != "holder.language"
    }


async def messages(page: Page) -> dict[str, str]:
    """Give the messages at their fields: the id of the field, and what is said there."""
    found: dict[str, str] = {}
    for one in await page.locator("p.error").all():
        name = str(await one.get_attribute("id")).removesuffix("-error")
        found[name] = (await one.inner_text()).strip()
    return found


async def _fill(page: Page, name: str, value: Any) -> None:
    if isinstance(value, dict):
        await fill_in(page, value, f"{name}.")
    elif isinstance(value, list) and await named(page, name).count():
        for code in value:
            await page.locator(f'[name="{name}"][value="{code}"]').check()
    elif isinstance(value, list):
        for index, row in enumerate(value):
            if index:
                await press(page, f"add:{name}")
            await _fill(page, f"{name}.{index}", row)
    elif await named(page, f"{name}.day").count():
        for part, number in zip(("year", "month", "day"), value.split("-"), strict=True):
            await named(page, f"{name}.{part}").fill(number)
    else:
        await _fill_one(page, name, value)


async def _fill_one(page: Page, name: str, value: str) -> None:
    field = named(page, name)
    match await field.first.evaluate("one => one.type"):
        case "radio":
            await page.locator(f'[name="{name}"][value="{value}"]').check()
        case "select-one":
            await field.select_option(value)
        case _:
            await field.fill(value)


async def _read(page: Page, name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return await read_back(page, value, f"{name}.")
    if isinstance(value, list) and await named(page, name).count():
        checked = await page.locator(f'[name="{name}"]:checked').all()
        return [await one.get_attribute("value") for one in checked]
    if isinstance(value, list):
        return [await _read(page, f"{name}.{index}", row) for index, row in enumerate(value)]
    if await named(page, f"{name}.day").count():
        parts = [await named(page, f"{name}.{part}").input_value() for part in ("year", "month", "day")]
        return "-".join(part.zfill(2) for part in parts)
    if await named(page, name).first.evaluate("one => one.type") == "radio":
        return await page.locator(f'[name="{name}"]:checked').get_attribute("value")
    return await named(page, name).input_value()
