"""Where the relay stands still until a person acts, and what a person may order it to do."""

import asyncio

from services.chassis.log import get_logger
from services.chassis.reading.parking import FORK, HALT, RELAY, REPAIR_ORDERED, RESUME
from services.chassis.relay.lease import Lease
from services.chassis.transaction import Transaction

LOG_LOST = "log-lost"
LOOK_SECONDS = 1.0

FIND_HALT = """
SELECT why FROM halted_reader WHERE reader = 'relay' AND why IN ('fork', 'log-lost', 'repair-ordered')
"""

ORDER_REPAIR = """
INSERT INTO halted_reader (reader, why, detail, since) VALUES ('relay', 'repair-ordered', '', platform.now())
ON CONFLICT (reader) DO UPDATE SET why = excluded.why, detail = '', since = excluded.since
WHERE halted_reader.why <> 'fork'
RETURNING why
"""

DESCRIBE_HALT = "SELECT why, detail, since FROM halted_reader WHERE reader = 'relay'"

DESCRIBE_STREAMS = """
SELECT s.topic, s.partition, s.next_seq - 1 AS last_seq, c.relayed_seq, c.kafka_offset
FROM outbox_stream s JOIN relay_cursor c USING (topic, partition)
ORDER BY s.topic, s.partition
"""

log = get_logger()


async def order_repair(tx: Transaction) -> bool:
    """Order the relay to read its whole log and write anew what is lost. False at a fork: that is never repaired."""
    return await tx.fetchval(ORDER_REPAIR) is not None


async def describe_relay(tx: Transaction) -> dict[str, object]:
    """Say how far each stream is copied, and why the relay stands still, if it does."""
    halt = await tx.fetchrow(DESCRIBE_HALT)
    return {
        "halted": dict(halt) if halt else None,
        "streams": [dict(row) for row in await tx.fetch(DESCRIBE_STREAMS)],
    }


async def find_halt(lease: Lease) -> str | None:
    """Say why the relay has to stand still, or what it is ordered to do."""
    rows = await lease.fetch(FIND_HALT)
    return rows[0]["why"] if rows else None


async def wait_for_orders(lease: Lease) -> bool:
    """Stand still while halted. Says whether a repair is ordered."""
    while (why := await find_halt(lease)) in {FORK, LOG_LOST}:  # noqa: ASYNC110 - the event is a row
        await asyncio.sleep(LOOK_SECONDS)
    return why == REPAIR_ORDERED


async def halt_relay(lease: Lease, why: str, detail: str) -> None:
    """Let the relay stand still until a person acts; at a fork nothing more may be emitted either."""
    log.error("relay.halted", reason=why, error=detail)
    await lease.fetch(HALT, RELAY, why, detail)


async def resume_relay(lease: Lease) -> None:
    """Go on: what was ordered is done."""
    await lease.fetch(RESUME, RELAY)
