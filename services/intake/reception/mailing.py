"""Has a draft's link sent to the address that stands in it: once a saving, and told without the address."""

from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from contracts.event import Fact
from contracts.reference import Language
from contracts.submissions import DraftSaved
from services.chassis.ids import new_id
from services.chassis.transaction import Transaction
from services.intake.domain.fields import Address
from services.intake.reception.desk import Desk
from services.intake.store.contacts import Person
from services.intake.store.drafts import Draft, lock_draft, save_reader
from services.intake.store.opening import open_reception

_address: TypeAdapter[str] = TypeAdapter(Address)


def address_in(draft: Draft) -> str | None:
    """Give the submitter's address as far as one is typed that can be written to."""
    try:
        return _address.validate_python(str(draft.typed.get("contact.address", "")).strip())
    except ValidationError:
        return None


async def ask_for_link(tx: Transaction, desk: Desk, draft_id: UUID, language: Language) -> None:
    """Tell that the link is wanted, and keep in the vault by whom; nothing where that is so already, or cannot be."""
    # the counter before the row, as everywhere
    await open_reception(tx, desk.zone, {tx.partition_of(str(draft_id))})
    draft = await lock_draft(tx, desk.vault, draft_id)
    address = None if draft is None or draft.is_link_asked else address_in(draft)
    if draft is None or address is None:
        return
    contact_ref = new_id()
    # no name: nobody confirmed the address, and a stranger's letter holds nothing that somebody typed
    await save_reader(tx, desk.vault, draft_id, contact_ref, Person(name="", address=address, language=language))
    tx.emit([Fact(subject=str(draft_id), data=_told(draft, contact_ref, language))])


def _told(draft: Draft, contact_ref: UUID, language: Language) -> DraftSaved:
    return DraftSaved(
        contact_ref=str(contact_ref), saved_at=draft.saved_at, expires_at=draft.kept_until, language=language
    )
