"""Staff who are signed in at the desk, without the page where they did it."""

import re
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from services.review.desk.visitor import CSRF, Visitor
from services.review.store.sessions import hash_of
from tests.integration.review.conftest import Desk

PASSWORD = "a long word, and a short one"


@dataclass(frozen=True)
class Person:
    """Somebody at the desk, in a browser of their own that runs no scripts and follows nothing by itself."""

    actor_ref: str
    key: str
    client: httpx.AsyncClient

    @property
    def csrf(self) -> str:
        """What their forms carry."""
        return Visitor(self.key).csrf

    async def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return await self.client.get(path)

    async def post(self, path: str, form: Mapping[str, Any] | None = None) -> httpx.Response:
        """Send a form of a page."""
        return await self.client.post(path, data={CSRF: self.csrf, **(form or {})})


async def begin_session(desk: Desk, *roles: str, name: str = "Somebody") -> tuple[str, str]:
    """Let somebody with these roles be signed in; give their ``actor_ref`` and the key of their cookie."""
    actor_ref, key = f"staff:{secrets.token_hex(6)}", secrets.token_urlsafe(32)
    await desk.admin.execute(
        "INSERT INTO staff (actor_ref, subject, name, roles, password_hash) VALUES ($1, $1, $2, $3, '')",
        actor_ref,
        name,
        list(roles),
    )
    await desk.admin.execute(
        "INSERT INTO session (key_hash, actor_ref, ends_at) VALUES ($1, $2, now() + interval '1 hour')",
        hash_of(key),
        actor_ref,
    )
    return actor_ref, key


@asynccontextmanager
async def browsing(desk: Desk, key: str = "", actor_ref: str = "", language: str = "en") -> AsyncIterator[Person]:
    """Open a browser with a key, or with none."""
    transport = httpx.ASGITransport(desk.app, raise_app_exceptions=False)
    headers = {"Accept-Language": language, "Sec-Fetch-Site": "same-origin"}
    cookies = {"desk": key} if key else {}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://review", headers=headers, cookies=cookies
    ) as client:
        yield Person(actor_ref, key, client)


@asynccontextmanager
async def signed_in(desk: Desk, *roles: str, language: str = "en") -> AsyncIterator[Person]:
    """Let somebody with these roles work at the desk."""
    actor_ref, key = await begin_session(desk, *roles)
    async with browsing(desk, key, actor_ref, language) as person:
        yield person


def csrf_in(page: httpx.Response) -> str:
    """Find what the forms of a page carry."""
    found = re.search(rf'name="{CSRF}" value="([0-9a-f]+)"', page.text)
    assert found, page.text
    return found[1]
