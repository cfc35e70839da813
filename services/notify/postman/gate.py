"""The gate before a letter is written: may this go to this address now, and what was learnt when others went there."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from services.notify.domain.delivery import Result
from services.notify.domain.mail import Mail


class Gate(Protocol):
    """Asked when the address is known and before a word is written; told what became of what it let through."""

    async def foresee(self, addresses: Iterable[str]) -> None:
        """Hear of addresses that will be asked about in the next few seconds."""

    async def stop(self, mail: Mail, address: str, now: datetime) -> Result | None:
        """Say why this may not go now; nothing where it may."""

    def mark(self, address: str) -> bytes | None:
        """Give the hash of an address, by which the ledger finds it again; none where it keeps none."""

    def learn(self, address: str, result: Result) -> None:
        """Hear what a mail server said of mail to this address."""


class OpenGate:
    """Lets everything through."""

    async def foresee(self, addresses: Iterable[str]) -> None:
        """Need to know nothing."""

    async def stop(self, mail: Mail, address: str, now: datetime) -> Result | None:  # noqa: ARG002
        """Stop nothing."""
        return None

    def mark(self, address: str) -> bytes | None:  # noqa: ARG002
        """Keep nothing."""
        return None

    def learn(self, address: str, result: Result) -> None:
        """Forget it."""
