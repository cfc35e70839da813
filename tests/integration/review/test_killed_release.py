"""A release that is killed by SIGKILL, at each kind of point, and continued: no repeat, no gap."""

import asyncio
import os
import signal
import sys
from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from services.chassis.codec import decode, encode
from services.chassis.database import Database
from services.review.domain.acting import carry_out
from services.review.domain.commands import Release
from services.review.drafting import draft_due, forget_told
from services.review.store import departures, items
from tests.conftest import TestDatabase
from tests.controls.envelope import MONTH, submission_id
from tests.integration.review.conftest import Desk, assessment, received

POINTS = (
    "release_locked",
    "mid_release",
    "release_chunk_committed:2",
    "mid_release:2",
    "release_locked:2",
    "release_finishing",
    "release_chunk_committed",
)
"""Where each life ends, one after the other; the next goes on from there."""
ITEMS = range(1, 15)
CHUNK = 3
DRAFTED = 9
"""So many are written when they are decided; the others when they leave."""


async def live(database: TestDatabase, failpoint: str) -> int:
    """Let one life of the release run, and say how it ended."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.integration.review.lonely_releaser",
        str(CHUNK),
        str(DRAFTED),
        env={
            "PATH": os.environ.get("PATH", ""),
            "DATABASE_URL": database.url("review"),
            "KAFKA_BOOTSTRAP_SERVERS": "nobody:1",
            "FAILPOINT": failpoint,
        },
    )
    return await process.wait()


async def decide_all(desk: Desk) -> None:
    """Let a month be over with every outcome, one item of it held back."""
    await desk.hear(*(received(number) for number in ITEMS))
    await desk.close()
    for number in ITEMS:
        path = f"/items/{submission_id(number)}/1"
        await desk.do(f"{path}/assessment", assessment(**({"timing": "not-met"} if number % 3 == 1 else {})))
        asked = {"outcome": "clarification", "question": "When?"}
        declined = {"outcome": "declined", "reason_codes": ["no-future-milestones"]}
        await desk.do(f"{path}/decision", [asked, declined, {"outcome": "accepted"}][number % 3])
    await desk.do(f"/items/{submission_id(1)}/1/hold", {"reason": "A call is due."})


async def test_a_killed_release_goes_on_without_repeat_or_gap(database: TestDatabase, desk: Desk) -> None:
    """Whatever was written when, killed before, within and after each transaction: everything is told once."""
    await decide_all(desk)
    await desk.do(f"/batches/{MONTH}/release")
    ends = [await live(database, point) for point in POINTS]
    assert ends == [-signal.SIGKILL] * len(POINTS)
    assert await live(database, "") == 0
    told = await desk.told("decisions")
    assert sorted(event["subject"] for event in told) == sorted(str(submission_id(n)) for n in ITEMS if n != 1)
    assert len({event["id"] for event in told}) == len(told)
    await assert_numbered_without_gaps(desk.database)
    assert (await desk.kinds("reviews")).count("batch.released.v1") == 1
    assert (await desk.batch())["items"] == {"accepted": 5, "asked": 4, "declined": 4, "held-over": 1}


async def assert_numbered_without_gaps(database: Database) -> None:
    """Hold the numbers of each partition, and its counter, against one another."""
    async with database.transaction() as tx:
        rows = await tx.fetch("SELECT topic, partition, seq FROM outbox ORDER BY topic, partition, seq")
        counters = await tx.fetch("SELECT topic, partition, next_seq FROM outbox_stream")
    seqs = defaultdict(list)
    for row in rows:
        seqs[row["topic"], row["partition"]].append(row["seq"])
    for counter in counters:
        assert seqs[counter["topic"], counter["partition"]] == list(range(1, counter["next_seq"]))


async def test_what_is_told_of_a_written_item_is_what_would_be_told_without(desk: Desk) -> None:
    """One definition, however it leaves: the same event but for ids and times, the same row and the same state."""
    await decide_all(desk)
    async with desk.database.transaction() as tx:
        keys = [(submission_id(number), 1) for number in ITEMS]
        found = {one.state.item.submission_id: one for one in await departures.find_decided(tx, keys)}
    while await draft_due(desk.database, CHUNK):
        pass
    await desk.release()
    at = datetime.fromisoformat((await desk.batch())["release_ordered_at"])
    async with desk.database.transaction() as tx:
        assert await tx.fetchval("SELECT count(*) FROM departure") == len(found) == len(ITEMS) - 1
        for event in await desk.told("decisions"):
            before = found[event["subject"]]
            done = carry_out(before.state, Release(dossier=before.dossier, at=at))
            after = await items.find_item(tx, UUID(event["subject"]), 1)
            assert after is not None
            assert (after.state, after.revision) == (done.state, before.revision + 1)
            assert event["data"] == decode(dict[str, Any], encode(done.facts[0].data))
            assert (event["id"], event["subject"]) == (event["correlationid"], done.facts[0].subject)


async def test_what_was_written_of_another_revision_does_not_leave(desk: Desk) -> None:
    """Decided again after its event was written: the new decision leaves; what is told is forgotten in the end."""
    await desk.hear(received(1))
    await desk.close()
    await desk.accept(submission_id(1))
    await draft_due(desk.database, CHUNK)
    await desk.do(f"/items/{submission_id(1)}/1/assessment", assessment(timing="not-met"))
    declined = {"outcome": "declined", "reason_codes": ["no-future-milestones"]}
    await desk.do(f"/items/{submission_id(1)}/1/decision", declined)
    await desk.release()
    assert await desk.kinds("decisions") == ["submission.declined.v1"]
    await draft_due(desk.database, CHUNK)
    while await forget_told(desk.database, CHUNK):
        pass
    assert await desk.rows("SELECT event_id FROM departure UNION SELECT event_id FROM outbox_draft") == []
