"""The months whose data releases there are."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo

from contracts.vocabulary import month_of, next_month
from services.publish.domain.way import end_of

SETTLING = timedelta(hours=1)
"""How long after a month's end its release can be made: what was told in its last minutes may still be on its way."""


def each_release(beginning: datetime, moment: datetime, zone: tzinfo) -> Iterator[tuple[str, datetime]]:
    """Give the months since ``beginning`` that have a release at this moment, the newest first, and when each ended."""
    month, found = month_of(beginning.astimezone(zone)), list[tuple[str, datetime]]()
    while (ended_at := end_of(month, zone).astimezone(UTC)) + SETTLING <= moment:
        found.append((month, ended_at))
        month = next_month(month)
    return reversed(found)


def first_unreleased(moment: datetime, zone: tzinfo) -> str:
    """Name the month of which there is no release yet at a moment: of all before it, there is one."""
    return month_of((moment - SETTLING).astimezone(zone))


def turned_at(moment: datetime, zone: tzinfo) -> datetime:
    """Say when the clock alone last changed what is shown: as the day began, or as a release could be had."""
    day, month = (
        one.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) for one in (moment, moment - SETTLING)
    )
    return max(day, month.replace(day=1).astimezone(UTC) + SETTLING)
