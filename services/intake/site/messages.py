"""Where each message stands on a form, and what it says in the reader's language."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from contracts.reference import Language
from services.intake.domain.problems import CODES, Issue
from services.intake.site.questions import Form, Kind
from services.intake.site.typed import Typed, names_of
from services.intake.site.words import words_of

_INDEX = re.compile(r"\.\d+(?=\.|$)")
_MISSING_BY_KIND: Mapping[Kind, str] = {"one": "missing-choice", "pick": "missing-choice", "day": "missing-day"}
_NOTHING = frozenset({"missing", "blank"})


@dataclass(frozen=True, slots=True)
class Message:
    """One message: the place that it is about (empty for the whole form), what that is called, what is wrong."""

    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Messages:
    """All messages of a page, in the order of the form."""

    listed: Sequence[Message] = ()

    @property
    def at(self) -> Mapping[str, str]:
        """The message at each place; of several the first."""
        return {message.name: message.text for message in reversed(self.listed)}


def place_issues(form: Form, typed: Typed, issues: Iterable[Issue], language: Language) -> Messages:
    """Put each issue where the reader can mend it; what has no place on this form is about the whole."""
    names = ["", *names_of(form, typed)]
    kinds = dict(_kinds(form))
    placed = {(_place(issue.field, names), issue.code) for issue in issues}
    ordered = sorted(placed, key=lambda pair: (names.index(pair[0]), pair[1]))
    return Messages([_message(name, code, kinds, language) for name, code in ordered])


def whole(name: str) -> str:
    """Give the name of a field without the numbers of its rows: so it stands among the words."""
    return _INDEX.sub("", name)


def _place(pointer: str, names: Sequence[str]) -> str:
    place = pointer.removeprefix("/").replace("/", ".")
    while place not in names:
        place = place.rpartition(".")[0]
    return place


def _message(name: str, code: str, kinds: Mapping[str, Kind], language: Language) -> Message:
    return Message(name, _label(name, language) if name else "", message_of(whole(name), code, kinds, language))


def message_of(field: str, code: str, kinds: Mapping[str, Kind], language: Language) -> str:
    """Say what is wrong: for this very field, else for its kind, else for people, else as every door does."""
    words = words_of(language)
    own: Mapping[str, str] = words["errors_at"].get(field, {})
    every: Mapping[str, str] = words["errors"]
    if code in _NOTHING and code not in own:
        code = _MISSING_BY_KIND.get(kinds.get(field, "line"), code)
    return own.get(code) or every.get(code) or CODES[code].sentences[language]


def _label(name: str, language: Language) -> str:
    fields = words_of(language)["fields"]
    row = next(iter(_INDEX.finditer(name)), None)
    if row is None:
        return str(fields[name]["label"])
    head = fields[name[: row.start()]]["row"].format(number=int(row[0][1:]) + 1)
    rest = name[row.end() :]
    return f"{head}: {fields[whole(name)]['label']}" if rest else str(head)


def _kinds(form: Form) -> Iterator[tuple[str, Kind]]:
    for question in form.questions:
        yield question.name, question.kind
        yield from ((f"{question.name}.{part.name}", part.kind) for part in question.parts if part.name)
