"""The reader applies each number once, in order, together with its position; and sees what is missing."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.chassis.errors import Fork
from services.chassis.reading.reader import Halted
from tests.controls.envelope import id_of
from tests.integration.chassis.conftest import Desk, FakeRecord, make_desk, record, subjects, with_headers


async def test_known_numbers_cost_nothing(desk: Desk) -> None:
    """A record heard again changes nothing."""
    await desk.reader.apply([record(1, "a"), record(2, "b")])
    await desk.reader.apply([record(1, "a"), record(2, "b"), record(3, "c")])
    assert subjects(await desk.told()) == ["a", "b", "c"]


async def test_a_higher_number_waits_and_the_missing_one_may_stand_behind_it(desk: Desk) -> None:
    """A higher number is passed over; the missing one is applied where it stands; reading again closes the gap."""
    positions = await desk.reader.apply([record(1, "a"), record(3, "c", offset=1)])
    assert positions[0].gapped
    assert subjects(await desk.told()) == ["a"]
    positions = await desk.reader.apply([record(2, "b", offset=2)])
    assert positions[0].gapped
    positions = await desk.reader.apply([record(1, "a"), record(3, "c", offset=1), record(2, "b", offset=2)])
    assert not positions[0].gapped
    assert subjects(await desk.told()) == ["a", "b", "c"]


async def test_another_event_at_the_last_number_is_a_fork(desk: Desk) -> None:
    """Two events with one number: the reader stops, and has changed nothing."""
    await desk.reader.apply([record(1, "a")])
    forged = with_headers(record(1, "a"), ce_id=str(id_of("another")).encode())
    with pytest.raises(Fork):
        await desk.reader.apply([forged, record(2, "b")])
    assert await desk.last_seqs() == {0: 1}


async def test_effects_position_and_events_are_one(desk: Desk) -> None:
    """When a chunk fails for a reason that is not its own, nothing of it stays."""

    def fail(_: object) -> None:
        raise ConnectionError("the database went away")

    desk.scribe.before = fail
    with pytest.raises(ConnectionError):
        await desk.reader.apply([record(1, "a")])
    assert (await desk.told(), await desk.emitted(), await desk.last_seqs()) == ([], [], {})


async def test_a_zombie_finds_its_records_applied(desk: Desk) -> None:
    """Two instances with the same records: the second waits for the first, then has nothing to do."""
    other = make_desk(desk.database)
    records = [record(seq, f"s{seq}") for seq in range(1, 50)]
    await asyncio.gather(desk.reader.apply(records), other.reader.apply(records))
    assert subjects(await desk.told()) == [f"s{seq}" for seq in range(1, 50)]
    assert len(await desk.emitted()) == 49


async def test_a_zombie_sees_what_was_parked_while_it_waited(desk: Desk) -> None:
    """The parking place is looked at after the lock: a later event of a subject just parked queues behind it."""
    other = make_desk(desk.database)
    desk.scribe.refuses = {"bad"}
    await asyncio.gather(
        desk.reader.apply([record(1, "bad")]), other.reader.apply([record(1, "bad"), record(2, "bad")])
    )
    await other.reader.apply([record(2, "bad")])
    told = subjects(await desk.told())
    parked = [(seq, reason) for _, seq, _, reason in await desk.parked()]
    assert (told, parked) in (([], [(1, "refused"), (2, "behind")]), (["bad", "bad"], []))


async def test_a_foreign_record_is_put_aside_and_holds_up_nothing(desk: Desk) -> None:
    """What no relay wrote (no number, bytes that are not text) waits for a person; ours flow on."""
    stray = with_headers(record(1, "x"), seq=b"\xff\xfe")
    nameless = FakeRecord("submissions", 0, 7, 0, None, None, ())
    await desk.reader.apply([stray, nameless, record(1, "a", offset=8)])
    assert subjects(await desk.told()) == ["a"]
    assert [reason for *_, reason in await desk.parked()] == ["unnumbered", "unnumbered"]


async def test_a_halted_reader_applies_nothing(desk: Desk) -> None:
    """While a halt row stands, restarts or not, nothing is applied."""
    await desk.rows("INSERT INTO halted_reader VALUES ('submissions', 'breaker', '', now()) RETURNING reader")
    with pytest.raises(Halted):
        await make_desk(desk.database).reader.apply([record(1)])
    assert await desk.last_seqs() == {}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_any_cutting_and_any_repetition_ends_the_same(desk: Desk, data: st.DataObject) -> None:
    """However the log is cut into chunks, and whatever comes twice, rows and events are as one by one."""
    await desk.rows("TRUNCATE scribbled, outbox, stream_position, parked_event")
    await desk.rows("UPDATE outbox_stream SET next_seq = 1")
    reader = make_desk(desk.database).reader
    await reader.open()
    log = [record(seq, f"s{seq % 5} of {p}", partition=p) for seq in range(1, 13) for p in (0, 1)]
    at = 0
    while at < len(log):
        start = data.draw(st.integers(0, at))
        end = data.draw(st.integers(at + 1, len(log)))
        await reader.apply(log[start:end])
        at = end
    told = await desk.told()
    for partition in (0, 1):
        mine = {id_of(f"{partition}/{seq}"): seq for seq in range(1, 13)}
        assert [mine[i] for _, i in told if i in mine] == list(range(1, 13))
        numbered = [seq for _, p, seq, *_ in await desk.emitted() if p == partition]
        assert numbered == list(range(1, 13))
