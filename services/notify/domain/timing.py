"""When a letter is due that does not go at once: with the next digest, or some days before something ends."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo


class Weekly(NamedTuple):
    """A local time of day on one day of the week; Monday is 0."""

    weekday: int
    at: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """When letters go. ``digest_at`` is a local time of day; without it points of contact are told at once.

    At ``weekly`` those get what their searches found; without it at once, too.
    """

    zone: ZoneInfo
    digest_at: time | None = None
    weekly: Weekly | None = None
    remind_before: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What the timetable says at a moment. ``next_digest`` is None where there is nothing to wait for."""

    now: datetime
    next_digest: datetime | None = None
    remind_before: timedelta | None = None

    def remind_at(self, ends_at: datetime) -> datetime | None:
        """Say when to remind of something that ends then; None where nobody is reminded, or it is over."""
        if self.remind_before is None or ends_at <= self.now:
            return None
        return max(ends_at - self.remind_before, self.now)


def read_timetable(timetable: Timetable, now: datetime) -> Timing:
    """Say what the timetable means now."""
    return Timing(now=now, next_digest=_next_digest(timetable, now), remind_before=timetable.remind_before)


def _next_digest(timetable: Timetable, now: datetime) -> datetime | None:
    if timetable.digest_at is None:
        return None
    today = now.astimezone(timetable.zone).date()
    days = (datetime.combine(today + timedelta(days=n), timetable.digest_at, timetable.zone) for n in (0, 1))
    return next(at.astimezone(now.tzinfo) for at in days if at > now)


def next_weekly(timetable: Timetable, now: datetime) -> datetime | None:
    """Say when those are told next who are told once a week; None where that is at once."""
    if timetable.weekly is None:
        return None
    today = now.astimezone(timetable.zone).date()
    ahead = (timetable.weekly.weekday - today.weekday()) % 7
    days = (today + timedelta(days=n) for n in (ahead, ahead + 7))
    times = (datetime.combine(day, timetable.weekly.at, timetable.zone) for day in days)
    return next(at.astimezone(now.tzinfo) for at in times if at > now)
