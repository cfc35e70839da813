"""The registry's first content: the members that OGP's pages attest, and invented points of contact."""

import csv
from collections.abc import Iterator
from importlib.resources import files
from uuid import NAMESPACE_URL, uuid5

from services.chassis.database import Transaction
from services.intake.domain.application import Contact
from services.intake.domain.forms import ContactForm
from services.intake.domain.registry import Kind, Member
from services.intake.store.contacts import insert_points_of_contact
from services.intake.store.registry import insert_members
from services.intake.store.vault import Vault

COUNT_MEMBERS = "SELECT count(*) FROM member"


async def seed_registry(tx: Transaction, vault: Vault) -> None:
    """Fill an empty registry; leave any other as it is."""
    if await tx.fetchval(COUNT_MEMBERS):
        return
    await insert_members(tx, (_member(row) for row in _rows("members.csv")))
    await insert_points_of_contact(tx, vault, [(row["code"], _contact(row)) for row in _rows("pocs.csv")])


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files("services.intake").joinpath("seed", name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _member(row: dict[str, str]) -> Member:
    kind: Kind = "national" if row["kind"] == "national" else "local"
    return Member(code=row["code"], kind=kind, country=row["country"], region=row["region"], name=row["name"])


def _contact(row: dict[str, str]) -> Contact:
    form = ContactForm(name=row["name"], address=row["address"], language=row["language"])
    return Contact(contact_ref=uuid5(NAMESPACE_URL, f"urn:ogc:poc:{row['code']}"), form=form)
