"""A connection to the broker for one look, when the one that stands is not to be trusted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from contracts.topics import Topic
from services.chassis.settings import ServiceSettings
from services.chassis.topics.keeper import BrokerTrouble, TopicKeeper

READ_TIMEOUT_SECONDS = 10.0


@asynccontextmanager
async def connected(settings: ServiceSettings) -> AsyncIterator[TopicKeeper]:
    """Give a keeper for the length of a block.

    Raises:
        BrokerTrouble: there is no broker.
    """
    keeper = TopicKeeper(settings)
    try:
        await keeper.open()
        yield keeper
    finally:
        await keeper.close()


async def is_there(settings: ServiceSettings, topic: Topic) -> bool:
    """Tell whether there is a broker that has this topic, asked through a new connection."""
    try:
        async with connected(settings) as keeper:
            return topic.name in await keeper.identify([topic])
    except BrokerTrouble:
        return False


async def can_read(settings: ServiceSettings, topic: Topic, partition: int, offset: int) -> bool:
    """Tell whether the record at this offset, or the next behind it, can be read, through a new connection."""
    tp = TopicPartition(settings.topic_prefix + topic.name, partition)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap_servers, group_id=None, auto_offset_reset="earliest"
    )
    try:
        async with asyncio.timeout(READ_TIMEOUT_SECONDS):
            await consumer.start()
            consumer.assign([tp])
            consumer.seek(tp, offset)
            return bool(await consumer.getone(tp))
    except (KafkaError, OSError, TimeoutError, ValueError):  # what the client library raises on what it cannot parse
        return False
    finally:
        await consumer.stop()
