"""The operator's doors: what is parked, who stands still, how far the relay is, and what to do about it."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.chassis import parking
from services.chassis.auth import require
from services.chassis.database import Database
from services.chassis.errors import Refusal
from services.chassis.log import get_logger
from services.chassis.reader import PARKING_ALLOWED
from services.chassis.relay_halt import describe_relay, order_repair
from services.chassis.settle import Settler

LIST_PARKED = """
SELECT source_topic, partition, seq, event_id, type, subject, reason, error, parked_at, octet_length(raw) AS bytes
FROM parked_event WHERE settled_at IS NULL ORDER BY source_topic, subject, partition, seq LIMIT $1
"""

FIND_PARKED = "SELECT * FROM parked_event WHERE source_topic = $1 AND partition = $2 AND seq = $3"

LIST_HALTED = "SELECT reader, why, detail, since FROM halted_reader ORDER BY reader"
LIST_STREAMS = """
SELECT s.topic, s.partition, s.next_seq - 1 AS kept_seq, coalesce(c.relayed_seq, 0) AS relayed_seq,
       coalesce(c.kafka_offset, -1) AS kafka_offset
FROM outbox_stream s LEFT JOIN relay_cursor c USING (topic, partition) ORDER BY s.topic, s.partition
"""
LIST_POSITIONS = "SELECT * FROM stream_position ORDER BY source_topic, partition"

LIST_LIMIT = 1000

log = get_logger()


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Replay(_Body):
    """Apply what waits of a subject; ``dry_run`` only tries."""

    topic: str
    subject: str
    dry_run: bool = False


class Discard(_Body):
    """Give up the culprit of a subject's queue, or all of it, and say why."""

    topic: str
    subject: str
    reason: Annotated[str, Field(min_length=3, max_length=2000)]
    whole_queue: bool = False


class Resume(_Body):
    """Let a halted reader try again, or park what fails in its next chunk."""

    park: bool = False


def make_ops_doors(database: Database, settlers: Mapping[str, Settler]) -> APIRouter:
    """Make the operator's doors of one service; every one needs the scope ``operate``."""
    router = APIRouter(prefix="/ops", tags=["operator"], dependencies=[Depends(require("operate"))])
    _add_parked(router, database, settlers)

    @router.get("/halted")
    async def halted() -> list[dict[str, Any]]:
        async with database.transaction() as tx:
            return [dict(row) for row in await tx.fetch(LIST_HALTED)]

    @router.post("/halted/{reader}/resume")
    async def resume(reader: str, body: Resume) -> dict[str, str]:
        log.warning("operator.resume", reader=reader)
        async with database.transaction() as tx:
            if not await parking.resume(tx, reader):
                raise Refusal("not-halted", f"{reader} does not stand still", status=404)
            if body.park:
                await parking.halt(tx, reader, PARKING_ALLOWED, "an operator lets the next chunk park")
        return {"reader": reader, "state": "parking-allowed" if body.park else "resumed"}

    @router.get("/relay")
    async def relay() -> dict[str, object]:
        async with database.transaction() as tx:
            return await describe_relay(tx)

    @router.post("/relay/repair", status_code=202)
    async def repair() -> dict[str, str]:
        log.warning("operator.repair")
        async with database.transaction() as tx:
            if not await order_repair(tx):
                raise Refusal("forked", "a fork is never repaired: the log may hold the only copy", status=409)
        return {"state": "repair-ordered"}

    @router.get("/streams")
    async def streams() -> dict[str, list[dict[str, Any]]]:
        async with database.transaction() as tx:
            return {
                "writes": [dict(row) for row in await tx.fetch(LIST_STREAMS)],
                "hears": [dict(row) for row in await tx.fetch(LIST_POSITIONS)],
            }

    return router


def _add_parked(router: APIRouter, database: Database, settlers: Mapping[str, Settler]) -> None:
    def settler_of(topic: str) -> Settler:
        if topic not in settlers:
            raise Refusal("unknown-topic", f"this service does not hear {topic}", status=404)
        return settlers[topic]

    @router.get("/parked")
    async def parked() -> list[dict[str, Any]]:
        async with database.transaction() as tx:
            return [dict(row) for row in await tx.fetch(LIST_PARKED, LIST_LIMIT)]

    @router.get("/parked/{topic}/{partition}/{seq}")
    async def one_parked(topic: str, partition: int, seq: int) -> dict[str, Any]:
        async with database.transaction() as tx:
            row = await tx.fetchrow(FIND_PARKED, topic, partition, seq)
        if row is None:
            raise Refusal("not-parked", "nothing is parked there", status=404)
        return {**row, "raw": (row["raw"] or b"").decode(errors="backslashreplace")}

    @router.post("/parked/replay")
    async def replay(body: Replay) -> dict[str, Any]:
        count = await settler_of(body.topic).replay(body.subject, dry_run=body.dry_run)
        return {"subject": body.subject, "events": count, "dry_run": body.dry_run}

    @router.post("/parked/discard")
    async def discard(body: Discard) -> dict[str, Any]:
        count = await settler_of(body.topic).discard(body.subject, body.reason, whole_queue=body.whole_queue)
        return {"subject": body.subject, "events": count}
