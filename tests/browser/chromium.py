"""Finds a Chromium for the tests, and installs one where there is none; it never lets a test be skipped."""

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ("--disable-background-networking", "--disable-component-update", "--no-first-run")
_APT = (
    ("apt-get", "update"),
    ("apt-get", "install", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core"),
)


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Open a real browser for the length of a block."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=find_chromium(), args=arguments())
        yield started
        await started.close()


def find_chromium() -> str:
    """Give the path of a Chromium: the one that ``CHROMIUM`` names, the system's, Playwright's, or a new one.

    Raises:
        RuntimeError: there is none, and none could be installed; says how.
    """
    found = _here() or _install_by_debian() or _install_by_playwright()
    if not found:
        raise RuntimeError(
            "the pages are tested in a real browser: install Chromium (apt-get install chromium, or"
            " .venv/bin/playwright install chromium), or name one in CHROMIUM"
        )
    return found


def arguments() -> list[str]:
    """Say how to start it: without its sandbox where we are root, since it refuses to start with it."""
    return [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def _here() -> str | None:
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None) or _playwrights()


def _playwrights() -> str | None:
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    found = sorted(
        path for path in folder.glob("chromium*/**/chrome*") if path.name in {"chrome", "chrome-headless-shell"}
    )
    return str(found[-1]) if found else None


def _install_by_debian() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in _APT:
        subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True, env=quietly)
    return _here()


def _install_by_playwright() -> str | None:
    command = (sys.executable, "-m", "playwright", "install", "chromium")
    subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True)
    return _playwrights()
