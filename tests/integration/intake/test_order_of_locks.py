"""Whoever takes in locks the counters first, ascending, and all that it will need: nobody waits in a circle."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace

from contracts.topics import PARTITIONS, SUBMISSIONS
from services.chassis.outbox import partition_of
from services.intake.domain.application import Application
from services.intake.domain.problems import Refused
from services.intake.reception.carefully import take_in_carefully
from services.intake.reception.outcome import Outcome, Receipt
from tests.controls.envelope import id_of
from tests.controls.intake import application
from tests.harness.waiting import seen
from tests.integration.intake.conftest import Intake

HOLD = """
CREATE FUNCTION intake.hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.external_id = 'form-000002' THEN PERFORM pg_advisory_xact_lock(11); END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER hold BEFORE INSERT ON intake.submission FOR EACH ROW EXECUTE FUNCTION intake.hold();
ALTER TABLE intake.submission ADD CHECK (external_id <> 'form-000001');
"""
"""The first form is refused by the database, and the second is held, as long as the test wants, while it is kept."""


async def test_a_chunk_taken_in_one_by_one_does_not_meet_a_door_in_a_circle(intake: Intake) -> None:
    """A form waits with the highest counter while a door asks for all, and the next form needs the lowest."""
    await intake.admin.execute(HOLD)
    await intake.admin.execute("SELECT pg_advisory_lock(11)")
    careful = asyncio.create_task(take_in_one_by_one(intake, list(forms_in(3, PARTITIONS - 1, 0))))
    await seen(lambda: waiting_for(intake, "%INSERT INTO submission %"), what="the second form is held")
    door = asyncio.create_task(lock_all(intake))
    await seen(lambda: waiting_for(intake, "%outbox_stream%"), what="the door waits for a counter")
    await intake.admin.execute("SELECT pg_advisory_unlock(11)")
    async with asyncio.timeout(20):
        refused, *received = await careful
        await door
    assert isinstance(refused, Refused)
    assert [isinstance(outcome, Receipt) and outcome.is_new for outcome in received] == [True, True]


async def take_in_one_by_one(intake: Intake, arrivals: Sequence[Application]) -> list[Outcome]:
    """Take in a chunk of the edge whose first the database refuses."""
    async with intake.database.transaction() as tx:
        return await take_in_carefully(tx, arrivals, intake.desk)


async def lock_all(intake: Intake) -> None:
    """Lock the counters as the end of a month does."""
    async with intake.database.transaction() as tx:
        await tx.lock_streams(SUBMISSIONS, range(PARTITIONS))


async def waiting_for(intake: Intake, query: str) -> object:
    """Say who waits for a lock in such a statement."""
    return await intake.rows(
        "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND ltrim(query, E' \\n') LIKE $1"
        " AND datname = current_database()",
        query,
    )


def forms_in(*partitions: int) -> Iterator[Application]:
    """Make a form for each of these partitions, numbered from 1."""
    for number, partition in enumerate(partitions, start=1):
        ids = (id_of(f"form {number} try {step}") for step in range(1000))
        found = next(one for one in ids if partition_of(str(one), PARTITIONS) == partition)
        yield replace(application(number), submission_id=found)
