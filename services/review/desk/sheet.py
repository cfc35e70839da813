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
from services.review.desk.words import Language, words_of
from services.review.store.items import Remark

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
_SAID = ("published_title", "question", "area_reason", "reason", "why", "note")
"""What is quoted of something that staff did, in this order."""


class Line(NamedTuple):
    """A line of the text: its name among the words, how it is written, what stands there, and if in its language."""

    name: str
    kind: Kind
    value: Any
    is_spoken: bool


class Question(NamedTuple):
    """A gate or criterion, by the number of its key, with what was found of it so far."""

    number: int
    code: str
    part: Literal["gates", "criteria"]
    text: str
    verdict: str
    reason: str


class Place(NamedTuple):
    """An area: its name, and what belongs to it, in its language."""

    code: str
    name: str
    scope: str
    scope_language: str


class Choice(NamedTuple):
    """A reason to decline: its code and words, what it answers, and whether it is shown to anyone but the submitter."""

    code: str
    text: str
    answers: str
    is_public: bool


class Deed(NamedTuple):
    """A line of the history: when, by whom, what (a word's name), what was found, and what was said with it."""

    at: datetime
    by: str
    what: str
    findings: Sequence[Mapping[str, Any]]
    reasons: Sequence[str]
    said: Sequence[str]


def lines_of(proposal: Proposal) -> list[Line]:
    """Give the text as it was sent, line by line, without what was left empty."""
    return [line for field in fields(proposal) for line in _lines(field.name, proposal) if line.value]


def questions_of(version: str | None, findings: Sequence[Mapping[str, Any]], language: Language) -> list[Question]:
    """Give all gates and criteria of a version, with the findings so far."""
    found = {one["code"]: one for one in findings}
    criteria = reference.criteria(version)
    parts = [*(("gates", one) for one in criteria.gates), *(("criteria", one) for one in criteria.criteria)]
    return [
        Question(
            number,
            one.code,
            part,  # type: ignore[arg-type]
            words(one, language),
            found.get(one.code, {}).get("verdict", ""),
            found.get(one.code, {}).get("reason", ""),
        )
        for number, (part, one) in enumerate(parts, 1)
    ]


def places_of(language: Language) -> dict[str, Place]:
    """Give all areas, by their codes, in OGP's order."""
    scopes = words_of(language)["item"].get("scopes", {})
    return {
        str(one.code): Place(
            str(one.code),
            words(one, language),
            scopes.get(one.code) or one.headline or "",
            language if one.code in scopes else "en",
        )
        for one in reference.areas().areas
    }


def choices_of(language: Language) -> list[Choice]:
    """Give all reasons to decline."""
    return [
        Choice(one.code, words(one, language), one.answers or "", one.public)
        for one in reference.reason_codes().reason_codes
    ]


def language_named(tag: str, language: Language) -> str:
    """Name the language of a text; a tag that nobody knows stays as it is."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(language) or tag
    except (UnknownLocaleError, ValueError):
        return tag


def deeds_of(history: Sequence[Remark]) -> list[Deed]:
    """Tell what was done to an item, latest first."""
    return [_deed(remark) for remark in reversed(history)]


def _lines(name: str, proposal: Proposal) -> Iterator[Line]:
    if name == "values":
        for value, text in proposal.values.items():
            yield Line(f"values/{Value(value)}", "prose", text, is_spoken=True)
    if name not in _ELSEWHERE:
        kind = _KINDS.get(name, "line")
        yield Line(name, kind, getattr(proposal, name), is_spoken=kind not in _UNSPOKEN and name not in _OUR_CODES)


def _deed(remark: Remark) -> Deed:
    body = remark.body.get("ruling", remark.body)
    outcome = body.get("outcome")
    told = {**body, **outcome} if isinstance(outcome, Mapping) else body
    return Deed(
        remark.at,
        remark.by,
        remark.type.removesuffix(".v1"),
        told.get("findings", ()),
        told.get("reason_codes", ()),
        [told[name] for name in _SAID if told.get(name)],
    )
