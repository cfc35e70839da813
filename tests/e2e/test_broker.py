"""The broker dies, loses its disk, loses topics and offsets; the outbox writes the log anew."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.harness.people import People
from tests.harness.system import System

PAUSE_SECONDS = 0.1
"""Between two forms, so that what must be read and posted afterwards stays small."""


@asynccontextmanager
async def forms_coming_in(people: People) -> AsyncIterator[None]:
    """Let forms come in, one after the other, for the length of a block."""
    going_on = True

    async def send() -> None:
        while going_on:
            await people.submit()
            await asyncio.sleep(PAUSE_SECONDS)

    sender = asyncio.create_task(send())
    try:
        yield
    finally:
        going_on = False
        await sender


async def test_broker_killed_and_restarted(system: System, people: People) -> None:
    """Forms get their receipts while there is no broker; what they tell is told when there is one."""
    await people.submit_many(3)
    await asyncio.to_thread(system.stack.kafka.kill)
    await people.submit_many(5)
    await asyncio.to_thread(system.stack.kafka.start)
    await people.submit_many(3)
    await system.settled()


async def test_broker_killed_under_load(system: System, people: People) -> None:
    """Forms come in while the broker dies and returns."""
    async with forms_coming_in(people):
        await people.submit_many(20)
        await asyncio.to_thread(system.stack.kafka.kill)
        await asyncio.to_thread(system.stack.kafka.start)
        await people.submit_many(20)
    await system.settled()


async def test_broker_wiped_while_idle(system: System, people: People) -> None:
    """The broker comes back empty, with the producers alive: the log is written anew."""
    await people.whole_month(5)
    await system.settled()
    await asyncio.to_thread(system.stack.kafka.wipe)
    await people.submit_many(3)
    await system.settled()


async def test_broker_wiped_under_load(system: System, people: People) -> None:
    """The broker loses its disk while forms come in, with the producers alive."""
    async with forms_coming_in(people):
        await people.submit_many(20)
        await asyncio.to_thread(system.stack.kafka.wipe)
        await people.submit_many(20)
    await system.settled()


async def test_topics_deleted(system: System, people: People) -> None:
    """Topics disappear behind everybody's back."""
    await people.submit_many(5)
    await system.settled()
    await system.delete_topics("submissions", "decisions", "notices", "reforms")
    await people.whole_month(5)
    await system.settled()


async def test_forms_topic_deleted(system: System, people: People) -> None:
    """The topic that upstream writes to disappears: made anew, with no form taken in again."""
    first, second = people.new_form(source="kafka:upstream"), people.new_form(source="kafka:upstream")
    await people.send_form(first)
    await people.form_taken_in(first)
    await system.delete_topics("forms")
    for form in (first, second):
        await people.send_form(form)
        system.receipts.add(await people.form_taken_in(form))
    await system.settled()


async def test_group_offsets_deleted(system: System, people: People) -> None:
    """Kafka forgets where everybody stood: everything is read again, and nothing is done again."""
    await people.whole_month(4)
    await system.settled()
    mails = len(system.mailbox.messages())
    for instance in system.instances.values():
        instance.stop()
    await system.delete_groups()
    for instance in system.instances.values():
        instance.start()
    await system.ready()
    await people.submit_many(2)
    await system.settled()
    assert len(system.mailbox.messages()) == mails + 2, "two receipts; their addresses are not confirmed"
