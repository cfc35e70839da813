"""One document of what all services hear and tell: a channel for each topic, a message for each event."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from contracts.event import SOURCE_PREFIX, full_type
from contracts.topics import CATALOGUE, TOPIC_OF, Topic

EXAMPLES = Path(__file__).resolve().parents[2] / "contracts" / "examples"
SCHEMAS = "#/components/schemas/"
VERSION = "1.0.0"
ABOUT = (
    "Everything that the services of the Open Gov Challenge tell one another, and anyone who may listen. "
    "Each message is a CloudEvents 1.0 event in structured JSON; its key is the event's subject; the header `seq` "
    "numbers the events of each partition without gaps. Fields may be added to an event version, optional ones only."
)
HEADERS = {
    "type": "object",
    "required": ["ce_id", "ce_type", "seq"],
    "properties": {
        "ce_id": {"type": "string", "format": "uuid", "description": "The event's id, as in the value."},
        "ce_type": {"type": "string", "description": "The event's type, as in the value."},
        "seq": {
            "type": "string",
            "pattern": "^[1-9][0-9]*$",
            "description": "Number in its partition, from 1, no gaps.",
        },
        "ce_specversion": {"const": "1.0"},
        "content-type": {"const": "application/cloudevents+json"},
    },
}

Document = dict[str, Any]


def merge(described: Mapping[str, Document]) -> Document:
    """Make one document of what FastStream says of each service.

    FastStream describes a topic as one message of many forms; here each event is a message of its own, with its
    constants, headers, key and examples. Who hears or tells what is taken from its operations.
    """
    told = {name: topic for name, topic in CATALOGUE.items() if _operations_on(name, described)}
    schemas = _merge_schemas(described)
    return {
        "asyncapi": "3.0.0",
        "id": "urn:ogc:challenge",
        "info": {"title": "Open Gov Challenge", "version": VERSION, "description": ABOUT},
        "defaultContentType": "application/cloudevents+json",
        "servers": {"kafka": _server(described)},
        "channels": {name: _channel(topic, described) for name, topic in told.items()},
        "operations": dict(sorted(pair for name in told for pair in _operations_on(name, described))),
        "components": {
            "messages": {key: message for topic in told.values() for key, message in _messages(topic)},
            "schemas": dict(sorted(schemas.items())),
        },
    }


def _server(described: Mapping[str, Document]) -> Document:
    servers = [server for one in described.values() for server in one["servers"].values()]
    return {
        "host": servers[0]["host"],
        "protocol": servers[0]["protocol"],
        "description": "The cluster of a deployment.",
    }


def _channel(topic: Topic, described: Mapping[str, Document]) -> Document:
    found = next(one["channels"][topic.name] for one in described.values() if topic.name in one["channels"])
    settings = {"retention.ms": topic.retention_ms, "max.message.bytes": topic.max_message_bytes}
    kafka = found["bindings"]["kafka"]
    return {
        "address": found["address"],
        "title": topic.name,
        "description": topic.about,
        "messages": {key: {"$ref": f"#/components/messages/{key}"} for key, _ in _messages(topic)},
        "bindings": {
            "kafka": {
                "topic": kafka["topic"],
                "partitions": topic.partitions,
                "topicConfiguration": settings,
                "bindingVersion": "0.5.0",
            }
        },
    }


def _operations_on(topic: str, described: Mapping[str, Document]) -> list[tuple[str, Document]]:
    return [
        (f"{service}.{operation['action']}.{topic}", _operation(topic, service, operation, one))
        for service, one in described.items()
        for operation in one["operations"].values()
        if operation["channel"]["$ref"] == f"#/channels/{topic}"
    ]


def _operation(topic: str, service: str, operation: Document, described: Document) -> Document:
    verb = {"receive": "hears", "send": "tells"}[operation["action"]]
    messages = [_key_of(form) for form in _forms(_payload_of(operation, described)) if form in _EVENTS] or [topic]
    return {
        "action": operation["action"],
        "title": f"{service} {verb} {topic}",
        "summary": described["info"]["description"],
        "channel": {"$ref": f"#/channels/{topic}"},
        "messages": [{"$ref": f"#/channels/{topic}/messages/{key}"} for key in messages],
    }


def _messages(topic: Topic) -> Iterator[tuple[str, Document]]:
    if not topic.events:
        yield topic.name, {"name": topic.name, "summary": topic.about, "payload": {"$ref": SCHEMAS + topic.name}}
    for event in topic.events:
        yield event.TYPE, _message(event)


def _message(event: type[Any]) -> Document:
    return {
        "name": full_type(event),
        "title": event.__name__,
        "summary": (event.__doc__ or "").strip().partition("\n")[0],
        "contentType": "application/cloudevents+json",
        "headers": HEADERS,
        "payload": {"$ref": SCHEMAS + event.TYPE},
        "correlationId": {"location": "$message.payload#/correlationid"},
        "bindings": {"kafka": {"key": {"type": "string", "description": "The event's subject."}}},
        "examples": [
            {"name": path.stem, "payload": json.loads(path.read_bytes())}
            for path in sorted((EXAMPLES / event.TYPE).glob("*.json"))
        ],
    }


def _merge_schemas(described: Mapping[str, Document]) -> Document:
    merged: Document = {}
    for one in described.values():
        wrappers = {
            message["payload"]["$ref"].removeprefix(SCHEMAS) for message in one["components"]["messages"].values()
        }
        schemas = one["components"]["schemas"]
        merged |= {_key_of(name): _with_constants(name, schemas[name]) for name in schemas.keys() - wrappers}
        for operation in one["operations"].values():
            topic = operation["channel"]["$ref"].removeprefix("#/channels/")
            if not CATALOGUE[topic].events:
                merged[topic] = _payload_of(operation, one) | {"title": topic}
    return merged


def _with_constants(name: str, schema: Document) -> Document:
    event = _EVENTS.get(name)
    if event is None:
        return schema
    constants = {"type": full_type(event), "source": f"{SOURCE_PREFIX}{TOPIC_OF[event].writer}"}
    fields = {field: {"type": "string", "const": value} for field, value in constants.items()}
    return schema | {"title": event.__name__, "properties": schema["properties"] | fields}


def _payload_of(operation: Document, described: Document) -> Document:
    """Give what FastStream says is in a message; of a subscriber that takes chunks, what is in each of a chunk."""
    channel = described["channels"][operation["channel"]["$ref"].removeprefix("#/channels/")]
    [reference] = operation["messages"]
    message = channel["messages"][reference["$ref"].rpartition("/")[2]]["$ref"].removeprefix("#/components/messages/")
    wrapper = described["components"]["messages"][message]["payload"]["$ref"].removeprefix(SCHEMAS)
    schema: Document = described["components"]["schemas"][wrapper]
    inside: Document = schema.get("items", schema)
    return inside


def _forms(schema: Document) -> list[str]:
    return [form.get("$ref", "").removeprefix(SCHEMAS) for form in schema.get("anyOf", [schema])]


def _key_of(name: str) -> str:
    return _EVENTS[name].TYPE if name in _EVENTS else name


_EVENTS: Mapping[str, type[Any]] = {f"Event_{event.__name__}_": event for event in TOPIC_OF}
"""The envelopes of the events, by the names that pydantic gives them."""
