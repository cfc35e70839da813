"""The operator's doors: what is parked, who stands still, how far the relay is, and what to do about it."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, TypeAdapter

from services.chassis.database import Database
from services.chassis.doors.auth import require
from services.chassis.doors.bodies import body_of, documented
from services.chassis.doors.documenting import problem_answers
from services.chassis.doors.foreign import add_foreign_doors
from services.chassis.doors.parked import add_parked_doors
from services.chassis.errors import Refusal
from services.chassis.log import get_logger
from services.chassis.reading import parking
from services.chassis.reading.parking import FORK, RELAY
from services.chassis.reading.settle import Settler
from services.chassis.reading.stream import Subscription
from services.chassis.relay.halt import describe_relay, order_repair

LIST_HALTED = "SELECT reader, why, detail, since FROM halted_reader ORDER BY reader"
LIST_STREAMS = """
SELECT s.topic, s.partition, s.next_seq - 1 AS kept_seq, coalesce(c.relayed_seq, 0) AS relayed_seq,
       coalesce(c.kafka_offset, -1) AS kafka_offset
FROM outbox_stream s LEFT JOIN relay_cursor c USING (topic, partition) ORDER BY s.topic, s.partition
"""
FIND_WHY = "SELECT why FROM halted_reader WHERE reader = $1 FOR UPDATE"
LIST_POSITIONS = "SELECT * FROM stream_position ORDER BY source_topic, partition"

log = get_logger()


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Resume(_Body):
    """Let a halted reader try again, or park what fails in its next chunk."""

    park: bool = False


_resume = TypeAdapter(Resume)


def make_ops_doors(
    database: Database, settlers: Mapping[str, Settler], subscriptions: Mapping[str, Subscription]
) -> APIRouter:
    """Make the operator's doors of one service; every one needs the scope ``operate``."""
    router = APIRouter(
        prefix="/ops",
        tags=["operator"],
        dependencies=[Depends(require("operate"))],
        responses=problem_answers(400, 401, 403, 404, 408, 409, 413, 415, 422, 503),
    )
    add_parked_doors(router, database, settlers)
    add_foreign_doors(router, database, subscriptions)

    @router.get("/halted")
    async def halted() -> list[dict[str, Any]]:
        async with database.transaction() as tx:
            return [dict(row) for row in await tx.fetch(LIST_HALTED)]

    @router.post("/halted/{reader}/resume", openapi_extra=documented(_resume))
    async def resume(reader: str, body: Annotated[Resume, Depends(body_of(_resume))]) -> dict[str, str]:
        log.warning("operator.resume", reader=reader)
        async with database.transaction() as tx:
            why = await tx.fetchval(FIND_WHY, reader)
            if why is None or reader == RELAY:
                raise Refusal("not-halted", f"no reader {reader} stands still (the relay: see its repair)", status=404)
            if why == FORK:
                raise Refusal("forked", "a fork is never repaired from here: see docs/operations.md")
            await parking.resume(tx, reader)
            if body.park:
                await parking.halt(tx, reader, parking.PARKING_ALLOWED, "an operator lets the next chunk park")
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
