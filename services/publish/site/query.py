"""What is asked of the list: filters, page size and cursor, each refused by name when it is none of ours."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from contracts.vocabulary import Area
from services.chassis.doors.web import Problem
from services.publish.site.wording import LEVELS
from services.publish.store.listing import Filters, Place

PAGE_SIZE = 20
PAGE_SIZE_MAX = 100
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

_PATTERNS: Mapping[str, tuple[str, str]] = {
    "area": ("|".join(Area), "one of: " + ", ".join(Area)),
    "level": ("|".join(LEVELS), "one of: " + ", ".join(LEVELS)),
    "member": ("[A-Z]{2,6}", "a member's code in capitals, such as CR"),
    "limit": ("[1-9][0-9]?|100", f"a whole number from 1 to {PAGE_SIZE_MAX}"),
    "cursor": (r"[0-9a-f]{1,13}\.OGC-20[0-9]{2}-[0-9]{6,9}\.[0-9a-f]{8}", "what `next` gave, unchanged"),
}
STORY_NAMES = ("area", "member", "limit", "cursor")
"""What may be asked of the list of stories."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One page of the list."""

    filters: Filters
    after: Place | None = None
    limit: int = PAGE_SIZE

    def then(self, last: Place) -> str:
        """Give the query of the page that goes on behind ``last``."""
        limit = {} if self.limit == PAGE_SIZE else {"limit": str(self.limit)}
        return urlencode({**_given(self.filters), **limit, "cursor": _write_cursor(last, self.filters)})


def read_query(pairs: Iterable[tuple[str, str]], names: Sequence[str] = tuple(_PATTERNS)) -> Asked:
    """Read a query in which these names may stand; a parameter without a value is as good as none.

    Raises:
        Problem: 400 with ``unknown-filter``, ``repeated`` or ``value`` for each that is wrong; or ``cursor``.
    """
    given = [(name, value) for name, value in pairs if (value or name not in names) and name != "lang"]
    errors = list(_errors(given, names))
    if errors:
        raise Problem(400, errors[0]["code"], errors[0]["detail"], errors)
    asked = dict(given)
    filters = Filters(area=asked.get("area"), level=asked.get("level"), member=asked.get("member"))
    page = Asked(filters, limit=int(asked.get("limit", PAGE_SIZE)))
    return replace(page, after=_read_cursor(asked["cursor"], filters)) if "cursor" in asked else page


def _errors(given: list[tuple[str, str]], names: Sequence[str]) -> Iterable[dict[str, Any]]:
    counts = Counter(name for name, _ in given)
    for name, value in given:
        if name not in names:
            yield _error("unknown-filter", name[:100], "there is no such filter; there are: " + ", ".join(names))
        elif counts[name] > 1:
            yield _error("repeated", name, "may stand there once")
        elif not re.fullmatch(_PATTERNS[name][0], value):
            yield _error("value", name, "must be " + _PATTERNS[name][1])


def _error(code: str, name: str, detail: str) -> dict[str, Any]:
    return {"code": code, "field": name, "detail": f"{name}: {detail}"}


def _given(filters: Filters) -> dict[str, str]:
    named = {"area": filters.area, "level": filters.level, "member": filters.member}
    return {name: value for name, value in named.items() if value}


def _mark(filters: Filters) -> str:
    return sha256(urlencode(_given(filters)).encode()).hexdigest()[:8]


def _write_cursor(place: Place, filters: Filters) -> str:
    return f"{(place.published_at - EPOCH) // MICROSECOND:x}.{place.reference}.{_mark(filters)}"


def _read_cursor(cursor: str, filters: Filters) -> Place:
    since, reference, mark = cursor.split(".")
    if mark != _mark(filters):
        raise Problem(400, "cursor", "this cursor is from another list: begin that list anew")
    return Place(EPOCH + int(since, 16) * MICROSECOND, reference)
