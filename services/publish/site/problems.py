"""Says what is wrong in the words of the reader's language: what it is called, what is wrong, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from services.chassis.doors.web import Problem
from services.publish.site.parameters import PARAMETERS
from services.publish.site.query import FIRST_DAY
from services.publish.site.wording import LANGUAGES, Wording

MOST_FAULTS = 20
"""So many things that are wrong with an address are told on a page; JSON tells all."""
UNFORESEEN = "unforeseen"
"""Stands in the words for what is none of those that they name."""

AMONG: Mapping[str, tuple[str, ...]] = {
    **{name: told.among for name, told in PARAMETERS.items() if told.among},
    "lang": LANGUAGES,
    "format": ("json", "xml"),
}
"""The values that a parameter may have, where they can be listed."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A problem as people are told of it; ``left_out`` is how many more things are wrong."""

    title: Markup
    wrong: tuple[Markup, ...]
    advice: Markup
    left_out: int = 0


def spoken(wording: Wording, problem: Problem, path: str) -> Spoken:
    """Say a problem that was met at a path; JSON says it in English, with its code."""
    if problem.errors:
        faults = tuple(_fault(wording, error) for error in problem.errors[:MOST_FAULTS])
        left_out = len(problem.errors) - len(faults)
        return Spoken(wording.t("problem.asked.title"), faults, wording.t("problem.asked.advice"), left_out)
    said = f"problem.said.{_known(problem.code, wording.all('problem.said'))}"
    wrong = (
        _nothing(wording, path)
        if problem.code == "not-found"
        else wording.t(f"{said}.wrong", **_values(wording, problem))
    )
    return Spoken(wording.t(f"{said}.title"), (wrong,), wording.t(f"{said}.advice"))


def _fault(wording: Wording, error: Mapping[str, Any]) -> Markup:
    field = str(error["field"])
    told = {"field": field, "must": _must(wording, field), "first": wording.day(FIRST_DAY)}
    return wording.t(f"problem.fault.{_known(error['code'], wording.all('problem.fault'))}", **told)


def _must(wording: Wording, field: str) -> Markup:
    if field in AMONG:
        return wording.t("problem.must.one_of", among=", ".join(AMONG[field]))
    return wording.t(f"problem.must.{_known(field, wording.all('problem.must'))}")


def _nothing(wording: Wording, path: str) -> Markup:
    room = path.removeprefix("/embed").split("/")[1:2]
    return wording.t(f"problem.nothing.{_known(''.join(room), wording.all('problem.nothing'))}")


def _values(wording: Wording, problem: Problem) -> dict[str, Any]:
    month = problem.members.get("month")
    return {**problem.members, **({"month": wording.month(str(month))} if month else {})}


def _known(name: str, words: Mapping[str, Any]) -> str:
    return name if name in words else UNFORESEEN
