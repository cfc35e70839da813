"""Takes the pictures of ``docs/site.md`` from the demo: ``python -m tests.browser.public_pictures``."""

from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from deploy.demo.play import Demo
from deploy.stack.runs import Run
from deploy.up import running_system
from tests.browser.chromium import arguments, find_chromium

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
MEMBERS = ("BR", "FI", "NL", "SN")
DESKTOP, TALL, PHONE = (1160, 900), (1160, 1300), (360, 760)

SHOTS = {
    "site-front": ("/", TALL, "light"),
    "site-charts": ("/#figures", TALL, "light"),
    "site-front-dark": ("/?lang=fr", DESKTOP, "dark"),
    "site-phone": ("/?lang=es", PHONE, "light"),
    "site-areas": ("/areas", DESKTOP, "light"),
    "site-list": ("/reforms?q=open", DESKTOP, "light"),
    "site-reform": ("/reforms/OGC-2026-000001", DESKTOP, "light"),
    "site-figures": ("/statistics?lang=es", DESKTOP, "light"),
    "site-search": ("/en/searches?area=justice&country=BR&q=open+court", DESKTOP, "light"),
}
"""Picture to address, window and light."""
AT_INTAKE = ("site-search",)
"""What is a page of intake."""


def take_pictures() -> None:
    """Play the demo, and take a picture of each."""
    with running_system(Run.begin(), members=MEMBERS) as system:
        Demo.on(system).tell()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=arguments())
            for name in SHOTS:
                _take(browser, system.urls["intake" if name in AT_INTAKE else "publish"], name)
            browser.close()


def _take(browser: Browser, site: str, name: str) -> None:
    path, (width, height), scheme = SHOTS[name]
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=False,
        locale="en-GB",
    )
    page.goto(f"{site}{path}", wait_until="networkidle")
    page.screenshot(path=FOLDER / f"{name}.png")
    page.close()


if __name__ == "__main__":
    take_pictures()
