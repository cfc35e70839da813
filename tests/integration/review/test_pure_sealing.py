"""A sealed batch is a pure function of the log: whatever order, repetition and cutting, the same bytes."""

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.event import Event
from contracts.topics import PARTITIONS
from services.chassis.outbox import partition_of
from services.chassis.reading.reader import Reader
from services.review.handlers import on_submissions
from tests.controls.envelope import MONTH, event_of, submission_id
from tests.controls.submissions import submission_amended, submission_clarified, withdrawal_requested
from tests.integration.review.conftest import COUNTED, Desk, Heard, Log, received, spread

NEXT = "2026-12"
NEXT_END = datetime(2027, 1, 1, tzinfo=UTC)


def a_log() -> tuple[Log, list[Heard]]:
    """Two months, with amendments, withdrawals and answers, all written."""
    log = Log()
    told: list[Event[Any]] = []
    for number in range(24):
        told.append(received(number))
        if number % 3 == 0:
            told.append(event_of(submission_amended(), number=number))
        if number % 5 == 0:
            told.append(event_of(withdrawal_requested(), number=number))
        if number % 7 == 0:
            told.append(event_of(submission_clarified(month=NEXT), number=number))
    records = log.write(*told)
    return log, [*records, *log.close(), *log.close(NEXT, NEXT_END)]


A_LOG = a_log()[1]
TABLES = """
TRUNCATE batch, entered, excluded, item, told, likeness_due, outbox, stream_position, parked_event CASCADE
"""


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.randoms(use_true_random=False))
async def test_a_batch_is_a_pure_function_of_the_log(desk: Desk, chance: random.Random) -> None:
    """Partitions in any order, records again and again, cut anywhere: the same bytes are sealed, and told once.

    What is sealed cannot be changed: the whole log once more, in another order, changes nothing at all.
    """
    await desk.rows(TABLES)
    await desk.rows("UPDATE outbox_stream SET next_seq = 1")
    for _ in range(2):
        reader = Reader(desk.database, on_submissions.topic, on_submissions.handler)  # as a process begins
        await reader.open()
        for chunk in _shuffled(A_LOG, chance):
            await reader.apply(chunk)
        sealed = [await desk.manifest(month) for month in (MONTH, NEXT)]
        assert sealed == [_manifest_of(A_LOG, month) for month in (MONTH, NEXT)]
        assert await desk.rows("SELECT * FROM parked_event") == []
        assert (await desk.kinds()).count("batch.sealed.v1") == 2


def _manifest_of(records: Sequence[Heard], month: str) -> bytes:
    """What the protocol says of a manifest, said again in a few lines: a line a round, with its last version."""
    rounds: dict[tuple[str, int], int] = {}
    for record in records:
        event = json.loads(record.value or b"")
        if event["type"].rpartition("challenge.")[2] in COUNTED and event["data"]["month"] == month:
            rounds[event["subject"], event["data"]["round"]] = event["data"]["version"]
    return "".join(sorted(f"{subject} {round_} {version}\n" for (subject, round_), version in rounds.items())).encode()


def _shuffled(records: Sequence[Heard], chance: random.Random) -> list[list[Heard]]:
    queues = {partition: list(found) for partition, found in spread(records).items()}
    heard: list[Heard] = []
    while any(queues.values()):
        partition = chance.choice([p for p, queue in queues.items() if queue])
        heard.append(queues[partition].pop(0))
        if chance.random() < 0.2:
            heard.append(chance.choice(heard))
    edges = sorted({0, len(heard), *(chance.randrange(len(heard)) for _ in range(8))})
    return [heard[begin:end] for begin, end in pairwise(edges)]


def test_the_examples_are_spread_over_partitions() -> None:
    """Else the tests above would say little."""
    assert len({partition_of(str(submission_id(number)), PARTITIONS) for number in range(24)}) == PARTITIONS
