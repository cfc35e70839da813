"""A topic read whole: each event once, in the order of the numbers, whatever the log looks like."""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from services.chassis.reading.whole import InOrder
from tests.controls.envelope import id_of


class Written(NamedTuple):
    """A record as the client library gives it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


def record(partition: int, seq: int) -> Written:
    """The record of this number."""
    own_id = str(id_of(f"{partition}/{seq}")).encode()
    headers = (("seq", b"%d" % seq), ("ce_id", own_id), ("ce_type", b"x"))
    return Written("t", partition, 0, 0, b"k", b"v", headers)


WANTED = [(partition, seq) for partition in (0, 1) for seq in range(1, 5)]


@given(st.permutations(WANTED), st.lists(st.sampled_from([*WANTED, (0, 5), (1, 9)])))
def test_each_event_comes_once_and_in_its_order(log: list[tuple[int, int]], more: list[tuple[int, int]]) -> None:
    """What stands twice, behind what follows it, or beyond what is wanted, changes nothing; nor does a stranger."""
    order = InOrder({0: 4, 1: 4})
    stray = record(0, 2)._replace(headers=())
    found = [(one.partition, one.seq) for one in order.take([stray, *(record(*place) for place in [*log, *more])])]
    assert [place for place in found if place[0] == 0] + [place for place in found if place[0] == 1] == WANTED
    assert order.missing == 0


def test_a_hole_is_missed() -> None:
    """Nothing behind it is given."""
    order = InOrder({0: 3})
    assert [one.seq for one in order.take([record(0, 1), record(0, 3)])] == [1]
    assert order.missing == 2


def test_what_comes_behind_a_place_begins_there() -> None:
    """What was read before is not given again."""
    order = InOrder({0: 4, 1: 2}, {0: 2})
    assert order.missing == 4
    found = order.take([*(record(0, seq) for seq in range(1, 5)), record(1, 1), record(1, 2)])
    assert [(one.partition, one.seq) for one in found] == [(0, 3), (0, 4), (1, 1), (1, 2)]
    assert order.missing == 0
