"""What the page of an item shows, made of what is kept of it: its text in lines, its questions, its areas, its past."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Literal, NamedTuple

from babel import Locale, UnknownLocaleError

from contracts import reference
from contracts.reference import words
from contracts.submissions import Proposal
from contracts.vocabulary import Value
from services.review.api.views import RemarkView
from services.review.desk.words import Language, words_of

Kind = Literal["prose", "line", "lines", "day", "code", "areas", "milestones"]

_KINDS: Mapping[str, Kind] = {
    "description": "prose",
    "problems": "prose",
    "supporting_institutions": "lines",
    "partners": "lines",
    "starts_on": "day",
    "ends_on": "day",
    "milestones": "milestones",
    "secondary_areas": "areas",
    "member_type": "code",
    "level": "code",
    "branch": "code",
}
_ELSEWHERE = frozenset({"title", "declared_area", "values", "language", "synthetic"})
_UNSPOKEN = frozenset({"day", "code", "areas"})
_OUR_CODES = frozenset({"commitment_id", "extends", "resubmission_of"})
_OUTCOMES = {"published_title": "accepted", "reason_codes": "declined", "question": "clarification"}
_COMPARED = (
    "title",
    "lead_institution",
    "jurisdiction",
    "dates",
    "milestones",
    "commitment_id",
    "extends",
    "resubmission_of",
    "description",
)
_SAID = ("published_title", "question", "area_reason", "reason", "why", "note")
"""What is quoted of something that staff did, in this order."""


class Line(NamedTuple):
    """A line of the text: its name among the words, how it is written, what stands there, and if in its language."""

    name: str
    kind: Kind
    value: Any
    is_spoken: bool


class Question(NamedTuple):
    """A gate or criterion of a month, by the number of its key."""

    number: int
    code: str
    part: Literal["gates", "criteria"]
    text: str


class Place(NamedTuple):
    """An area: its name, and what belongs to it, in its language."""

    code: str
    name: str
    scope: str
    scope_language: str


class Pair(NamedTuple):
    """A line of two texts side by side."""

    name: str
    this: str
    other: str


class Deed(NamedTuple):
    """A line of the history: when, by whom, what, what it came to, what was found, and what was said with it."""

    at: datetime
    by: str
    what: str
    outcome: str
    findings: Sequence[Mapping[str, Any]]
    reasons: Sequence[str]
    said: Sequence[str]


def lines_of(proposal: Proposal) -> list[Line]:
    """Give the text as it was sent, line by line, without what was left empty."""
    return [line for field in fields(proposal) for line in _lines(field.name, proposal) if line.value]


def questions_of(month: str, language: Language) -> list[Question]:
    """Give all gates and criteria by which a month's batch is judged."""
    asked, _, _ = reference.in_force(month)
    gates = [Question(number, one.code, "gates", words(one, language)) for number, one in enumerate(asked.gates, 1)]
    criteria = enumerate(asked.criteria, len(gates) + 1)
    return gates + [Question(number, one.code, "criteria", words(one, language)) for number, one in criteria]


def places_of(month: str, language: Language) -> dict[str, Place]:
    """Give all areas of a month, by their codes, in OGP's order."""
    _, areas, _ = reference.in_force(month)
    return {one.code.value: _place(one, language) for one in areas.areas}


def choices_of(month: str, language: Language) -> list[tuple[str, str]]:
    """Give all reasons to decline in a month: code and words, with those marked that the submitter alone is told."""
    _, _, reasons = reference.in_force(month)
    private: str = words_of(language)["item"]["private"]["told"]
    told = ((one, words(one, language)) for one in reasons.reason_codes)
    return [(one.code, text if one.public else private.format(text=text)) for one, text in told]


def language_named(tag: str, language: Language) -> str:
    """Name the language of a text; a tag that nobody knows stays as it is."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(language) or tag
    except (UnknownLocaleError, ValueError):
        return tag


def deeds_of(history: Sequence[RemarkView]) -> list[Deed]:
    """Tell what was done to an item, latest first."""
    return [_deed(remark) for remark in reversed(history)]


def pairs_of(this: Proposal, other: Proposal) -> list[Pair]:
    """Put two texts side by side, without what both left empty."""
    pairs = (Pair(name, _compared(name, this), _compared(name, other)) for name in _COMPARED)
    return [pair for pair in pairs if pair.this or pair.other]


def _place(entry: reference.AreaEntry, language: Language) -> Place:
    own: str | None = words_of(language)["item"]["scopes"].get(entry.code.value)
    return Place(
        entry.code.value, words(entry, language), own or entry.headline or "", language if own is not None else "en"
    )


def _compared(name: str, proposal: Proposal) -> str:
    match name:
        case "dates":
            return f"{proposal.starts_on} / {proposal.ends_on}"
        case "milestones":
            return "; ".join(f"{step.due} {step.title}" for step in proposal.milestones)
        case _:
            return str(getattr(proposal, name) or "")


def _lines(name: str, proposal: Proposal) -> Iterator[Line]:
    if name == "values":
        for value, text in proposal.values.items():
            yield Line(f"values/{Value(value)}", "prose", text, is_spoken=True)
    if name not in _ELSEWHERE:
        kind = _KINDS.get(name, "line")
        yield Line(name, kind, getattr(proposal, name), is_spoken=kind not in _UNSPOKEN and name not in _OUR_CODES)


def outcome_word(outcome: Mapping[str, Any]) -> str:
    """Name what a decision came to."""
    return next((word for name, word in _OUTCOMES.items() if name in outcome), "")


def _deed(remark: RemarkView) -> Deed:
    body = remark.body.get("ruling", remark.body)
    outcome = body.get("outcome")
    told = {**body, **outcome} if isinstance(outcome, Mapping) else body
    return Deed(
        remark.at,
        remark.by,
        remark.type.removesuffix(".v1"),
        outcome_word(outcome) if isinstance(outcome, Mapping) else "",
        told.get("findings", ()),
        told.get("reason_codes", ()),
        [told[name] for name in _SAID if told.get(name)],
    )
