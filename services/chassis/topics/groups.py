"""What consumer groups are called, and what they say in their offsets to a topic's writer."""

import re
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import OffsetAndMetadata

from contracts.topics import Topic
from services.chassis.settings import ServiceSettings
from services.chassis.topics.identity import TopicIdentity

_TOLD = re.compile(r"(\d{1,18}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")

HOLE = "a number is missing"
"""The metadata of the offset of a partition whose log, read twice from its start to its end, lacks a number."""


def group_of(settings: ServiceSettings, service: str, topic: Topic) -> str:
    """Name the consumer group with which a service hears a topic."""
    return f"{settings.topic_prefix}{service}.{topic.name}"


def group_of_foreign(settings: ServiceSettings, service: str, topic: Topic, identity: TopicIdentity) -> str:
    """Name the group that hears this foreign topic, and no later one of the same name.

    Offsets of a topic that is gone can so never be taken for those of its successor, which is read from its start.
    """
    return f"{group_of(settings, service, topic)}.{identity.cluster_id}.{identity.topic_id}"


def tell_position(last_seq: int, last_event_id: UUID | None) -> str:
    """Spell how far a reader has applied, as the metadata of its offset: its writer sees whether it was ever that far.

    A writer that was put back to an older copy, and whose log is lost besides, would give the same numbers again to
    other events, which readers skip.
    """
    return f"{last_seq} {last_event_id}"


def read_position_told(metadata: str | None) -> tuple[int, UUID] | None:
    """Read what a reader has told; None where it told something else, or has applied nothing."""
    found = _TOLD.fullmatch(metadata or "")
    return None if found is None else (int(found[1]), UUID(found[2]))


async def report_hole(consumer: AIOKafkaConsumer, tp: TopicPartition) -> None:
    """Tell the writer's relay, which reads it there, that the log has a hole. The next commit takes it back.

    Raises:
        KafkaError: it could not be told now.
    """
    await consumer.commit({tp: OffsetAndMetadata(await consumer.committed(tp) or 0, HOLE)})
