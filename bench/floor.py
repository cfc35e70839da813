"""The floor: a FastStream handler as one writes it first, with one transaction for each message.

Run as a process: `python -m bench.floor review` (or `publish`), with a service's environment.
"""

import asyncio
import sys

import asyncpg
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from bench.bare import BareLoop, BareRelay, rows_of


async def run(service: str) -> None:
    """Go on for ever."""
    loop = BareLoop(rows_of(service), service)
    database = await asyncpg.connect(**loop.connection)
    broker = KafkaBroker(loop.servers, logger=None)

    @broker.subscriber(
        loop.prefix + loop.rows.heard,
        group_id=f"{loop.prefix}floor",
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.ACK,
        decoder=_raw,
    )
    async def on_message(body: bytes, message: KafkaMessage) -> None:  # noqa: ARG001 - the record is taken whole
        async with database.transaction():
            await database.execute(loop.rows.statement, *loop.rows.arguments([message.raw_message]))  # type: ignore[list-item]
        loop.written.set()

    await broker.start()
    await BareRelay(loop).run()


async def _raw(message: KafkaMessage) -> bytes:
    return bytes(message.body)


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1]))
