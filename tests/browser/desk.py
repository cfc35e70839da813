"""The review desk in a real browser: served for a test, and opened by somebody who is signed in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page

from tests.harness.serving import serving_app
from tests.integration.review.conftest import Desk
from tests.integration.review.staff import begin_session


@dataclass
class DeskSite:
    """The desk's pages, answering at ``url``."""

    url: str
    desk: Desk
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)

    async def visit(self, path: str, *roles: str, **options: Any) -> Page:
        """Open a page as somebody with these roles, in a browser of their own that runs no scripts unless told to."""
        context = await self.browser.new_context(**{"java_script_enabled": False, **options})
        self.contexts.append(context)
        context.set_default_timeout(20_000)
        if roles:
            _, key = await begin_session(self.desk, *roles)
            await context.add_cookies([{"name": "desk", "value": key, "url": self.url}])
        page = await context.new_page()
        await page.goto(f"{self.url}{path}")
        return page


@asynccontextmanager
async def serving(desk: Desk, browser: Browser) -> AsyncIterator[DeskSite]:
    """Serve the desk for the length of a block."""
    async with serving_app(desk.app) as url:
        site = DeskSite(url, desk, browser)
        yield site
        for context in site.contexts:
            await context.close()
