"""The database restarts, deadlocks, refuses one event."""

import asyncio

import asyncpg

from tests.e2e.test_broker import forms_coming_in
from tests.harness.people import People
from tests.harness.system import System
from tests.harness.waiting import seen

PLANTED = """
INSERT INTO review.item (submission_id, round, month, version, state, declared_area, reference, title, member,
                         institution, received_by, told_by, channel, language, came_at)
VALUES ($1, 1, '2020-01', 1, 'entered', 'justice', 'OGC-2020-000001', 'Planted', 'CR', 'Nobody', $1, $1,
        'standalone', 'en', now())
"""
BLOCKED = """
SELECT count(*) FROM pg_stat_activity
WHERE application_name = 'challenge-review' AND datname = current_database() AND wait_event_type = 'Lock'
"""
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


async def test_postgres_restarted_under_load(system: System, people: People) -> None:
    """Forms come in while Postgres restarts; who got a receipt keeps it."""
    async with forms_coming_in(people):
        await people.submit_many(10)
        await asyncio.to_thread(system.stack.postgres.restart)
        await people.submit_many(10)
    await system.ready()
    await system.settled()


async def test_postgres_killed_under_load(system: System, people: People) -> None:
    """Postgres dies by SIGKILL, as by a power cut, and recovers."""
    async with forms_coming_in(people):
        await people.submit_many(10)
        await asyncio.to_thread(system.stack.postgres.kill)
        await asyncio.to_thread(system.stack.postgres.start)
        await people.submit_many(10)
    await system.ready()
    await system.settled()


async def test_transaction_deadlocked_on_purpose(system: System, people: People) -> None:
    """Review's transaction is the victim of a deadlock: it is tried again, and nothing is parked."""
    receipt = await people.submit()
    await system.settled()
    before = await system.database.value(DEADLOCKS)
    rival = await asyncpg.connect(system.admin_url)
    try:
        async with rival.transaction():
            await rival.execute("SET LOCAL deadlock_timeout = '60s'")
            await rival.execute("SELECT FROM review.item WHERE submission_id = $1::text::uuid FOR UPDATE", receipt.id)
            await people.amend(receipt, "Un título que espera")
            await system.database.wait(BLOCKED, what="review waits for the rival's lock")
            await rival.execute("SELECT FROM review.stream_position WHERE source_topic = 'submissions' FOR UPDATE")
    finally:
        await rival.close()
    await system.database.wait(
        DEADLOCKS, wanted=lambda found: found > before, what="a deadlock in Postgres' statistics"
    )
    await system.settled()


async def test_poison_event_stops_its_own_submission_only(system: System, people: People) -> None:
    """One event cannot be applied: what follows of its subject waits too, all others flow; then it is replayed."""
    system["review"].stop()
    poisoned = await people.submit()
    await system.database.rows(PLANTED.replace("$1", "$1::text::uuid"), poisoned.id)
    await people.submit_many(5)
    await people.amend(poisoned, "Un título que espera detrás")
    system["review"].start()
    await _parked(system, poisoned.id, 2)
    system.excused.add(poisoned.id)
    await system.settled()

    ending = asyncio.create_task(people.end_month())
    month = poisoned.month
    await seen(lambda: people.batch(month), lambda it: it["waiting"] == "parked", what=f"{month} waits for the parked")
    await system.database.rows("DELETE FROM review.item WHERE month = '2020-01'")
    await people.replay("review", "submissions", poisoned.id)
    await ending
    system.excused.clear()
    await people.review(month)
    await people.release(month)
    await system.settled()


async def _parked(system: System, subject: str, count: int) -> None:
    await system.database.wait(
        "SELECT count(*) FROM review.parked_event WHERE subject = $1 AND settled_at IS NULL",
        subject,
        wanted=lambda found: found == count,
        what=f"{count} events of {subject} in the parking",
    )
