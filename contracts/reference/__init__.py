"""Areas, criteria and reason codes: versioned data that several services read, in English, French and Spanish."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

from pydantic import TypeAdapter

from contracts.event import shape
from contracts.vocabulary import Area, LongText, ShortText, Title

Language = Literal["en", "fr", "es"]
Kind = Literal["areas", "criteria", "reason_codes"]

FOLDER = Path(__file__).parent
"""Holds ``<kind>/<version>.json``; a version, once released, is never edited."""

DRAFTS = FOLDER / "drafts"
"""Holds versions that are not in force, in the same way: tried on past months, and read by nothing else."""


@shape
class AreaEntry:
    """One of the ten areas. ``attested`` tells which translated names are OGP's own."""

    code: Area
    en: Title
    fr: Title
    es: Title
    attested: Mapping[str, bool]
    headline: ShortText | None


@shape
class Areas:
    """One version of the areas, in OGP's own order."""

    version: ShortText
    valid_from: date
    note: LongText
    areas: tuple[AreaEntry, ...]


@shape
class Criterion:
    """One gate or criterion."""

    code: ShortText
    en: ShortText
    fr: ShortText
    es: ShortText


@shape
class Criteria:
    """One version of what a submission must meet, all of it."""

    version: ShortText
    valid_from: date
    note: LongText
    gates: tuple[Criterion, ...]
    criteria: tuple[Criterion, ...]

    @property
    def everything(self) -> tuple[Criterion, ...]:
        """Gates first, then criteria: what an assessment must speak of."""
        return self.gates + self.criteria


@shape
class ReasonCode:
    """Why a submission is declined.

    ``answers`` names the gate or criterion that is not met, or is None where none is.
    ``public`` tells whether anyone but the submitter may be shown it.
    """

    code: ShortText
    answers: ShortText | None
    public: bool
    en: ShortText
    fr: ShortText
    es: ShortText


@shape
class ReasonCodes:
    """One version of the closed list of reasons."""

    version: ShortText
    valid_from: date
    note: LongText
    reason_codes: tuple[ReasonCode, ...]


Worded = AreaEntry | Criterion | ReasonCode
CatalogueT = TypeVar("CatalogueT", Areas, Criteria, ReasonCodes)


class InForce(NamedTuple):
    """What a month's batch is judged by."""

    criteria: Criteria
    areas: Areas
    reason_codes: ReasonCodes


@cache
def in_force(month: str) -> InForce:
    """Give the versions that are valid on the first day of a month; before the first of them, that one."""
    day = date.fromisoformat(f"{month}-01")
    return InForce(
        _valid([criteria(version) for version in versions("criteria")], day),
        _valid([areas(version) for version in versions("areas")], day),
        _valid([reason_codes(version) for version in versions("reason_codes")], day),
    )


@cache
def areas(version: str | None = None) -> Areas:
    """Give the areas as this version has them; without one, the newest.

    Raises:
        FileNotFoundError: there is no such version.
    """
    return _load("areas", version, Areas)


@cache
def criteria(version: str | None = None) -> Criteria:
    """Give the gates and criteria as this version has them; without one, the newest.

    Raises:
        FileNotFoundError: there is no such version.
    """
    return _load("criteria", version, Criteria)


@cache
def reason_codes(version: str | None = None) -> ReasonCodes:
    """Give the reason codes as this version has them; without one, the newest.

    Raises:
        FileNotFoundError: there is no such version.
    """
    return _load("reason_codes", version, ReasonCodes)


def versions(kind: Kind) -> tuple[str, ...]:
    """List the versions of one kind of reference data, oldest first."""
    return tuple(sorted(path.stem for path in (FOLDER / kind).glob("*.json")))


def drafts(kind: Kind) -> tuple[str, ...]:
    """List the drafts of one kind of reference data, which nothing is judged by."""
    return tuple(sorted(path.stem for path in (DRAFTS / kind).glob("*.json")))


def draft_criteria(version: str) -> Criteria:
    """Give a draft of the gates and criteria, to try it on past months; or a published version, likewise.

    Raises:
        FileNotFoundError: there is no such version.
    """
    return _load("criteria", version, Criteria, DRAFTS) if version in drafts("criteria") else criteria(version)


def words(entry: Worded, language: str) -> str:
    """Give an entry's words in the language that a BCP 47 tag asks for, or in English where we have none."""
    spoken: Mapping[str, str] = {"en": entry.en, "fr": entry.fr, "es": entry.es}
    return spoken.get(language.partition("-")[0].lower(), entry.en)


def criteria_words(version: str, language: str) -> Mapping[str, str]:
    """Say what had to be met, in a version's words: code to sentence; nothing for a version that is not ours."""
    try:
        return {entry.code: words(entry, language) for entry in criteria(version).everything}
    except FileNotFoundError:
        return {}


def _valid(known: list[CatalogueT], day: date) -> CatalogueT:
    by_day = sorted(known, key=lambda one: one.valid_from)
    return next((one for one in reversed(by_day) if one.valid_from <= day), by_day[0])


def _load(kind: Kind, version: str | None, shape_of: type[CatalogueT], folder: Path | None = None) -> CatalogueT:
    shelf = (folder or FOLDER) / kind
    known = tuple(sorted(path.stem for path in shelf.glob("*.json")))
    named = version if version is not None else known[-1]
    if named not in known:
        raise FileNotFoundError(f"no version {named!r} of {kind}")
    adapter: TypeAdapter[Any] = TypeAdapter(shape_of)
    found: CatalogueT = adapter.validate_json((shelf / f"{named}.json").read_bytes())
    return found
