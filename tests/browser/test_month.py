"""The months in a real browser: how far each is, what its release would let out, its report, coordination, thoughts."""

from collections.abc import AsyncIterator
from typing import Any, Literal

import pytest
from playwright.async_api import Locator, Page

from services.review.flagging import flag_due
from tests.browser.desk import DeskSite
from tests.browser.test_accessible import violations
from tests.controls.envelope import MONTH
from tests.controls.proposals import proposal
from tests.integration.review.conftest import Desk, assessment, received

SUPPORT_UNIT, DATA_TEAM, VIEWER = "support-unit", "data-team", "viewer"
OF_MONTH = f"/desk/months/{MONTH}"
WAYS = ("", "/preview", "/report", "/coordination", "/what-if?criteria=2027-proposal&assume=collaboration:met")
DECLINE: dict[str, Any] = {
    "outcome": "declined",
    "reason_codes": ["no-future-milestones"],
    "note": "Write to us\nbefore you try again.",
}
ASK: dict[str, Any] = {"outcome": "clarification", "question": "¿Quién participa?\n\n¿Y cuándo?"}
ACCEPT: dict[str, Any] = {
    "outcome": "accepted",
    "published_title": "Shorter waits at court",
    "tagging": {"area": "civic-space"},
}


async def seal(desk: Desk, count: int = 4) -> list[str]:
    """Let submissions of several institutions of one member come in, and their month be closed; give their ids."""
    texts = [proposal(lead_institution=f"Institution {number}") for number in range(1, count + 1)]
    events = [received(number, proposal=text) for number, text in enumerate(texts, 1)]
    await desk.hear(*events)
    await desk.close()
    await flag_due(desk.database, 100)
    return [event.subject for event in events]


async def decide(desk: Desk, submission: str, decision: dict[str, Any], **verdicts: str) -> None:
    """Assess and decide an item."""
    await desk.do(f"/items/{submission}/1/assessment", assessment(**verdicts))
    await desk.do(f"/items/{submission}/1/decision", decision)


async def decide_four(desk: Desk, ids: list[str]) -> None:
    """Accept one under another title and area, decline one, ask about one, accept one."""
    tagged = ACCEPT | {"tagging": {"area": "civic-space", "reason": "It is about who may speak."}}
    for submission, decision in zip(ids, (tagged, DECLINE, ASK, {"outcome": "accepted"}), strict=True):
        await decide(desk, submission, decision, timing="not-met" if decision is DECLINE else "met")


async def figures(table: Locator) -> dict[str, str]:
    """Read a table of names and figures."""
    rows = await table.locator("tbody tr").all()
    return {await row.locator("th").inner_text(): await row.locator("td").first.inner_text() for row in rows}


async def counters(page: Page) -> dict[str, str]:
    """Read the figures that stand in frames."""
    found = await page.locator(".counters > div").all()
    return {await one.locator("dt").inner_text(): await one.locator("dd").inner_text() for one in found}


async def release(page: Page, typed: str) -> None:
    """Type the month, or something else, and let it go."""
    await page.get_by_role("textbox", name="Type 2026-11").fill(typed)
    await page.get_by_role("button", name="Release November 2026").click()


async def test_a_batch_is_previewed_and_released(desk_site: DeskSite) -> None:
    """What is shown is what leaves: one is held back from there, the month is typed, and nothing else lets it go."""
    desk = desk_site.desk
    ids = await seal(desk)
    page = await desk_site.visit(OF_MONTH, SUPPORT_UNIT)
    assert "4 items are neither decided nor held back." in await page.locator("main").inner_text()
    await decide_four(desk, ids)
    await page.goto(f"{desk_site.url}{OF_MONTH}/preview")
    assert list((await counters(page)).values()) == ["2", "1", "1", "0", "0", "0", "0"]
    shown = await page.locator("main").inner_text()
    for words in ("Shorter waits at court", "¿Quién participa?", "before you try again.", "notify does not answer"):
        assert words in shown
    assert await desk.told("decisions") == []

    held = page.locator(f"[id='item-{ids[3]}.1']")
    await held.locator("summary", has_text="Hold back").click()
    await held.get_by_role("button").click()
    assert "Write something here" in await held.inner_text()
    await held.get_by_role("textbox").fill("The minister announces it\non the 20th.")
    await held.get_by_role("button").click()
    assert (await counters(page))["Held back now"] == "1"

    await release(page, "2026-10")
    assert "Type the month exactly" in await page.locator(".summary").inner_text()
    await desk.do(f"/items/{ids[1]}/1/decision", DECLINE | {"note": "Meanwhile, somewhere else."})
    await release(page, "2026-11")
    assert "has changed since you opened the page" in await page.locator(".summary").inner_text()
    assert (await desk.batch())["state"] == "sealed"
    assert "Meanwhile, somewhere else." in await page.locator("main").inner_text()
    await release(page, " 2026-11 ")
    assert "0 of 4 items have left" in await page.locator("main").inner_text()
    await desk.let_out()
    await page.reload()
    assert await figures(page.locator("table").first) == {
        "held back, leaves with the next release": "1",
        "accepted": "1",
        "declined": "1",
        "asked for clarification": "1",
    }
    assert "The minister announces it" in await page.locator("main").inner_text()
    assert "on its way" not in await page.locator("main").inner_text()


async def test_a_month_is_reported(desk_site: DeskSite) -> None:
    """Its figures as they are, and once they are told; chart, table, JSON and CSV say the same, and name nobody."""
    desk = desk_site.desk
    await decide_four(desk, await seal(desk))
    page = await desk_site.visit(f"{OF_MONTH}/report", SUPPORT_UNIT)
    assert "when its release is over" in await page.locator("main").inner_text()
    await desk.release()
    await page.reload()
    assert "4 letters are on their way" in await page.locator(".note").inner_text()
    assert await figures(page.locator("#outcomes ~ .figures table")) == {
        "Accepted": "2",
        "Declined": "1",
        "Asked for clarification": "1",
        "Withdrawn": "0",
        "Held back": "0",
    }
    heat = [await row.locator("td").all_inner_texts() for row in await page.locator(".heat tbody tr").all()]
    assert heat == [["1", "3", "4"], ["1", "3", "4"]]
    await page.get_by_role("button", name="Report the month").click()
    assert "say why they need not be waited for" in await page.locator(".error").inner_text()
    await page.get_by_role("textbox").fill("The mail server is being moved.")
    await page.get_by_role("button", name="Report the month").click()
    assert "The mail server is being moved." in await page.locator("main").inner_text()
    (told,) = [event for event in await desk.told("reviews") if "batch.reported" in event["type"]]
    assert told["data"]["report_hash"] in await page.locator("main").inner_text()
    cookies = page.context.request
    told_json = await (await cookies.get(f"{desk_site.url}{OF_MONTH}/report.json")).json()
    assert told_json["accepted"] == told["data"]["accepted"] == 2
    lines = (await (await cookies.get(f"{desk_site.url}{OF_MONTH}/report.csv")).text()).splitlines()
    assert "2026-11,accepted,,,2" in lines
    drawn = await (await cookies.get(f"{desk_site.url}{OF_MONTH}/charts/ended.svg")).text()
    assert all(f">{name}</text>" in drawn for name in ("Accepted", "Declined", "Held back"))
    await page.goto(f"{desk_site.url}/desk/months")
    cells = await page.locator("tbody tr").first.locator("td").all_inner_texts()
    assert (cells[0], cells[2:8]) == ("reported", ["4", "4", "2", "1", "1", "0"])


async def test_a_case_of_coordination_is_worked_on(desk_site: DeskSite) -> None:
    """Who was spoken to, and what came of it: never a person; what was typed stays where it is refused."""
    desk = desk_site.desk
    await seal(desk, 2)
    page = await desk_site.visit(f"{OF_MONTH}/coordination", DATA_TEAM)
    other = await desk_site.visit(f"{OF_MONTH}/coordination", VIEWER)
    assert await other.get_by_role("button", name="Note it").count() == 0
    await page.get_by_label("In which role").select_option("point-of-contact")
    await page.get_by_label("Of which institution").select_option("CR")
    await page.get_by_label("On which day").fill("2099-01-01")
    await page.get_by_role("button", name="Note it").click()
    assert "That day is still to come." in await page.locator(".error").inner_text()
    assert await page.get_by_label("In which role").input_value() == "point-of-contact"
    await page.get_by_label("On which day").fill("2026-11-20")
    await page.get_by_role("button", name="Note it").click()
    assert "November 20, 2026: point of contact, CR" in await page.locator("main").inner_text()
    await page.get_by_label("What came of it").fill("Ana, ana@example.org, brings them together")
    await page.get_by_role("button", name="Close the case").click()
    assert "There is an address in this text" in await page.locator(".error").inner_text()
    await page.get_by_label("What came of it").fill("They publish together.")
    await page.get_by_role("button", name="Close the case").click()
    assert "They publish together." in await page.locator(".facts").inner_text()
    await page.get_by_role("button", name="Go on with the case").click()
    assert (await desk.kinds("reviews")).count("coordination.updated.v1") == 3


@pytest.mark.parametrize(("language", "scheme"), [("en-GB", "light"), ("fr-FR", "dark")])
async def test_no_page_of_a_month_has_a_violation(
    desk_site: DeskSite, language: str, scheme: Literal["light", "dark"]
) -> None:
    """Before the release and after it, with errors, on a phone, by day and by night."""
    found = {name: told async for name, page in _walk(desk_site, language, scheme) if (told := await violations(page))}
    assert found == {}


async def _walk(site: DeskSite, language: str, scheme: Literal["light", "dark"]) -> AsyncIterator[tuple[str, Page]]:
    page = await site.visit(
        "/desk/months", SUPPORT_UNIT, java_script_enabled=True, locale=language, color_scheme=scheme
    )
    yield "no months", page
    await decide_four(site.desk, await seal(site.desk))
    for way in WAYS if scheme == "light" else WAYS[:2]:
        await page.goto(f"{site.url}{OF_MONTH}{way}")
        yield f"sealed{way}", page
        if way == "/preview":
            for folded in await page.locator("summary").all():
                await folded.click()
            await page.locator("li form button").first.click()
            yield "preview, hold refused", page
            await page.locator("#confirm").fill("no")
            await page.locator("button.grave").click()
            yield "preview, release refused", page
        if way == "/coordination":
            await page.locator('button[value="conclude"]').click()
            yield "coordination, refused", page
    await site.desk.release()
    for path in ("", "/2026-11", "/2026-11/preview", "/2026-11/report"):
        await page.goto(f"{site.url}/desk/months{path}")
        yield f"released, {path}", page
    await page.locator("#reason").fill("So.")
    await page.locator("main form button").click()
    yield "reported", page
