"""Who wants reports or a saved search by letter: asked for, confirmed, ended, each told once, without the address."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.event import EventData, Fact
from contracts.subscriptions import SavedSearch, SubscriptionConfirmed, SubscriptionEnded, SubscriptionRequested
from services.chassis.codec import decode, encode_text
from services.chassis.ids import new_id
from services.chassis.transaction import Transaction
from services.intake.domain.forms import SearchForm, SubscriptionForm
from services.intake.reception.desk import Desk
from services.intake.store.contacts import Person
from services.intake.store.opening import open_reception
from services.intake.store.subscriptions import (
    UNCONFIRMED_DAYS,
    Wish,
    delete_subscriptions,
    find_id,
    lock_address,
    save_confirmed,
    save_request,
)


def write_search(form: SearchForm | None) -> str:
    """Write a search as it is kept, the same for the same filters; nothing where there is none.

    What is not asked for does not stand there, so that it reads the same when the list has one filter more.
    """
    if form is None:
        return ""
    search = asdict(SavedSearch(**form.model_dump()))
    return encode_text({name: value for name, value in search.items() if value is not None})


async def open_counters(tx: Transaction, zone: ZoneInfo, subscription_ids: Sequence[UUID]) -> None:
    """Lock the counters of these subscriptions' events, and read the clock: before any row, as everywhere."""
    await open_reception(tx, zone, {tx.partition_of(str(it)) for it in subscription_ids})


async def subscribe(tx: Transaction, desk: Desk, form: SubscriptionForm) -> None:
    """Owe a letter that asks to confirm; nothing where one was owed lately, or it is confirmed."""
    address_hash = desk.hash_address(form.address)
    search = write_search(form.search)
    await lock_address(tx, address_hash)
    subscription_id = await find_id(tx, address_hash, search) or new_id()
    await open_counters(tx, desk.zone, [subscription_id])
    contact_ref = new_id()
    # no name: nobody confirmed the address, and a stranger's letter holds nothing that somebody typed
    person = Person(name="", address=form.address, language=form.language)
    wish = Wish(subscription_id, address_hash, search, contact_ref)
    saved = await save_request(tx, desk.vault, wish, person)
    if saved is None:
        return
    subscription_id, requested_at = saved
    told = SubscriptionRequested(
        contact_ref=str(contact_ref),
        requested_at=tx.now,
        expires_at=requested_at + timedelta(days=UNCONFIRMED_DAYS),
        language=form.language,
        about="reforms" if search else "reports",
    )
    _tell(tx, subscription_id, told)


async def confirm(tx: Transaction, zone: ZoneInfo, subscription_id: UUID) -> None:
    """Let the letters come; again changes nothing."""
    await open_counters(tx, zone, [subscription_id])
    it = await save_confirmed(tx, subscription_id)
    if it is not None:
        told = SubscriptionConfirmed(
            contact_ref=str(it.contact_ref),
            confirmed_at=tx.now,
            language=it.language,
            search=decode(SavedSearch, it.search) if it.search else None,
        )
        _tell(tx, subscription_id, told)


async def unsubscribe(tx: Transaction, zone: ZoneInfo, subscription_ids: Sequence[UUID]) -> None:
    """End these subscriptions and forget their addresses; again changes nothing."""
    await open_counters(tx, zone, subscription_ids)
    for subscription_id in await delete_subscriptions(tx, subscription_ids):
        _tell(tx, subscription_id, SubscriptionEnded(ended_at=tx.now))


def _tell(tx: Transaction, subscription_id: UUID, told: EventData) -> None:
    tx.emit([Fact(subject=str(subscription_id), data=told)])
