"""What was typed, as it was typed: read from a page, written into one again, and turned into the form's JSON."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.intake.site.questions import Form, Question

MAX_ROWS = 101
"""One more than any form takes: more is refused in words, and never silently cut."""

DAY_PARTS = ("day", "month", "year")

Flat = Mapping[str, Sequence[str]]
"""What a browser sends: the values of each name."""

Typed = dict[str, Any]
"""By question: a text, the chosen ones, the parts of a day, the parts of a group, or a list of rows."""


def read_typed(form: Form, flat: Flat) -> Typed:
    """Read what was typed; what the form does not ask is left out, and so are empty rows."""
    return {question.name: _read(question, question.name, flat) for question in form.questions}


def flatten(form: Form, typed: Typed) -> list[tuple[str, str]]:
    """Give what was typed as a browser sends it."""
    return [pair for q in form.questions for pair in _flatten(q, q.name, typed[q.name])]


def tree_of(form: Form, typed: Typed) -> dict[str, Any]:
    """Give the form's JSON, without what was left empty."""
    tree: dict[str, Any] = {}
    for question in form.questions:
        answer = _answer(question, typed[question.name])
        if answer is not None:
            _put(tree, question.name.split("."), answer)
    return tree


def typed_of(form: Form, tree: Mapping[str, Any]) -> Typed:
    """Give what someone would have typed who meant this JSON."""
    return {question.name: _typed(question, _find(tree, question.name.split("."))) for question in form.questions}


def unanswered_in(form: Form, tree: Mapping[str, Any]) -> list[str]:
    """Point to the questions that need an answer and have none (JSON Pointers)."""
    needed = (question.name.split(".") for question in form.questions if question.needed)
    return ["/" + "/".join(path) for path in needed if _find(tree, path) is None]


def change_rows(form: Form, typed: Typed, verb: str, what: str) -> Typed:
    """Do what a row's button says: ``add`` one to a list, ``remove`` one by list and number; else nothing."""
    name, _, index = what.partition(":")
    rows = {question.name: question for question in form.questions if question.kind == "rows"}
    if name not in rows:
        return typed
    if verb == "add":
        return typed | {name: [*typed[name], _blank_row(rows[name])]}
    gone = number_of(index) if verb == "remove" else None
    return typed | {name: [row for place, row in enumerate(typed[name]) if place != gone]}


def number_of(text: str) -> int | None:
    """Read a small number that a page of ours wrote; None where something else stands."""
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None


def with_rows(form: Form, typed: Typed) -> Typed:
    """Give every list at least one row to fill in."""
    return typed | {q.name: typed[q.name] or [_blank_row(q)] for q in form.questions if q.kind == "rows"}


def names_of(form: Form, typed: Typed) -> list[str]:
    """Name every place where a message may stand, with the rows that there are, in order."""
    return [name for question in form.questions for name in _names(question, question.name, typed[question.name])]


def is_filled(value: Any) -> bool:
    """Say whether anything stands in an answer."""
    return any(map(is_filled, _inner(value))) if isinstance(value, dict | list) else bool(value.strip())


def _read(question: Question, name: str, flat: Flat) -> Any:
    match question.kind:
        case "rows":
            rows = (_read_parts(question, f"{name}.{index}", flat) for index in _indexes(name, flat))
            return [row for row in rows if is_filled(row)]
        case "group":
            return _read_parts(question, name, flat)
        case "day":
            return {part: _last(flat, f"{name}.{part}") for part in DAY_PARTS}
        case "some":
            return list(flat.get(name, ()))
        case _:
            return _last(flat, name)


def _read_parts(question: Question, name: str, flat: Flat) -> Any:
    if _is_plain(question):
        return _last(flat, name)
    return {part.name: _read(part, f"{name}.{part.name}", flat) for part in question.parts}


def _indexes(name: str, flat: Flat) -> list[int]:
    found = (re.match(rf"{re.escape(name)}\.(\d{{1,3}})(\.|$)", sent) for sent in flat)
    return sorted({int(match[1]) for match in found if match})[:MAX_ROWS]


def _last(flat: Flat, name: str) -> str:
    return next(reversed(flat.get(name, ())), "").replace("\r\n", "\n").replace("\r", "\n")


def _flatten(question: Question, name: str, value: Any) -> Iterator[tuple[str, str]]:
    match question.kind:
        case "rows":
            for index, row in enumerate(value):
                yield from _flatten_parts(question, f"{name}.{index}", row)
        case "group":
            yield from _flatten_parts(question, name, value)
        case "day":
            yield from ((f"{name}.{part}", value[part]) for part in DAY_PARTS)
        case "some":
            yield from ((name, one) for one in value)
        case _:
            yield name, value


def _flatten_parts(question: Question, name: str, value: Any) -> Iterator[tuple[str, str]]:
    if _is_plain(question):
        yield name, value
        return
    for part in question.parts:
        yield from _flatten(part, f"{name}.{part.name}", value[part.name])


def _answer(question: Question, value: Any) -> Any:
    if not is_filled(value):
        return None
    match question.kind:
        case "rows":
            return [_answer_parts(question, row) for row in value if is_filled(row)]
        case "group":
            return _answer_parts(question, value)
        case "day":
            return "{year:>04}-{month:>02}-{day:>02}".format_map({part: value[part].strip() for part in DAY_PARTS})
        case _:
            return _answer_text(question, value)


def _answer_text(question: Question, value: Any) -> Any:
    if question.kind == "some":
        return value
    return value.strip().upper() if question.kind == "code" else value.strip()


def _answer_parts(question: Question, value: Any) -> Any:
    if _is_plain(question):
        return value.strip()
    answers = {part.name: _answer(part, value[part.name]) for part in question.parts}
    return {name: answer for name, answer in answers.items() if answer is not None}


def _typed(question: Question, value: Any) -> Any:
    match question.kind:
        case "rows":
            return [_typed_parts(question, row) for row in value or ()]
        case "group":
            return _typed_parts(question, value or {})
        case "day":
            year, month, day = (value or "--").split("-")
            return {"day": day.lstrip("0"), "month": month.lstrip("0"), "year": year}
        case "some":
            return list(value or ())
        case _:
            return value or ""


def _typed_parts(question: Question, value: Any) -> Any:
    if _is_plain(question):
        return value
    return {part.name: _typed(part, value.get(part.name)) for part in question.parts}


def _names(question: Question, name: str, value: Any) -> Iterator[str]:
    yield name
    if question.kind == "group":
        yield from (f"{name}.{part.name}" for part in question.parts)
    if question.kind == "rows":
        for index in range(len(value)):
            yield f"{name}.{index}"
            yield from (f"{name}.{index}.{part.name}" for part in question.parts if part.name)


def _blank_row(question: Question) -> Any:
    return _typed_parts(question, "" if _is_plain(question) else {})


def _is_plain(question: Question) -> bool:
    """Say whether each row is one text, with no parts of its own."""
    return [part.name for part in question.parts] == [""]


def _inner(value: Any) -> Any:
    return value.values() if isinstance(value, dict) else value


def _put(tree: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for step in path[:-1]:
        tree = tree.setdefault(step, {})
    tree[path[-1]] = value


def _find(tree: Any, path: Sequence[str]) -> Any:
    for step in path:
        tree = tree.get(step) if isinstance(tree, Mapping) else None
    return tree
