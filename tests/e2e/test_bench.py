"""The bench compares like with like: the bare loop writes what the service writes."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest

from bench import backlog, batch, importing, rebuilding, receipts, report_of_batch, report_of_rebuild
from bench.drain import Contender, finish, prepare
from bench.stage import PREFIX, Stage
from deploy.stack.stack import Stack

COUNT = 600
ROWS = {
    "review": (
        "SELECT * FROM review.item ORDER BY submission_id, round",
        "SELECT * FROM review.told ORDER BY submission_id, event_id",
        "SELECT month, partition, event_id FROM review.entered, unnest(event_ids) AS event_id ORDER BY event_id",
        "SELECT * FROM review.batch",
    ),
    "publish": (
        "SELECT * FROM publish.reform_entry ORDER BY reference, version",
        "SELECT * FROM publish.question ORDER BY event_id",
    ),
}
SUBMITTED = """
SELECT s.source, s.external_id, s.channel, s.member_code, s.first_month, v.round, v.month, v.proposal::jsonb
FROM intake.submission s JOIN intake.version v USING (submission_id) ORDER BY external_id
"""
IMPORTED = (
    SUBMITTED,
    "SELECT count(*) FROM intake.contact c JOIN intake.submission s USING (contact_ref)",
    "SELECT type, count(*) FROM intake.outbox GROUP BY type",
)
TOLD = "SELECT topic, partition, seq, type, key, payload FROM {0}.outbox ORDER BY topic, partition, seq"
ITS_OWN = {"id", "time", "accepted_at", "traceparent"}
"""What differs from run to run: ids that are made, and the clock."""


@pytest.mark.parametrize(("service", "heard"), [("review", "submissions"), ("publish", "decisions")])
async def test_bare_loop_writes_what_the_service_writes(
    stack: Stack, template_url: str, service: str, heard: str
) -> None:
    """The same rows, and the same numbered events but for their own ids and times."""
    stage = Stage(stack, template_url)
    await stage.clear()
    await stage.make_topic(heard)
    make = backlog.submissions if service == "review" else backlog.decisions
    await backlog.put(PREFIX + heard, make(COUNT), stack.bootstrap_servers)
    own = await _written(stage, Contender(service, f"services.{service}", service, heard, {}))
    bare = await _written(stage, Contender("bare", f"bench.bare {service}", service, heard, {}))
    await stage.clear()
    assert own == bare


async def _written(stage: Stage, who: Contender) -> list[list[dict[str, Any]]]:
    await stage.clear(but=[who.heard])
    async with stage.database() as admin_url:
        look = await asyncpg.connect(admin_url)
        try:
            await prepare(stage, look, who)
            async with stage.process(who.module, who.service, admin_url) as process:
                await finish(look, who, psutil.Process(process.pid), COUNT)
            rows = [[dict(row) for row in await look.fetch(sql)] for sql in ROWS[who.service]]
            told = [dict(row) for row in await look.fetch(TOLD.format(who.service))]
        finally:
            await look.close()
    return [*rows, [{**row, "payload": _without_its_own(json.loads(row["payload"]))} for row in told]]


def _without_its_own(told: Any) -> Any:
    if isinstance(told, dict):
        return {name: _without_its_own(value) for name, value in told.items() if name not in ITS_OWN}
    return told


async def test_bare_copy_writes_what_the_import_writes(stack: Stack, template_url: str, tmp_path: Path) -> None:
    """The same texts, submissions, contacts and events; the import adds what the registry and the rules know."""
    stage, file = Stage(stack, template_url), tmp_path / "sheet.csv"
    importing.write_sheet(file, COUNT)
    written: dict[str, list[list[dict[str, Any]]]] = {}

    async def look(way: str, admin_url: str) -> None:
        admin = await asyncpg.connect(admin_url)
        written[way] = [[dict(row) for row in await admin.fetch(sql)] for sql in IMPORTED]
        await admin.close()

    await importing.measure_import(stage, file.read_bytes(), then=partial(look, "own"))
    await importing.measure_copy(stage, file, then=partial(look, "copy"))
    await stage.clear()
    assert written["own"] == written["copy"]
    assert len(written["own"][0]) == COUNT


async def test_the_crowd_is_served_at_every_door(stack: Stack, template_url: str) -> None:
    """Intake, what only reads and what has a transaction each: they answer, and what they cost is known."""
    stage = Stage(stack, template_url)
    for way in receipts.WAYS:
        found = await receipts.measure_receipts(stage, way, 0.5, warm_up_seconds=0.1)
        assert found.rate > 0
        assert found.cpu_us["server"] > 0
    grown = await receipts.measure_growth(stage, [50, 200], 0.5)
    assert set(grown) == {50, 200}
    await stage.clear()


async def test_a_batch_is_taken_through_its_month(stack: Stack, template_url: str) -> None:
    """Sealed, released and relayed, beside the bare things; each took some time."""
    found = await batch.measure_batch(Stage(stack, template_url), 300)
    figures = report_of_batch.batch_figures(batch.median_of([found]), 300)
    assert min(figures["seconds"].values()) > 0
    assert set(figures["within_limits"]) == set(figures["of_bare"]) == {"sealed", "released", "relayed"}


async def test_the_record_is_read_beside_its_rebuild(stack: Stack, template_url: str) -> None:
    """Lists and reforms, alone and while it is made again by a process of its own that ends well."""
    found = await rebuilding.measure_rebuild(Stage(stack, template_url), 3_000, 1.0, lambda _: None)
    figures = report_of_rebuild.rebuild_figures(found)
    assert figures["reads"]["alone"] >= rebuilding.PER_SECOND * 2
    assert figures["reads"]["beside"] > 0
    assert all(ratio > 0 for kind in report_of_rebuild.KINDS for ratio in figures["of_alone"][kind].values())
    assert min(figures[name] for name in ("rate", "bare_rate", "rss_mb")) > 0
