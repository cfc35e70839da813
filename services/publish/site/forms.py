"""In which form an answer goes out, page or JSON, and what every answer says to the reader's browser."""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

from fastapi import Request, Response

PAGE_TYPES = ("text/html", "application/xhtml+xml")
JSON_TYPES = ("application/json", "application/*", "*/*")


class Form(StrEnum):
    """A page for people, or JSON for machines."""

    PAGE = "text/html; charset=utf-8"
    JSON = "application/json"


SAFETY: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

VARY = "Accept, Accept-Language"

USUAL_LENGTH = 256
"""Of what a browser wishes, in characters."""

_QUALITY = re.compile(r"q=(0(\.[0-9]{0,3})?|1(\.0{0,3})?)")


def form_asked(request: Request) -> Form:
    """Say which form is asked for: a page only for those who name pages, as every browser does."""
    if request.url.path.endswith(".json"):
        return Form.JSON
    wanted = dict(wishes(request.headers.get("accept", "")))
    page = max((wanted.get(media, 0.0) for media in PAGE_TYPES), default=0.0)
    json = next((wanted[media] for media in JSON_TYPES if media in wanted), 0.0)
    return Form.PAGE if page > 0 and page >= json else Form.JSON


def wishes(accept: str) -> tuple[tuple[str, float], ...]:
    """Read what a browser wishes: each thing, and how much."""
    # browsers say the same few things; what is longer than any of them says is not remembered
    return _remembered(accept) if len(accept) <= USUAL_LENGTH else _read(accept)


def _read(accept: str) -> tuple[tuple[str, float], ...]:
    return tuple(_wish(part) for part in accept.lower().split(","))


_remembered = lru_cache(maxsize=256)(_read)


def _wish(part: str) -> tuple[str, float]:
    media, *parameters = (piece.strip() for piece in part.split(";"))
    found = next((match for match in map(_QUALITY.fullmatch, parameters) if match), None)
    return media, float(found[1]) if found else 1.0


def answer(body: bytes, form: Form, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Make an answer in a form, with the headers that every answer has. It depends on the language wished for."""
    said = {"Vary": VARY, "Cache-Control": "public, no-cache", **SAFETY, **(headers or {})}
    return Response(body, status, said, form.value)
