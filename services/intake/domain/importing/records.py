"""The records of the registry, each as a row of its table: strict, with every rule that one row alone can break."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import StringConstraints, ValidationError

from contracts.vocabulary import AwardRound as RoundCode
from contracts.vocabulary import CommitmentId, LanguageTag, MemberCode
from services.chassis.tables import Fault
from services.intake.domain.fields import Address, Day, Line, PersonName
from services.intake.domain.forms import Strict
from services.intake.domain.names import is_country
from services.intake.domain.registry import Kind, Status

Table = Literal["members", "pocs", "plans", "commitments", "rounds", "dates"]
Region = Literal["Africa and the Middle East", "Americas", "Asia and the Pacific", "Europe"]
"""OGP's four regions."""

PlanCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{1,39}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class MemberRecord(Strict):
    """A member, or a country that is declared none. ``country`` is ISO 3166-1, for maps and names."""

    code: MemberCode
    kind: Kind
    country: Country
    region: Region
    name: Line
    status: Status = "active"


class PocRecord(Strict):
    """A member's point of contact, for the vault."""

    code: MemberCode
    name: PersonName
    address: Address
    language: LanguageTag = "en"


class PlanRecord(Strict):
    """A member's action plan, and the window in which commitments may be added or flagged later."""

    code: PlanCode
    member_code: MemberCode
    title: Line
    starts_on: Day
    ends_on: Day
    window_opens_on: Day | None = None
    window_closes_on: Day | None = None


class CommitmentRecord(Strict):
    """A commitment of an action plan."""

    commitment_id: CommitmentId
    plan_code: PlanCode
    title: Line


class RoundRecord(Strict):
    """A round of awards, with its name in each language that it has one in."""

    code: RoundCode
    opens_on: Day
    closes_on: Day
    name_en: Line
    name_fr: Line | None = None
    name_es: Line | None = None


class DatesRecord(Strict):
    """The dates between which the Challenge takes submissions."""

    starts_on: Day
    ends_on: Day


RECORDS: Mapping[Table, type[Strict]] = MappingProxyType(
    {
        "members": MemberRecord,
        "pocs": PocRecord,
        "plans": PlanRecord,
        "commitments": CommitmentRecord,
        "rounds": RoundRecord,
        "dates": DatesRecord,
    }
)
MAX_ROWS = 20_000

KEYS: Mapping[Table, tuple[str, ...]] = MappingProxyType(
    {
        "members": ("code",),
        "pocs": ("code", "address"),
        "plans": ("code",),
        "commitments": ("commitment_id",),
        "rounds": ("code",),
        "dates": (),
    }
)
"""The columns that say which one a row is about."""

THE_CHALLENGE = "challenge"
"""The key of the one row that has the Challenge's dates."""

_CODES: Mapping[str, str] = MappingProxyType(
    {
        "missing": "missing",
        "string_pattern_mismatch": "format",
        "string_too_short": "missing",
        "string_too_long": "length",
        "literal_error": "unknown-value",
        "address": "address",
    }
)
_SPANS = (("starts_on", "ends_on"), ("window_opens_on", "window_closes_on"), ("opens_on", "closes_on"))


@dataclass(frozen=True, slots=True)
class Read:
    """A row that reads well."""

    row: int
    key: str
    record: Strict


def columns_of(table: Table) -> tuple[str, ...]:
    """Name the columns that a table can have."""
    return tuple(RECORDS[table].model_fields)


def read_record(table: Table, number: int, cells: Mapping[str, str]) -> Strict | list[Fault]:
    """Make a record of a row's cells, where an empty one is as if it were not there; or say what is wrong."""
    try:
        record = RECORDS[table].model_validate_strings(
            {name: cell for name, cell in cells.items() if cell}, strict=True
        )
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        return [Fault(number, str(one["loc"][0]), _code(one["type"])) for one in found]
    return [Fault(number, column, code) for column, code in _broken(record)] or record


def _code(kind: str) -> str:
    if kind.startswith(("date", "greater_than", "less_than")):
        return "date"
    return _CODES.get(kind, "text")


def _broken(record: Strict) -> Iterator[tuple[str, str]]:
    for first, last in _SPANS:
        starts, ends = getattr(record, first, None), getattr(record, last, None)
        if isinstance(starts, date) and isinstance(ends, date) and ends < starts:
            yield last, "dates"
        if (starts is None) != (ends is None):
            yield last if ends is None else first, "window"
    if isinstance(record, MemberRecord):
        yield from _broken_member(record)


def _broken_member(record: MemberRecord) -> Iterator[tuple[str, str]]:
    if not is_country(record.country):
        yield "country", "unknown-country"
    if record.status == "not-a-member" and record.kind != "national":
        yield "status", "national-only"
