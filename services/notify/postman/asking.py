"""Asks the vault ahead: about mail in hand, and in the same breath about what is taken next."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from uuid import UUID

from services.notify.domain.mail import Mail
from services.notify.postman.contacts import UNREACHABLE, Known, Vault, VaultAway
from services.notify.postman.gate import Gate
from services.notify.postman.pile import Pile

LETTERS_AHEAD = 100
"""What one request asks about besides one piece of mail: together no more than intake's door takes."""

FEW_ANSWERS = 60
"""With fewer answers than this in stock, the vault is asked for more."""

KEPT_SECONDS = 5.0
"""An answer older than this is asked for anew: whoever has been erased since is not written to."""


@dataclass(frozen=True, slots=True)
class _Answer:
    said: Known | VaultAway
    asked_at: float
    of_mails: int

    def is_fresh(self) -> bool:
        return monotonic() < self.asked_at + KEPT_SECONDS


@dataclass(slots=True)
class Enquiry:
    """The vault's answers about mail that is in hand or comes next, each for one use and a few seconds."""

    vault: Vault
    pile: Pile
    gate: Gate
    _answers: dict[UUID, _Answer] = field(default_factory=dict)
    _in_hand: dict[UUID, Mail] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _ahead: "asyncio.Task[None] | None" = None

    async def about(self, mail: Mail) -> Known:
        """Say what the vault knows that concerns this mail.

        Raises:
            VaultAway: it cannot say now.
        """
        answer = self._take(mail) or await self._wait_for(mail)
        self._look_ahead()
        if isinstance(answer.said, Known):
            return answer.said
        if answer.of_mails == 1 or answer.said.code == UNREACHABLE:
            raise VaultAway(answer.said.code)
        # there is one among them that the vault cannot answer for: the others do not share its fate
        return await self.vault.ask([mail])

    def _take(self, mail: Mail) -> _Answer | None:
        answer = self._answers.pop(mail.id, None)
        return answer if answer and answer.is_fresh() else None

    async def _wait_for(self, mail: Mail) -> _Answer:
        self._in_hand[mail.id] = mail
        try:
            async with self._turn:
                return self._take(mail) or await self._ask_at_once(mail)
        finally:
            self._in_hand.pop(mail.id, None)

    async def _ask_at_once(self, mail: Mail) -> _Answer:
        await self._ask(self._find_unanswered({mail.id: mail}))
        return self._answers.pop(mail.id)

    def _look_ahead(self) -> None:
        """Ask about what comes next while others still have their answers: nobody stands still meanwhile."""
        is_asking = self._ahead is not None and not self._ahead.done()
        if not is_asking and len(self._answers) < FEW_ANSWERS and len(self.pile):
            self._ahead = asyncio.ensure_future(self._ask_ahead())

    async def _ask_ahead(self) -> None:
        async with self._turn:
            if mails := self._find_unanswered({}):
                await self._ask(mails)

    async def _ask(self, mails: Mapping[UUID, Mail]) -> None:
        asked_at = monotonic()
        try:
            said: Known | VaultAway = await self._ask_vault(mails.values())
        except VaultAway as away:
            said = away
        # an answer about what was dropped from the pile grows old here, and is forgotten with a later one
        still = {of: answer for of, answer in self._answers.items() if answer.is_fresh()}
        self._answers = still | dict.fromkeys(mails, _Answer(said, asked_at, len(mails)))

    async def _ask_vault(self, mails: Iterable[Mail]) -> Known:
        known = await self.vault.ask(mails)
        await self.gate.foresee(known.addresses)
        return known

    def _find_unanswered(self, found: dict[UUID, Mail]) -> dict[UUID, Mail]:
        """Add what is in hand or comes next to what is ``found``, as many letters as are asked about at once."""
        letters = 0
        for other in (*self._in_hand.values(), *self.pile.next(FEW_ANSWERS + LETTERS_AHEAD)):
            if other.id in found or self._is_answered(other):
                continue
            letters += len(other.letters)
            if letters <= LETTERS_AHEAD:
                found[other.id] = other
        return found

    def _is_answered(self, mail: Mail) -> bool:
        answer = self._answers.get(mail.id)
        return answer is not None and answer.is_fresh()
