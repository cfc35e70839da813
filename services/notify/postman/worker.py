"""The postman at work: holds a lease, claims mail that is due, and has it brought out by several carriers at once."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import Any

from services.chassis.database import Database
from services.chassis.failpoint import reach
from services.notify import words
from services.notify.postman.asking import Enquiry
from services.notify.postman.carrier import Carrier
from services.notify.postman.clerk import Clerk
from services.notify.postman.contacts import Vault, make_vault
from services.notify.postman.door import Door
from services.notify.postman.doubts import settle_doubts
from services.notify.postman.gate import Gate, OpenGate
from services.notify.postman.gatekeeper import Gatekeeper, make_gatekeeper
from services.notify.postman.lease import beating, hold_lease, take_over
from services.notify.postman.message import Sender
from services.notify.postman.patience import patiently, to_its_end
from services.notify.postman.pile import Errand, Pile
from services.notify.postman.provider import Provider, make_provider_client
from services.notify.postman.smtp import MailServer
from services.notify.settings import Settings
from services.notify.store import claims

CARRIERS_AT_A_DESK = 16
"""So many have the same clerk and mostly wait for it together: meanwhile those of other desks are at work."""


async def _at_any_time(_: Database) -> bool:
    return True


def _open_gate(_: Database) -> Gate:
    return OpenGate()


@dataclass(frozen=True, slots=True, kw_only=True)
class Postman:
    """Delivers mail through as many doors at once as it has; several postmen share the ledger without meeting."""

    settings: Settings
    vault: Vault
    doors: tuple[Door, ...]
    sender: Sender
    house: words.House
    gate: Callable[[Database], Gate] = _open_gate
    may_deliver: Callable[[Database], Awaitable[bool]] = _at_any_time
    """Asked before mail is claimed: an older copy of the ledger holds letters that have been sent since."""

    async def work(self, database: Database) -> None:
        """Deliver mail for ever, one lease after the other: trouble that passes ends a lease, not the work."""
        pile = Pile()
        carrying = [asyncio.ensure_future(self._carry(it, pile)) for it in self.carriers(database, pile)]
        claiming = asyncio.ensure_future(patiently(self._claim_on_a_lease, database, pile))
        try:
            await asyncio.wait([claiming, *carrying], return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _stop(carrying)  # first: what they have in hand is settled under the lease
            await _stop([claiming])
            self.hang_up()
        for ended in (claiming, *carrying):
            if not ended.cancelled():
                ended.result()

    async def deliver_due(self, database: Database, lease: int) -> int:
        """Deliver some of the mail that is due, and say how many pieces it was."""
        pile = Pile()
        count = await self._fill(pile, database, lease)
        await asyncio.gather(*(self._empty(it, pile) for it in self.carriers(database, pile)))
        return count

    def carriers(self, database: Database, pile: Pile) -> list[Carrier]:
        """Make one for each door; all ask together, and those who sit at the same desk write together."""
        gate = self.gate(database)
        shared: dict[str, Any] = {"enquiry": Enquiry(self.vault, pile, gate), "gate": gate}
        desks = [Clerk(database) for _ in self.doors[::CARRIERS_AT_A_DESK]]
        return [
            Carrier(door=door, clerk=desks[place // CARRIERS_AT_A_DESK], sender=self.sender, house=self.house, **shared)
            for place, door in enumerate(self.doors)
        ]

    def hang_up(self) -> None:
        """Close every door."""
        for door in self.doors:
            door.hang_up()

    async def _carry(self, carrier: Carrier, pile: Pile) -> None:
        while True:
            errand = await pile.take()
            await to_its_end(carrier.deliver(errand), self.settings.postman_stop_seconds)

    async def _empty(self, carrier: Carrier, pile: Pile) -> None:
        while errand := pile.take_if_any():
            await to_its_end(carrier.deliver(errand), self.settings.postman_stop_seconds)

    async def _claim(self, database: Database, lease: int) -> list[Errand]:
        async with database.transaction() as tx:
            mails = await claims.claim_mail(tx, lease, self.settings.postman_claim_letters)
        reach("letters_claimed")
        return [Errand(lease, mail, tx.now) for mail in mails]

    async def _claim_on_a_lease(self, database: Database, pile: Pile) -> None:
        settings = self.settings
        try:
            async with hold_lease(database, settings) as (lease, tx), beating(tx, settings.postman_beat_seconds) as end:
                await self._claim_until(end, database, lease, pile)
        finally:
            pile.drop()

    async def _claim_until(self, end: "asyncio.Future[None]", database: Database, lease: int, pile: Pile) -> None:
        settings, looked_at = self.settings, -inf
        enough = settings.postman_claim_letters // 4
        while not end.done():
            if monotonic() > looked_at + settings.postman_silence_seconds:
                await take_over(database)
                await settle_doubts(database, settings)
                looked_at = monotonic()
            if len(pile) > enough:
                await _first_of(end, pile.sinks_to(enough), settings.postman_silence_seconds)
            elif not await self.may_deliver(database) or not await self._fill(pile, database, lease):
                await asyncio.wait([end], timeout=settings.postman_poll_seconds)

    async def _fill(self, pile: Pile, database: Database, lease: int) -> int:
        errands = await self._claim(database, lease)
        await pile.put(errands)
        return len(errands)


def make_postman(settings: Settings, keeper: Gatekeeper | None = None) -> Postman:
    """Make the postman of a process; nothing connects before it works."""
    sender = Sender(
        name=settings.mail_from_name,
        address=settings.mail_from,
        reply_to=settings.mail_reply_to,
        domain=settings.mail_domain,
    )
    return Postman(
        settings=settings,
        vault=make_vault(settings),
        doors=_make_doors(settings),
        sender=sender,
        house=words.make_house(settings),
        gate=(keeper or make_gatekeeper(settings)).at,
    )


def _make_doors(settings: Settings) -> tuple[Door, ...]:
    if settings.mail_door == "smtp":
        return tuple(MailServer(settings) for _ in range(settings.mail_connections))
    client = make_provider_client(settings)
    return tuple(Provider(settings, client) for _ in range(settings.mail_connections))


async def _first_of(end: "asyncio.Future[None]", wanted: Coroutine[Any, Any, None], seconds: float) -> None:
    waiting = asyncio.ensure_future(wanted)
    await asyncio.wait([end, waiting], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    await _stop([waiting])


async def _stop(tasks: Sequence["asyncio.Future[None]"]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
