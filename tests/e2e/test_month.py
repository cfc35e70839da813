"""A month of the review from end to end, as its people work: once in the browser, once by the command line."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page
from typer.testing import CliRunner

from deploy.stack.mailbox import text_of
from services.review.cli import app as review
from tests.browser.chromium import open_browser
from tests.harness.people import People
from tests.harness.system import System
from tests.harness.waiting import seen
from tests.integration.review.conftest import assessment

PASSWORD = "correct horse battery staple"
TITLE = "Menos rezago judicial"
NOTE = "Le saluda la Unidad de Apoyo."
PERSONAL = re.compile(r"\[nombre\]|\[enlace personal\]")
"""What stands in a letter that is only shown, for what the moment of sending knows."""
LETTERS = 3
"""To each submitter; the letters to points of contact wait until the submitters have confirmed their addresses."""
DESK_SECONDS = 20


async def challenge(system: System, *words: str, typed: str = "") -> Any:
    """Run ``challenge …`` and give what it prints as JSON.

    Raises:
        AssertionError: it failed; says what it said.
    """
    options = ["--url", system.door_of("review"), "--token", system.deployed.token("desk"), "--json"]
    done = await asyncio.to_thread(CliRunner().invoke, review, [*words, *options], input=typed)
    assert done.exit_code == 0, f"challenge {' '.join(words)}: {done.output}"
    return json.loads(done.stdout)


async def sign_in(browser: Browser, system: System, role: str) -> Page:
    """Make an account, and sign in with it in a browser of its own that runs no scripts."""
    await challenge(system, "staff", "add", f"Somebody {role}", "--role", role, typed=f"{PASSWORD}\n")
    page = await browser.new_page(java_script_enabled=False)
    page.set_default_timeout(DESK_SECONDS * 1_000)
    await page.goto(f"{system.door_of('review')}/desk")
    await page.get_by_label("Name").fill(f"somebody {role}")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    return page


async def open_first(page: Page, search: str) -> None:
    """Search in the queue, and open the first item that is found."""
    await page.get_by_role("link", name="Queue").click()
    await page.locator("#q").fill(search)
    await page.locator("#q").press("Enter")
    await page.locator("main tbody a.reference").first.click()


async def assess_all(page: Page, month: str, count: int) -> None:
    """Find everything met, item after item; of the last the time is up."""
    await open_first(page, f"month:{month} status:in-review")
    for number in range(count):
        await page.locator("#assess-reason").fill("As the text says.")
        if number == count - 1:
            await page.locator('#form-assess input[name="verdict.timing"][value="not-met"]').check()
        await page.locator("#rest-met").click()


async def decide_all(page: Page, month: str) -> None:
    """Accept the first under a title and an area of its own, ask about the second, decline the third."""
    await open_first(page, f"month:{month} status:assessed")
    await decide(page, "accepted", published_title=TITLE, note=NOTE)
    await decide(page, "clarification", question="¿Quién participa?")
    await page.locator('#form-decide [name="reason_codes"][value="no-future-milestones"]').check()
    await decide(page, "declined")


async def decide(page: Page, outcome: str, **typed: str) -> None:
    """Decide the item that is shown, and go on to the next."""
    form = page.locator("#form-decide")
    await form.locator(f'[name="outcome"][value="{outcome}"]').check()
    for name, text in typed.items():
        await form.locator(f'[name="{name}"]').fill(text)
    await page.locator("#decide-next").click()


async def read_letters(page: Page) -> list[str]:
    """Read each letter to a submitter that a preview shows."""
    letters = await page.locator("details", has_text="Letter to the submitter").locator(".letter").all()
    return [await letter.text_content() or "" for letter in letters]


async def published(system: System) -> list[str]:
    """Give the titles in the public record."""
    answer = await system.web.get(f"{system.door_of('publish')}/reforms", headers={"Accept": "application/json"})
    return [reform["title"] for reform in answer.raise_for_status().json()["reforms"]]


def unsent(letters: list[str], system: System) -> list[str]:
    """Give the letters that were not sent as they were shown, but for what only the moment of sending knows."""
    sent = [_in_one_line(text_of(mail)) for mail in system.mailbox.messages()]
    return [letter for letter in letters if not any(_reads(letter, mail) for mail in sent)]


def _reads(letter: str, mail: str) -> bool:
    return all(part.strip() in mail for part in PERSONAL.split(_in_one_line(letter)))


async def test_a_month_in_the_browser(system: System, people: People) -> None:
    """The Data Team assesses; the Support Unit decides, reads what will go, releases, and looks at the report."""
    await people.submit_many(3)
    month = await people.end_month()
    async with open_browser() as browser:
        await assess_all(await sign_in(browser, system, "data-team"), month, 3)
        page = await sign_in(browser, system, "support-unit")
        await decide_all(page, month)
        await page.get_by_role("link", name="Months").click()
        await page.get_by_role("link", name="Release preview").first.click()
        shown = await read_letters(page)
        assert len(shown) == LETTERS
        assert any(NOTE in letter for letter in shown)
        assert await published(system) == []
        await page.get_by_label(f"Type {month} to confirm").fill(month)
        await page.locator("button.grave").click()
        await people.released(month)
        await system.settled()
        assert unsent(shown, system) == []
        report = f"{system.door_of('review')}/desk/months/{month}/report"
        await seen(lambda: _read(page, report), lambda text: "Reported:" in text, what="the month is reported")
        counted = [await page.locator(f".counters {tag}").all_inner_texts() for tag in ("dt", "dd")]
        figures = dict(zip(*counted, strict=True))
    assert {name: figures[name] for name in ("Received", "Accepted", "Declined", "Asked for clarification")} == {
        **dict.fromkeys(("Accepted", "Declined", "Asked for clarification"), "1"),
        "Received": "3",
    }
    assert await published(system) == [TITLE]


async def test_a_month_by_the_command_line(system: System, people: People, tmp_path: Path) -> None:
    """The same, by commands: what came in, assessed and decided, seen before it leaves, released, told in figures."""
    already = await published(system)
    await people.submit_many(3)
    month = await people.end_month()
    found = await challenge(system, "items", f"month:{month} status:in-review")
    first, second, third = (one["submission_id"] for one in found)
    for submission, verdict in ((first, "met"), (second, "met"), (third, "not-met")):
        sheet = tmp_path / f"{submission}.json"
        sheet.write_text(json.dumps(assessment(timing=verdict)))
        await challenge(system, "batch", "assess", submission, str(sheet))
    await challenge(system, "decide", "accept", first, "--title", TITLE, "--note", NOTE)
    await challenge(system, "decide", "ask", second, "¿Quién participa?")
    await challenge(system, "decide", "decline", third, "no-future-milestones")
    preview = await challenge(system, "batch", "preview", month)
    assert (preview["obstacles"], preview["letters_missing"]) == ([], None)
    letters = [letter for one in preview["items"] for letter in one["letters"]]
    shown = [letter["text"] for letter in letters if letter["recipient"] == "submitter"]
    assert len(shown) == LETTERS
    assert await published(system) == already
    await challenge(system, "batch", "release", month)
    await people.released(month)
    await system.settled()
    assert unsent(shown, system) == []
    await seen(lambda: challenge(system, "batch", "show", month), lambda it: it["state"] == "reported", what="a report")
    figures = await challenge(system, "batch", "report", month)
    counted = [figures[name] for name in ("received", "accepted", "declined", "clarifications", "undelivered_letters")]
    assert counted == [3, 1, 1, 1, 0]
    assert await challenge(system, "batch", "report", month, "--again") == figures
    assert sorted(await published(system)) == sorted([TITLE, *already])


async def _read(page: Page, address: str) -> str:
    await page.goto(address)
    return await page.locator("main").inner_text()


def _in_one_line(text: str) -> str:
    return " ".join(text.split())
