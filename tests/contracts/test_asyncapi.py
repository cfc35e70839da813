"""The AsyncAPI document: made from what runs, complete, and valid to the AsyncAPI project's own parser."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from contracts.asyncapi import DOCUMENT
from contracts.event import full_type
from contracts.topics import CATALOGUE, TOPIC_OF
from deploy.asyncapi import render
from tests.contracts.asyncapi_validator import validate

CHECKED_IN: dict[str, Any] = json.loads(DOCUMENT.read_bytes())
SERVICES = {topic.writer for topic in CATALOGUE.values()} - {"upstream"}


def test_document_and_page_are_what_the_services_declare() -> None:
    """Who changes what is heard or told runs `python -m deploy.asyncapi`, and sees the change in the diff."""
    made = render()
    assert {path.name: path.read_bytes() == content for path, content in made.items()} == {
        "asyncapi.json": True,
        "asyncapi.html": True,
    }


def test_document_is_valid() -> None:
    """The parser of the AsyncAPI project finds no error and nothing to warn of."""
    verdict = validate(DOCUMENT.read_bytes())
    assert verdict.found("error", "warning") == []
    assert verdict.version == "3.0.0"


def _forget_a_channel(document: dict[str, Any]) -> object:
    return document["channels"].pop("decisions")


def _misspell_an_action(document: dict[str, Any]) -> object:
    return document["operations"]["review.send.decisions"].update(action="shout")


def _spoil_a_schema(document: dict[str, Any]) -> object:
    return document["components"]["schemas"]["MonthClosed"]["properties"]["count"].update(type="number of things")


@pytest.mark.parametrize("spoil", [_forget_a_channel, _misspell_an_action, _spoil_a_schema])
def test_validator_finds_what_is_wrong(spoil: Callable[[dict[str, Any]], object]) -> None:
    """The validator is a real one: a document that lies does not pass."""
    spoiled = deepcopy(CHECKED_IN)
    spoil(spoiled)
    assert validate(json.dumps(spoiled).encode()).found("error")


@pytest.mark.parametrize("key", CHECKED_IN["components"]["messages"])
def test_examples_fit_the_schema_of_their_message(key: str) -> None:
    """What is shown as an example is one, by the schemas of the document itself."""
    message = CHECKED_IN["components"]["messages"][key]
    schema = message["payload"] | {"components": CHECKED_IN["components"]}
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    for example in message.get("examples", []):
        assert list(validator.iter_errors(example["payload"])) == []


def test_every_topic_is_a_channel_under_its_full_name() -> None:
    """The catalogue and the document are one."""
    assert {name: channel["address"] for name, channel in CHECKED_IN["channels"].items()} == {
        name: f"challenge.{name}" for name in CATALOGUE
    }


def test_every_event_is_a_message_with_its_schema_and_examples() -> None:
    """An outsider sees the form of every event, and a real one."""
    messages, schemas = CHECKED_IN["components"]["messages"], CHECKED_IN["components"]["schemas"]
    for event in TOPIC_OF:
        assert messages[event.TYPE]["examples"]
        assert messages[event.TYPE]["payload"] == {"$ref": f"#/components/schemas/{event.TYPE}"}
        assert schemas[event.TYPE]["properties"]["type"]["const"] == full_type(event)
        assert schemas[event.TYPE]["properties"]["data"] == {"$ref": f"#/components/schemas/{event.__name__}"}


def test_channels_list_the_events_of_their_topic() -> None:
    """Nothing else is told on a channel."""
    for name, topic in CATALOGUE.items():
        wanted = [event.TYPE for event in topic.events] or [name]
        assert list(CHECKED_IN["channels"][name]["messages"]) == wanted


def test_services_hear_and_tell_what_the_catalogue_says() -> None:
    """Every reader of the catalogue has its handler, every handler is a reader, and each hears its own events."""
    wanted = {
        f"{reader}.receive.{name}": {event.TYPE for event in heard} or {name}
        for name, topic in CATALOGUE.items()
        for reader, heard in topic.readers.items()
    }
    wanted |= {
        f"{topic.writer}.send.{name}": {event.TYPE for event in topic.events}
        for name, topic in CATALOGUE.items()
        if topic.writer in SERVICES
    }
    assert {name: _messages_of(operation) for name, operation in CHECKED_IN["operations"].items()} == wanted


def _messages_of(operation: dict[str, Any]) -> set[str]:
    return {message["$ref"].rpartition("/")[2] for message in operation["messages"]}
