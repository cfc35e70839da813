"""What is looked at to say whether the promise held: plain values, gathered from database, broker and mailbox."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Place = tuple[str, int]
"""A topic's short name and a partition."""

Json = Mapping[str, Any]


class Told(NamedTuple):
    """One event as it stands in an outbox; ``kind`` is its type without the common prefix."""

    seq: int
    event_id: str
    kind: str
    subject: str
    data: Json


class Copied(NamedTuple):
    """One record as it stands in the log: what its headers say."""

    seq: int
    event_id: str


class Reached(NamedTuple):
    """How far a reader says it has come in one partition."""

    last_seq: int
    gapped: bool


class Item(NamedTuple):
    """One round of one submission, in the batch of a month."""

    submission: str
    round: int
    month: str


class Letter(NamedTuple):
    """One row of the mail ledger."""

    delivery_id: str
    message_id: str
    caused_by: str
    recipient: str
    kind: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything that the rules judge.

    ``receipts`` are the submissions that somebody holds a receipt of. ``excused`` are the subjects that are parked
    on purpose: what happened to them after that is not judged.
    """

    receipts: frozenset[str] = frozenset()
    outbox: Mapping[Place, Sequence[Told]] = field(default_factory=dict)
    next_seq: Mapping[Place, int] = field(default_factory=dict)
    log: Mapping[Place, Sequence[Copied]] = field(default_factory=dict)
    reached: Mapping[tuple[str, str, int], Reached] = field(default_factory=dict)
    halted: Sequence[str] = ()
    parked: Sequence[str] = ()
    items: Sequence[Item] = ()
    manifests: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    letters: Sequence[Letter] = ()
    mails: Counter[str] = field(default_factory=Counter)
    public: Mapping[str, Json] = field(default_factory=dict)
    stories: Mapping[str, Json] = field(default_factory=dict)
    excused: frozenset[str] = frozenset()

    def told(self, topic: str) -> list[Told]:
        """Everything told on a topic, each partition in its order."""
        return [told for (name, _), events in sorted(self.outbox.items()) if name == topic for told in events]
