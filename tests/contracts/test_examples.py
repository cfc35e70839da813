"""Golden messages: the exact bytes on the wire, read and written by every way that the project has."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import TypeAdapter

from contracts import schemas
from contracts.event import Event, envelope_of, full_type
from contracts.release import released_examples
from contracts.topics import TOPIC_OF
from services.chassis import codec
from tests.contracts.golden import FOLDER, golden

GOLDEN = golden()
FILES = sorted([*FOLDER.rglob("*.json"), *released_examples()])
CLASSES = {event.TYPE: event for event in TOPIC_OF}

each_example = pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")


@each_example
def test_example_decoded_by_msgspec_and_encoded_gives_the_same_bytes(path: Path) -> None:
    """What a service reads and writes again is what it read, byte by byte."""
    assert codec.encode(_trusted(path)) == _as_today(path)


@each_example
def test_example_is_valid_and_serialises_to_the_same_bytes_by_pydantic(path: Path) -> None:
    """The checked way in and out gives the same event and the same bytes as the trusted one."""
    adapter: TypeAdapter[Event[Any]] = TypeAdapter(envelope_of(_class_of(path)))
    checked = adapter.validate_json(path.read_bytes())

    assert checked == _trusted(path)
    assert adapter.dump_json(checked) == _as_today(path)


@each_example
def test_example_matches_its_json_schema(path: Path) -> None:
    """The schema that outsiders get describes what is really on the wire."""
    schema = json.loads((schemas.FOLDER / f"{path.parent.name}.json").read_bytes())
    validator = Draft202012Validator(schema, format_checker=FormatChecker())

    assert list(validator.iter_errors(json.loads(path.read_bytes()))) == []


@each_example
def test_example_stands_where_its_type_says(path: Path) -> None:
    """The folder of an example is the short name of its type, and its writer is the topic's."""
    event = _trusted(path)
    assert event.type == full_type(type(event.data))
    assert event.source == f"urn:ogc:{TOPIC_OF[type(event.data)].writer}"


def test_examples_are_what_the_controls_make() -> None:
    """The checked-in bytes are those that `python -m tests.contracts.golden` writes."""
    assert {path: path.read_bytes() for path in FOLDER.rglob("*.json")} == {
        path: msgspec.json.encode(event) for path, event in GOLDEN.items()
    }


@pytest.mark.parametrize("event", TOPIC_OF, ids=lambda event: event.TYPE)
def test_event_in_the_catalogue_has_a_schema_and_an_example(event: type[Any]) -> None:
    """Nothing is told of which an outsider could not see the form and a message."""
    assert (schemas.FOLDER / f"{event.TYPE}.json").exists()
    assert list((FOLDER / event.TYPE).glob("*.json"))


def test_no_example_is_of_an_event_outside_the_catalogue() -> None:
    """A folder of examples belongs to an event that is told."""
    assert {path.name for path in FOLDER.iterdir()} == set(CLASSES)


def test_examples_hold_french_and_spanish_as_people_write_them() -> None:
    """Middle dots, typographic apostrophes, narrow no-break spaces and inverted marks are on the wire unescaped."""
    text = "".join(path.read_bytes().decode() for path in FOLDER.rglob("*.json"))
    assert [mark for mark in "·’«»œñ¿\u00a0\u202f\u2011" if mark not in text] == []


def _class_of(path: Path) -> type[Any]:
    return CLASSES[path.parent.name]


def _trusted(path: Path) -> Event[Any]:
    event: Event[Any] = msgspec.json.decode(path.read_bytes(), type=envelope_of(_class_of(path)))
    return event


def _as_today(path: Path) -> bytes:
    """Give an example's bytes with what today's models add: nothing, unless it is an old released one."""
    if FOLDER in path.parents:
        return path.read_bytes()
    return msgspec.json.encode(_trusted(path))
