"""Which tables are made again and compared, by what, and which are not, and why."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from services.chassis.database import Transaction
from services.review.store import rebuilding as store
from services.review.store.rebuilding import Difference

EXAMPLES_SHOWN = 20


class Table(NamedTuple):
    """How a table is compared: by which columns a row is known, and which columns are not compared.

    ``compared_as`` is a view of it, where its rows are cut by chance; ``in_order`` it is filled when it is taken over.
    """

    name: str
    keys: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    compared_as: str | None = None
    in_order: str = "1, 2"


_ROUND = ("submission_id", "round")

TABLES = (
    Table("batch", ("month",), ("after_submission", "after_round"), in_order="month"),
    Table("manifest", ("month",), in_order="month"),
    Table("marker", ("month", "partition")),
    Table("entered", ("month", "partition", "event_id"), compared_as="entered_event"),
    Table("excluded", ("event_id",)),
    Table("item", _ROUND, ("revision",)),
    Table("told", ("submission_id", "event_id")),
    Table("history", (*_ROUND, "at", "type"), ("place", "revision"), in_order="at, place"),
    Table("recusal", (*_ROUND, "actor_ref")),
    Table("assignment", _ROUND),
    Table("coordination", ("month", "member", "area"), ("listed",)),
    Table("left_behind", _ROUND),
    Table("report", ("month",), in_order="month"),
    Table("story", ("submission_id",)),
    Table("nomination", ("submission_id",)),
    Table("notice", ("delivery_id",)),
)
"""Parents first. A revision counts the changes as they were written, several at once as one: the log does not know how.
``listed`` is a worker's own mark."""

MADE_AT_LEISURE: Mapping[str, str] = MappingProxyType(
    {
        "likeness_due": "what the worker has before it",
        "likeness": "made from told by a worker, at any time anew",
        "flagging_due": "what the worker has before it",
        "pairing_due": "what the worker has before it",
        "flagged": "made from told, likeness and coordination by a worker, at any time anew",
        "alike": "made from likeness by a worker, at any time anew",
        "coordination_item": "made from coordination by a worker, at any time anew",
        "departure_due": "what the worker has before it",
        "departure": "drafts of what will leave, made by a worker, at any time anew",
        "lane": "how far a release has come with those drafts; without it the rest leaves item by item",
        "outbox_draft": "drafts of what will leave, made by a worker, at any time anew",
    }
)
CLEARED = ("coordination_item", "lane")
"""What hangs on rows that are taken over: its worker makes it again, or goes on without it."""

KEPT: Mapping[str, str] = MappingProxyType(
    {
        "outbox": "the log itself",
        "outbox_stream": "the numbers of the log",
        "relay_cursor": "how far the log is copied",
        "stream_position": "how far the topics are heard",
        "parked_event": "what could not be applied, and what operators made of it: a source of the rebuild",
        "halted_reader": "who stands still",
        "schema_migrations_chassis": "which migrations were run",
        "schema_migrations_service": "which migrations were run",
        "plan": "plans of bulk actions as they were shown: applied, they are told item by item",
        "staff": "who may sign in: no topic knows a name",
        "session": "who is signed in",
        "sign_in": "who is signing in",
        "saved_filter": "what someone saved for themselves",
    }
)
"""What no topic tells, and no rebuild touches."""

CARRIED = (
    "contact.shown",
    "submission.accepted.v1",
    "submission.declined.v1",
    "clarification.requested.v1",
)
"""Lines of the history that no topic tells whole: who looked at a contact, who let out an item that was left behind."""


async def compare_all(tx: Transaction) -> list[Difference]:
    """Compare every table that was made again with the living one."""
    found = []
    for table in TABLES:
        name = table.compared_as or table.name
        found.append(await store.compare(tx, name, table.keys, table.left_out, EXAMPLES_SHOWN))
    return found


async def take_over(tx: Transaction) -> None:
    """Put what was made again in the place of the living rows; what is made from them at leisure is due again.

    Fails where review has heard or told anything since the transaction began.
    """
    await store.stand_still(tx)
    await store.take_over(tx, {table.name: table.in_order for table in TABLES}, CLEARED)
    await store.set_due(tx)
