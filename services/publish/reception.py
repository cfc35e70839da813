"""Takes in what is said of reforms: checked as a whole, told once, folded into the record when it is heard."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from contracts.event import Fact
from services.chassis.database import Transaction
from services.chassis.tables import Row
from services.publish.domain.importing.statements import Statement, read_statements, references_in
from services.publish.store import told as store


@dataclass(frozen=True, slots=True)
class Taken:
    """What was said, and which of it is new; in a dry run, what would be."""

    statements: Sequence[Statement]
    new: frozenset[bytes]


async def take_in(tx: Transaction, rows: Sequence[Row], zone: ZoneInfo, *, dry_run: bool) -> Taken:
    """Tell what these rows say and is not what was told last of the same thing, all of them or none.

    Raises:
        Faulty: one says what cannot be; with all that is wrong.
    """
    known = await store.find_known(tx, references_in(rows))
    statements = read_statements(rows, known, tx.now, zone)
    words = [store.Word(statement.thing, statement.fingerprint) for statement in statements]
    if dry_run:
        return Taken(statements, frozenset(word.fingerprint for word in words) - await store.find_told(tx, words))
    new = await store.save_told(tx, words, tx.now)
    fresh = [statement for statement in statements if statement.fingerprint in new]
    tx.emit(Fact(subject=statement.subject, data=statement.told) for statement in fresh)
    return Taken(statements, frozenset(new))
