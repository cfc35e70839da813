"""Brings one piece of mail out: to whom, in which words, offered, written down that it goes, handed over, settled."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from prometheus_client import Counter

from services.chassis.failpoint import reach
from services.chassis.log import get_logger
from services.notify import words
from services.notify.domain.delivery import Held, Overtaken, PutOff, Result, Settlement, ToldAlready
from services.notify.domain.letters import (
    DRAFT_LINK,
    SUBMITTER,
    SUBSCRIBED,
    Letter,
    is_of_one_of_several,
    is_over,
    language_of,
)
from services.notify.domain.mail import Mail
from services.notify.postman.asking import Enquiry
from services.notify.postman.clerk import Clerk
from services.notify.postman.contacts import Contact, Gone, Known, VaultAway
from services.notify.postman.door import Door, Envelope, Offered
from services.notify.postman.gate import Gate
from services.notify.postman.message import Sender, compose, message_id_of, unsubscribe_url_in
from services.notify.postman.pile import Errand
from services.notify.words.updates import update_link_in

LETTERS = Counter("challenge_letters_total", "Letters settled, by where they stand then", ["kind", "state"])

NOT_HANDED_OVER = PutOff("not-handed-over")

log = get_logger()


@dataclass(frozen=True, slots=True)
class Addressed:
    """Mail whose recipient is known; nothing is written yet."""

    mail: Mail
    contact: Contact
    known: Known


@dataclass(frozen=True, slots=True)
class Written:
    """Mail as it leaves: all of it, or what of it could be written."""

    mail: Mail
    envelope: Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """One pair of hands: a door of its own, and everything else shared with the others."""

    door: Door
    enquiry: Enquiry
    clerk: Clerk
    gate: Gate
    sender: Sender
    house: words.House

    async def deliver(self, errand: Errand) -> None:
        """Deliver one claimed piece of mail, or learn why not. Killed anywhere, it is surely unsent or *unknown*."""
        with self.clerk.expected():
            await self._deliver(errand)

    async def _deliver(self, errand: Errand) -> None:
        addressed = await self._address(errand)
        if not isinstance(addressed, Addressed):
            return await self._settle(errand, errand.mail, addressed)
        written = await self._write(addressed, errand)
        if not isinstance(written, Written):
            return await self._settle(errand, addressed.mail, written)
        offered = await self.door.offer(written.envelope)
        if not isinstance(offered, Offered):
            self.gate.learn(written.envelope.recipient, offered)
            return await self._settle(errand, written.mail, offered)
        return await self._hand_over(errand, written.mail, written.envelope)

    async def _hand_over(self, errand: Errand, mail: Mail, envelope: Envelope) -> None:
        leaving = replace(mail, door=self.door.name, address_hash=self.gate.mark(envelope.recipient))
        if not await self.clerk.intend(errand.lease, leaving):
            # cancelled, suppressed, or another postman's by now: without its final dot it is no letter
            self.door.hang_up()
            return await self._settle(errand, mail, NOT_HANDED_OVER)
        reach("final_dot_intended")
        result = await self.door.hand_over(envelope)
        reach("final_dot_answered")
        self.gate.learn(envelope.recipient, result)
        return await self._settle(errand, mail, result)

    async def _address(self, errand: Errand) -> Addressed | Result:
        mail = errand.mail
        if is_over(mail.leading, errand.claimed_at):
            return Overtaken()
        try:
            known = await self.enquiry.about(mail)
        except VaultAway as away:
            return PutOff(away.code)
        contacts = known.contacts_for(mail)
        if not contacts:
            return await self._find_successor(errand, known)
        if len(contacts) > 1 and not await self._tell_apart(errand, contacts):
            return NOT_HANDED_OVER
        return await self._leave_out_who_knows(errand, Addressed(mail, contacts[0], known))

    async def _tell_apart(self, errand: Errand, contacts: Sequence[Contact]) -> bool:
        # from now on this mail is the first one's, whatever the vault lists next time
        return await self.clerk.tell_apart(errand.lease, errand.mail, [str(contact.ref) for contact in contacts])

    async def _find_successor(self, errand: Errand, known: Known) -> Addressed | Result:
        mail = errand.mail
        if not is_of_one_of_several(mail.leading):
            return _nobody(mail)
        try:
            contacts = await self.enquiry.vault.list_points_of_contact(mail.leading)
        except VaultAway as away:
            return PutOff(away.code)
        ref = await self.clerk.find_successor(errand.lease, mail, [str(contact.ref) for contact in contacts])
        found = next((contact for contact in contacts if contact.ref == ref), None)
        if found is None:
            return _nobody(mail)
        return await self._leave_out_who_knows(errand, Addressed(mail, found, known))

    async def _leave_out_who_knows(self, errand: Errand, addressed: Addressed) -> Addressed | Result:
        mail, contact, known = addressed.mail, addressed.contact, addressed.known
        told = tuple(letter for letter in mail.letters if known.is_submitter(letter, contact))
        remaining = mail.without(told)
        if remaining is None:
            return ToldAlready()
        if told:
            await self._settle(errand, Mail(told), ToldAlready())
        return Addressed(_in_language_of(contact, remaining), contact, known)

    async def _write(self, addressed: Addressed, errand: Errand) -> Written | Result:
        mail, contact = addressed.mail, addressed.contact
        stopped = await self.gate.stop(mail, contact.address, errand.claimed_at)
        if stopped is not None:
            return stopped
        written = self._try_to_write(addressed, errand)
        if isinstance(written, Held) and len(mail.letters) > 1:
            return await self._leave_out_unwritable(errand, addressed, written)
        return written

    async def _leave_out_unwritable(self, errand: Errand, addressed: Addressed, why: Held) -> Written | Result:
        mail, name = addressed.mail, addressed.contact.name
        links = self._links(addressed)
        unwritable = tuple(it for it in mail.letters if not self._can_be_told(it, name, links))
        remaining = mail.without(unwritable)
        if not unwritable or remaining is None:
            return why
        await self._settle(errand, Mail(unwritable), why)
        return self._try_to_write(replace(addressed, mail=remaining), errand)

    def _can_be_told(self, letter: Letter, name: str, links: words.Leading) -> bool:
        try:
            words.write_digest([letter], name, self.house, links)
        except words.Unsendable:
            return False
        return True

    def _try_to_write(self, addressed: Addressed, errand: Errand) -> Written | Result:
        try:
            return Written(addressed.mail, self._envelope(addressed, errand))
        except VaultAway as away:
            return PutOff(away.code)
        except Gone:
            return Overtaken()
        except words.Unsendable as unsendable:
            return Held("stopped", unsendable.code)

    def _envelope(self, addressed: Addressed, errand: Errand) -> Envelope:
        mail, contact = addressed.mail, addressed.contact
        links = self._links(addressed)
        payload = compose(
            self._text(addressed, links),
            kind=mail.leading.kind,
            delivery_id=mail.id,
            language=mail.leading.language,
            to=contact.address,
            sender=self.sender,
            at=errand.claimed_at,
            unsubscribe_url=unsubscribe_url_in(mail.leading, links),
        )
        return Envelope(message_id_of(mail.id, self.sender), self.sender.address, contact.address, payload)

    def _links(self, addressed: Addressed) -> words.Leading:
        leading = addressed.mail.leading
        own = update_link_in(leading, self.house.public_url, self.house.updates_key)
        return addressed.known.links_in(leading) or own

    def _text(self, addressed: Addressed, links: words.Leading) -> words.Text:
        mail, name = addressed.mail, addressed.contact.name
        if len(mail.letters) > 1:
            return words.write_digest(mail.letters, name, self.house, links)
        return words.write(mail.leading, name, self.house, links)

    async def _settle(self, errand: Errand, mail: Mail, result: Result) -> None:
        settled = await self.clerk.settle(errand.lease, [(letter, result) for letter in mail.letters])
        reach("letters_settled")
        for settlement in settled:
            _tell(settlement)


def _in_language_of(contact: Contact, mail: Mail) -> Mail:
    is_own = mail.leading.recipient == SUBMITTER or mail.leading.kind in SUBSCRIBED
    return mail if is_own else mail.in_language(language_of(contact.language))


def _nobody(mail: Mail) -> Result:
    if mail.leading.kind in {DRAFT_LINK, *SUBSCRIBED}:
        return Overtaken()  # the address is forgotten with the draft, or the subscription
    return Held("no-contact" if mail.leading.contact_ref is None else "address-erased")


def _tell(settlement: Settlement) -> None:
    letter = settlement.letter
    LETTERS.labels(letter.kind, settlement.state).inc()
    log.info(
        "letter.settled",
        delivery_id=str(letter.delivery_id),
        kind=letter.kind,
        state=settlement.state,
        code=settlement.detail,
        attempt=letter.attempts,
    )
