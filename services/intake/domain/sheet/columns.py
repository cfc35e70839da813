"""Which columns a sheet can have: those that the forms have fields for, found by looking at the forms."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel

from services.intake.domain.forms import FORMS
from services.intake.domain.sheet.words import LABELS, NUMBER, SYNONYMS, normal

Path: TypeAlias = tuple[str, ...]
Kind = Literal["text", "code", "day", "flag", "number"]

BODIES = frozenset({"proposal", "story", "nomination"})
"""What a form has one of: its fields need no prefix."""

_UNNAMED = BODIES | {"values"}
_KINDS: dict[type, Kind] = {bool: "flag", int: "number", date: "day", datetime: "text"}


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a cell can fill. In ``path`` a ``#`` stands for the number of an item."""

    path: Path
    kind: Kind
    is_required: bool
    codes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of its column in English: `title`, `milestone # due`."""
        steps = [step for step in self.path if step not in _UNNAMED]
        return " ".join(map(normal, _singular(steps)))

    @property
    def is_list(self) -> bool:
        """Say whether one cell may hold several, with ` | ` between."""
        return self.path[-1] == NUMBER

    def label(self, language: str) -> str:
        """Give the name of its column in a language; in English where that has none."""
        return LABELS.get(language, {}).get(self.name, self.name)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: the field that its cells fill, and of which item; 0 where the field has no number."""

    field: Field
    number: int

    @property
    def path(self) -> Path:
        """Where its cells go, by the number in its heading."""
        return tuple(str(self.number) if step == NUMBER else step for step in self.field.path)


@cache
def fields_of(channel: str) -> tuple[Field, ...]:
    """Give the fields of a channel's form, in its order."""
    return tuple(_fields(FORMS[channel], (), is_required=True))


def find_column(heading: str, channel: str) -> Column | None:
    """Give the column of a channel that a heading names; None where it has none such."""
    words = normal(heading).split()
    numbers = [int(word) for word in words if word.isdecimal()]
    name = " ".join(NUMBER if word.isdecimal() else word for word in words)
    found = _by_name(channel).get(SYNONYMS.get(name, name)) if len(numbers) <= 1 else None
    if found is None or (bool(numbers) != (NUMBER in found.path) and not found.is_list):
        return None
    return Column(found, numbers[0] if numbers else 0)


@cache
def _by_name(channel: str) -> dict[str, Field]:
    return {name: field for field in fields_of(channel) for name in _names(field)}


def _names(field: Field) -> Iterator[str]:
    for steps in (field.path, [step for step in field.path if step not in _UNNAMED], field.name.split()):
        name = " ".join(step if step == NUMBER else normal(step) for step in steps)
        yield name
        if field.is_list:
            yield name.removesuffix(f" {NUMBER}")


def _singular(steps: list[str]) -> Iterator[str]:
    for step, following in zip(steps, [*steps[1:], ""], strict=True):
        yield step.removesuffix("s") if following == NUMBER else step


def _fields(model: type[BaseModel], before: Path, *, is_required: bool) -> Iterator[Field]:
    for name, field in model.model_fields.items():
        yield from _of(field.annotation, (*before, name), is_required=is_required and field.is_required())


def _of(annotation: Any, path: Path, *, is_required: bool) -> Iterator[Field]:
    plain, arguments = _plain(annotation), get_args(_plain(annotation))
    if plain is NoneType:
        return
    if isinstance(plain, type) and issubclass(plain, BaseModel):
        yield from _fields(plain, path, is_required=is_required)
    elif get_origin(plain) is tuple:
        yield from _of(arguments[0], (*path, NUMBER), is_required=False)
    elif get_origin(plain) is dict:
        yield from (Field((*path, key), "text", is_required=False) for key in _plain(arguments[0]))
    else:
        yield _scalar(plain, path, is_required=is_required)


def _scalar(plain: Any, path: Path, *, is_required: bool) -> Field:
    if get_origin(plain) is Literal and isinstance(get_args(plain)[0], str):
        return Field(path, "code", is_required, get_args(plain))
    if isinstance(plain, type) and issubclass(plain, StrEnum):
        return Field(path, "code", is_required, tuple(plain))
    return Field(path, _KINDS.get(plain, "number" if get_origin(plain) is Literal else "text"), is_required)


def _plain(annotation: Any) -> Any:
    """Take away what only restricts a type, and that it may be absent."""
    while get_origin(annotation) in {Annotated, Union, UnionType}:
        present = [argument for argument in get_args(annotation) if argument is not NoneType]
        annotation = present[0]
    return annotation
