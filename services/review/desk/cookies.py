"""The cookies of the desk: the key of a session, and the language that its reader chose."""

import secrets
from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Request, Response

from services.review.settings import Settings

LANGUAGE = "desk-language"
_KEY_MAX, _A_YEAR_SECONDS = 100, 31_536_000


class Cookies:
    """Sets and reads them; over anything but this very machine only where the way is encrypted."""

    def __init__(self, settings: Settings) -> None:
        self._secure = not (settings.profile == "embedded" and _is_here(settings.review_url))
        self.key_name = "__Host-desk" if self._secure else "desk"

    def key_of(self, request: Request) -> str:
        """Give the key that came with a request, or nothing."""
        key = request.cookies.get(self.key_name, "")
        return key if key.isascii() and len(key) <= _KEY_MAX else ""

    def give_key(self, response: Response, key: str) -> None:
        """Let the browser keep a key until it is closed; no script can read it, no other site send it with a form."""
        response.set_cookie(self.key_name, key, path="/", secure=self._secure, httponly=True, samesite="lax")

    def take_key(self, response: Response) -> None:
        """Let the browser forget its key."""
        response.delete_cookie(self.key_name, path="/", secure=self._secure, httponly=True, samesite="lax")

    def give_language(self, response: Response, language: str) -> None:
        """Let the browser keep the language that its reader chose."""
        response.set_cookie(
            LANGUAGE, language, _A_YEAR_SECONDS, path="/desk", secure=self._secure, httponly=True, samesite="lax"
        )


def new_key() -> str:
    """Make a key that nobody can guess."""
    return secrets.token_urlsafe(32)


def _is_here(url: str) -> bool:
    parts = urlsplit(url)
    try:
        return parts.scheme == "http" and ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.scheme == "http" and parts.hostname == "localhost"
