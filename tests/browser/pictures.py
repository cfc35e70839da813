"""Takes the pictures of ``docs/desk.md`` from the demo's own first month: ``python -m tests.browser.pictures``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, ViewportSize, sync_playwright

from deploy.demo import play
from deploy.demo.play import Demo
from deploy.demo.watching import wait_for
from deploy.stack.runs import Run
from deploy.staff import bring_in_staff
from deploy.system import System
from deploy.up import running_system
from tests.browser.chromium import arguments, find_chromium

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
WINDOW = ViewportSize(width=1040, height=720)
MEMBERS = ("BR", "FI", "NL", "SN")


def take_pictures() -> None:
    """Play the demo's first month, and stop where there is something to see."""
    FOLDER.mkdir(exist_ok=True)
    with running_system(Run.begin(), members=MEMBERS) as system:
        demo = Demo.on(system)
        month = f"{play._read_time(system):%Y-%m}"
        demo._register()
        demo._receive(month)
        demo._end_month(month, count=len(demo.stories))
        with _browser() as page:
            _picture_month(page, system, demo, month)


def _picture_month(page: Page, system: System, demo: Demo, month: str) -> None:
    items = demo.desk.list_items(month)
    _picture_work(page, system, demo, items)
    for item in items:
        _decide(demo, item)
    _picture_release(page, system, month)
    demo.desk.release(month)
    wait_for(lambda: demo.desk.find_batch(month)["state"], lambda state: state == "reported", "it is reported")
    _picture_report(page, system, month)


def _picture_work(page: Page, system: System, demo: Demo, items: list[dict[str, Any]]) -> None:
    accounts = bring_in_staff(system)
    page.goto(f"{system.urls['review']}/desk/sign-in")
    page.get_by_label("Name").fill("support-unit")
    _take(page, "sign-in")
    page.get_by_label("Password").fill(accounts["support-unit"])
    page.get_by_role("button", name="Sign in").click()
    for item in items[1:4]:
        demo.desk.assess(item, _story_of(demo, item), answered=False)
    month, here = items[0]["month"], system.urls["review"]
    page.goto(f"{here}/desk/queue?q=month:{month}")
    _take(page, "queue")
    page.goto(f"{here}/desk/items/{items[0]['submission_id']}/{items[0]['round']}")
    _take(page, "item")
    page.locator("#rest-met").evaluate("one => one.scrollIntoView({block: 'end'})")
    _take(page, "assessing")
    page.goto(f"{here}/desk/items/{items[1]['submission_id']}/{items[1]['round']}")
    page.locator("#decide").evaluate("one => one.scrollIntoView()")
    _take(page, "deciding")
    page.goto(f"{here}/desk/months/{month}")
    _take(page, "month")


def _picture_release(page: Page, system: System, month: str) -> None:
    page.goto(f"{system.urls['review']}/desk/months/{month}/preview")
    page.locator("summary", has_text="Letter to").first.click()
    page.locator("#leaving").evaluate("one => one.scrollIntoView()")
    _take(page, "preview")


def _picture_report(page: Page, system: System, month: str) -> None:
    page.goto(f"{system.urls['review']}/desk/months/{month}/report")
    _take(page, "report")
    page.locator("#areas").evaluate("one => one.scrollIntoView()")
    _take(page, "areas")


def _decide(demo: Demo, item: dict[str, Any]) -> None:
    story = _story_of(demo, item)
    demo.desk.assess(item, story, answered=False)
    demo.desk.decide(item, story, answered=False)


def _story_of(demo: Demo, item: dict[str, Any]) -> Any:
    return next(story for story in demo.stories if story.title == item["title"])


def _take(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png")


@contextmanager
def _browser() -> Iterator[Page]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find_chromium(), args=arguments())
        page = started.new_page(viewport=WINDOW, locale="en-GB")
        yield page
        started.close()


if __name__ == "__main__":
    take_pictures()
