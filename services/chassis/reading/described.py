"""What a subscriber shows of its records to FastStream: what they hold, for the document; and not to touch them."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Union

from aiokafka import ConsumerRecord
from faststream.kafka import KafkaMessage
from faststream.kafka.message import FAKE_CONSUMER

from contracts.event import envelope_of
from services.chassis.reading.hears import Hears
from services.chassis.reading.position import Record


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


async def parse_nothing(records: tuple[ConsumerRecord[bytes, bytes], ...]) -> KafkaMessage:
    """Pass records on as they are: FastStream's parser raises on a header that is not UTF-8, and the chunk is lost."""
    return KafkaMessage(body=b"", raw_message=records, message_id="", correlation_id="", consumer=FAKE_CONSUMER)


async def decode_nothing(message: KafkaMessage) -> object:
    """Hand the records to the handler."""
    return message.raw_message
