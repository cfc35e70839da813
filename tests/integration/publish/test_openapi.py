"""The public doors are as they are described, whatever is made up to ask of them."""

import asyncio
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

from tests.controls.publish import heard
from tests.harness.serving import serving_app
from tests.integration.publish.conftest import Desk
from tests.integration.publish.test_read_store import fill

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
)
MADE_UP = (
    f"--checks={','.join(CHECKS)}",
    "--seed=1",
    "--generation-database=none",
    "--suppress-health-check=all",
    "--no-color",
    "--max-examples=5",
    "--phases=examples,coverage,fuzzing",
    "--exclude-path-regex=^/(evaluations|asyncapi)",
)


async def test_nothing_undocumented_comes_of_what_is_made_up(desk: Desk, tmp_path: Path) -> None:
    """Schemathesis at all pages and their twins, with reforms and a retracted one: no 5xx, nothing undescribed."""
    await fill(desk)
    await desk.hear(heard("retracted", 9, 2))
    async with serving_app(desk.app) as url:
        schemathesis = f"{Path(sys.executable).with_name('schemathesis')}"
        words = [schemathesis, "run", f"{url}/openapi.json", *MADE_UP]
        process = await asyncio.create_subprocess_exec(*words, stdout=PIPE, stderr=STDOUT, cwd=tmp_path)
        told, _ = await process.communicate()
    assert process.returncode == 0, told.decode()[-20_000:]
    assert b"Tested: " in told


async def test_every_public_door_is_described(desk: Desk) -> None:
    """OpenAPI 3.1, each parameter typed; each door that shows something says how it refuses."""
    told = desk.app.openapi()
    assert told["openapi"].startswith("3.1")
    shown = {path: doors["get"] for path, doors in told["paths"].items() if "get" in doors}
    assert {
        "/",
        "/reforms",
        "/reforms/{reference}/history.json",
        "/statistics.json",
        "/members/{code}",
        "/search.json",
    } <= {*shown}
    for path, door in shown.items():
        assert {"304", "400", "503"} <= set(door["responses"]), path
        assert all(one["schema"].keys() & {"enum", "pattern", "type"} for one in door.get("parameters", [])), path
        assert door["summary"], path
