"""The one parser of what comes from outside: JSON on bytes, with none of the usual leniency. Pure."""

import json
import math
import re
from typing import Any, NoReturn

MAX_BYTES = 262_144
MAX_DEPTH = 20
MAX_ENTRIES = 1_000
MAX_DIGITS = 19

_STRINGS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_NOT_BRACKETS = re.compile(r"[^\[\]{}]++")


class Malformed(ValueError):
    """The bytes are not one well-formed JSON object within its limits; ``code`` says how."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse_object(body: bytes) -> dict[str, Any]:
    """Read one JSON object (RFC 8259, I-JSON's rules on keys, numbers and text).

    Raises:
        Malformed: too-large, json-syntax, json-depth, too-many, duplicate-key, number, control-character or type.
    """
    if len(body) > MAX_BYTES:
        raise Malformed("too-large")
    text = _decode(body)
    _limit_depth(text)
    tree = _load(text)
    _limit_entries(tree)
    if "\\u" in text:
        _refuse_surrogates(tree)
    if not isinstance(tree, dict):
        raise Malformed("type")
    return tree


def _decode(body: bytes) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("json-syntax") from None
    if text.startswith("\ufeff"):
        raise Malformed("json-syntax")
    return text


def _limit_depth(text: str) -> None:
    depth = 0
    for bracket in _NOT_BRACKETS.sub("", _STRINGS.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            raise Malformed("json-depth")


def _load(text: str) -> object:
    try:
        return _decoder.decode(text)
    except json.JSONDecodeError as error:
        code = "control-character" if error.msg.startswith("Invalid control character") else "json-syntax"
        raise Malformed(code) from None


def _limit_entries(tree: object) -> None:
    entries, stack = 0, [tree]
    while stack:
        node = stack.pop()
        if not isinstance(node, dict | list):
            continue
        stack.extend(node.values() if isinstance(node, dict) else node)
        entries += len(node)
        if entries > MAX_ENTRIES:
            raise Malformed("too-many")


def _refuse_surrogates(tree: object) -> None:
    # an escape of half a character: Python takes it, nothing else can
    try:
        json.dumps(tree, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Malformed("json-syntax") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("duplicate-key")
    return found


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise Malformed("number")
    return int(digits)


def _float(digits: str) -> float:
    found = float(digits)
    if not math.isfinite(found):
        raise Malformed("number")
    return found


def _constant(_: str) -> NoReturn:
    raise Malformed("number")


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_float=_float, parse_int=_integer, parse_constant=_constant)
