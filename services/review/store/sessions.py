"""Who is signed in, in Postgres: a session is known by the hash of its key, and by the server's own clock."""

from dataclasses import dataclass
from hashlib import sha256

from services.chassis.database import Transaction
from services.review.domain.staff import Staff
from services.review.store.staff import staff_in

SEEN_SECONDS = 60
"""How exactly it is known when somebody was last seen: a page need not write each time."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a session lasts: without a page, and at all."""

    idle_minutes: int
    hours: int


def hash_of(key: str) -> bytes:
    """Give what is kept of a key."""
    return sha256(key.encode()).digest()


INSERT_SESSION = """
WITH over AS (DELETE FROM session WHERE ends_at < now())
INSERT INTO session (key_hash, actor_ref, ends_at) VALUES ($1, $2, now() + make_interval(hours => $3))
"""


async def insert_session(tx: Transaction, key: str, actor_ref: str, lasting: Lasting) -> None:
    """Keep a new session; those that are over are forgotten."""
    await tx.execute(INSERT_SESSION, hash_of(key), actor_ref, lasting.hours)


FIND_SESSION = """
SELECT s.*, e.seen_at < now() - make_interval(secs => $3) AS is_stale
FROM session e JOIN staff s USING (actor_ref)
WHERE e.key_hash = $1 AND s.disabled_at IS NULL AND e.ends_at > now() AND e.seen_at > now() - make_interval(mins => $2)
"""
TOUCH_SESSION = "UPDATE session SET seen_at = now() WHERE key_hash = $1"


async def find_session(tx: Transaction, key: str, lasting: Lasting) -> Staff | None:
    """Give who is signed in with a key, and note that they were seen; None where the session is over."""
    row = await tx.fetchrow(FIND_SESSION, hash_of(key), lasting.idle_minutes, SEEN_SECONDS)
    if row is None:
        return None
    if row["is_stale"]:
        await tx.execute(TOUCH_SESSION, hash_of(key))
    return staff_in(row)


DELETE_SESSION = "DELETE FROM session WHERE key_hash = $1"


async def delete_session(tx: Transaction, key: str) -> None:
    """End a session."""
    await tx.execute(DELETE_SESSION, hash_of(key))


DELETE_SESSIONS = "DELETE FROM session WHERE actor_ref = $1"


async def delete_sessions(tx: Transaction, actor_ref: str) -> None:
    """End all sessions of somebody."""
    await tx.execute(DELETE_SESSIONS, actor_ref)
