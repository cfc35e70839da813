"""The AsyncAPI document as a page for people: complete without scripts, and with nothing from elsewhere."""

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import TypeAdapter

from contracts.event import envelope_of

SCHEMAS = "#/components/schemas/"
DAY_MS = 24 * 60 * 60 * 1000

Document = dict[str, Any]


def render_page(document: Document) -> bytes:
    """Write the page of a document."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"shape": name_of, "json": _json, "kept": _kept, "limits": limits_of}
    template = environment.get_template("page.html.jinja")
    return (template.render(document=document, who=_who_by_channel(document), envelope=_envelope()) + "\n").encode()


def name_of(schema: Document) -> str:
    """Give the name of the shape that a schema refers to, or nothing."""
    return str(schema.get("$ref", "")).removeprefix(SCHEMAS)


def limits_of(schema: Document) -> list[str]:
    """Say in words what a value must be, beyond its type."""
    words = {
        "format": "{}",
        "pattern": "matches {}",
        "minLength": "at least {} characters",
        "maxLength": "at most {} characters",
        "minimum": "from {}",
        "maximum": "up to {}",
        "minItems": "at least {}",
        "maxItems": "at most {}",
        "minProperties": "at least {} keys",
    }
    said = [phrase.format(schema[key]) for key, phrase in words.items() if key in schema]
    return ["not empty" if phrase == "at least 1 characters" else phrase for phrase in said]


def _who_by_channel(document: Document) -> dict[str, dict[str, list[str]]]:
    who: dict[str, dict[str, list[str]]] = {name: {"send": [], "receive": []} for name in document["channels"]}
    for name in document["operations"]:
        service, action, channel = name.split(".", maxsplit=2)
        who[channel][action].append(service)
    return who


def _envelope() -> Document:
    return TypeAdapter(envelope_of(dict[str, Any])).json_schema() | {"title": "the envelope"}


def _kept(retention_ms: int) -> str:
    return "for ever" if retention_ms < 0 else f"{retention_ms // DAY_MS} days"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
