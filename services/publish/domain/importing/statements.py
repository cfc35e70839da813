"""From rows to what is said of reforms: each checked by itself and against the reform of which it speaks."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from hashlib import sha256
from types import MappingProxyType
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import msgspec
from pydantic import TypeAdapter, ValidationError

from contracts.evaluations import AssessmentPublished, AwardGiven, EvaluationEvent, MilestoneUpdated
from contracts.legible import line_fault, unread_fault
from services.chassis.tables import Fault, Faulty, Row

KINDS: Mapping[str, type[Any]] = MappingProxyType(
    {"milestone": MilestoneUpdated, "assessment": AssessmentPublished, "award": AwardGiven}
)
FINDINGS = ("verifiable", "open_government_values", "potential_for_results", "completion", "early_results")
MAX_ROWS = 5_000
NEEDED = ("kind", "reference")
_FOUND_OUT = "title"
"""Of a milestone, from the reform; no row says it."""

COLUMNS = (
    "kind",
    *dict.fromkeys(field.name for kind in KINDS.values() for field in fields(kind) if field.name != _FOUND_OUT),
)
"""Everything that a row can say, whatever its kind."""

_TIMES = frozenset({"confirmed_at", "published_at", "given_at"})
_LINKS = frozenset({"evidence", "report", "link"})
_LINES = frozenset({"award", "given_by"})
"""What may be named in a letter; all else is written in several lines, or is one of a few words."""
_ADDRESS = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]")
_ADDRESS_IN_LINK = re.compile(r"[\w.+-]@(?:[\w-]+\.)+[^\W\d_]{2,}|^https:[/\\]*[^/\\?#]*@")
"""Not ``/@name``, which many sites have, nor a version such as ``map@1.2.3``; but whoever signs in to a host."""
_UNQUOTINGS = 5
"""How often a link is looked at anew, once what is quoted in it is not."""
_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(_DAY.pattern + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})")
_CODES = {"missing": "missing", "literal_error": "unknown-value", "string_too_long": "length"}


@dataclass(frozen=True, slots=True)
class Known:
    """A reform of the public record: whose it is, its milestones' titles, and whether it still stands.

    ``began`` is the first day of which something can be said: that on which it began, or was submitted.
    """

    submission_id: str
    milestones: tuple[str, ...]
    stands: bool
    began: date = date.min


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that is said of a reform, with the row that says it."""

    row: int
    subject: str
    told: EvaluationEvent

    @property
    def fingerprint(self) -> bytes:
        """The same for the same words about the same reform, and for no other."""
        return fingerprint_of(self.subject, self.told)

    @property
    def thing(self) -> bytes:
        """The same for all that is said of one thing and one moment, whatever is said."""
        return thing_of(self.subject, self.told)


def fingerprint_of(subject: str, told: EvaluationEvent) -> bytes:
    """Give 32 bytes that know what is said, and of which submission."""
    return sha256(b"\n".join((told.TYPE.encode(), subject.encode(), msgspec.json.encode(told)))).digest()


def thing_of(subject: str, told: EvaluationEvent) -> bytes:
    """Give 32 bytes that know of what something is said, and of which moment: of it the last word stands."""
    match told:
        case MilestoneUpdated():
            of: tuple[object, ...] = told.milestone, told.title, told.confirmed_at.timestamp()
        case AssessmentPublished():
            of = told.stage, told.published_at.timestamp()
        case AwardGiven():
            of = told.award, told.given_by, told.award_round, told.given_at.timestamp()
    return sha256(msgspec.json.encode((told.TYPE, subject, *of))).digest()


def references_in(rows: Iterable[Row]) -> list[str]:
    """Name the reforms of which rows speak."""
    return sorted({row.filled["reference"] for row in rows if "reference" in row.filled})


def read_statements(rows: Sequence[Row], known: Mapping[str, Known], now: datetime, zone: ZoneInfo) -> list[Statement]:
    """Read rows as what is said of these reforms. A day is its beginning in the declared zone.

    Raises:
        Faulty: one says what cannot be; with all that is wrong.
    """
    faults: list[Fault] = []
    said: dict[bytes, Statement] = {}
    for row in rows:
        try:
            statement = read_statement(row, known, now, zone)
        except Faulty as faulty:
            faults += faulty.faults
            continue
        before = said.setdefault(statement.thing, statement)
        if before is not statement:
            same = before.fingerprint == statement.fingerprint
            faults.append(Fault(row.number, "", "duplicate-row" if same else "contradiction"))
    if faults:
        raise Faulty(faults)
    return list(said.values())


def read_statement(row: Row, known: Mapping[str, Known], now: datetime, zone: ZoneInfo) -> Statement:
    """Read one row.

    Raises:
        Faulty: with all that is wrong with it.
    """
    kind = KINDS.get(row.filled.get("kind", ""))
    if kind is None:
        raise Faulty([Fault(row.number, "kind", "unknown-value" if row.filled.get("kind") else "missing")])
    reform = known.get(row.filled.get("reference", ""))
    faults = [*_form_faults(row, kind), *_reform_faults(row, kind, reform)]
    if faults or reform is None:
        raise Faulty(faults)
    told = _read(row, kind, _placed(row, kind, reform, zone))
    (column,) = (name for name in _TIMES if hasattr(told, name))
    if (said := getattr(told, column)) > now:
        raise Faulty([Fault(row.number, column, "future")])
    if said.astimezone(zone).date() < reform.began:
        raise Faulty([Fault(row.number, column, "before-beginning")])
    return Statement(row.number, reform.submission_id, told)


def _form_faults(row: Row, kind: type[Any]) -> Iterator[Fault]:
    own = {field.name for field in fields(kind)} | {"kind"}
    for column, cell in row.filled.items():
        if column not in own:
            yield Fault(row.number, column, "not-of-kind")
        elif code := _text_fault(column, cell):
            yield Fault(row.number, column, code)
        elif _names_somebody(column, cell):
            yield Fault(row.number, column, "contact-details")
    if kind is AssessmentPublished and not any(finding in row.filled for finding in FINDINGS):
        yield Fault(row.number, FINDINGS[0], "nothing-said")


def _text_fault(column: str, cell: str) -> str | None:
    if column in _LINES:
        return line_fault(cell)
    code = unread_fault(cell)
    return None if column in _LINKS and code == "text-shape" else code


def _names_somebody(column: str, cell: str) -> bool:
    if column not in _LINKS:
        return _ADDRESS.search(cell) is not None
    link = normalize("NFKC", cell)
    for _ in range(_UNQUOTINGS):
        if _ADDRESS_IN_LINK.search(link):
            return True
        link = normalize("NFKC", unquote(link))
    return False


def _reform_faults(row: Row, kind: type[Any], reform: Known | None) -> Iterator[Fault]:
    if reform is None:
        yield Fault(row.number, "reference", "unknown-reform" if row.filled.get("reference") else "missing")
    elif not reform.stands:
        yield Fault(row.number, "reference", "retracted")
    elif kind is MilestoneUpdated and (said := row.filled.get("milestone")) is not None:
        if not re.fullmatch("[1-9][0-9]{0,3}", said):
            yield Fault(row.number, "milestone", "number")
        elif int(said) > len(reform.milestones):
            yield Fault(row.number, "milestone", "unknown-milestone")


def _placed(row: Row, kind: type[Any], reform: Known, zone: ZoneInfo) -> dict[str, Any]:
    said: dict[str, Any] = {name: cell for name, cell in row.filled.items() if name != "kind"}
    said |= {name: _time(row, name, zone) for name in _TIMES & said.keys()}
    if kind is MilestoneUpdated and "milestone" in said:
        said[_FOUND_OUT] = reform.milestones[int(said["milestone"]) - 1]
    return said


def _time(row: Row, column: str, zone: ZoneInfo) -> datetime:
    said = row.filled[column]
    with suppress(ValueError):
        if _DAY.fullmatch(said):
            return datetime.combine(date.fromisoformat(said), time(), zone)
        if _MOMENT.fullmatch(said):
            return datetime.fromisoformat(said)
    raise Faulty([Fault(row.number, column, "time")])


def _read(row: Row, kind: type[Any], said: Mapping[str, Any]) -> EvaluationEvent:
    try:
        told: EvaluationEvent = TypeAdapter(kind).validate_python(said)
    except ValidationError as error:
        raise Faulty(_fault(row, found) for found in error.errors(include_url=False, include_input=False)) from None
    return told


def _fault(row: Row, found: Mapping[str, Any]) -> Fault:
    column = str(found["loc"][0])
    code = (
        "link"
        if column in _LINKS and found["type"] == "string_pattern_mismatch"
        else _CODES.get(found["type"], "format")
    )
    return Fault(row.number, "milestone" if column == _FOUND_OUT else column, code)
