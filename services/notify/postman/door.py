"""A door out: whatever takes mail from us, with the last moment to turn back between its two steps."""

from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

from services.notify.domain.delivery import Lost, PutOff, Taken, TurnedAway


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends, to whom, and the bytes in between. One recipient each: a refusal concerns nobody else."""

    message_id: str
    sender: str
    recipient: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Offered:
    """The other side waits for the letter; nothing of it has left yet."""


class Door(Protocol):
    """One way out, for one piece of mail at a time. What it answers is a code, never the other side's words."""

    name: ClassVar[Literal["smtp", "http"]]
    """By this the ledger remembers which way a letter went."""

    async def offer(self, envelope: Envelope) -> Offered | TurnedAway | PutOff:
        """Go up to where the other side waits for the letter; a refusal leaves the door fit for the next."""

    async def hand_over(self, envelope: Envelope) -> Taken | TurnedAway | PutOff | Lost:
        """Send what was offered, and hear the answer; without one, the outcome is lost. ``PutOff``: nothing left."""

    def hang_up(self) -> None:
        """Turn back at once: what was offered and not handed over is no letter."""
