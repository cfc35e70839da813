"""Writes down for many carriers at once what each intends and what each learnt: one commit for all that wait for it."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from services.chassis.database import Database
from services.chassis.transaction import Transaction
from services.notify.domain.delivery import Result, Settlement, settle
from services.notify.domain.letters import Letter
from services.notify.domain.mail import Mail
from services.notify.postman.patience import patiently
from services.notify.store import claims, wordings
from services.notify.store.successors import move_to_successor
from services.notify.words.wording import current_wording


@dataclass(slots=True, eq=False)
class _Intention:
    lease: int
    mail: Mail
    is_written: bool = False
    is_ours: bool = False


@dataclass(slots=True, eq=False)
class _Outcome:
    lease: int
    results: Sequence[tuple[Letter, Result]]
    is_written: bool = False
    settled: Sequence[Settlement] = ()


GATHERING_SECONDS = 0.01
"""So long the first waits for others that are at work, so that all of them are written with one commit."""


@dataclass(slots=True)
class Clerk:
    """The first who comes writes, and those who come meanwhile are written together by the first of them."""

    database: Database
    _at_work: int = 0
    _waiting: "list[_Intention | _Outcome]" = field(default_factory=list)
    _pen: asyncio.Lock = field(default_factory=asyncio.Lock)
    _wording_is_kept: bool = False

    async def intend(self, lease: int, mail: Mail) -> bool:
        """Commit that the final dot of this mail follows at once. False: it is not, or not all of it, ours to send."""
        intention = _Intention(lease, mail)
        await self._write(intention)
        return intention.is_ours

    async def settle(self, lease: int, results: Sequence[tuple[Letter, Result]]) -> Sequence[Settlement]:
        """Commit what became of these letters, and tell it; give what was this lease's to say."""
        outcome = _Outcome(lease, results)
        await self._write(outcome)
        return outcome.settled

    async def tell_apart(self, lease: int, mail: Mail, refs: Sequence[str]) -> bool:
        """Let mail to several people be the first one's, and owe the others their own. False: not all of it is ours."""
        return await patiently(self._tell_apart, lease, mail, refs)

    async def _tell_apart(self, lease: int, mail: Mail, refs: Sequence[str]) -> bool:
        async with self.database.transaction() as tx:
            return await claims.insert_letters_to_each(tx, mail, refs, lease)

    async def find_successor(self, lease: int, mail: Mail, refs: Sequence[str]) -> str | None:
        """Let mail to who is a point of contact no more be that of one of these whom nothing else tells; if any."""
        return await patiently(self._find_successor, lease, mail, refs)

    async def _find_successor(self, lease: int, mail: Mail, refs: Sequence[str]) -> str | None:
        async with self.database.transaction() as tx:
            return await move_to_successor(tx, mail, refs, lease)

    @contextmanager
    def expected(self) -> Iterator[None]:
        """Know that somebody is at work meanwhile, and will have something to write."""
        self._at_work += 1
        try:
            yield
        finally:
            self._at_work -= 1

    async def _write(self, entry: "_Intention | _Outcome") -> None:
        self._waiting.append(entry)
        async with self._pen:
            if entry.is_written:
                return
            if len(self._waiting) < self._at_work:
                await asyncio.sleep(GATHERING_SECONDS)
            together, self._waiting = self._waiting, []
            try:
                # the mail server waits, and nobody else knows what it said: however long that takes
                await patiently(self._commit, together)
            except BaseException:
                self._waiting = [other for other in together if other is not entry] + self._waiting
                raise

    async def _commit(self, together: "Sequence[_Intention | _Outcome]") -> None:
        intentions = [entry for entry in together if isinstance(entry, _Intention)]
        outcomes = [entry for entry in together if isinstance(entry, _Outcome)]
        async with self.database.transaction() as tx:
            settled = await _settle(tx, outcomes)
            ours = await self._intend(tx, intentions)
        self._wording_is_kept |= bool(intentions)
        for outcome, own in zip(outcomes, settled, strict=True):
            outcome.settled = own
        for intention in intentions:
            intention.is_ours = (intention.lease, intention.mail.id) in ours
        for entry in together:
            entry.is_written = True

    async def _intend(self, tx: Transaction, intentions: Sequence[_Intention]) -> set[tuple[int, UUID]]:
        if not intentions:
            return set()
        wording = current_wording()
        if not self._wording_is_kept:  # no letter leaves before its words can be read again
            await wordings.keep_wording(tx, wording.version, wording.sources)
        return await claims.intend_final_dots(tx, [(it.lease, it.mail) for it in intentions], wording.version)


async def _settle(tx: Transaction, outcomes: Sequence[_Outcome]) -> list[list[Settlement]]:
    if not outcomes:
        return []
    settled = [[settle(letter, result, tx.now) for letter, result in outcome.results] for outcome in outcomes]
    saved = await claims.save_settlements(
        tx, [it for own in settled for it in own], {outcome.lease for outcome in outcomes}
    )
    return [[it for it in own if claims.claim_of(it.letter) in saved] for own in settled]
