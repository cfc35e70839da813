"""Asks the vault ahead: about mail in hand, and in the same breath about what is taken next."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from uuid import UUID

from services.notify.domain.mail import Mail
from services.notify.postman.contacts import UNREACHABLE, Known, Vault, VaultAway
from services.notify.postman.gate import Gate
from services.notify.postman.pile import Pile

LETTERS_AHEAD = 100
"""What one request asks about besides one piece of mail: together no more than intake's door takes."""

KEPT_SECONDS = 5.0
"""An answer older than this is asked for anew: whoever has been erased since is not written to."""


@dataclass(frozen=True, slots=True)
class _Answer:
    said: Known | VaultAway
    asked_at: float
    of_mails: int


@dataclass(slots=True)
class Enquiry:
    """The vault's answers about mail that is in hand or comes next, each for one use and a few seconds."""

    vault: Vault
    pile: Pile
    gate: Gate
    _answers: dict[UUID, _Answer] = field(default_factory=dict)
    _in_hand: dict[UUID, Mail] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def about(self, mail: Mail) -> Known:
        """Say what the vault knows that concerns this mail.

        Raises:
            VaultAway: it cannot say now.
        """
        answer = self._take(mail)
        if answer is None:
            self._in_hand[mail.id] = mail
            try:
                async with self._turn:
                    answer = self._take(mail) or await self._ask(mail)
            finally:
                self._in_hand.pop(mail.id, None)
        if isinstance(answer.said, Known):
            return answer.said
        if answer.of_mails == 1 or answer.said.code == UNREACHABLE:
            raise VaultAway(answer.said.code)
        # there is one among them that the vault cannot answer for: the others do not share its fate
        return await self.vault.ask([mail])

    def _take(self, mail: Mail) -> _Answer | None:
        answer = self._answers.pop(mail.id, None)
        return answer if answer and monotonic() < answer.asked_at + KEPT_SECONDS else None

    async def _ask(self, mail: Mail) -> _Answer:
        mails = self._find_unanswered(mail)
        asked_at = monotonic()
        try:
            said: Known | VaultAway = await self._ask_vault(mails.values())
        except VaultAway as away:
            said = away
        answer = _Answer(said, asked_at, len(mails))
        # only what is still to come is kept: an answer about what is dropped from the pile is forgotten with the next
        self._answers = dict.fromkeys(mails, answer)
        return self._answers.pop(mail.id)

    async def _ask_vault(self, mails: Iterable[Mail]) -> Known:
        known = await self.vault.ask(mails)
        await self.gate.foresee(known.addresses)
        return known

    def _find_unanswered(self, mail: Mail) -> dict[UUID, Mail]:
        found, letters = {mail.id: mail}, 0
        for other in (*self._in_hand.values(), *self.pile.next(LETTERS_AHEAD)):
            letters += 0 if other.id in found else len(other.letters)
            if letters <= LETTERS_AHEAD:
                found[other.id] = other
        return found
