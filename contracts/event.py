"""The envelope of every event: CloudEvents 1.0, typed and versioned."""

from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeVar, cast, dataclass_transform
from uuid import UUID

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked_dataclass

from contracts.vocabulary import Instant

TYPE_PREFIX = "org.opengovpartnership.challenge."
SOURCE_PREFIX = "urn:ogc:"


class EventData(Protocol):
    """What an event tells; ``TYPE`` is its versioned name, such as ``submission.received.v1``."""

    TYPE: ClassVar[str]


DataT_co = TypeVar("DataT_co", covariant=True)
ClassT = TypeVar("ClassT", bound=type)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def shape(cls: ClassT) -> ClassT:
    """Make a frozen value that is checked when it is constructed, and trusted when decoded from our own topics."""
    config = ConfigDict(extra="ignore", strict=False, arbitrary_types_allowed=False)
    return cast("ClassT", checked_dataclass(frozen=True, slots=True, kw_only=True, config=config)(cls))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What an event follows from: kept in its envelope, so that anyone can walk back to the beginning."""

    event_id: UUID
    correlation_id: UUID
    traceparent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Generic[DataT_co]):
    """One thing that happened, in the structured JSON form of CloudEvents 1.0 (the Kafka value).

    ``subject`` is the submission's id (or the batch's month) and the Kafka key.
    ``correlationid`` is the id of the first event of the story, ``causationid`` of the one before.
    """

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    type: str
    source: str
    subject: str
    time: Instant
    datacontenttype: Literal["application/json"] = "application/json"
    correlationid: UUID
    causationid: UUID | None = None
    traceparent: str | None = None
    data: DataT_co

    @property
    def cause(self) -> Cause:
        """This event as the cause of others."""
        return Cause(event_id=self.id, correlation_id=self.correlationid, traceparent=self.traceparent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something to tell, not yet numbered: the chassis makes an event of it when its transaction commits.

    ``partition`` is for markers only, which go to every partition; everything else goes where its subject goes.
    ``event_id`` is for who must know the id before the event is told; else it is given on emitting.
    ``traceparent`` is for who tells, in one transaction, what came in by several traces.
    """

    subject: str
    data: EventData
    cause: Cause | None = None
    partition: int | None = None
    event_id: UUID | None = None
    traceparent: str | None = None


def full_type(data: type[Any]) -> str:
    """Spell the CloudEvents ``type`` of an event class."""
    return f"{TYPE_PREFIX}{data.TYPE}"


def envelope_of(data: type[Any]) -> Any:
    """Give the type of a whole message that tells this event, for decoders and schemas: ``Event[data]``."""
    return cast("Any", Event)[data]
