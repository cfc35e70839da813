"""A ledger that was filled before mail could be late, asked for or joined: brought to what the code needs."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from services.chassis.codec import decode
from tests.conftest import TestDatabase

MIGRATIONS = sorted((Path(__file__).parents[3] / "services/notify/migrations").glob("*.sql"))
LAST_OF_THEN = "0004_draft_link.sql"

FILL = """
INSERT INTO letter (
    delivery_id, kind, recipient, contact_ref, submission_id, decision_id, caused_by, correlation_id, language, words,
    state, lease, made_at, due_at, changed_at
)
SELECT gen_random_uuid(), kind, recipient, 'a-contact', submission_id,
       CASE WHEN outcome IS NOT NULL THEN gen_random_uuid() END, gen_random_uuid(), gen_random_uuid(), 'es',
       jsonb_build_object('reference', 'OGC-2026-000001', 'month', '2026-07', 'title', 'x', 'member', 'CR',
                          'received_at', '2026-07-03T10:00:00Z', 'channel', 'standalone', 'outcome', outcome)::text,
       state, CASE WHEN state = 'final-dot-intended' THEN 7 END, made, made, made
FROM (VALUES
    ('receipt', 'submitter', 'kept', NULL, 'sent', '2026-07-03'::timestamptz),
    ('outcome', 'submitter', 'kept', 'accepted', 'sent', '2026-08-10'),
    ('poc-outcome', 'poc:CR/2', 'kept', 'accepted', 'failed-temporarily', '2026-08-10'),
    ('receipt', 'submitter', 'reversed', NULL, 'sent', '2026-07-03'),
    ('outcome', 'submitter', 'reversed', 'accepted', 'cancelled', '2026-08-10'),
    ('correction', 'submitter', 'reversed', 'declined', 'unknown', '2026-08-10'),
    ('receipt', 'submitter', 'retracted', NULL, 'sent', '2026-07-03'),
    ('outcome', 'submitter', 'retracted', 'accepted', 'sent', '2026-08-10'),
    ('retraction', 'submitter', 'retracted', 'retracted', 'final-dot-intended', '2026-09-10'),
    ('receipt', 'submitter', 'waiting', NULL, 'held', '2026-07-03'),
    ('draft-link', 'submitter', 'a-draft', NULL, 'failed', '2026-07-03')
) AS old (kind, recipient, submission_id, outcome, state, made);
INSERT INTO confirmation VALUES ('kept', true), ('unconfirmed', false);
"""

Connection = Any


@pytest.fixture
async def old(database: TestDatabase) -> AsyncIterator[Connection]:
    """An empty schema in which nothing has been migrated yet."""
    connection = await asyncpg.connect(database.admin_url)
    await connection.execute("CREATE SCHEMA old; SET search_path = old")
    yield connection
    await connection.close()


async def test_filled_ledger_of_then_is_kept_and_known(old: Connection) -> None:
    """No letter changes where it stands; what was decided is known, and when it left, and by which door."""
    await _migrate(old, [it for it in MIGRATIONS if it.name <= LAST_OF_THEN])
    await old.execute(FILL)
    before = await old.fetch("SELECT delivery_id, state, words FROM letter ORDER BY 1")
    await _migrate(old, [it for it in MIGRATIONS if it.name > LAST_OF_THEN])
    assert await old.fetch("SELECT delivery_id, state, words FROM letter ORDER BY 1") == before
    standings = {row["submission_id"]: row for row in await old.fetch("SELECT * FROM standing")}
    assert {name: (row["confirmed"], row["outcome"]) for name, row in standings.items()} == {
        "kept": (True, "accepted"),
        "reversed": (True, "declined"),
        "retracted": (True, "retracted"),
        "waiting": (True, None),
        "unconfirmed": (False, None),
    }
    assert decode(dict[str, Any], standings["kept"]["about"])["contact_ref"] == "a-contact"
    left = "state IN ('sent', 'final-dot-intended', 'unknown')"
    assert not await old.fetchval(f"SELECT count(*) FROM letter WHERE (door IS NOT NULL) <> ({left})")
    assert not await old.fetchval("SELECT count(*) FROM letter WHERE (sent_at IS NOT NULL) <> (state = 'sent')")


async def _migrate(old: Connection, files: list[Path]) -> None:
    for file in files:
        await old.execute(file.read_text().partition("-- migrate:down")[0])
