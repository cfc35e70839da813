"""Where a page of a list ends, as a word that the next page is asked by."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.chassis.database import Record
from services.chassis.doors.web import Problem

Place = tuple[datetime, UUID]


def cut_page(rows: Sequence[Record], limit: int, *keys: str) -> tuple[Sequence[Record], str | None]:
    """Cut ``limit`` rows off, and give the cursor of what comes after them; ``keys`` name a row's time and id."""
    if len(rows) <= limit:
        return rows, None
    at, row_id = (rows[limit - 1][key] for key in keys)
    return rows[:limit], urlsafe_b64encode(f"{at.isoformat()} {row_id}".encode()).decode()


def read_cursor(cursor: str | None) -> Place | None:
    """Read where a page begins; none is at the beginning.

    Raises:
        Problem: 400 ``foreign-cursor``.
    """
    if cursor is None:
        return None
    try:
        at, _, row_id = urlsafe_b64decode(cursor).decode().partition(" ")
        found = datetime.fromisoformat(at), UUID(row_id)
    except (binascii.Error, ValueError) as error:
        raise _foreign() from error
    if found[0].tzinfo is None:
        raise _foreign()
    return found


def _foreign() -> Problem:
    return Problem(400, "foreign-cursor", "this cursor was not made here")
