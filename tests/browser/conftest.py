"""A browser, and an intake that it can reach."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from playwright.async_api import Browser, Page

from deploy.stack.ports import LOOPBACK, free_port
from tests.browser.chromium import open_browser
from tests.browser.desk import DeskSite, serving
from tests.browser.public import PublicSite, fill, serving_public
from tests.conftest import TestDatabase
from tests.harness.serving import serving_app
from tests.integration.intake.conftest import Intake, opened
from tests.integration.publish.conftest import open_desk as open_publish
from tests.integration.review.conftest import Log, open_desk


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A real browser, one for all tests."""
    async with open_browser() as opened:
        yield opened


@dataclass
class Site:
    """Intake's pages, answering at ``url``."""

    url: str
    intake: Intake
    browser: Browser
    pages: list[Page] = field(default_factory=list)

    async def visit(self, path: str, **options: Any) -> Page:
        """Open a page in a browser of its own, which runs no scripts unless told to."""
        context = await self.browser.new_context(**{"java_script_enabled": False, **options})
        context.set_default_timeout(20_000)
        page = await context.new_page()
        self.pages.append(page)
        await page.goto(f"{self.url}{path}")
        return page


@pytest.fixture
async def site(database: TestDatabase, browser: Browser) -> AsyncIterator[Site]:
    """Intake's pages on a database of the test's own."""
    port = free_port()
    url = f"http://{LOOPBACK}:{port}"
    settings = {"intake_url": url, "http_host": LOOPBACK, "http_port": port}
    async with opened(database, **settings) as intake, serving_app(_app_of(intake), port):
        made = Site(url, intake, browser)
        yield made
        for page in made.pages:
            await page.context.close()


@pytest.fixture
async def desk_site(database: TestDatabase, browser: Browser) -> AsyncIterator[DeskSite]:
    """The review desk on a database of the test's own."""
    async with open_desk(database, Log()) as desk, serving(desk, browser) as site:
        yield site


@pytest.fixture
async def public_site(database: TestDatabase, browser: Browser) -> AsyncIterator[PublicSite]:
    """The public site on a database of the test's own, with something of every kind in its record."""
    made, opened_here = await open_publish(database)
    await fill(made)
    async with serving_public(made, browser) as site:
        yield site
    await made.browser.aclose()
    await made.admin.close()
    for one in opened_here:
        await one.close()


def _app_of(intake: Intake) -> FastAPI:
    return cast("FastAPI", cast("httpx.ASGITransport", intake.client._transport).app)
