"""Leads who puts a slash behind an address to the door that has none, at whatever host it was asked for."""

from http import HTTPStatus
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.routing import Match


def door_without_slash(request: Request) -> RedirectResponse | None:
    """Lead on to the address without slashes behind it; None where no door is there either.

    The way is told without a host: the one that a request names is its sender's word.
    """
    path = request.url.path
    if request.method not in {"GET", "HEAD"} or not path.endswith("/"):
        return None
    shorter = f"/{path.strip('/')}"
    scope = {**request.scope, "path": shorter}
    if shorter == "/" or all(route.matches(scope)[0] is not Match.FULL for route in request.app.router.routes):
        return None
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{quote(shorter)}{query}", HTTPStatus.PERMANENT_REDIRECT)
