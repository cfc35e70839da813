"""What is asked of a list, and where one goes on in it."""

from dataclasses import dataclass
from datetime import datetime

from services.chassis.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What of a list is asked for; None asks for all.

    ``country`` is a member's code, and asks for its localities too; ``member`` asks for one member, national or local;
    ``locality`` is a local member's code, or of a locality that is no member its id, or its reform's reference.
    ``institution`` is its whole name, in any case. ``language`` is the first part of the text's tag. ``q`` is words to
    look for, as people write them into a search box. ``at`` asks for the record as it stood just before that moment.
    """

    area: str | None = None
    region: str | None = None
    country: str | None = None
    member: str | None = None
    locality: str | None = None
    level: str | None = None
    channel: str | None = None
    institution: str | None = None
    batch: str | None = None
    language: str | None = None
    retagged: bool | None = None
    promising: bool | None = None
    q: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a list, newest first: just behind this reference."""

    published_at: datetime
    reference: str


KEEP_STILL = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


async def keep_still(tx: Transaction) -> None:
    """Let all that follows in this transaction read one and the same state; before anything is read in it."""
    await tx.execute(KEEP_STILL)
