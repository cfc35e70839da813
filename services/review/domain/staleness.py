"""What differs in an item between the revision that someone saw and now, told field by field."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from services.review.domain.evolution import stored_word
from services.review.domain.items import ItemState

Fields = dict[str, Any]


class Remark(NamedTuple):
    """One line of an item's history: what someone did, and which revision and state of its row it led to."""

    at: datetime
    by: str
    type: str
    body: dict[str, Any]
    revision: int
    state: str


def differences(state: ItemState, history: Iterable[Remark], seen: int) -> list[Fields]:
    """List what differs now from what stood at revision ``seen``, each as ``field``, ``theirs`` and ``now``.

    What the log did to it (a withdrawal, the release) stands in no history and shows as another ``state``.
    """
    lines = list(history)
    theirs = _standing(line for line in lines if line.revision <= seen)
    now = {**_standing(lines), "state": stored_word(state)}
    fields = sorted(theirs.keys() | now.keys())
    return [
        {"field": field, "theirs": theirs.get(field), "now": now.get(field)}
        for field in fields
        if theirs.get(field) != now.get(field)
    ]


def _standing(lines: Iterable[Remark]) -> Fields:
    fields: Fields = {"state": "entered"}
    for line in lines:
        read = _READERS.get(line.type)
        if read is not None:
            read(fields, line.body)
        fields["state"] = line.state
    return fields


def _assessed(fields: Fields, body: Mapping[str, Any]) -> None:
    for name in [name for name in fields if name.startswith(("findings.", "decision."))]:
        del fields[name]
    for finding in body["findings"]:
        fields[f"findings.{finding['code']}"] = {"verdict": finding["verdict"], "reason": finding["reason"]}
    fields["area"] = body["proposed_area"]
    fields["area_reason"] = body["area_reason"]
    fields["question"] = body.get("question")


def _ruled(fields: Fields, body: Mapping[str, Any]) -> None:
    ruling = body["ruling"]
    for name in ("outcome", "eligibility", "relevance", "tagging", "attribution", "note"):
        fields[f"decision.{name}"] = ruling.get(name)


def _held(fields: Fields, body: Mapping[str, Any]) -> None:
    fields["hold"] = body["reason"]


def _unheld(fields: Fields, _: Mapping[str, Any]) -> None:
    fields.pop("hold", None)


def _encouraged(fields: Fields, body: Mapping[str, Any]) -> None:
    fields["encouragement"] = {name: body.get(name) for name in ("promising", "support", "why")}


_READERS: Mapping[str, Callable[[Fields, Mapping[str, Any]], None]] = MappingProxyType(
    {
        "submission.assessed.v1": _assessed,
        "ruling.made": _ruled,
        "submission.held-back.v1": _held,
        "submission.unheld.v1": _unheld,
        "reform.encouraged.v1": _encouraged,
    }
)
