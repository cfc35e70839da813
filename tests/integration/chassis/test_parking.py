"""One bad event stops its own subject and nothing else; too many stop the reader instead."""

from hashlib import sha256

import pytest

from services.chassis.errors import Refusal
from services.chassis.reading.parking import BREAKER_IN_A_ROW, PARKING_ALLOWED, BreakerOpen
from tests.integration.chassis.conftest import Desk, FakeRecord, record, subjects, with_headers

LONG_KEY = b"".join(sha256(bytes([n])).hexdigest().encode() for n in range(100))
"""Longer than what an index takes, and not to be compressed."""


async def test_a_refused_event_parks_its_subject_and_the_others_flow(desk: Desk) -> None:
    """The culprit is parked, what follows of it queues behind, all others are applied in the same transaction."""
    desk.scribe.refuses = {"bad"}
    await desk.reader.apply([record(1, "a"), record(2, "bad"), record(3, "b"), record(4, "bad"), record(5, "c")])
    assert subjects(await desk.told()) == ["a", "b", "c"]
    assert await desk.parked() == [(0, 2, "bad", "refused"), (0, 4, "bad", "behind")]
    assert await desk.last_seqs() == {0: 5}


async def test_later_events_of_a_parked_subject_queue_behind(desk: Desk) -> None:
    """The queue holds across chunks, even when the later event could be applied."""
    desk.scribe.refuses = {"bad"}
    await desk.reader.apply([record(1, "bad")])
    desk.scribe.refuses = set()
    await desk.reader.apply([record(2, "bad"), record(3, "a")])
    assert subjects(await desk.told()) == ["a"]
    assert await desk.parked() == [(0, 1, "bad", "refused"), (0, 2, "bad", "behind")]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        ({"ce_type": b"org.opengovpartnership.challenge.submission.teleported.v1"}, "unlisted"),
        ({"ce_type": b"org.opengovpartnership.challenge.submission.received.v1"}, "undecodable"),
    ],
)
async def test_what_cannot_be_read_is_parked(desk: Desk, spoil: dict[str, bytes], reason: str) -> None:
    """An unlisted type and bytes that are not what the type says are parked; nothing is lost or skipped."""
    await desk.reader.apply([record(1, "a"), with_headers(record(2, "x"), **spoil), record(3, "b")])
    assert subjects(await desk.told()) == ["a", "b"]
    assert await desk.parked() == [(0, 2, "x", reason)]


async def test_data_that_the_database_refuses_is_parked(desk: Desk) -> None:
    """An error of SQLSTATE class 22 or 23 is the event's own fault."""
    desk.scribe.sql_for = {"bad": "SELECT 1 / 0"}
    await desk.reader.apply([record(1, "a"), record(2, "bad"), record(3, "b")])
    assert subjects(await desk.told()) == ["a", "b"]
    assert await desk.parked() == [(0, 2, "bad", "data")]


async def test_numbers_have_no_gap_when_a_savepoint_is_undone(desk: Desk) -> None:
    """Facts of a culprit are dropped before anything is numbered."""
    desk.scribe.sql_for = {"bad": "SELECT 1 / 0"}
    await desk.reader.apply([record(1, "a"), record(2, "bad"), record(3, "b")])
    assert [(key, seq) for _, _, seq, _, key in await desk.emitted()] == [("a", 1), ("b", 2)]


async def test_many_different_failures_open_the_breaker(desk: Desk) -> None:
    """Twenty subjects in a row: the whole chunk is rolled back, nothing is drained into the parking place."""
    desk.scribe.refuses = {f"s{seq}" for seq in range(2, 2 + BREAKER_IN_A_ROW)}
    chunk = [record(seq, f"s{seq}") for seq in range(1, 30)]
    with pytest.raises(BreakerOpen):
        await desk.reader.apply(chunk)
    assert (await desk.told(), await desk.parked(), await desk.last_seqs()) == ([], [], {})


async def test_one_in_twenty_opens_the_breaker(desk: Desk) -> None:
    """Five per cent of two hundred, spread out, are too many as well."""
    desk.scribe.refuses = {f"s{seq}" for seq in range(1, 1000) if seq % 19 == 0}
    with pytest.raises(BreakerOpen):
        await desk.reader.apply([record(seq, f"s{seq}") for seq in range(1, 400)])
    assert await desk.last_seqs() == {}


async def test_an_operator_may_let_the_next_chunk_park(desk: Desk) -> None:
    """After `resume --park` what fails is parked once, and the permission is used up."""
    await desk.rows("INSERT INTO halted_reader VALUES ('submissions', $1, '', now()) RETURNING reader", PARKING_ALLOWED)
    desk.scribe.refuses = {f"s{seq}" for seq in range(1, 40)}
    await desk.reader.apply([record(seq, f"s{seq}") for seq in range(1, 40)])
    assert len(await desk.parked()) == 39
    assert await desk.rows("SELECT reader FROM halted_reader") == []


async def test_a_permission_to_park_is_used_up_by_a_chunk_that_goes_well(desk: Desk) -> None:
    """`resume --park` is for the next chunk, whatever comes of it: a later bad release meets the breaker again."""
    await desk.rows("INSERT INTO halted_reader VALUES ('submissions', $1, '', now()) RETURNING reader", PARKING_ALLOWED)
    await desk.reader.apply([record(1, "a")])
    assert await desk.rows("SELECT reader FROM halted_reader") == []


async def test_chunks_of_nothing_do_not_close_the_breaker(desk: Desk) -> None:
    """Failures in a row stay in a row when what lies between them was known already."""
    desk.scribe.refuses = {f"s{seq}" for seq in range(1, 40)}
    for seq in range(1, BREAKER_IN_A_ROW):
        await desk.reader.apply([record(seq, f"s{seq}")])
        await desk.reader.apply([record(seq, f"s{seq}")])
    with pytest.raises(BreakerOpen):
        await desk.reader.apply([record(BREAKER_IN_A_ROW, f"s{BREAKER_IN_A_ROW}")])
    assert len(await desk.parked()) == BREAKER_IN_A_ROW - 1


async def test_a_record_without_a_number_holds_up_no_queue(desk: Desk) -> None:
    """It is the same when it is read again, and the queue of its subject is settled without it."""
    stray = with_headers(record(1, "bad"), seq=b"one")
    desk.scribe.refuses = {"bad"}
    await desk.reader.apply([stray, record(1, "bad")])
    await desk.reader.apply([stray])
    (_, place, _, reason), culprit = await desk.parked()
    assert (reason, culprit) == ("unnumbered", (0, 1, "bad", "refused"))
    desk.scribe.refuses = set()
    assert await desk.settler.replay("bad", dry_run=False) == 1
    assert await desk.parked() == [(0, place, "bad", "unnumbered")]


async def test_nothing_is_settled_at_a_fork(desk: Desk) -> None:
    """While the log contradicts what was applied, a person must look first."""
    desk.scribe.refuses = {"bad"}
    await desk.reader.apply([record(1, "bad")])
    await desk.rows("INSERT INTO halted_reader VALUES ('relay', 'fork', '', now()) RETURNING reader")
    desk.scribe.refuses = set()
    with pytest.raises(Refusal, match="forked"):
        await desk.settler.replay("bad", dry_run=False)
    assert len(await desk.parked()) == 1


async def test_values_are_not_quoted_in_what_is_said_of_an_error(desk: Desk) -> None:
    """Postgres quotes the row that it refuses; the parking place and the logs tell the kind of error only."""
    desk.scribe.sql_for = {"bad": "INSERT INTO halted_reader VALUES ('jane@example.org', NULL, '', now())"}
    await desk.reader.apply([record(1, "bad")])
    assert await desk.rows("SELECT error FROM parked_event") == [("NotNullViolationError 23502",)]


async def test_replay_applies_the_queue_in_order(desk: Desk) -> None:
    """Once mended, the culprit and what waited behind it are applied in order, and later events flow again."""
    desk.scribe.refuses = {"bad"}
    await desk.reader.apply([record(1, "bad"), record(2, "bad"), record(3, "a")])
    desk.scribe.refuses = set()
    assert await desk.settler.replay("bad", dry_run=True) == 2
    assert len(await desk.parked()) == 2
    assert await desk.settler.replay("bad", dry_run=False) == 2
    await desk.reader.apply([record(4, "bad")])
    assert subjects(await desk.told()) == ["a", "bad", "bad", "bad"]
    assert await desk.parked() == []


async def test_a_replay_that_fails_changes_nothing(desk: Desk) -> None:
    """The culprit is still bad: the operator is told, and everything waits as it did."""
    desk.scribe.refuses = {"bad"}
    await desk.reader.apply([record(1, "bad"), record(2, "bad")])
    with pytest.raises(Refusal, match="still-fails: Refusal: not-now"):
        await desk.settler.replay("bad", dry_run=False)
    assert len(await desk.parked()) == 2


async def test_discard_gives_up_the_culprit_and_applies_the_rest(desk: Desk) -> None:
    """The discarded event stays on record with the reason; what waited behind it is applied."""
    desk.scribe.sql_for = {}
    await desk.reader.apply([with_headers(record(1, "x"), ce_type=b"unknown"), record(2, "x")])
    assert await desk.settler.discard("x", "sent by mistake") == 2
    assert subjects(await desk.told()) == ["x"]
    kept = await desk.rows("SELECT seq, settlement, settled_reason FROM parked_event ORDER BY seq")
    assert kept == [(1, "discarded", "sent by mistake"), (2, "replayed", None)]


async def test_settling_what_is_not_parked_is_refused(desk: Desk) -> None:
    """A subject without a queue: said so, by name."""
    with pytest.raises(Refusal, match="nothing-parked"):
        await desk.settler.replay("nobody", dry_run=False)


@pytest.mark.parametrize("key", [b"a\x00b", LONG_KEY])
async def test_a_stray_with_a_strange_key_is_parked(desk: Desk, key: bytes) -> None:
    """Postgres's text holds no NUL, and its indexes nothing long: the neighbours flow all the same."""
    stray = FakeRecord("submissions", 0, 0, 1, key, b"x", ())
    await desk.reader.apply([stray, record(1, "a", offset=1)])
    assert subjects(await desk.told()) == ["a"]
    assert [row[3] for row in await desk.parked()] == ["unnumbered"]


async def test_a_type_with_nul_is_parked(desk: Desk) -> None:
    """As any type that nobody has listed."""
    await desk.reader.apply([with_headers(record(1, "a"), ce_type=b"x\x00y"), record(2, "b")])
    assert subjects(await desk.told()) == ["b"]
    assert await desk.parked() == [(0, 1, "a", "unlisted")]
