"""Letters as a reader's mail program may show them: under axe, light and dark, on a phone; and the page of all."""

from pathlib import Path
from typing import Literal

import pytest

from tests.browser.chromium import open_browser
from tests.browser.test_accessible import violations
from tests.letters.gallery import make_page, read_golden

KINDS = read_golden()
LETTERS = [
    (f"{kind}, {told}", languages) for kind, several in KINDS.items() for told, languages in list(several.items())[:1]
]
"""One of each kind: a kind's letters differ in words, not in how they are laid out."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_letters_are_accessible(scheme: Literal["light", "dark"]) -> None:
    """Nothing that axe finds, nothing wider than a phone, and nothing that is asked of any other place."""
    async with open_browser() as browser:
        page = await browser.new_page(color_scheme=scheme)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        found = {}
        for number, (name, languages) in enumerate(LETTERS if scheme == "light" else LETTERS[:2]):
            await page.set_content(languages[sorted(languages)[number % len(languages)]].html)
            found[name] = await violations(page)
    assert {name: told for name, told in found.items() if told} == {}
    assert asked == []


async def test_page_of_letters_is_accessible(tmp_path: Path) -> None:
    """One file, which shows each letter in a frame of its own, and as plain text."""
    few = {"clarification": KINDS["clarification"], "retraction": KINDS["retraction"]}
    gallery = tmp_path / "letters.html"
    gallery.write_text(make_page(few), encoding="utf-8")
    async with open_browser() as browser:
        page = await browser.new_page()
        await page.goto(gallery.as_uri())
        assert await page.locator("iframe").count() == sum(len(it) for told in few.values() for it in told.values())
        assert await page.frame_locator("iframe").first.locator("main").is_visible()
        assert await violations(page) == []
