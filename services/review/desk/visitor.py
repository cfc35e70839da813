"""Who asks for a page of the desk, and what they sent with it: known before the page's own door is entered."""

import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from services.chassis.doors.auth import Principal
from services.chassis.doors.sent import Sent, read_sent
from services.chassis.doors.web import Problem

CSRF = "csrf"
"""The name of the field that every form carries."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever asks. ``principal`` is None for whoever is not signed in; ``key`` is the secret of their cookie."""

    key: str = ""
    name: str = ""
    roles: Sequence[str] = ()
    principal: Principal | None = None

    def may(self, scope: str) -> bool:
        """Say whether they have a scope."""
        return self.principal is not None and scope in self.principal.scopes

    @property
    def csrf(self) -> str:
        """What their forms must carry: nobody can tell it who cannot read their cookie."""
        return hmac.new(self.key.encode(), b"form", "sha256").hexdigest()


NOBODY = Visitor()

Recognise = Callable[[Request], Awaitable[Visitor]]


def visitor_of(request: Request) -> Visitor:
    """Give whoever asks; nobody, where the request was answered before anyone was recognised."""
    found: Visitor = getattr(request.state, "visitor", NOBODY)
    return found


def needs(scope: str) -> Callable[[Request], Awaitable[Principal]]:
    """Make a FastAPI dependency that lets only those in who are signed in and have this scope."""

    async def checked(request: Request) -> Principal:
        principal = visitor_of(request).principal
        if principal is None:
            raise Problem(401, "signed-out", "sign in first")
        if scope not in principal.scopes:
            raise Problem(403, "forbidden", f"this needs the scope {scope}")
        return principal

    return checked


async def check_sent(request: Request) -> None:
    """Read what a form sends, and let it in only from a page of ours that was made for this visitor.

    Raises:
        Problem: 403 ``stale-form``, or what ``read_sent`` raises.
    """
    if request.method in {"GET", "HEAD"}:
        return
    sent = request.state.sent = await read_sent(request)
    visitor = visitor_of(request)
    if not visitor.key or not hmac.compare_digest(sent.one(CSRF).encode(), visitor.csrf.encode()):
        raise Problem(403, "stale-form", "this page was opened before you signed in")


def _sent(request: Request) -> Any:
    return request.state.sent


WhatWasSent = Annotated[Sent, Depends(_sent)]
"""What the form sent."""
