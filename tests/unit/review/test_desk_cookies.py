"""When the desk's cookies go over an encrypted way alone, and where somebody may be led."""

from typing import Any

import pytest
from fastapi import Response

from services.review.desk.cookies import Cookies
from services.review.desk.house import own_address
from services.review.settings import Settings

TOLD: dict[str, Any] = {"database_url": "postgresql://nobody", "kafka_bootstrap_servers": "nobody:1"}
PRODUCTION: dict[str, Any] = {"profile": "production", "topic_replication": 3, "min_insync_replicas": 2}


@pytest.mark.parametrize(
    ("told", "is_secure"),
    [
        ({"review_url": "http://127.0.0.1:8002"}, False),
        ({"review_url": "http://localhost:8002"}, False),
        ({"review_url": "http://[::1]:8002"}, False),
        ({"review_url": "https://127.0.0.1:8002"}, True),
        ({"review_url": "http://desk.example.org"}, True),
        ({"review_url": "desk"}, True),
        ({"review_url": "http://127.0.0.1:8002", **PRODUCTION}, True),
    ],
)
def test_cookies_are_secure_unless_all_is_on_this_machine(told: dict[str, Any], is_secure: bool) -> None:
    """In production always; elsewhere only where a browser is told that the desk is on its own machine."""
    cookies, answer = Cookies(Settings(**TOLD, **told)), Response()
    cookies.give_key(answer, "k")
    parts = answer.headers["set-cookie"].split("; ")
    assert ("Secure" in parts, parts[0]) == (is_secure, "__Host-desk=k" if is_secure else "desk=k")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(parts)


@pytest.mark.parametrize(
    "told",
    [
        {"openid_roles": {"x": "king"}},
        {"openid_issuer": "http://id.example.org", "review_url": "https://desk.example.org", **PRODUCTION},
        {"openid_issuer": "https://id.example.org", "review_url": "http://desk.example.org", **PRODUCTION},
    ],
)
def test_settings_that_would_let_the_wrong_ones_in_are_refused(told: dict[str, Any]) -> None:
    """A role that there is not; a provider, or a way back, that is not encrypted in production."""
    with pytest.raises(ValueError, match="openid"):
        Settings(**TOLD, **told)


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/desk/items?q=a%20b", "/desk/items?q=a%20b"),
        ("/deskitems", "/desk/"),
        ("https://evil.example/desk/", "/desk/"),
        ("/desk/\\evil", "/desk/"),
        ("/desk/\n", "/desk/"),
        ("", "/desk/"),
    ],
)
def test_addresses_to_go_on_to_are_ours(address: str, leads_to: str) -> None:
    """One of the desk's pages, or its first."""
    assert own_address(address) == leads_to
