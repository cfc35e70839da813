"""The postman at work: claim what is due, offer it, write down that it goes, hand it over, and settle it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf
from time import monotonic

from prometheus_client import Counter

from services.chassis.database import Database
from services.chassis.failpoint import reach
from services.chassis.log import get_logger
from services.chassis.relay.vouching import is_vouched
from services.notify import words
from services.notify.domain.delivery import Held, Overtaken, PutOff, Result, Settlement, ToldAlready, settle
from services.notify.domain.letters import DRAFT_LINK, SUBMITTER, Letter, language_of, letters_to_each
from services.notify.postman.contacts import Contact, DraftGone, Vault, VaultAway, make_vault
from services.notify.postman.lease import beating, hold_lease, take_over
from services.notify.postman.message import Sender, compose, message_id_of
from services.notify.postman.patience import patiently, to_its_end
from services.notify.postman.smtp import Envelope, MailServer, Offered
from services.notify.settings import Settings
from services.notify.store import claims

LETTERS = Counter("challenge_letters_total", "Letters settled, by where they stand then", ["kind", "state"])

log = get_logger()


async def _at_any_time(_: Database) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Addressed:
    """A letter that is written and knows whom it goes to."""

    letter: Letter
    envelope: Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Postman:
    """Delivers letters one after the other; several at once share the ledger without meeting."""

    settings: Settings
    vault: Vault
    server: MailServer
    sender: Sender
    house: words.House
    may_deliver: Callable[[Database], Awaitable[bool]] = _at_any_time
    """Asked before letters are claimed: an older copy of the ledger holds letters that have been sent since."""

    async def work(self, database: Database) -> None:
        """Deliver letters for ever, one lease after the other: trouble that passes ends a lease, not the work."""
        try:
            await patiently(self._work_on_a_lease, database)
        finally:
            self.server.hang_up()

    async def deliver_due(self, database: Database, lease: int) -> int:
        """Deliver some of the letters that are due, and say how many they were."""
        async with database.transaction() as tx:
            letters = await claims.claim_letters(tx, lease, self.settings.postman_claim_letters)
        reach("letters_claimed")
        for letter in letters:
            await to_its_end(self.deliver(database, lease, letter, tx.now), self.settings.postman_stop_seconds)
        return len(letters)

    async def deliver(self, database: Database, lease: int, letter: Letter, now: datetime) -> None:
        """Deliver one claimed letter, or learn why not. Killed anywhere, it is surely unsent or says *unknown*."""
        contacts = await self._find_contacts(letter)
        if not isinstance(contacts, list):
            return await self._settle(database, lease, letter, contacts)
        if len(contacts) > 1 and not await self._tell_apart(database, lease, letter, contacts):
            return None
        addressed = await self._address(letter, contacts[0], now)
        if not isinstance(addressed, Addressed):
            return await self._settle(database, lease, letter, addressed)
        offered = await self.server.offer(addressed.envelope)
        if not isinstance(offered, Offered):
            return await self._settle(database, lease, addressed.letter, offered)
        return await self._hand_over(database, lease, addressed)

    async def _hand_over(self, database: Database, lease: int, addressed: Addressed) -> None:
        letter = addressed.letter
        if not await patiently(self._intend_final_dot, database, lease, letter):
            # cancelled, or another postman's by now: without its final dot it is no letter
            self.server.hang_up()
            return await self._settle(database, lease, letter, PutOff("not-handed-over"))
        reach("final_dot_intended")
        result = await self.server.hand_over(addressed.envelope)
        reach("final_dot_answered")
        return await self._settle(database, lease, letter, result)

    async def _intend_final_dot(self, database: Database, lease: int, letter: Letter) -> bool:
        async with database.transaction() as tx:
            return await claims.intend_final_dot(tx, letter, lease)

    async def _find_contacts(self, letter: Letter) -> list[Contact] | Result:
        try:
            return await self.vault.find_contacts(letter) or _nobody(letter)
        except VaultAway as away:
            return PutOff(away.code)

    async def _tell_apart(self, database: Database, lease: int, letter: Letter, contacts: Sequence[Contact]) -> bool:
        # from now on this letter is the first one's, whatever the vault lists next time
        each = letters_to_each(letter, [str(contact.ref) for contact in contacts])
        async with database.transaction() as tx:
            return await claims.insert_letters_to_each(tx, each, lease)

    async def _address(self, letter: Letter, contact: Contact, now: datetime) -> Addressed | Result:
        try:
            if letter.recipient == SUBMITTER:
                return self._write(letter, contact, now, await self.vault.find_links(letter))
            if await self.vault.is_submitter(letter, contact):
                return ToldAlready()
        except VaultAway as away:
            return PutOff(away.code)
        except DraftGone:
            return Overtaken()
        return self._write(replace(letter, language=language_of(contact.language)), contact, now)

    def _write(
        self, letter: Letter, contact: Contact, now: datetime, links: words.Leading = None
    ) -> Addressed | Result:
        try:
            text = words.write(letter, contact.name, self.house, links)
            payload = compose(
                text,
                delivery_id=letter.delivery_id,
                language=letter.language,
                to=contact.address,
                sender=self.sender,
                at=now,
            )
        except words.Unsendable as unsendable:
            return Held("stopped", unsendable.code)
        message_id = message_id_of(letter.delivery_id, self.sender)
        return Addressed(letter, Envelope(message_id, self.sender.address, contact.address, payload))

    async def _settle(self, database: Database, lease: int, letter: Letter, result: Result) -> None:
        # what is known now is lost with this process: it is written down however long that takes
        settlement = await patiently(self._save, database, lease, letter, result)
        if settlement is None:
            return
        LETTERS.labels(letter.kind, settlement.state).inc()
        log.info(
            "letter.settled",
            delivery_id=str(letter.delivery_id),
            kind=letter.kind,
            state=settlement.state,
            code=settlement.detail,
            attempt=letter.attempts,
        )

    async def _save(self, database: Database, lease: int, letter: Letter, result: Result) -> Settlement | None:
        async with database.transaction() as tx:
            settlement = settle(letter, result, tx.now)
            saved = await claims.save_settlements(tx, [settlement], [lease])
        return settlement if saved else None

    async def _work_on_a_lease(self, database: Database) -> None:
        settings = self.settings
        async with hold_lease(database, settings) as (lease, tx), beating(tx, settings.postman_beat_seconds) as beats:
            await self._go_round(database, lease, beats)

    async def _go_round(self, database: Database, lease: int, beats: "asyncio.Future[None]") -> None:
        looked_at = -inf
        while not beats.done():
            if monotonic() > looked_at + self.settings.postman_silence_seconds:
                await take_over(database)
                looked_at = monotonic()
            if not await self.may_deliver(database) or not await self.deliver_due(database, lease):
                await asyncio.wait([beats], timeout=self.settings.postman_poll_seconds)


def make_postmen(settings: Settings) -> tuple[Postman, ...]:
    """Make the postmen of a process: one vault to ask, a connection to the mail server each."""
    one = make_postman(settings)
    return tuple(replace(one, server=MailServer(settings), may_deliver=is_vouched) for _ in range(settings.postmen))


def make_postman(settings: Settings) -> Postman:
    """Make a postman; nothing connects before it works."""
    sender = Sender(
        name=settings.mail_from_name,
        address=settings.mail_from,
        reply_to=settings.mail_reply_to,
        domain=settings.mail_domain,
    )
    return Postman(
        settings=settings,
        vault=make_vault(settings),
        server=MailServer(settings),
        sender=sender,
        house=words.make_house(settings),
    )


def _nobody(letter: Letter) -> Result:
    if letter.kind == DRAFT_LINK:
        return Overtaken()  # the address is forgotten with the draft
    return Held("no-contact" if letter.contact_ref is None else "address-erased")
