"""Mutations of valid submissions of every channel: what is wrong in a field, in the tree, and in the bytes."""

import json
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st

from tests.controls.intake import ALL_FORMS, as_body

Json = dict[str, Any]
T = TypeVar("T")
Spot = tuple[Any, Any]
"""A place in a tree: the object or list, and the key or index in it."""

HOSTILE = (
    "", " ", "\n", "\x00", "\x1b[31m", "\x7f", "\x85", "\u2028", "\ufeff", "\u202e", "\u2066", "\u200b", "\u00ad",
    "\U000e0041", "\ud800", "a\r\nBcc: x@example.org", "=?utf-8?q?a=0ABcc=3A_x=40y?=", "<script>alert(1)</script>",
    "javascript:alert(1)", "{{ 7*7 }}", "'; DROP TABLE submission; --", "=1+1", "@SUM(A1)", "a" * 301, "x" * 20_001,
    "e\u0301" * 10, "e" + "\u0301" * 40, "https://example.org/" + "a" * 2_000, "http://example.org", "../../etc/passwd",
    "a@b@c", "x" * 300 + "@example.org", '"a b"@example.org', "ñ@example.org", "x@münchen.example", "2023-02-29",
    "1999-12-31", "2100-12-31", "2101-01-01", "20260901", "2026-09-01T00:00:00", "1700000000",
    "9999-12-31T23:59:59-01:00", "GB", "uk", "FI0035",
    "OGC-2026-000001", "standalone", "story", "other-local", "non-member", "null", "true",
)  # fmt: skip
"""What somebody, some day, writes into a field."""

WRITTEN = (
    "Les réformateur·rice·s ouvrent l’œuvre publique", "«\u202fAu cœur\u202f» du projet\u00a0: 15\u202f%…",
    "¿Qué pasó con el niño? ¡Información pública!", "El pingüino —según «ella»— votó: 1.º, sí.",
    "Відкриті дані для Кам’янця-Подільського", "Côte d’Ivoire", "Córdoba (Province), Argentina", "Å\u0131ğşüö",
    "Una línea.\n\n\tY otra: 50 % de las y los jóvenes.", "Nationwide – “open” data, O'Brien & Sons",
)  # fmt: skip
"""What people write: it must pass untouched."""

_texts = st.one_of(st.sampled_from(HOSTILE), st.sampled_from(WRITTEN), st.text(max_size=40))
_values = st.one_of(
    _texts,
    st.none(),
    st.booleans(),
    st.integers(-(10**25), 10**25),
    st.floats(),
    st.builds(list),
    st.builds(dict),
    st.lists(_texts, max_size=3),
    st.dictionaries(st.text(max_size=8), _texts, max_size=3),
    st.dates().map(str),
    st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
)


_KEYS = st.text(max_size=12)
_NUMBERS = st.integers(1, 10**6)
CHANNELS = sorted(ALL_FORMS)


@dataclass(frozen=True)
class Mutant:
    """A form that was valid once: the channel that it was of, and the bytes that it is now."""

    channel: str
    body: bytes


@st.composite
def mutants(draw: st.DrawFn) -> Mutant:
    """Draw a valid form of any channel, and change it up to four times; seldom not at all."""
    channel = _pick(draw, CHANNELS)
    form: Json = deepcopy(ALL_FORMS[channel](draw(_NUMBERS)))
    for _ in range(draw(_below(4))):
        _pick(draw, IN_THE_TREE)(draw, form)
    body = _body(form)
    if draw(_below(5)) == 0:
        body = _pick(draw, IN_THE_BYTES)(draw, body)
    return Mutant(channel, body)


def _set_value(draw: st.DrawFn, form: Json) -> None:
    node, key = _spot(draw, form)
    node[key] = draw(_values)


def _edit_text(draw: st.DrawFn, form: Json) -> None:
    node, key = _spot(draw, form)
    if isinstance(text := node[key], str):
        at = draw(_below(len(text) + 1))
        node[key] = text[:at] + draw(_texts) + text[at + draw(_below(4)) :]


def _write(draw: st.DrawFn, form: Json) -> None:
    node, key = _spot(draw, form)
    if isinstance(node[key], str):
        node[key] = _pick(draw, WRITTEN)


def _repeat_text(draw: st.DrawFn, form: Json) -> None:
    node, key = _spot(draw, form)
    if isinstance(node[key], str):
        node[key] *= _pick(draw, (0, 2, 10, 300))


def _take_away(draw: st.DrawFn, form: Json) -> None:
    node, key = _spot(draw, form)
    del node[key]


def _add_key(draw: st.DrawFn, form: Json) -> None:
    nodes = [form, *(node[key] for node, key in _spots(form) if isinstance(node[key], dict))]
    _pick(draw, nodes)[draw(_KEYS)] = draw(_values)


def _rename(draw: st.DrawFn, form: Json) -> None:
    node, key = _spot(draw, form)
    if isinstance(node, dict):
        node[_pick(draw, (f"{key} ", key.upper(), f"{key}s", draw(_KEYS)))] = node.pop(key)


def _repeat_item(draw: st.DrawFn, form: Json) -> None:
    node, key = _spot(draw, form)
    if isinstance(items := node[key], list) and items:
        node[key] = items * _pick(draw, (2, 3, 101, 1_001))


def _nest(draw: st.DrawFn, form: Json) -> None:
    node, key = _spot(draw, form)
    for _ in range(_pick(draw, (1, 2, 19, 60))):
        node[key] = _pick(draw, ([node[key]], {"x": node[key]}))


def _swap(draw: st.DrawFn, form: Json) -> None:
    one, its_key = _spot(draw, form)
    value = deepcopy(one[its_key])
    other, key = _spot(draw, form)
    one[its_key], other[key] = deepcopy(other[key]), value


def _put_into_another(draw: st.DrawFn, form: Json) -> None:
    other = ALL_FORMS[_pick(draw, CHANNELS)](1)
    key = _pick(draw, sorted(other))
    form[key] = deepcopy(other[key])


def _flip(draw: st.DrawFn, body: bytes) -> bytes:
    changed = bytearray(body)
    changed[draw(_below(len(body)))] = draw(_below(256))
    return bytes(changed)


def _cut(draw: st.DrawFn, body: bytes) -> bytes:
    start = draw(_below(len(body)))
    return body[:start] + body[start + 1 + draw(_below(len(body) - start)) :]


def _insert(draw: st.DrawFn, body: bytes) -> bytes:
    at = draw(_below(len(body) + 1))
    return body[:at] + _pick(draw, PIECES) + body[at:]


def _twice(draw: st.DrawFn, body: bytes) -> bytes:
    return body[:-1] + b"," + body[1:] if draw(_below(2)) else body + body


def _other_letters(draw: st.DrawFn, body: bytes) -> bytes:
    written = body.decode(errors="replace")
    return written.encode(_pick(draw, ("utf-16", "utf-8-sig", "latin-1", "utf-32")), errors="replace")


PIECES = (
    b"\x00", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"NaN", b"1e999", b"-", b"\\u0000", b"\\ud800", b'"', b"{",
    b"]", b"[" * 25, b'"a":1,"a":2,', b"9" * 400, b"/*x*/", b"\r\n", b"\x1f",
)  # fmt: skip

TreeChange = Callable[[st.DrawFn, Json], None]
ByteChange = Callable[[st.DrawFn, bytes], bytes]

IN_THE_TREE: tuple[TreeChange, ...] = (
    _set_value, _edit_text, _write, _repeat_text, _take_away, _add_key, _rename, _repeat_item, _nest, _swap,
    _put_into_another,
)  # fmt: skip
IN_THE_BYTES: tuple[ByteChange, ...] = (_flip, _cut, _insert, _twice, _other_letters)


@cache
def _below(count: int) -> st.SearchStrategy[int]:
    # made once for each count: making a strategy costs more than drawing from it
    return st.integers(0, count - 1)


def _pick(draw: st.DrawFn, options: Sequence[T]) -> T:
    return options[draw(_below(len(options)))]


def _spot(draw: st.DrawFn, form: Json) -> Spot:
    form.setdefault("channel", "standalone")
    return _pick(draw, list(_spots(form)))


def _spots(node: Any) -> Iterator[Spot]:
    keys = list(node) if isinstance(node, dict) else range(min(len(node), 50)) if isinstance(node, list) else ()
    for key in keys:
        yield node, key
        yield from _spots(node[key])


def _body(form: Json) -> bytes:
    # half a character cannot be written as it is, only escaped
    try:
        return as_body(form)
    except UnicodeEncodeError:
        return json.dumps(form).encode()
