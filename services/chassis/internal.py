"""The way by which one service asks another's internal door."""

import httpx
from pydantic import SecretStr


def make_internal_client(url: str, token: SecretStr, timeout_seconds: float, **headers: str) -> httpx.AsyncClient:
    """Make the connection; it opens when first asked, shows the token, and goes through no proxy of the machine's."""
    shown = {"Authorization": f"Bearer {token.get_secret_value()}", **headers}
    return httpx.AsyncClient(base_url=url, headers=shown, timeout=timeout_seconds, trust_env=False)
