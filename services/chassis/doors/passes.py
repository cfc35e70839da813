"""Passes: what one service signs and another knows again, for one purpose, about one thing, for some time."""

import hmac
import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256

from services.chassis.errors import Refusal

KEY_BYTES = 32
_PASS = re.compile(r"([A-Za-z0-9-]{1,64})\.([0-9]{1,11})\.([A-Za-z0-9_-]{43})", re.ASCII)


def make_pass(key: bytes, purpose: str, about: str, until: datetime) -> str:
    """Sign a pass: safe in an address, the same for the same. ``about`` is letters, digits and hyphens."""
    seconds = int(until.timestamp())
    return f"{about}.{seconds}.{_signed(key, purpose, about, seconds)}"


def read_pass(key: bytes, purpose: str, shown: str, now: datetime) -> str:
    """Give what a pass is about.

    Raises:
        Refusal: 404 ``pass-unknown``, this key signed no such pass; 410 ``pass-over``, its time is over.
    """
    found = _PASS.fullmatch(shown)
    if found is None:
        raise Refusal("pass-unknown", status=404)
    about, seconds, signature = found[1], int(found[2]), found[3]
    if not hmac.compare_digest(signature, _signed(key, purpose, about, seconds)):
        raise Refusal("pass-unknown", status=404)
    if now >= datetime.fromtimestamp(seconds, UTC):
        raise Refusal("pass-over", status=410)
    return about


def _signed(key: bytes, purpose: str, about: str, seconds: int) -> str:
    told = f"{purpose}\n{about}\n{seconds}".encode()
    return urlsafe_b64encode(hmac.digest(key, told, sha256)).decode().rstrip("=")
