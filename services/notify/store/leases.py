"""What a postman's claims hang on: an advisory lock for each postman, and the letters of those that are gone."""

from collections.abc import Sequence

from services.chassis.transaction import Transaction
from services.notify.domain.letters import Letter
from services.notify.store.claims import letter_of

POSTMEN = 0x6D61696C
"""The first half of the advisory lock keys of postmen; the second is the lease."""

HOLD_LEASE = "SELECT pg_try_advisory_xact_lock($1, $2)"
LIMIT_SILENCE = "SELECT set_config('idle_in_transaction_session_timeout', $1, true)"


async def hold_lease(tx: Transaction, lease: int, silence_seconds: int) -> bool:
    """Hold a lease for as long as this transaction lives; it ends when its postman falls silent."""
    await tx.fetchval(LIMIT_SILENCE, f"{silence_seconds}s")
    return bool(await tx.fetchval(HOLD_LEASE, POSTMEN, lease))


BEAT = "SELECT true"


async def beat(tx: Transaction) -> None:
    """Show that the postman lives. Raises when the connection, and with it the lease, is lost."""
    await tx.fetchval(BEAT)


FIND_ENDED_LEASES = """
WITH leases AS MATERIALIZED (
    SELECT DISTINCT lease FROM letter WHERE state IN ('claimed', 'final-dot-intended') ORDER BY lease
)
SELECT lease FROM leases WHERE pg_try_advisory_xact_lock($1, lease)
"""


async def find_ended_leases(tx: Transaction) -> list[int]:
    """Find the leases whose postman is gone, and hold them until the end of this transaction."""
    return [row["lease"] for row in await tx.fetch(FIND_ENDED_LEASES, POSTMEN)]


RETURN_CLAIMED = """
UPDATE letter SET state = 'pending', lease = NULL, changed_at = $2
WHERE lease = ANY ($1::integer[]) AND state = 'claimed'
"""


async def return_claimed(tx: Transaction, leases: Sequence[int]) -> None:
    """Give back what these postmen had claimed: it has surely not been sent."""
    await tx.execute(RETURN_CLAIMED, leases, tx.now)


LIST_INTENDED = """
SELECT * FROM letter WHERE lease = ANY ($1::integer[]) AND state = 'final-dot-intended'
ORDER BY delivery_id FOR UPDATE
"""


async def list_intended(tx: Transaction, leases: Sequence[int]) -> list[Letter]:
    """List the letters of these postmen whose final dot may have left."""
    return [letter_of(row) for row in await tx.fetch(LIST_INTENDED, leases)]
