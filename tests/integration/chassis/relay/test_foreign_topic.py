"""A foreign topic has no numbers: only its identity tells that it is another."""

import asyncio

import pytest

from contracts.topics import FORMS
from deploy.stack.stack import Broker
from services.chassis.reading.foreign import TopicReplaced, settle_topic, watch_topic
from services.chassis.topics.groups import group_of_foreign
from services.chassis.topics.keeper import TopicKeeper
from tests.integration.chassis.relay.writer import Writer


async def test_a_missing_topic_is_made(writer: Writer) -> None:
    """It is made as the catalogue says, once, and stays the same."""
    made = await settle_topic(writer.settings, FORMS)
    assert await settle_topic(writer.settings, FORMS) == made
    assert made.partitions == FORMS.partitions
    keeper = TopicKeeper(writer.settings)
    await keeper.open()
    await keeper.verify(FORMS)
    await keeper.close()


async def test_a_topic_that_vanishes_ends_its_reader(writer: Writer) -> None:
    """Whoever hears it is told, and begins anew."""
    settled = await settle_topic(writer.settings, FORMS)
    watching = asyncio.create_task(watch_topic(writer.settings, FORMS, settled))
    async with writer.admin() as admin:
        await admin.delete_topics([writer.settings.topic_prefix + FORMS.name])
    with pytest.raises(TopicReplaced):
        await asyncio.wait_for(watching, 20)


async def test_a_topic_made_anew_is_another(writer: Writer) -> None:
    """The same name, within a blink: another identity, another group, so it is read from its start."""
    settled = await settle_topic(writer.settings, FORMS)
    keeper = TopicKeeper(writer.settings)
    await keeper.open()
    await keeper.remake(FORMS)
    await keeper.close()
    with pytest.raises(TopicReplaced):
        await asyncio.wait_for(watch_topic(writer.settings, FORMS, settled), 20)
    successor = await settle_topic(writer.settings, FORMS)
    groups = {group_of_foreign(writer.settings, "intake", FORMS, topic) for topic in (settled, successor)}
    assert len(groups) == 2


async def test_another_cluster_is_another_topic(writer: Writer, kafka: Broker) -> None:
    """The broker is away, which proves nothing; it comes back empty, as another cluster, which does."""
    settled = await settle_topic(writer.settings, FORMS)
    watching = asyncio.create_task(watch_topic(writer.settings, FORMS, settled))
    await asyncio.to_thread(kafka.kill)
    await asyncio.sleep(2)
    assert not watching.done()
    await asyncio.to_thread(kafka.wipe)
    await asyncio.to_thread(kafka.start)
    with pytest.raises(TopicReplaced):
        await asyncio.wait_for(watching, 30)
    assert (await settle_topic(writer.settings, FORMS)).cluster_id != settled.cluster_id
