"""Where a record that was made again differs from the living one, field by field, and what of it nobody explained."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

EXAMPLES_SHOWN = 5

TALLIED = frozenset({"public_tallies", "public_tally_changes"})
"""Counts: how many there are of a kind, and by how many that changed when; of a field both are told as one."""

Told = Mapping[str, Any]
"""A row, or a document in one."""


class Row(NamedTuple):
    """A row that differs, as it lives and as it was made again; one of both may be missing."""

    table: str
    key: str
    was: Told | None
    made: Told | None


class Example(NamedTuple):
    """What stood in a field and what would: as JSON."""

    key: str
    before: str
    after: str


@dataclass(slots=True)
class Field:
    """In how many rows a field differs, and the first of them."""

    rows: int = 0
    examples: list[Example] = field(default_factory=list)


def tell_fields(rows: Iterable[Row]) -> dict[str, Field]:
    """Tell by field what differs; a field is named as its table, a dot and its path, a whole row as its table alone."""
    found: dict[str, Field] = {}
    for row in rows:
        for name, before, after in _differing(row):
            told = found.setdefault(name, Field())
            told.rows += 1
            if len(told.examples) < EXAMPLES_SHOWN:
                told.examples.append(Example(row.key, _write(before), _write(after)))
    return dict(sorted(found.items()))


def find_unexplained(fields: Iterable[str], explained: Iterable[str]) -> list[str]:
    """Give the fields for which no explanation is there; it may name the whole of a field, or its end after a dot."""
    names = tuple(explained)
    return [one for one in fields if not any(one == name or one.endswith(f".{name}") for name in names)]


def read_explanation(given: str) -> tuple[str, str]:
    """Read ``field=reason``.

    Raises:
        ValueError: one of both is missing.
    """
    name, _, reason = (part.strip() for part in given.partition("="))
    if not (name and reason):
        raise ValueError(f"{given!r} is no explanation: say field=reason")
    return name, reason


def _differing(row: Row) -> Iterator[tuple[str, Any, Any]]:
    if row.table in TALLIED:
        told = row.was or row.made or {}
        yield f"tally.{told['dimension']}", (row.was or {}).get("reforms"), (row.made or {}).get("reforms")
    elif row.was is None or row.made is None:
        yield row.table, row.was and "there", row.made and "there"
    else:
        was, made = dict(_flatten(row.was)), dict(_flatten(row.made))
        for path in sorted(was.keys() | made.keys()):
            if was.get(path) != made.get(path):
                yield f"{row.table}.{path}", was.get(path), made.get(path)


def _flatten(told: Told, before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in told.items():
        if name == "document" and isinstance(value, str):
            yield from _flatten(json.loads(value))
        elif isinstance(value, dict):
            yield from _flatten(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _write(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
