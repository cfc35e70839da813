"""When the log is lost, when it is a fork, and when it only holds what was not recorded."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.errors import Fork
from services.chassis.reading.position import Heard
from services.chassis.relay.lost_log import Bounds, Cursor, LogLost, Page, Stream, compare, find_lost, follow
from tests.controls.envelope import id_of

STREAM = Stream("submissions", 0)
OTHER = Stream("forms-refused", 3)


def event_id(seq: int) -> UUID:
    """The event that the outbox holds under this number."""
    return id_of(f"event {seq}")


def heard(offset: int, seq: int, event: UUID | None = None) -> Heard:
    """A record of the log; of ours, unless another event is given."""
    return Heard(0, offset, seq, event or event_id(seq), "type", "subject", b"")


def page(*records: Heard, start: int | None = None) -> Page:
    """A page that begins and ends with its records."""
    return Page(STREAM, records[0].offset if start is None else start, records[-1].offset + 1, records)


def known(*seqs: int) -> dict[int, UUID]:
    """What the outbox holds under these numbers."""
    return {seq: event_id(seq) for seq in seqs}


@pytest.mark.parametrize(
    ("cursor", "bounds", "lost"),
    [
        (Cursor(), Bounds(0, 0), False),
        (Cursor(), Bounds(0, 7), False),
        (Cursor(5, 4), Bounds(0, 5), False),
        (Cursor(5, 4), Bounds(0, 9), False),
        (Cursor(5, 4), Bounds(0, 4), True),
        (Cursor(5, 4), Bounds(0, 0), True),
        (Cursor(5, 4), Bounds(1, 5), True),
    ],
)
def test_a_log_that_ends_before_what_it_acknowledged_is_lost(cursor: Cursor, bounds: Bounds, lost: bool) -> None:
    """Its end may lie anywhere behind the last acknowledged offset, its beginning nowhere but at 0."""
    found = find_lost({STREAM: cursor, OTHER: Cursor()}, {STREAM: bounds, OTHER: Bounds(0, 0)})
    assert found == ({STREAM.topic} if lost else set())


def test_own_sends_that_were_not_recorded_move_the_cursor() -> None:
    """A crash between sending and recording: the same events, so the cursor goes on."""
    tail = page(heard(4, 5), heard(5, 6), heard(6, 7))
    assert follow(Cursor(5, 4), tail, known(5, 6, 7)) == Cursor(7, 6)


def test_a_duplicate_moves_nothing() -> None:
    """What somebody has sent a second time, late, is known and passed over."""
    tail = page(heard(5, 4), heard(6, 5), start=5)
    assert follow(Cursor(5, 4), tail, known(4, 5)) == Cursor(5, 4)


def test_the_cursor_never_jumps() -> None:
    """A number whose predecessor the log does not have yet will be sent again, after it."""
    tail = page(heard(0, 2), heard(1, 3), start=0)
    assert follow(Cursor(), tail, known(2, 3)) == Cursor()


def test_a_number_the_outbox_lacks_is_a_fork() -> None:
    """The log is ahead: the database is an older copy."""
    with pytest.raises(Fork, match="older copy"):
        follow(Cursor(5, 4), page(heard(4, 5), heard(5, 6)), known(5))


def test_another_event_at_a_known_number_is_a_fork() -> None:
    """One number, two events."""
    with pytest.raises(Fork, match="number 6"):
        follow(Cursor(5, 4), page(heard(4, 5), heard(5, 6, id_of("another"))), known(5, 6))


def test_another_record_at_the_cursor_is_a_loss() -> None:
    """The log was lost and has grown past the cursor unseen: what was written there is somewhere else, or nowhere."""
    with pytest.raises(LogLost):
        follow(Cursor(5, 4), page(heard(4, 9), heard(5, 10)), known(9, 10))


def test_nothing_at_the_cursor_is_a_loss() -> None:
    """The log goes on behind the cursor's offset, and has nothing at it."""
    with pytest.raises(LogLost):
        follow(Cursor(5, 4), page(heard(6, 6), start=4), known(6))


def test_a_fork_outweighs_a_loss() -> None:
    """What is forked is never deleted, whatever else is wrong with it."""
    with pytest.raises(Fork):
        follow(Cursor(5, 4), page(heard(4, 9), heard(5, 10, id_of("another"))), known(9, 10))


@given(
    sends=st.lists(st.tuples(st.integers(0, 12), st.integers(1, 6)), max_size=8),
    cuts=st.sets(st.integers(1, 60)),
)
def test_any_cutting_into_pages_gives_the_same_cursor(sends: list[tuple[int, int]], cuts: set[int]) -> None:
    """However the log is read, and however often its leaders sent what is in it."""
    log = _written_by_leaders(sends)
    everything = known(*range(1, 100))
    whole = follow(Cursor(), Page(STREAM, 0, len(log), log), everything)
    cursor, start = Cursor(), 0
    for end in sorted({cut for cut in cuts if cut < len(log)} | {len(log)}):
        cursor = follow(cursor, Page(STREAM, start, end, log[start:end]), everything)
        start = end
    assert cursor == whole
    assert cursor.relayed_seq == max((record.seq for record in log), default=0)


def _written_by_leaders(sends: Sequence[tuple[int, int]]) -> list[Heard]:
    """Each leader begins somewhere at or before the next number, and sends a few."""
    log: list[Heard] = []
    last = 0
    for back, count in sends:
        first = max(1, last + 1 - back)
        for seq in range(first, first + count):
            log.append(heard(len(log), seq))
            last = max(last, seq)
    return log


def test_comparing_names_both_events() -> None:
    """The operator sees which event stands where."""
    with pytest.raises(Fork) as caught:
        compare(page(heard(0, 1, id_of("another"))), known(1))
    assert str(event_id(1)) in str(caught.value)
    assert str(id_of("another")) in str(caught.value)
