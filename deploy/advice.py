"""What a person can do about a reader or a relay that stands still."""

from collections.abc import Mapping
from typing import Any

RELAY = "relay"
ON_THE_WAY = frozenset({"repair-ordered", "parking-allowed"})
"""What a person has ordered: nobody stands still for it."""
_FORK = (
    "the topic holds what this database does not, as when a database was restored from a copy that is too old. "
    "Nothing is written meanwhile. Bring back a newer copy of the database; no command repairs this"
)
_OF_RELAYS = {
    "fork": _FORK,
    "log-lost": (
        "see whether the broker really lost its log, and is not another one by mistake. "
        "If so, `challenge relay repair {service}` writes it anew from the service's own"
    ),
    "repair-ordered": "a repair is ordered and goes on; look again in a moment",
}
_OF_READERS = {
    "fork": _FORK,
    "breaker": (
        "too much failed at once for it to be the events: mend the cause, then `challenge parked resume {service} "
        "{reader}`; with --park its next chunk parks what fails"
    ),
    "unreadable": "`challenge forms skip` passes over what nobody can read, from its place to an offset that you name",
    "parking-allowed": "it goes on; what fails in its next chunk is parked",
}


def advise(service: str, halt: Mapping[str, Any]) -> str:
    """Say what to do about one who stands still: a row of `/ops/halted`."""
    known = _OF_RELAYS if halt["reader"] == RELAY else _OF_READERS
    fallback = "see the service's log; then `challenge parked resume {service} {reader}`"
    return known.get(halt["why"], fallback).format(service=service, reader=halt["reader"])


def describe(service: str, halt: Mapping[str, Any]) -> str:
    """Say who stands still, since when, and why."""
    who = f"{service}'s relay" if halt["reader"] == RELAY else f"{service}'s reader of {halt['reader']}"
    if halt["why"] in ON_THE_WAY:
        return f"{who} goes on as ordered ({halt['why']})"
    detail = f": {halt['detail']}" if halt.get("detail") else ""
    return f"{who} stands still since {str(halt.get('since', ''))[:16]} ({halt['why']}){detail}"
