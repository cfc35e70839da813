"""Reads letters again from the ledger: by the templates that they were sent by, without a name and without links."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.chassis.database import Record
from services.chassis.transaction import Transaction
from services.notify.api.rendering import NAMES, nameless_links, read_nameless
from services.notify.domain.letters import Letter
from services.notify.store import proof, wordings
from services.notify.store.claims import letter_of
from services.notify.words import House, Text, Unsendable, write_digest
from services.notify.words.wording import Wording, current_wording, make_wording


async def retell(tx: Transaction, rows: Sequence[Record], house: House) -> dict[UUID, Text]:
    """Give the words of these letters by their delivery ids.

    A letter that was not written yet reads as it would today; one that cannot be written has none. Deliveries that
    went out together have the words of the whole.
    """
    told = _Told(house, await _find_wordings(tx, rows), await _find_together(tx, rows))
    read = {row["delivery_id"]: told.read(row) for row in rows}
    return {delivery_id: text for delivery_id, text in read.items() if text is not None}


@dataclass(frozen=True, slots=True)
class _Told:
    house: House
    wordings: Mapping[str | None, Wording]
    together: Mapping[UUID, Sequence[Letter]]

    def read(self, row: Record) -> Text | None:
        wording = self.wordings.get(row["wording"], current_wording())
        letters = self.together.get(row["mail_id"] or row["delivery_id"], ())
        try:
            if len(letters) > 1:
                links = nameless_links(letters[0], self.house)
                return write_digest(letters, NAMES[row["language"]], self.house, links, wording)
            return read_nameless(letter_of(row), self.house, wording)
        except Unsendable:
            return None


async def _find_wordings(tx: Transaction, rows: Sequence[Record]) -> dict[str | None, Wording]:
    versions = {row["wording"] for row in rows} - {None, current_wording().version}
    kept = await wordings.find_wordings(tx, versions) if versions else {}
    return {version: make_wording(sources) for version, sources in kept.items()}


async def _find_together(tx: Transaction, rows: Sequence[Record]) -> dict[UUID, list[Letter]]:
    mail_ids = sorted({row["mail_id"] for row in rows if row["mail_id"] is not None and row["wording"] is not None})
    together: dict[UUID, list[Letter]] = defaultdict(list)
    for row in await proof.list_together(tx, mail_ids) if mail_ids else []:
        together[row["mail_id"]].append(letter_of(row))
    return together
