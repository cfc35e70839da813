"""The operator's doors to what is parked: look, replay, discard, dismiss."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from services.chassis.database import Database
from services.chassis.doors.bodies import body_of, documented
from services.chassis.errors import Refusal
from services.chassis.reading.settle import Settler

LIST_PARKED = """
SELECT source_topic, partition, seq, event_id, type, subject, reason, error, parked_at, octet_length(raw) AS bytes
FROM parked_event WHERE settled_at IS NULL ORDER BY source_topic, subject, partition, seq LIMIT $1
"""

FIND_PARKED = "SELECT * FROM parked_event WHERE source_topic = $1 AND partition = $2 AND seq = $3"

DISMISS = """
UPDATE parked_event SET settled_at = $5, settlement = 'discarded', settled_reason = $4
WHERE source_topic = $1 AND partition = $2 AND seq = $3 AND seq < 0 AND settled_at IS NULL
"""

LIST_LIMIT = 1000


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


class Dismiss(_Body):
    """Give up a record that no relay of ours wrote, and say why."""

    topic: str
    partition: int
    seq: int
    reason: Annotated[str, Field(min_length=3, max_length=2000)]


_replay, _discard, _dismiss = (TypeAdapter(body) for body in (Replay, Discard, Dismiss))


def add_parked_doors(router: APIRouter, database: Database, settlers: Mapping[str, Settler]) -> None:
    """Add the doors to a router that lets in only operators."""

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

    @router.post("/parked/replay", openapi_extra=documented(_replay))
    async def replay(body: Annotated[Replay, Depends(body_of(_replay))]) -> dict[str, Any]:
        count = await settler_of(body.topic).replay(body.subject, dry_run=body.dry_run)
        return {"subject": body.subject, "events": count, "dry_run": body.dry_run}

    @router.post("/parked/discard", openapi_extra=documented(_discard))
    async def discard(body: Annotated[Discard, Depends(body_of(_discard))]) -> dict[str, Any]:
        count = await settler_of(body.topic).discard(body.subject, body.reason, whole_queue=body.whole_queue)
        return {"subject": body.subject, "events": count}

    @router.post("/parked/dismiss", openapi_extra=documented(_dismiss))
    async def dismiss(body: Annotated[Dismiss, Depends(body_of(_dismiss))]) -> dict[str, Any]:
        async with database.transaction() as tx:
            if await tx.execute(DISMISS, body.topic, body.partition, body.seq, body.reason, tx.now) == "UPDATE 0":
                raise Refusal("not-parked", "no record without a number is parked there", status=404)
        return {"partition": body.partition, "seq": body.seq, "settlement": "discarded"}
