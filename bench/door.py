"""The bare door: one typed decode and one statement a request, and a bare relay beside it; no rule is checked.

Run as a process: `python -m bench.door`, with intake's environment.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import uvicorn
from uuid_utils.compat import uuid7

from bench.bare import BareLoop, BareRelay
from contracts.event import Event, full_type
from contracts.submissions import MemberAtReceipt, Proposal, SubmissionReceived
from contracts.topics import PARTITIONS
from services.chassis.outbox import partition_of

STATEMENT = """
WITH number AS (
    INSERT INTO reference_year AS r (year, last_number) VALUES ($1, 1)
    ON CONFLICT (year) DO UPDATE SET last_number = r.last_number + 1 RETURNING last_number
), counted AS (
    UPDATE outbox_stream SET next_seq = next_seq + 1 WHERE topic = 'submissions' AND partition = $2
    RETURNING next_seq - 1 AS seq
), kept AS (
    INSERT INTO outbox (topic, partition, seq, event_id, type, key, payload)
    SELECT 'submissions', $2, seq, $3, $4, $5::uuid::text, $6 FROM counted
), vault AS (
    INSERT INTO contact (contact_ref, wrapped_key, sealed) VALUES ($7, $8, $9)
), entered AS (
    INSERT INTO submission (submission_id, reference, source, external_id, digest, story_id, channel, member_code,
                            contact_ref, first_month, received_at)
    SELECT $5, 'OGC-' || $1::integer || '-' || lpad(last_number::text, 6, '0'), 'web', $10, $11, $3, 'standalone', $12,
           $7, $13, $14
    FROM number
)
INSERT INTO version (submission_id, version, round, month, partition, event_id, entered_at, proposal, flags)
VALUES ($5, 1, 1, $13, $2, $3, $14, $15, '{}')
"""
CONNECTIONS = 12
TYPE = full_type(SubmissionReceived)

Message = MutableMapping[str, Any]


class _Form(msgspec.Struct):
    channel: str
    external_id: str
    member: str
    proposal: Proposal
    contact: dict[str, str]


class _Received(msgspec.Struct):
    """The event's data, field by field."""

    reference: str
    channel: str
    round: int
    version: int
    month: str
    received_at: datetime
    source: str
    external_id: str
    member: MemberAtReceipt
    proposal: Proposal
    contact_ref: str


class Submissions:
    """What the relay copies; the loop itself does not run in this process."""

    heard = ""
    told = "submissions"
    statement = ""

    def arguments(self, _: object) -> list[object]:
        """Give nothing: nothing is heard here."""
        return []


class Door:
    """An ASGI application with one address."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", written: Callable[[], None]) -> None:
        self._pool = pool
        self._written = written
        self._decode = msgspec.json.Decoder(_Form).decode
        self._encode = msgspec.json.Encoder().encode

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        """Take in one submission, and answer when it is committed."""
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message["body"], message.get("more_body", False)
        submission_id = uuid7()
        if scope["method"] == "POST":
            await self._pool.execute(STATEMENT, *self._arguments(self._decode(body), submission_id))
            self._written()
        answer = self._encode({"id": submission_id})
        head = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        status = 201 if scope["method"] == "POST" else 200
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": answer})

    def _arguments(self, form: _Form, submission_id: UUID) -> list[object]:
        now = datetime.now(UTC)
        month, event_id, contact_ref = f"{now:%Y-%m}", uuid7(), uuid7()
        partition = partition_of(str(submission_id), PARTITIONS)
        member = MemberAtReceipt(code=form.member, name=form.member, kind="national")
        data = _Received(
            f"OGC-{now.year}-000001", form.channel, 1, 1, month, now, "web", form.external_id, member, form.proposal,
            str(contact_ref),
        )  # fmt: skip
        event = Event(
            id=event_id,
            type=TYPE,
            source="urn:ogc:intake",
            subject=str(submission_id),
            time=now,
            correlationid=event_id,
            data=data,
        )
        proposal = self._encode(form.proposal).decode()
        return [
            now.year, partition, event_id, TYPE, submission_id, self._encode(event), contact_ref, bytes(40),
            self._encode(form.contact), form.external_id, bytes(32), form.member, month, now, proposal,
        ]  # fmt: skip


async def run() -> None:
    """Serve for ever."""
    loop = BareLoop(Submissions(), "intake")
    pool = await asyncpg.create_pool(min_size=CONNECTIONS, max_size=CONNECTIONS, **loop.connection)
    config = uvicorn.Config(
        Door(pool, loop.written.set),
        host=os.environ["HTTP_HOST"],
        port=int(os.environ["HTTP_PORT"]),
        log_config=None,
        access_log=False,
        http="httptools",
        ws="none",
        lifespan="off",
    )
    await asyncio.gather(BareRelay(loop).run(), uvicorn.Server(config).serve())


if __name__ == "__main__":
    asyncio.run(run())
