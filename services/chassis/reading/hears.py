"""How a service says what it hears."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.topics import Topic
from services.chassis.reading.careful import Handler
from services.chassis.reading.position import Record
from services.chassis.reading.settle import OnDiscarded
from services.chassis.transaction import Transaction

RawHandler = Callable[[Sequence[Record], Transaction], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Hears:
    """A handler and the topic that it hears. ``raw`` for a foreign topic, whose records carry no number of ours.

    ``payload`` is for readers of the documentation: what a foreign record should hold.
    """

    topic: Topic
    handler: Any
    raw: bool = False
    on_discarded: OnDiscarded | None = None
    payload: Any = None


def hears(topic: Topic, *, on_discarded: OnDiscarded | None = None) -> Callable[[Handler], Hears]:
    """Declare a handler: it gets each chunk of the topic in order, once, in one transaction with its position."""
    return lambda handler: Hears(topic, handler, on_discarded=on_discarded)


def hears_raw(topic: Topic, *, payload: Any = None) -> Callable[[RawHandler], Hears]:
    """Declare a handler of a foreign topic: it may get a record again, and must know by its own keys."""
    return lambda handler: Hears(topic, handler, raw=True, payload=payload)
