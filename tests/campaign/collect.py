"""Gathers the evidence: from the database as its administrator, from the broker without a group, from the mailbox."""

import json
import secrets
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from email.message import EmailMessage
from typing import Any, TypeAlias

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from contracts.event import TYPE_PREFIX
from contracts.topics import CATALOGUE, Topic
from tests.campaign.evidence import Copied, Evidence, Item, Letter, Place, Reached, Told

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

NUMBERED = [topic for topic in CATALOGUE.values() if topic.events]
WRITERS = sorted({topic.writer for topic in NUMBERED})
SERVICES = sorted({*WRITERS, *(reader for topic in CATALOGUE.values() for reader in topic.readers)})

OUTBOX = "SELECT topic, partition, seq, event_id::text, type, key, payload FROM {0}.outbox ORDER BY 1, 2, 3"
COUNTERS = "SELECT topic, partition, next_seq FROM {0}.outbox_stream"
POSITIONS = "SELECT source_topic, partition, last_seq, gapped FROM {0}.stream_position"
HALTED = "SELECT reader, why, detail FROM {0}.halted_reader"
PARKED = "SELECT source_topic, subject, reason, error FROM {0}.parked_event WHERE settled_at IS NULL"
LETTERS = """
SELECT delivery_id::text, caused_by::text, recipient, kind, state,
       CASE WHEN mail_id IS NULL THEN delivery_id::text
            WHEN state IN ('sent', 'unknown') THEN mail_id::text
            ELSE 'left ' || mail_id END AS message_id
FROM notify.letter
"""
"""What is told in one piece of mail with others has its Message-ID; what left that mail before it went has none."""
ITEMS = "SELECT submission_id::text, round, month FROM review.item"
MANIFESTS = "SELECT month, body FROM review.manifest"
PUBLIC = """
SELECT reference, decision_id::text, area, member, document FROM publish.reform_entry WHERE current
"""
STORIES = "SELECT reference, document FROM publish.released_story"


async def collect(
    admin_url: str,
    bootstrap_servers: str,
    topic_prefix: str,
    *,
    mails: Iterable[EmailMessage] = (),
    receipts: Collection[str] = (),
    excused: Collection[str] = (),
) -> Evidence:
    """Look at everything, once nothing moves any more."""
    connection: Connection = await asyncpg.connect(admin_url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            kept = await _kept(connection)
    finally:
        await connection.close()
    return Evidence(
        **kept,
        log=await read_log(bootstrap_servers, topic_prefix),
        mails=Counter(_local_part(str(mail["Message-ID"])) for mail in mails),
        receipts=frozenset(receipts),
        excused=frozenset(excused),
    )


def _local_part(message_id: str) -> str:
    return message_id.strip().removeprefix("<").partition("@")[0]


async def _kept(connection: Connection) -> dict[str, Any]:
    return {
        "outbox": await _outbox(connection),
        "next_seq": {
            (row["topic"], row["partition"]): row["next_seq"]
            for service in WRITERS
            for row in await connection.fetch(COUNTERS.format(service))
        },
        "reached": {
            (service, row["source_topic"], row["partition"]): Reached(row["last_seq"], row["gapped"])
            for service in SERVICES
            for row in await connection.fetch(POSITIONS.format(service))
        },
        "halted": [
            f"{service}: {row['reader']}, {row['why']}: {row['detail']}"
            for service in SERVICES
            for row in await connection.fetch(HALTED.format(service))
        ],
        "parked": [row["subject"] for service in SERVICES for row in await connection.fetch(PARKED.format(service))],
        "items": await _items(connection),
        "manifests": await _manifests(connection),
        "letters": [_letter(row) for row in await connection.fetch(LETTERS)],
        "public": {row["reference"]: _public(row) for row in await connection.fetch(PUBLIC)},
        "stories": {row["reference"]: json.loads(row["document"])["story"] for row in await connection.fetch(STORIES)},
    }


async def _outbox(connection: Connection) -> Mapping[Place, list[Told]]:
    found: dict[Place, list[Told]] = defaultdict(list)
    for service in WRITERS:
        for row in await connection.fetch(OUTBOX.format(service)):
            found[row["topic"], row["partition"]].append(_told(row))
    return found


def _told(row: asyncpg.Record) -> Told:
    data = json.loads(row["payload"])["data"]
    return Told(row["seq"], row["event_id"], row["type"].removeprefix(TYPE_PREFIX), row["key"], data)


async def _items(connection: Connection) -> list[Item]:
    return [Item(*row) for row in await connection.fetch(ITEMS)]


async def _manifests(connection: Connection) -> dict[str, list[tuple[str, int]]]:
    return {row["month"]: _listed(row["body"]) for row in await connection.fetch(MANIFESTS)}


def _listed(manifest: bytes) -> list[tuple[str, int]]:
    lines = (line.split() for line in manifest.decode().splitlines())
    return [(submission, int(round_)) for submission, round_, _ in lines]


def _letter(row: asyncpg.Record) -> Letter:
    return Letter(row["delivery_id"], row["message_id"], row["caused_by"], row["recipient"], row["kind"], row["state"])


def _public(row: asyncpg.Record) -> dict[str, object]:
    if row["document"] is None:
        return {"published": False, "decision_id": row["decision_id"]}
    document = json.loads(row["document"])
    reform, proposal = document["reform"], document["reform"]["proposal"]
    return {
        "published": True,
        "decision_id": row["decision_id"],
        "title": reform["published_title"],
        "area": row["area"],
        "declared_area": proposal["declared_area"],
        "member": row["member"],
        "lead_institution": proposal["lead_institution"],
        "description": proposal["description"],
    }


async def read_log(bootstrap_servers: str, topic_prefix: str) -> dict[Place, list[Copied]]:
    """Read every numbered topic from its first record to its last; a topic that is not there is empty."""
    # a seek to the beginning right after assigning can lose to the search for where to begin: let that be the beginning
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        client_id=f"checker-{secrets.token_hex(4)}",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        there = await consumer.topics()
        places = [place for topic in NUMBERED if topic_prefix + topic.name in there for place in _places(topic)]
        return await _read_places(consumer, topic_prefix, places)
    finally:
        await consumer.stop()


def _places(topic: Topic) -> list[Place]:
    return [(topic.name, partition) for partition in range(topic.partitions)]


async def _read_places(consumer: AIOKafkaConsumer, topic_prefix: str, places: list[Place]) -> dict[Place, list[Copied]]:
    found: dict[Place, list[Copied]] = {place: [] for place in places}
    consumer.assign([TopicPartition(topic_prefix + name, partition) for name, partition in places])
    ends = await consumer.end_offsets(list(consumer.assignment()))
    while any([await consumer.position(where) < end for where, end in ends.items()]):
        for where, records in (await consumer.getmany(timeout_ms=200)).items():
            found[where.topic.removeprefix(topic_prefix), where.partition].extend(map(_copied, records))
    return found


def _copied(record: ConsumerRecord[bytes, bytes]) -> Copied:
    headers = dict(record.headers)
    return Copied(int(headers["seq"]), headers["ce_id"].decode())
