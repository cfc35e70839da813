"""Fills intake's store set-wise, so that it is as large as after years."""

import asyncpg

COUNT = "SELECT count(*) FROM intake.submission"
CHUNK = 100_000
FILL = """
WITH filled AS MATERIALIZED (
    SELECT gen_random_uuid() AS submission_id, gen_random_uuid() AS contact_ref, gen_random_uuid() AS event_id, number
    FROM generate_series($1::integer, $2::integer) AS number
), vault AS (
    INSERT INTO intake.contact (contact_ref, wrapped_key, sealed)
    SELECT contact_ref, decode(repeat('00', 60), 'hex'), decode(repeat('00', 110), 'hex') FROM filled
), kept AS (
    INSERT INTO intake.outbox (topic, partition, seq, event_id, type, key, payload)
    SELECT 'filled', 0, number, event_id, 'filled', submission_id::text,
           convert_to(repeat(md5(number::text), 20), 'UTF8')
    FROM filled
), entered AS (
    INSERT INTO intake.version (submission_id, version, round, month, partition, event_id, entered_at, proposal, flags)
    SELECT submission_id, 1, 1, '2026-01', number % 6, event_id, now(), repeat(md5(number::text), 20), '{}'
    FROM filled
)
INSERT INTO intake.submission (submission_id, reference, source, external_id, digest, story_id, channel, member_code,
                               contact_ref, first_month, received_at, round, version, standing, withdrawal)
SELECT submission_id, 'OGC-2025-' || lpad(number::text, 9, '0'), 'web', md5(number::text), sha256(number::text::bytea),
       event_id, 'standalone', 'CR', contact_ref, '2026-01', now(), 1, 1, 'waiting', 'none'
FROM filled
"""


async def fill(admin: "asyncpg.Connection[asyncpg.Record]", size: int) -> None:
    """Add invented submissions until there are so many. Their events stand under a topic that nobody relays."""
    there = int(await admin.fetchval(COUNT))
    while there < size:
        until = min(size, there + CHUNK)
        await admin.execute(FILL, there + 1, until, timeout=600)
        there = until
    for table in ("contact", "outbox", "version", "submission"):
        await admin.execute(f"VACUUM (ANALYZE) intake.{table}", timeout=600)
    await admin.execute("CHECKPOINT")
