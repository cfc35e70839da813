"""One JSON Schema per event version, made from the event classes and checked in beside this file."""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from contracts.event import SOURCE_PREFIX, envelope_of, full_type
from contracts.topics import TOPIC_OF

FOLDER = Path(__file__).parent


def schema_of(event: type[Any]) -> dict[str, Any]:
    """Describe the whole message of an event, envelope included, in JSON Schema 2020-12.

    Fields that have a default are optional: a message from before such a field was added stays valid.
    """
    made = TypeAdapter(envelope_of(event)).json_schema()
    made["properties"]["type"] = {"const": full_type(event), "type": "string"}
    made["properties"]["source"] = {"const": f"{SOURCE_PREFIX}{TOPIC_OF[event].writer}", "type": "string"}
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:ogc:schema:{event.TYPE}",
        "title": event.__name__,
        "description": (event.__doc__ or "").strip(),
    }
    return head | {key: value for key, value in made.items() if key not in head}


def rendered(folder: Path = FOLDER) -> dict[Path, bytes]:
    """Give the text of every schema file, as the classes of today ask for it."""
    return {folder / f"{event.TYPE}.json": _text(schema_of(event)) for event in TOPIC_OF}


def write_all(folder: Path = FOLDER) -> None:
    """Write every schema, and remove those of events that are no more."""
    wanted = rendered(folder)
    for path in set(folder.glob("*.json")) - wanted.keys():
        path.unlink()
    for path, text in wanted.items():
        path.write_bytes(text)


def _text(schema: dict[str, Any]) -> bytes:
    return (json.dumps(schema, ensure_ascii=False, indent=2) + "\n").encode()
