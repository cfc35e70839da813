"""The bench compares like with like: the bare loop writes what the service writes."""

import json
from typing import Any

import asyncpg
import psutil
import pytest

from bench import backlog
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
    "publish": ("SELECT * FROM publish.reform_entry ORDER BY reference, version",),
}
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
