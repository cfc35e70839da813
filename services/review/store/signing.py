"""Who was sent to the OpenID provider and is not back yet, in Postgres."""

from typing import NamedTuple

from services.chassis.database import Transaction
from services.review.store.sessions import hash_of


class Journey(NamedTuple):
    """What to know of somebody when they are back: what must fit together, and where they wanted to go."""

    state: str
    nonce: str
    verifier: str
    leads_to: str


INSERT_JOURNEY = """
WITH lost AS (DELETE FROM sign_in WHERE ends_at < now())
INSERT INTO sign_in (state_hash, key_hash, nonce, verifier, leads_to, ends_at)
VALUES ($1, $2, $3, $4, $5, now() + interval '10 minutes')
"""


async def insert_journey(tx: Transaction, key: str, journey: Journey) -> None:
    """Keep that the browser with this key was sent; those who never came back are forgotten."""
    state_hash, key_hash = hash_of(journey.state), hash_of(key)
    await tx.execute(INSERT_JOURNEY, state_hash, key_hash, journey.nonce, journey.verifier, journey.leads_to)


TAKE_JOURNEY = """
DELETE FROM sign_in WHERE state_hash = $1 AND key_hash = $2 AND ends_at > now() RETURNING nonce, verifier, leads_to
"""


async def take_journey(tx: Transaction, key: str, state: str) -> Journey | None:
    """Give what was kept, once, to the browser that was sent."""
    row = await tx.fetchrow(TAKE_JOURNEY, hash_of(state), hash_of(key))
    return Journey(state, row["nonce"], row["verifier"], row["leads_to"]) if row else None
