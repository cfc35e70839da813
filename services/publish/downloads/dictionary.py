"""The data dictionary, made of the row models: every table, its columns, what each holds and of which kind it is."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from typing_extensions import Doc

from services.publish.downloads.rows import AssessmentRow, AwardRow, FindingRow, MilestoneRow, ReformRow, Row


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    LIST = "list"
    DAY = "day"
    INSTANT = "instant"
    NUMBER = "number"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: ``required`` is false where it may be empty."""

    name: str
    kind: Kind
    required: bool
    about: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table; ``key`` names the columns that no two rows have alike."""

    name: str
    about: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]


_KINDS: Mapping[Any, Kind] = {
    str: Kind.TEXT,
    tuple: Kind.LIST,
    date: Kind.DAY,
    datetime: Kind.INSTANT,
    int: Kind.NUMBER,
    bool: Kind.FLAG,
}


@cache
def tables() -> Mapping[str, Table]:
    """Give the tables of the public record by name, reforms first."""
    given = (
        _table("reforms", ReformRow, ("reference",)),
        _table("milestones", MilestoneRow, ("reference", "number")),
        _table("findings", FindingRow, ("reference", "number")),
        _table("assessments", AssessmentRow, ("reference", "stage")),
        _table("awards", AwardRow, ("reference", "number")),
    )
    return {table.name: table for table in given}


def _table(name: str, model: type[Row], key: tuple[str, ...]) -> Table:
    hints = get_type_hints(model, include_extras=True)
    return Table(name, model.__doc__ or "", key, tuple(_column(one.name, hints[one.name]) for one in fields(model)))


def _column(name: str, hint: Any) -> Column:
    held, *told = get_args(hint)
    doc = next(one for one in told if isinstance(one, Doc))
    kinds = [kind for kind in (get_args(held) if NoneType in get_args(held) else (held,)) if kind is not NoneType]
    return Column(name, _KINDS[get_origin(kinds[0]) or kinds[0]], NoneType not in get_args(held), doc.documentation)
