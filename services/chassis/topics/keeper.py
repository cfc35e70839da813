"""Makes topics as the catalogue says, refuses those that are otherwise, and makes a lost one anew."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    KafkaError,
    NodeNotReadyError,
    NoError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
    for_code,
)

from contracts.topics import CATALOGUE, Topic
from services.chassis.settings import ServiceSettings
from services.chassis.topics.identity import TopicIdentity, identify_topics

REQUEST_TIMEOUT_MS = 10_000
REMAKE_TRIES = 50


class BrokerTrouble(Exception):
    """The broker does not answer, or nobody knows what came of a request: begin anew from what is recorded."""


@contextmanager
def broker_trouble() -> Iterator[None]:
    """Tell the broker's trouble from everybody else's. Nothing but calls of the client library belongs inside."""
    try:
        yield
    except (KafkaError, OSError, TimeoutError) as error:
        raise BrokerTrouble(f"{type(error).__name__}: {error}") from error


def topics_of(writer: str) -> tuple[Topic, ...]:
    """Give the topics that a service writes."""
    return tuple(topic for topic in CATALOGUE.values() if topic.writer == writer)


def wanted_settings(topic: Topic, settings: ServiceSettings) -> Mapping[str, str]:
    """Say how a topic has to be set; the rest is the broker's own affair."""
    return {
        "cleanup.policy": "delete",
        "retention.ms": str(topic.retention_ms),
        "retention.bytes": "-1",
        "message.timestamp.type": "LogAppendTime",
        "max.message.bytes": str(topic.max_message_bytes),
        "min.insync.replicas": str(settings.min_insync_replicas),
        "unclean.leader.election.enable": "false",
    }


class TopicKeeper:
    """Looks after topics through a connection of its own."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self.admin = AIOKafkaAdminClient(
            bootstrap_servers=settings.kafka_bootstrap_servers, request_timeout_ms=REQUEST_TIMEOUT_MS
        )

    async def open(self) -> None:
        """Connect."""
        with broker_trouble():
            await self.admin.start()

    async def close(self) -> None:
        """Disconnect."""
        await self.admin.close()

    def full_name(self, topic: Topic) -> str:
        """Spell a topic's name in this deployment."""
        return self._settings.topic_prefix + topic.name

    async def identify(self, topics: Iterable[Topic]) -> dict[str, TopicIdentity]:
        """Say which of these topics exist, by their short names, and which ones they are."""
        names = {self.full_name(topic): topic.name for topic in topics}
        with broker_trouble():
            found = await identify_topics(self.admin, list(names))
        return {names[name]: identity for name, identity in found.items()}

    async def make(self, topic: Topic) -> bool:
        """Make a topic. Says whether that was needed."""
        new = NewTopic(
            self.full_name(topic),
            topic.partitions,
            self._settings.topic_replication,
            topic_configs=dict(wanted_settings(topic, self._settings)),
        )
        with broker_trouble():
            await self._find_controller()
            [answer] = (await self.admin.create_topics([new])).to_object()["topic_errors"]
            error = for_code(answer["error_code"])
            if error not in {NoError, TopicAlreadyExistsError}:
                raise error(answer["error_message"])
        return error is NoError

    async def remake(self, topic: Topic) -> None:
        """Delete a topic with all that is in it, if it exists, and make it empty.

        Raises:
            BrokerTrouble: it would not go, or not come.
        """
        with broker_trouble():
            await self._find_controller()
            response = await self.admin.delete_topics([self.full_name(topic)])
            [answer] = response.to_object()["topic_error_codes"]
            if (error := for_code(answer["error_code"])) not in {NoError, UnknownTopicOrPartitionError}:
                raise error(topic.name)
        for _ in range(REMAKE_TRIES):
            if await self.make(topic):
                return
            await asyncio.sleep(0.1)
        raise BrokerTrouble(f"{topic.name} is deleted, and still there")

    async def verify(self, topic: Topic) -> None:
        """Compare a topic with the catalogue.

        Raises:
            RuntimeError: names what differs; the guarantee rests on it.
        """
        wanted = wanted_settings(topic, self._settings)
        found = await self._read_settings(topic, wanted)
        differing = [f"{name} is {found.get(name)}" for name, value in wanted.items() if found.get(name) != value]
        partitions = (await self.identify([topic]))[topic.name].partitions
        if partitions != topic.partitions:
            differing.append(f"it has {partitions} partitions, not {topic.partitions}")
        if differing:
            raise RuntimeError(f"topic {self.full_name(topic)}: {', '.join(differing)}; wanted is {dict(wanted)}")

    async def _find_controller(self) -> None:
        # a cluster that has just begun names none yet, over which the client library would stumble
        client = self.admin._client  # noqa: SLF001 - no public door
        if client.cluster.controller is None:
            await client.force_metadata_update()
        if client.cluster.controller is None:
            raise NodeNotReadyError("the cluster has no controller yet")

    async def _read_settings(self, topic: Topic, names: Iterable[str]) -> dict[str, str]:
        asked = ConfigResource(ConfigResourceType.TOPIC, self.full_name(topic), configs=dict.fromkeys(names))
        with broker_trouble():
            [response] = await self.admin.describe_configs([asked])
            [answer] = response.to_object()["resources"]
            if (error := for_code(answer["error_code"])) is not NoError:
                raise error(answer["error_message"])
        return {entry["config_names"]: entry["config_value"] for entry in answer["config_entries"]}
