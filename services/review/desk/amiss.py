"""What was amiss with what a form of an item sent: each message at its field, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from services.chassis.doors.web import Problem
from services.chassis.errors import Refusal
from services.review.desk.changed import Changed, tell_changes
from services.review.desk.sheet import Place
from services.review.desk.words import Language, words_of
from services.review.domain.problems import SENTENCES

Tree = Mapping[str, Any]

_RENAMED = {"tagging.area": "area", "tagging.reason": "area_reason", "findings": "", "desk": ""}
"""What a body of the API calls otherwise than the form."""
_CODES = {
    **dict.fromkeys(("missing", "enum", "literal_error", "string_too_short", "too_short"), "missing"),
    **dict.fromkeys(("union_tag_not_found", "union_tag_invalid"), "missing"),
    **dict.fromkeys(("string_too_long", "too_long"), "too-long"),
    "value_error": "control-character",
}
_IN_OUTCOME = frozenset({"union_tag_not_found", "union_tag_invalid"})


@dataclass(frozen=True, slots=True)
class Message:
    """One message, and the field that it is about with its label; both empty for the whole form."""

    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Amiss:
    """All messages of a form; ``stale`` is what somebody changed meanwhile. ``status`` is that of the answer."""

    form: str = ""
    status: int = 200
    listed: Sequence[Message] = ()
    stale: Sequence[Changed] = ()

    @property
    def at(self) -> Mapping[str, str]:
        """The message at each field; of several the first."""
        return {message.name: message.text for message in reversed(self.listed)}


def amiss_in_body(form: str, error: ValidationError, tree: Tree, language: Language) -> Amiss:
    """Tell what does not fit of a body that was made of a form."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    places = [(_place(one["loc"], one["type"], tree), _CODES.get(one["type"], "invalid")) for one in found]
    return Amiss(form, 422, [_message(name, code, language) for name, code in dict.fromkeys(places)])


def amiss_of_refusal(form: str, refusal: Refusal, language: Language) -> Amiss:
    """Tell why what was asked was refused."""
    name = _RENAMED.get(refusal.field, refusal.field)
    return Amiss(form, refusal.status, [_message(name, refusal.code, language, refusal.detail)])


def amiss_of_stale(form: str, problem: Problem, places: Mapping[str, Place], language: Language) -> Amiss:
    """Tell what somebody changed meanwhile.

    Raises:
        Problem: the same, where it is about something else.
    """
    if problem.code != "stale":
        raise problem
    changed: Any = problem.members["changed"]
    names = {code: place.name for code, place in places.items()}
    return Amiss(form, problem.status, stale=tell_changes(changed, names, language))


def sentence(name: str, code: str, language: Language, detail: str = "") -> str:
    """Say what is wrong: for this very field, else for any; else as the doors of the API do."""
    errors = words_of(language)["item"]["errors"]
    own: Mapping[str, str] = errors.get(name.partition(".")[0], {})
    told: str = own.get(code) or errors.get(code) or SENTENCES.get(code, {}).get(language, "")
    return told or errors["other"].format(detail=detail or code)


def _message(name: str, code: str, language: Language, detail: str = "") -> Message:
    said = words_of(language)["item"]
    field, _, criterion = name.partition(".")
    label = said["fields_of"].get(field, {}).get("label") or said["three"].get(field, "")
    return Message(name, said["short"].get(criterion, criterion) or label, sentence(name, code, language, detail))


def _place(loc: Sequence[int | str], kind: str, tree: Tree) -> str:
    steps, inner, code = [], tree, ""
    for step in loc:
        inner = _inside(inner, step)
        if isinstance(step, int):
            code = inner.get("code", "") if isinstance(inner, Mapping) else ""
        else:
            steps.append(step)
    if kind in _IN_OUTCOME:
        return "outcome"
    last = ".".join(steps[-2:]) if steps[-2:-1] == ["tagging"] else steps[-1]
    return f"{last}.{code}" if code else _RENAMED.get(last, last)


def _inside(tree: Any, step: int | str) -> Any:
    """Go one step in; the name of a union's branch is a step that the tree does not have."""
    if isinstance(step, int):
        return tree[step]
    return tree.get(step, tree) if isinstance(tree, Mapping) else tree
