"""The months: which are closed, and what of each stands for its marker."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.chassis.database import Transaction
from services.intake.domain.calendar import Moment

READ_MOMENT = """
SELECT clock.now, closed.month, closed.ended_at
FROM (SELECT platform.now() AS now) AS clock
LEFT JOIN (SELECT month, ended_at FROM closed_month ORDER BY month DESC LIMIT 1) AS closed ON true
"""


async def read_moment(tx: Transaction, zone: ZoneInfo, floor_at: datetime) -> Moment:
    """Read the clock and what is closed, in a statement after the counters were locked."""
    [row] = await tx.fetch(READ_MOMENT)
    tx.now = row["now"]
    at = max(tx.now, floor_at)
    return Moment(at=at, zone=zone, last_closed=row["month"], closed_until=row["ended_at"])


INSERT_OPENED_MONTH = """
INSERT INTO opened_month (month)
SELECT least($1, (SELECT min(first_month) FROM submission))
ON CONFLICT DO NOTHING
"""
FIND_OPENED_MONTH = "SELECT month FROM opened_month"


async def find_opened_month(tx: Transaction, current: str) -> str:
    """Give the first month that this intake saw, which is the current one when there was none yet."""
    if await tx.fetchval(FIND_OPENED_MONTH) is None:
        await tx.execute(INSERT_OPENED_MONTH, current)
    opened: str = await tx.fetchval(FIND_OPENED_MONTH)
    return opened


class Tally(NamedTuple):
    """What a month's marker says of one partition."""

    events: int
    event_ids_hash: str


COUNT_EVENTS = """
SELECT partition, count(*) AS events,
       encode(sha256(string_agg(uuid_send(event_id), ''::bytea ORDER BY event_id)), 'hex') AS event_ids_hash
FROM version WHERE month = $1 GROUP BY partition
"""


async def count_events(tx: Transaction, month: str) -> dict[int, Tally]:
    """Count and hash a month's received, amended and clarified events, for each partition that has any."""
    rows = await tx.fetch(COUNT_EVENTS, month)
    return {row["partition"]: Tally(row["events"], row["event_ids_hash"]) for row in rows}


INSERT_CLOSED_MONTH = "INSERT INTO closed_month (month, ended_at, closed_at) VALUES ($1, $2, $3)"


async def insert_closed_month(tx: Transaction, month: str, ended_at: datetime, closed_at: datetime) -> None:
    """Keep that a month is closed; a month is closed once."""
    await tx.execute(INSERT_CLOSED_MONTH, month, ended_at, closed_at)
