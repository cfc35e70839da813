"""A connection to the broker for one look, when the one that stands is not to be trusted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from contracts.topics import Topic
from services.chassis.settings import ServiceSettings
from services.chassis.topics.keeper import BrokerTrouble, TopicKeeper


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
