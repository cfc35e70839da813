"""What can be wrong with what is sent in: each with its code, its HTTP status and its sentence."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Any, NamedTuple


class Meaning(NamedTuple):
    """What a code says: the status at an HTTP door, and a sentence for the sender in each language."""

    status: int
    sentences: Mapping[str, str]

    @property
    def sentence(self) -> str:
        """The sentence in English."""
        return self.sentences["en"]


def _read(text: str) -> Mapping[str, Meaning]:
    entries: dict[str, dict[str, Any]] = json.loads(text)
    return {code: Meaning(entry.pop("status"), MappingProxyType(entry)) for code, entry in entries.items()}


CODES = MappingProxyType(_read((resources.files(__package__) / "problems.json").read_text()))
"""Every code that intake answers with; the list is closed."""

SENTENCES = MappingProxyType({code: meaning.sentences for code, meaning in CODES.items()})
"""What the codes say: code to language to sentence."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong: its code, and where (a JSON Pointer, empty for the whole).

    ``field`` holds names of ours only; ``as_sent`` is the same place as the sender wrote it, and for the sender alone.
    """

    code: str
    field: str = ""
    as_sent: str = ""

    @property
    def meaning(self) -> Meaning:
        """What the code says."""
        return CODES[self.code]


class Refused(Exception):
    """What was sent is not taken, for these reasons; the first names the refusal."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues = tuple(sorted(dict.fromkeys(issues), key=lambda issue: issue.meaning.status))
        super().__init__(", ".join(f"{issue.code} at {issue.field or '/'}" for issue in self.issues))

    @property
    def code(self) -> str:
        """The code of the first reason: form before rules."""
        return self.issues[0].code

    @property
    def status(self) -> int:
        """The HTTP status of the first reason."""
        return self.issues[0].meaning.status


def refused(code: str, field: str = "") -> Refused:
    """Refuse for one reason."""
    return Refused([Issue(code, field)])
