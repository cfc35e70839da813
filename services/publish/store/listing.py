"""What is asked of a list, and where one goes on in it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What of a list is asked for; None asks for all."""

    area: str | None = None
    level: str | None = None
    member: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a list, newest first: just behind this reference."""

    published_at: datetime
    reference: str
