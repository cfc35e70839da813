"""Keeps a topic that is not ours in sight: it has no numbers, so what became of it is known by its identity alone."""

import asyncio
from collections.abc import Iterable

from contracts.topics import Topic
from services.chassis.log import get_logger
from services.chassis.reading.stream import Subscription
from services.chassis.settings import ServiceSettings
from services.chassis.topics.connection import connected
from services.chassis.topics.groups import group_of_foreign
from services.chassis.topics.identity import TopicIdentity
from services.chassis.topics.keeper import BrokerTrouble, TopicKeeper

LOOK_SECONDS = 1.0

log = get_logger()


class TopicReplaced(Exception):
    """A foreign topic is gone, or is another: the process ends, and its next life reads from the new one's start."""


class ForeignTopics:
    """The foreign topics that one process hears."""

    def __init__(self, settings: ServiceSettings, service: str, subscriptions: Iterable[Subscription]) -> None:
        self._settings = settings
        self._service = service
        self._subscriptions = [each for each in subscriptions if each.hears.raw]
        self._settled: list[tuple[Topic, TopicIdentity]] = []

    async def settle(self) -> None:
        """See that each topic is there, and let it be heard by a group that is this one topic's own."""
        for each in self._subscriptions:
            topic = each.hears.topic
            identity = await settle_topic(self._settings, topic)
            each.subscriber.group_id = group_of_foreign(self._settings, self._service, topic, identity)
            self._settled.append((topic, identity))

    async def watch(self) -> None:
        """Watch for ever.

        Raises:
            TopicReplaced: what is heard is not what was settled on.
        """
        await asyncio.gather(*(watch_topic(self._settings, topic, identity) for topic, identity in self._settled))


async def settle_topic(settings: ServiceSettings, topic: Topic) -> TopicIdentity:
    """Make a foreign topic when it is missing, and say which one it is. Waits for the broker."""
    while True:
        try:
            async with connected(settings) as keeper:
                return await _settle(keeper, topic)
        except BrokerTrouble as trouble:
            log.warning("topic.unsettled", topic=topic.name, error=str(trouble))
            await asyncio.sleep(LOOK_SECONDS)


async def watch_topic(settings: ServiceSettings, topic: Topic, settled: TopicIdentity) -> None:
    """Look every second whether the topic still is the one that was settled on. A broker that is away proves nothing.

    Raises:
        TopicReplaced: it is not.
    """
    while True:
        try:
            async with connected(settings) as keeper:
                await _watch(keeper, topic, settled)
        except BrokerTrouble:
            await asyncio.sleep(LOOK_SECONDS)


async def _settle(keeper: TopicKeeper, topic: Topic) -> TopicIdentity:
    while True:
        found = (await keeper.identify([topic])).get(topic.name)
        if found is not None:
            return found
        if await keeper.make(topic):
            log.warning("topic.made", topic=topic.name)


async def _watch(keeper: TopicKeeper, topic: Topic, settled: TopicIdentity) -> None:
    while True:
        found = (await keeper.identify([topic])).get(topic.name)
        if found is None or found[:2] != settled[:2]:
            raise TopicReplaced(f"{topic.name}: {found} in the place of {settled}")
        await asyncio.sleep(LOOK_SECONDS)
