"""From a record to an event: which types are for this reader, and what their bytes hold."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from contracts.event import Event, full_type
from contracts.topics import Topic
from services.chassis.codec import decoder
from services.chassis.errors import Undecodable, Unlisted
from services.chassis.reading.position import Heard


def event_type(data: type[Any]) -> Any:
    """Give the type of the event that carries this class."""
    return Event[data]  # type: ignore[valid-type]  # a class known only at run time


class EventDecoder:
    """Decodes one topic's events for one reader."""

    def __init__(self, topic: Topic, reader: str) -> None:
        self._listed = frozenset(topic.types)
        self._markers = frozenset(full_type(marker) for marker in topic.markers)
        self._decoders: Mapping[str, msgspec.json.Decoder[Any]] = {
            full_type(event): decoder(event_type(event)) for event in topic.readers[reader]
        }

    def decode(self, record: Heard) -> Event[Any] | None:
        """Read the event of a record; None when the catalogue says that it is not for this reader.

        Raises:
            Unlisted: no event of this topic has that type.
            Undecodable: the bytes do not hold it.
        """
        found = self._decoders.get(record.type)
        if found is None:
            if record.type in self._listed:
                return None
            raise Unlisted(record.type)
        try:
            event: Event[Any] = found.decode(record.raw or b"")
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Undecodable(str(error)) from error
        return event

    def partitions_of(self, records: Iterable[Heard]) -> dict[str, int]:
        """Say where the subjects of these records belong: where they came in; a marker's subject is not told by it."""
        return {record.subject: record.partition for record in records if record.type not in self._markers}

    def decode_all(self, records: Iterable[Heard]) -> list[Event[Any]]:
        """Read the events of records that are for this reader, in order; raises at the first that cannot be read."""
        return [event for event in map(self.decode, records) if event is not None]
