"""What every page says to the reader's browser: keep nothing, run nothing foreign, tell nobody where the reader was."""

from collections.abc import Mapping
from pathlib import Path

from fastapi import Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from services.chassis.doors.web import Problem

_NOTHING_FOREIGN = (
    "default-src 'none'; style-src 'self'; img-src 'self'; {scripts}"
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_ALWAYS: Mapping[str, str] = {
    "Content-Security-Policy": _NOTHING_FOREIGN.format(scripts=""),
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
OPEN: Mapping[str, str] = {**_ALWAYS, "Referrer-Policy": "same-origin"}
"""For a page that anyone may find."""

SECRET: Mapping[str, str] = {**_ALWAYS, "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
"""For a page whose address is its key."""

STAFF: Mapping[str, str] = {
    **OPEN,
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Security-Policy": _NOTHING_FOREIGN.format(scripts="script-src 'self'; connect-src 'self'; "),
}
"""For a page behind a sign-in, which may run scripts of its own."""

_A_YEAR = "public, max-age=31536000, immutable"


def page(body: bytes, language: str, status: int = 200, headers: Mapping[str, str] = SECRET) -> Response:
    """Answer with a page."""
    said = {**headers, "Content-Language": language}
    return Response(body, status, said, "text/html; charset=utf-8")


def see_other(path: str, headers: Mapping[str, str] = SECRET) -> Response:
    """Send the browser on by GET, so that reloading repeats nothing. ``path`` is one of ours."""
    return RedirectResponse(path, 303, headers=dict(headers))


def kept_file(file: Path) -> Response:
    """Answer with a file whose address changes with its content."""
    return FileResponse(file, headers={**OPEN, "Cache-Control": _A_YEAR})


def check_same_site(request: Request) -> None:
    """Let in only what a page of ours sends: no other site may make a reader's browser send something.

    Raises:
        Problem: 403 ``cross-site``.
    """
    fetched_by = request.headers.get("sec-fetch-site")
    if fetched_by is not None:
        is_ours = fetched_by in {"same-origin", "none"}
    else:  # an old browser; "null" is what it says on a page that tells no referrer
        origin = request.headers.get("origin", "null")
        is_ours = origin == "null" or origin.partition("://")[2] == request.headers.get("host")
    if not is_ours:
        raise Problem(403, "cross-site", "this was sent from another site")
