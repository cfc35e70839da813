"""What consumer groups are called, and what they say in their offsets to a topic's writer."""

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import OffsetAndMetadata

from contracts.topics import Topic
from services.chassis.settings import ServiceSettings
from services.chassis.topics.identity import TopicIdentity

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


async def report_hole(consumer: AIOKafkaConsumer, tp: TopicPartition) -> None:
    """Tell the writer's relay, which reads it there, that the log has a hole. The next commit takes it back.

    Raises:
        KafkaError: it could not be told now.
    """
    await consumer.commit({tp: OffsetAndMetadata(await consumer.committed(tp) or 0, HOLE)})
