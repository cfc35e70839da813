"""What a subscriber shows of itself: the messages that its records hold, for the AsyncAPI document."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Union

from contracts.event import envelope_of
from services.chassis.hears import Hears
from services.chassis.position import Record


def payload_of(hears: Hears, service: str) -> Any:
    """Give the type of what a handler hears: one of the events that the catalogue lists for it."""
    if hears.raw:
        return hears.payload or dict[str, Any]
    return any_of(event for event in hears.topic.events if event in hears.topic.readers[service])


def any_of(events: Iterable[type[Any]]) -> Any:
    """Give the type of a message that tells one of these events."""
    return Union[tuple(envelope_of(event) for event in events)]  # noqa: UP007 - known at run time only


def shown_as(payload: Any, hear: Callable[[Sequence[Record]], Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Let a handler of undecoded records say what is in them; FastStream reads annotations, and we decode ourselves."""

    async def on_chunk(records: Any) -> None:
        await hear(records)

    on_chunk.__annotations__["records"] = list[payload]
    return on_chunk
