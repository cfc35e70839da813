"""Reads the cases of bad input: what is sent, through which doors, and what must come of it."""

import json
from base64 import b64decode
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from tests.controls.intake import ALL_FORMS, as_body

Door = Literal["http", "forms", "webhook"]

FILE = Path(__file__).with_name("forms.json")


@dataclass(frozen=True, eq=False)
class Case:
    """One case. ``raw`` is its row in the file."""

    number: int
    raw: dict[str, Any]

    def __str__(self) -> str:
        """Name the case."""
        return str(self.raw["case"])

    @property
    def is_accepted(self) -> bool:
        """Say whether it must be taken in."""
        return bool(self.raw["exit"] == "accepted")

    @property
    def told_field(self) -> str:
        """The place as an event tells it: where the sender used a key of its own, only the sender sees it."""
        return str(self.raw.get("told_field", self.raw["field"]))

    @property
    def form(self) -> dict[str, Any] | None:
        """The form, where the case is one."""
        if "base" not in self.raw:
            return None
        written = deepcopy(ALL_FORMS[self.raw["base"]](self.number))
        for path, value in self.raw["set"].items():
            _put(written, path.split("."), value)
        return written

    @property
    def text_name(self) -> str:
        """Which of a form's parts is told to everyone."""
        return next(name for name in ("proposal", "story", "nomination") if name in (self.form or {}))

    @property
    def text(self) -> dict[str, Any]:
        """What of the form is told to everyone, as it was sent."""
        return dict((self.form or {})[self.text_name])

    @property
    def sent_id(self) -> str:
        """The id under which it is told: the form's own, or the webhook's."""
        return str((self.form or {}).get("external_id", f"case-{self.number}"))

    def speaking(self, language: str) -> "Case":
        """Give the same case, of a sender who reads this language."""
        return replace(self, raw={**self.raw, "headers": {**self.raw.get("headers", {}), "Accept-Language": language}})

    def body_for_kafka(self) -> bytes | None:
        """Give the bytes of a record: who has no token names a source, unless the case does."""
        return self.body() if "token" in self.raw else self.body(source="kafka:upstream")

    def body(self, **extra: object) -> bytes | None:
        """Give the bytes that are sent; ``extra`` are fields that this door needs, where they are not set."""
        form = self.form
        if form is not None:
            return as_body(extra | form)
        if "base64" in self.raw:
            return b64decode(self.raw["base64"])
        if "pieces" in self.raw:
            return _text(["concat", *self.raw["pieces"]]).encode()
        text = self.raw["text"]
        return None if text is None else str(text).encode()


def cases(door: Door) -> list[Case]:
    """Give the cases of a door."""
    rows = json.loads(FILE.read_text())
    return [Case(number, row) for number, row in enumerate(rows, start=1) if door in row["doors"]]


def _put(form: dict[str, Any], path: list[str], value: Any) -> None:
    *before, last = path
    for step in before:
        form = form[step]
    if value == {"absent": True}:
        del form[last]
    else:
        form[last] = _value(value)


def _value(value: Any) -> Any:
    if isinstance(value, dict) and "keys" in value:
        return {f"key {number}": "" for number in range(value["keys"])}
    is_built = (isinstance(value, dict) and "repeat" in value) or (isinstance(value, list) and value[:1] == ["concat"])
    return _text(value) if is_built else value


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return str(value["repeat"]) * int(value["times"])
    if isinstance(value, list):
        return "".join(_text(piece) for piece in value[1:])
    return str(value)
