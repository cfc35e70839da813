"""The two speeds of one definition: checked when constructed, trusted when decoded from our own topics."""

import re
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts.event import Event, envelope_of
from contracts.submissions import MonthClosed, SubmissionReceived
from contracts.topics import TOPIC_OF
from contracts.vocabulary import Area, Value
from services.chassis import codec
from tests.contracts.golden import golden
from tests.controls.envelope import MOMENT, event_of
from tests.controls.proposals import proposal
from tests.controls.submissions import month_closed, submission_received

GOLDEN = list(golden().values())
NAIVE = MOMENT.replace(tzinfo=None)


@pytest.mark.parametrize("event", GOLDEN, ids=lambda event: event.data.TYPE)
def test_shape_is_frozen_and_has_slots(event: Event[Any]) -> None:
    """No value of the published language can change, nor carry what it does not declare."""
    for value in _shapes_in(event):
        assert not hasattr(value, "__dict__"), type(value)
        with pytest.raises((FrozenInstanceError, TypeError, AttributeError)):
            value.undeclared = 1
        with pytest.raises(FrozenInstanceError):
            setattr(value, fields(value)[0].name, None)


@pytest.mark.parametrize("event", GOLDEN, ids=lambda event: event.data.TYPE)
def test_decoded_event_equals_the_constructed_one(event: Event[Any]) -> None:
    """Nothing tells a trusted value from a checked one: same classes, enums, tuples, dates, ids."""
    decoded = codec.decode(envelope_of(type(event.data)), codec.encode(event))
    assert decoded == event
    assert repr(decoded) == repr(event)


def test_constructing_checks() -> None:
    """A value that breaks its constraints never comes to be."""
    with pytest.raises(ValidationError, match="string_pattern_mismatch"):
        month_closed(month="2026-13")
    with pytest.raises(ValidationError, match="too_long"):
        proposal(secondary_areas=(Area.JUSTICE,) * 3)
    with pytest.raises(ValidationError, match="a time needs its zone"):
        submission_received(received_at=NAIVE)


def test_replacing_checks() -> None:
    """A changed copy is constructed, so it is checked."""
    with pytest.raises(ValidationError):
        replace(month_closed(), count=-1)


def test_constructing_takes_times_to_utc() -> None:
    """One moment has one spelling on the wire."""
    bogota = timezone(timedelta(hours=-5))
    assert submission_received(received_at=datetime(2026, 11, 17, 4, 30, tzinfo=bogota)) == submission_received()


def test_decoding_trusts() -> None:
    """Our own topics are not checked again: that is what makes reading fast, and why only we may write there."""
    wire = codec.encode(month_closed()).replace(b'"count":0', b'"count":-1')
    assert codec.decode(MonthClosed, wire).count == -1


def test_decoding_refuses_what_is_of_another_form() -> None:
    """Trust ends where a field is missing or of another type: such an event parks."""
    wire = codec.encode(month_closed())
    with pytest.raises(msgspec.DecodeError):
        codec.decode(MonthClosed, wire.replace(b'"count":0', b'"count":"0"'))
    with pytest.raises(msgspec.DecodeError):
        codec.decode(MonthClosed, wire.replace(b'"month":"2026-11",', b""))
    with pytest.raises(msgspec.DecodeError):
        codec.decode(SubmissionReceived, codec.encode(submission_received()).replace(b'"justice"', b'"peace"'))


def test_unknown_members_are_ignored_both_ways() -> None:
    """A writer one version ahead may add fields; today's readers go on."""
    ahead = codec.encode(event_of(month_closed())).replace(b'"count":0', b'"count":0,"mood":"calm"')
    checked = TypeAdapter(Event[MonthClosed]).validate_json(ahead)
    assert codec.decode(Event[MonthClosed], ahead) == checked == event_of(month_closed())


def test_absent_optional_fields_get_their_defaults_both_ways() -> None:
    """A message from before an optional field was added reads as if it said the default."""
    wire = codec.encode(submission_received()).replace(b',"flags":[]', b"").replace(b',"entered_by":null', b"")
    checked = TypeAdapter(SubmissionReceived).validate_json(wire)
    assert codec.decode(SubmissionReceived, wire) == checked == submission_received()


def test_every_field_after_the_first_release_can_be_optional() -> None:
    """Shapes take keywords only, so that a field with a default may stand anywhere."""
    with pytest.raises((TypeError, ValidationError)):
        MonthClosed("2026-11", 0, 0, "", MOMENT)  # type: ignore[call-arg] # positional on purpose


@given(
    values=st.dictionaries(st.sampled_from(Value), st.text(min_size=1, max_size=40), min_size=1),
    received_at=st.datetimes(NAIVE.replace(year=2000), NAIVE.replace(year=2100), timezones=st.just(UTC)),
    due=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    contact=st.uuids(),
)
def test_any_text_time_and_key_is_written_alike_by_both(
    values: dict[Value, str], received_at: datetime, due: date, contact: UUID
) -> None:
    """The trusted and the checked way write the same bytes, and read them alike."""
    told = event_of(
        submission_received(
            proposal=proposal(values=values, ends_on=due), received_at=received_at, contact_ref=str(contact)
        )
    )
    adapter = TypeAdapter(Event[SubmissionReceived])
    wire = codec.encode(told)

    assert adapter.dump_json(told) == wire
    assert adapter.validate_json(wire) == codec.decode(Event[SubmissionReceived], wire) == told


@pytest.mark.parametrize("event", TOPIC_OF, ids=lambda event: event.__name__)
def test_event_type_is_its_class_name_with_a_version(event: type[Any]) -> None:
    """`SubmissionReceived` is told as `submission.received.v1`, so either finds the other."""
    name = "".join(word.capitalize() for word in re.split(r"[.-]", event.TYPE)[:-1])
    assert re.fullmatch(rf"{name}(V[2-9])?", event.__name__)
    assert re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)?\.v[1-9]", event.TYPE)


def _shapes_in(value: object) -> list[Any]:
    if isinstance(value, tuple):
        return [found for item in value for found in _shapes_in(item)]
    if not is_dataclass(value):
        return []
    return [value, *(found for field in fields(value) for found in _shapes_in(getattr(value, field.name)))]
