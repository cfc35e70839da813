"""Puts what was gathered of an item under the names that its page uses."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from services.review.api.similar import CandidateView, view_candidate
from services.review.api.views import ItemView
from services.review.desk.amiss import Amiss
from services.review.desk.forms import ATTRIBUTED, FORMS, Form, Typed
from services.review.desk.gathering import Gathered
from services.review.desk.sheet import (
    Pair,
    choices_of,
    deeds_of,
    language_named,
    lines_of,
    pairs_of,
    places_of,
    questions_of,
)
from services.review.desk.standing import findings_before, outcome_of, standing_in
from services.review.desk.visitor import Visitor
from services.review.desk.words import Language, words_of
from services.review.store.coordinating import word_of_case

Context = dict[str, Any]

WORKING = ("assess", "decide")
"""The forms that stand open where they are there; of two the last."""


class Beside(NamedTuple):
    """A possible duplicate: what it is and why, and both texts side by side."""

    view: CandidateView
    pairs: Sequence[Pair]


def context_of(gathered: Gathered, language: Language, visitor: Visitor, amiss: Amiss, typed: Typed) -> Context:
    """Give everything that the page of an item names."""
    view = gathered.view
    shown = [form for form in FORMS if is_shown(form, view, visitor) or form.name == amiss.form]
    first = amiss.form if amiss.listed or amiss.stale else _foremost(shown)
    forms = sorted(shown, key=lambda form: form.name != first)
    return {
        **_told(gathered, language),
        **_chosen(view.month, language),
        "forms": forms,
        "first": first,
        "filled": {form.name: typed if form.name == amiss.form else standing_in(form.name, view) for form in forms},
        "findings": findings_before(view),
        "amiss": amiss,
    }


def is_shown(form: Form, view: ItemView, visitor: Visitor) -> bool:
    """Say whether a form stands on the page: the state of the item allows it, and so does the visitor's role."""
    return form.command in view.may and visitor.may(form.scope)


def _foremost(forms: Sequence[Form]) -> str:
    names = [form.name for form in forms if form.name in WORKING]
    return names[-1] if names else ""


def _told(gathered: Gathered, language: Language) -> Context:
    view = gathered.view
    proposal = view.proposal
    return {
        "view": view,
        "outcome": outcome_of(view),
        "decided": _decided(view, dict(choices_of(view.month, language))),
        "areas": _areas(view),
        "area_reason": _area_reason(view),
        "flags": gathered.flags,
        "lines": lines_of(proposal),
        "spoken_name": language_named(proposal.language, language),
        "difference": gathered.difference,
        "deeds": deeds_of(view.history),
        "candidates": _beside(gathered),
        "case": gathered.case,
        "case_word": word_of_case(gathered.case.case.state) if gathered.case else "",
        "assessor": gathered.assessor,
        "names": gathered.names,
    }


def _chosen(month: str, language: Language) -> Context:
    said, reasons = words_of(language)["item"], choices_of(month, language)
    return {
        "questions": questions_of(month, language),
        "places": places_of(month, language),
        "whose": (*ATTRIBUTED, "supporting_institutions"),
        "reason_choices": reasons,
        "reason_words": dict(reasons),
        "effect_choices": list(said["effects"].items()),
        "promising_choices": list(said["promising"].items()),
    }


def _beside(gathered: Gathered) -> list[Beside] | None:
    if gathered.candidates is None:
        return None
    this = gathered.view.proposal
    return [
        Beside(view_candidate(likeness, found), pairs_of(this, found.dossier.proposal))
        for likeness, found in gathered.candidates
    ]


def _areas(view: ItemView) -> list[tuple[str, str]]:
    told = [
        ("declared", str(view.proposal.declared_area)),
        ("proposed", view.assessment["proposed_area"] if view.assessment else ""),
        ("assigned", view.decision["tagging"]["area"] if view.decision else ""),
    ]
    return [(name, code) for name, code in told if code]


def _area_reason(view: ItemView) -> str:
    tagged = view.decision["tagging"].get("reason") if view.decision else None
    found = view.assessment.get("area_reason") if view.assessment else None
    return tagged or found or ""


def _decided(view: ItemView, reasons: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    if view.decision is None:
        return []
    outcome, superseded = view.decision["outcome"], view.decision.get("supersedes") or {}
    told = {
        "published_title": [outcome.get("published_title")],
        "question": [outcome.get("question")],
        "reason_codes": [reasons.get(code, code) for code in outcome.get("reason_codes", ())],
        "whose": _whose(view.decision.get("attribution")),
        "note": [view.decision.get("note")],
        "why": [superseded.get("why")],
    }
    return [(name, texts) for name, texts in told.items() if any(texts)]


def _whose(attribution: Mapping[str, Any] | None) -> list[str]:
    if attribution is None:
        return []
    member = attribution["member"]
    place = (attribution["jurisdiction"], attribution["locality"])
    return [
        f"{member['name']} ({member['code']})",
        *filter(None, [", ".join(part for part in place if part)]),
        attribution["lead_institution"],
        *attribution["supporting_institutions"],
    ]
