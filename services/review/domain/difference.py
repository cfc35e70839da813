"""What one version of a text has that another has not: field by field, and word by word where people write."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from itertools import groupby
from typing import Any, Literal, NamedTuple

import msgspec
from rapidfuzz.distance import Indel

from contracts.submissions import Proposal

_WORD = re.compile(r"\S+\s*|\s+")
_PROSE = frozenset({"title", "description", "problems", "values", "jurisdiction", "lead_institution", "plan"})
_FIELDS = tuple(field.name for field in fields(Proposal))

Kind = Literal["kept", "removed", "added"]


class Stretch(NamedTuple):
    """Some of a field that both versions have, or one of them."""

    kind: Kind
    text: str


class Change(NamedTuple):
    """A field that differs: its name, for what people wrote about a value ``values/transparency``, and its stretches.

    Of prose they are words with the spaces behind them: all but the removed, put together, are the text after; of
    lists they are items, of everything else the value before and the value after.
    """

    field: str
    stretches: tuple[Stretch, ...]


def difference(before: Proposal, after: Proposal) -> list[Change]:
    """Say which fields differ and in what, in the order of the form."""
    old, new = _flat(before), _flat(after)
    names = sorted(old.keys() | new.keys(), key=_place)
    return [Change(name, _stretches(name, old.get(name), new.get(name))) for name in names if _differs(name, old, new)]


def _flat(proposal: Proposal) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(proposal)
    values = plain.pop("values")
    return plain | {f"values/{name}": text for name, text in values.items()}


def _place(name: str) -> tuple[int, str]:
    return _FIELDS.index(name.partition("/")[0]), name


def _differs(name: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
    return bool(old.get(name) != new.get(name))


def _stretches(name: str, before: Any, after: Any) -> tuple[Stretch, ...]:
    if isinstance(before, list | tuple) or isinstance(after, list | tuple):
        return tuple(_align(_items(before), _items(after), together=False))
    if name.partition("/")[0] in _PROSE:
        return _words(before or "", after or "")
    return tuple(_align(_one(before), _one(after), together=False))


def _items(listed: Any) -> list[str]:
    return [item if isinstance(item, str) else " ".join(map(str, reversed(item.values()))) for item in listed or ()]


def _one(value: Any) -> list[str]:
    return [] if value is None else [value if isinstance(value, str) else str(value).lower()]


def _words(before: str, after: str) -> tuple[Stretch, ...]:
    found = tuple(_align(_WORD.findall(before), _WORD.findall(after), together=True))
    if any(stretch.kind != "kept" for stretch in found):
        return found
    return Stretch("removed", before), Stretch("added", after)  # only spaces differ


def _align(before: Sequence[str], after: Sequence[str], *, together: bool) -> Iterator[Stretch]:
    """Line up two sequences so that as much as can be is kept; what is kept stands as it does after."""
    steps = Indel.opcodes([piece.strip() for piece in before], [piece.strip() for piece in after])
    for kept, run in groupby(steps, lambda step: step.tag == "equal"):
        found = list(run)
        first, last = found[0], found[-1]
        if not kept:
            yield from _stretch("removed", before[first.src_start : last.src_end], together=together)
        yield from _stretch("kept" if kept else "added", after[first.dest_start : last.dest_end], together=together)


def _stretch(kind: Kind, pieces: Sequence[str], *, together: bool) -> Iterator[Stretch]:
    if together and pieces:
        yield Stretch(kind, "".join(pieces))
    elif not together:
        yield from (Stretch(kind, piece) for piece in pieces)
