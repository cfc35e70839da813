"""What is asked of the list: filters, day, page size and cursor, each refused by name when it is none of ours."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from contracts.search_words import read_words
from services.chassis.doors.web import Problem
from services.publish.site.parameters import LIST_NAMES, PARAMETERS, STORY_NAMES
from services.publish.store.listing import Filters, Place

PAGE_SIZE = 20
FIRST_DAY = date(2023, 11, 1)
"""The day on which the Challenge began."""
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

_TEXTS = (
    "q", "area", "region", "country", "member", "locality", "level", "channel", "institution", "batch", "language"
)  # fmt: skip
_CHOICES = ("retagged", "promising")


class Days(NamedTuple):
    """The days of a zone, and the moment that it is: a day can be asked for when it is over."""

    zone: ZoneInfo = ZoneInfo("UTC")
    now: datetime = datetime.max.replace(tzinfo=UTC)

    def end_of(self, day: date) -> datetime:
        """Give the moment at which a day ends."""
        return datetime.combine(day + timedelta(days=1), time(), self.zone).astimezone(UTC)


EVER = Days()


@dataclass(frozen=True, slots=True)
class Asked:
    """One page of a list, of reforms or of ``stories``. ``as_of`` is the day whose end ``filters.at`` is."""

    filters: Filters
    after: Place | None = None
    limit: int = PAGE_SIZE
    as_of: date | None = None
    stories: bool = False

    @property
    def given(self) -> dict[str, str]:
        """The query that asks for this list from its beginning, name by name; nothing that asks for all."""
        told = {name: getattr(self.filters, name) for name in (*_TEXTS, *_CHOICES)} | {"as_of": self.as_of}
        written = {
            name: str(value).lower() if name in _CHOICES else str(value)
            for name, value in told.items()
            if value is not None
        }
        return written if self.limit == PAGE_SIZE else {**written, "limit": str(self.limit)}

    def then(self, last: Place) -> str:
        """Give the query of the page that goes on behind ``last``."""
        return urlencode({**self.given, "cursor": _write_cursor(last, self)})


def read_query(pairs: Iterable[tuple[str, str]], names: Sequence[str] = LIST_NAMES, days: Days = EVER) -> Asked:
    """Read a query in which these names may stand; a parameter without a value is as good as none.

    Raises:
        Problem: 400 with ``unknown-filter``, ``repeated`` or ``value`` for each that is wrong, ``cursor`` or ``as-of``.
    """
    given = [(name, value) for name, value in pairs if (value or name not in names) and name != "lang"]
    errors = list(_errors(given, names))
    if errors:
        raise Problem(400, errors[0]["code"], errors[0]["detail"], errors)
    asked = dict(given)
    day = _read_day(asked["as_of"], days) if "as_of" in asked else None
    told: dict[str, Any] = {name: asked.get(name) for name in _TEXTS}
    told |= {name: asked[name] == "true" for name in _CHOICES if name in asked}
    filters = Filters(**told, at=days.end_of(day) if day else None)
    page = Asked(filters, None, int(asked.get("limit", PAGE_SIZE)), day, stories=names == STORY_NAMES)
    return replace(page, after=_read_cursor(asked["cursor"], page)) if "cursor" in asked else page


def listed_at(path: str, of_day: Asked, **wanted: str) -> str:
    """Give the address of a list of what is wanted, of the same day."""
    return f"{path}?{urlencode({**wanted, **({'as_of': of_day.as_of} if of_day.as_of else {})})}"


def _errors(given: list[tuple[str, str]], names: Sequence[str]) -> Iterable[dict[str, Any]]:
    counts = Counter(name for name, _ in given)
    for name, value in given:
        if name not in names:
            yield _error("unknown-filter", name[:100], "there is no such filter; there are: " + ", ".join(names))
        elif counts[name] > 1:
            yield _error("repeated", name, "may stand there once")
        elif not re.fullmatch(PARAMETERS[name].pattern, value):
            yield _error("value", name, "must be " + PARAMETERS[name].must_be)
        elif name == "q" and not re.search(r"\w", read_words(value).wanted):
            yield _error("value", name, "must hold a word to look for, not only such as must not be there")


def _error(code: str, name: str, detail: str) -> dict[str, Any]:
    return {"code": code, "field": name, "detail": f"{name}: {detail}"}


def _read_day(written: str, days: Days) -> date:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise _no_day("there is no such day") from None
    if day < FIRST_DAY:
        raise _no_day(f"the Challenge began on {FIRST_DAY}")
    if days.end_of(day) > days.now:
        raise _no_day("that day is not over; the record as it stands is asked for without it")
    return day


def _no_day(detail: str) -> Problem:
    error = _error("as-of", "as_of", detail)
    return Problem(400, "as-of", error["detail"], [error])


def _mark(asked: Asked) -> str:
    listed = {name: value for name, value in asked.given.items() if name != "limit"}
    of = "stories?" if asked.stories else ""
    return sha256((of + urlencode(listed)).encode()).hexdigest()[:8]


def _write_cursor(place: Place, asked: Asked) -> str:
    return f"{(place.published_at - EPOCH) // MICROSECOND:x}.{place.reference}.{_mark(asked)}"


def _read_cursor(cursor: str, asked: Asked) -> Place:
    since, reference, mark = cursor.split(".")
    if mark != _mark(asked):
        raise Problem(400, "cursor", "this cursor is from another list: begin that list anew")
    return Place(EPOCH + int(since, 16) * MICROSECOND, reference)
