"""Whether a leader lives that has compared the log with this very database: what cannot be taken back waits for it."""

from services.chassis.database import Database
from services.chassis.relay.lease import Lease

VOUCH = "SELECT pg_advisory_lock(hashtextextended('challenge log compared of ' || $1, 0))"

# tried, and so given up at the end of the transaction: that it cannot be had, shows that a leader holds it
IS_VOUCHED = """
SELECT NOT pg_try_advisory_xact_lock_shared(hashtextextended('challenge log compared of ' || $1, 0))
   AND NOT EXISTS (SELECT FROM halted_reader WHERE reader = 'relay' AND why = 'fork')
"""


async def vouch(lease: Lease) -> None:
    """Let it be known, for as long as the leader's connection lives, that the log was compared with its database."""
    await lease.fetch(VOUCH, lease.service)


async def is_vouched(database: Database) -> bool:
    """Say whether a leader lives that has found the log to be the copy of this database, and not of a newer one.

    What leaves the house and cannot be told twice, as a letter, has to wait for that.
    """
    async with database.transaction(read_clock=False) as tx:
        return bool(await tx.fetchval(IS_VOUCHED, database.service))
