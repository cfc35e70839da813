"""Any record of the edge is read: as an application, or as a refusal with listed codes."""

from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.topics import PARTITIONS
from services.chassis.doors.auth import TokenBook
from services.chassis.outbox import partition_of
from services.intake.domain.problems import CODES
from services.intake.reception.edge import ReadRecord, read_record
from tests.controls.intake import as_body, standalone_form

BODY = as_body(standalone_form(1, source="kafka:upstream"))
TRACE = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class FormsRecord(NamedTuple):
    """A record as the client library gives it."""

    value: bytes | None = BODY
    key: bytes | None = None
    headers: tuple[tuple[str, bytes | None], ...] = ()
    topic: str = "forms"
    partition: int = 0
    offset: int = 0
    timestamp: int = 0


def read(record: FormsRecord) -> ReadRecord:
    """Read a record, where no token is known."""
    return read_record(record, TokenBook(()), lambda key: partition_of(key, PARTITIONS))


@settings(max_examples=300, deadline=None)
@given(
    value=st.none() | st.binary(max_size=200) | st.just(BODY),
    key=st.none() | st.binary(max_size=20),
    headers=st.lists(
        st.tuples(st.text(max_size=10) | st.sampled_from(["authorization", "traceparent"]), st.none() | st.binary()),
        max_size=4,
    ),
    partition=st.integers(0, PARTITIONS - 1),
)
def test_any_record_ends_in_one_of_two_exits(
    value: bytes | None, key: bytes | None, headers: list[tuple[str, bytes | None]], partition: int
) -> None:
    """Nothing makes the edge raise."""
    found = read(FormsRecord(value, key, tuple(headers), partition=partition))
    assert (found.application is None) != (found.refusal is None)
    assert isinstance(found.content, bytes)
    if found.refusal:
        assert {issue.code for issue in found.refusal.issues} <= CODES.keys()


def test_a_refused_form_is_named_by_its_sender_where_it_can_be() -> None:
    """So that the sender finds it; a name that is none is not repeated."""
    named = read(FormsRecord(as_body(standalone_form(1, source="form:plans", member="Colombia"))))
    assert (named.source, named.external_id) == ("form:plans", "form-000001")
    nameless = read(FormsRecord(as_body(standalone_form(1, source="Eve\x00", external_id="eve@example.org"))))
    assert (nameless.source, nameless.external_id) == (None, None)


def test_a_trace_is_carried_on() -> None:
    """When it is one."""
    traced = [read(FormsRecord(headers=(("traceparent", value),))).application for value in (TRACE, b"none")]
    assert [application and application.traceparent for application in traced] == [TRACE.decode(), None]
