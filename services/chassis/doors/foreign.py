"""The operator's door to a foreign topic: pass over what the client library cannot read, and keep that on record."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from services.chassis.database import Database
from services.chassis.doors.bodies import body_of, documented
from services.chassis.errors import Refusal
from services.chassis.reading.parking import RESUME
from services.chassis.reading.stream import Subscription

KEEP_SKIPPED = """
INSERT INTO parked_event (source_topic, partition, seq, subject, reason, error, parked_at,
                          settled_at, settlement, settled_reason)
VALUES ($1, $2, $3, '', 'undecodable', $4, $5, $5, 'discarded', $6)
"""


class Skip(BaseModel):
    """Go on at this offset, and say why: nobody will read what lies before it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    partition: Annotated[int, Field(ge=0)]
    to_offset: Annotated[int, Field(ge=1)]
    reason: Annotated[str, Field(min_length=3, max_length=2000)]


_skip = TypeAdapter(Skip)


def add_foreign_doors(router: APIRouter, database: Database, subscriptions: Mapping[str, Subscription]) -> None:
    """Add the door to a router that lets in only operators."""

    @router.post("/foreign/{topic}/skip", openapi_extra=documented(_skip))
    async def skip(topic: str, body: Annotated[Skip, Depends(body_of(_skip))]) -> dict[str, Any]:
        subscription = subscriptions.get(topic)
        if subscription is None or not subscription.hears.raw:
            raise Refusal("unknown-topic", f"{topic} is no foreign topic that this service hears", status=404)
        async with database.transaction() as tx:
            start = await subscription.skip(body.partition, body.to_offset)
            told = f"offsets {start} to {body.to_offset - 1} could not be read"
            await tx.execute(KEEP_SKIPPED, topic, body.partition, -start - 1, told, tx.now, body.reason)
            await tx.execute(RESUME, topic)
        return {"topic": topic, "partition": body.partition, "skipped": [start, body.to_offset - 1]}
