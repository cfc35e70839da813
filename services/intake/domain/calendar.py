"""Months of the declared zone: which one a moment is in, when it ends, and what stands for its events."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.vocabulary import month_of, next_month


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment of entry, read behind the counters' lock, and what was closed by then.

    ``closed_until`` is the end of the last closed month: nothing may enter before it.
    """

    at: datetime
    zone: ZoneInfo
    last_closed: str | None
    closed_until: datetime | None

    @property
    def month(self) -> str:
        """The month to which what enters now belongs."""
        return month_of(self.at.astimezone(self.zone))

    @property
    def today(self) -> date:
        """The date in the declared zone."""
        return self.at.astimezone(self.zone).date()

    def is_closed(self, month: str) -> bool:
        """Say whether a month has its marker."""
        return self.last_closed is not None and month <= self.last_closed

    def is_over(self, deadline: datetime) -> bool:
        """Say whether the marker that ends a deadline has been told."""
        return self.closed_until is not None and deadline <= self.closed_until


def end_of(month: str, zone: ZoneInfo) -> datetime:
    """Give the first moment after a month, in UTC."""
    following = next_month(month)
    return datetime(int(following[:4]), int(following[5:]), 1, tzinfo=zone).astimezone(UTC)


def hash_of(event_ids: Iterable[UUID]) -> str:
    """Hash a month's event ids as its marker does: SHA-256 over the sorted ids' 16 bytes each."""
    return sha256(b"".join(sorted(event_id.bytes for event_id in event_ids))).hexdigest()
