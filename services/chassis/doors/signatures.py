"""Signatures of webhooks, as Standard Webhooks 1.0.0 has them: HMAC-SHA256 over id, time and body."""

import hmac
import re
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from services.chassis.errors import Refusal

TOLERANCE = timedelta(minutes=5)
MEMORY = 2 * TOLERANCE
"""How long after it was first seen a delivery can be shown again: it may have been signed ahead of our time."""

PREFIX = "whsec_"
SECRET_BYTES = range(24, 65)

CODES = {
    "webhook-unsigned": "The headers webhook-id, webhook-timestamp and webhook-signature are needed, well-formed.",
    "webhook-signature": "The signature does not fit the content, or this source is not known here.",
    "webhook-timestamp": "The signature is more than five minutes away from the time here.",
}
"""What can be wrong with a signature; a service may say it in more languages."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_:-]{0,119}")
_SECONDS = re.compile(r"[0-9]{1,11}")


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook as it came: its id, when it was signed, what was signed, and the signatures shown for that."""

    webhook_id: str
    signed_at: datetime
    signed: bytes
    signatures: tuple[bytes, ...]


def read_delivery(webhook_id: str | None, timestamp: str | None, signature: str | None, body: bytes) -> Delivery:
    """Read the headers of a webhook.

    Raises:
        Refusal: 401 webhook-unsigned, when one is absent or not what it should be.
    """
    if not _ID.fullmatch(webhook_id or "") or not _SECONDS.fullmatch(timestamp or "") or not signature:
        raise _refusal("webhook-unsigned")
    return Delivery(
        webhook_id=str(webhook_id),
        signed_at=datetime.fromtimestamp(int(str(timestamp)), UTC),
        signed=_content(str(webhook_id), str(timestamp), body),
        signatures=tuple(_signatures(signature)),
    )


def check_signature(delivery: Delivery, keys: Iterable[bytes]) -> None:
    """Hold a delivery against the keys of its source; one that fits is enough.

    Raises:
        Refusal: 401 webhook-signature.
    """
    wanted = [hmac.digest(key, delivery.signed, sha256) for key in keys]
    # all are compared, so that the time taken tells nothing of which fits
    if not sum(hmac.compare_digest(own, shown) for own in wanted for shown in delivery.signatures):
        raise _refusal("webhook-signature")


def check_age(delivery: Delivery, now: datetime) -> None:
    """Let in only what was signed within five minutes of now.

    Raises:
        Refusal: 401 webhook-timestamp.
    """
    if abs(now - delivery.signed_at) > TOLERANCE:
        raise _refusal("webhook-timestamp")


def key_of(secret: str) -> bytes:
    """Give the key that a secret stands for: ``whsec_`` and base64, of 24 to 64 bytes.

    Raises:
        ValueError: it is no such secret.
    """
    key = b64decode(secret.removeprefix(PREFIX), validate=True)
    if len(key) not in SECRET_BYTES:
        raise ValueError("a webhook's secret has 24 to 64 bytes, in base64")
    return key


def sign(key: bytes, webhook_id: str, signed_at: datetime, body: bytes) -> str:
    """Sign a body, as its sender does."""
    content = _content(webhook_id, f"{int(signed_at.timestamp())}", body)
    return f"v1,{b64encode(hmac.digest(key, content, sha256)).decode()}"


def _refusal(code: str) -> Refusal:
    return Refusal(code, CODES[code], status=401)


def _content(webhook_id: str, timestamp: str, body: bytes) -> bytes:
    return f"{webhook_id}.{timestamp}.".encode() + body


def _signatures(header: str) -> Iterable[bytes]:
    for shown in header[:4_000].split(" "):
        version, _, encoded = shown.partition(",")
        if version == "v1":
            yield _decoded(encoded)


def _decoded(encoded: str) -> bytes:
    try:
        return b64decode(encoded, validate=True)
    except (Error, ValueError):
        return b""
