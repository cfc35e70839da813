"""Asks the vault ahead: about one piece of mail, and in the same breath about those that are taken next."""

import asyncio
from dataclasses import dataclass, field
from math import inf
from time import monotonic
from uuid import UUID

from services.notify.domain.mail import Mail
from services.notify.postman.contacts import UNREACHABLE, Known, Vault, VaultAway
from services.notify.postman.pile import Pile

LETTERS_AHEAD = 100
"""What one request asks about besides: with the largest digest, no more than intake's door takes."""

KEPT_SECONDS = 5.0
"""An answer older than this is asked for anew: whoever has been erased since is not written to."""


@dataclass(slots=True)
class Enquiry:
    """The vault's last answer, shared by the carriers of one pile."""

    vault: Vault
    pile: Pile
    _about: frozenset[UUID] = frozenset()
    _answer: Known | VaultAway | None = None
    _asked_at: float = -inf
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def about(self, mail: Mail) -> Known:
        """Say what the vault knows that concerns this mail.

        Raises:
            VaultAway: it cannot say now.
        """
        async with self._turn:
            if mail.id not in self._about or monotonic() > self._asked_at + KEPT_SECONDS:
                await self._ask_ahead(mail)
            if isinstance(self._answer, Known):
                return self._answer
            if isinstance(self._answer, VaultAway) and (self._answer.code == UNREACHABLE or len(self._about) == 1):
                raise VaultAway(self._answer.code)
            # there is one among them that the vault cannot answer for: the others do not share its fate
            return await self.vault.ask([mail])

    async def _ask_ahead(self, mail: Mail) -> None:
        mails = [mail, *self.pile.next(LETTERS_AHEAD)]
        asked_at = monotonic()
        try:
            self._answer = await self.vault.ask(mails)
        except VaultAway as away:
            self._answer = away
        self._about, self._asked_at = frozenset(it.id for it in mails), asked_at
