"""Measures the import of a sheet through intake's door, beside a bare COPY of what the same parsing gives."""

import asyncio
import csv
import json
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench.latency import form_body, listening
from bench.stage import Stage
from bench.texts import proposals
from deploy.stack.ports import LOOPBACK, free_port

PATIENCE_SECONDS = 600

Look = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class ImportRun:
    """One run: rows a second, from the file to the answer."""

    rows: int
    seconds: float

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


def write_sheet(path: Path, rows: int) -> None:
    """Write a sheet of so many standalone submissions."""
    forms = [json.loads(form_body("", proposal)) for proposal in proposals()]
    table = [{".".join(place): value for place, value in _cells(form, ())} for form in forms]
    headings = list(dict.fromkeys(heading for row in table for heading in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, headings)
        writer.writeheader()
        writer.writerows({**table[number % len(table)], "external_id": f"row-{number}"} for number in range(rows))


async def _nothing(_: str) -> None: ...


async def measure_import(stage: Stage, content: bytes, *, is_dry: bool = False, then: Look = _nothing) -> ImportRun:
    """Let intake take in a sheet, on a database of its own, into which ``then`` may look."""
    await stage.clear()
    async with AsyncExitStack() as held:
        admin_url = await held.enter_async_context(stage.database())
        await stage.make_topic("reviews")
        await stage.make_topic("decisions")
        port = free_port()
        await held.enter_async_context(stage.process("services.intake", "intake", admin_url, port=port))
        await listening(port)
        headers = {"Authorization": f"Bearer {stage.system(admin_url).token('desk')}"}
        query = {"dry_run": str(is_dry).lower()}
        async with httpx.AsyncClient(base_url=f"http://{LOOPBACK}:{port}", headers=headers) as client:
            begun = time.perf_counter()
            answer = await client.post("/imports", content=content, params=query, timeout=PATIENCE_SECONDS)
            seconds = time.perf_counter() - begun
        await then(admin_url)
    answer.raise_for_status()
    return ImportRun(answer.json()["rows"], seconds)


async def measure_copy(stage: Stage, file: Path, *, then: Look = _nothing) -> ImportRun:
    """Let the bare COPY take in a sheet, on a database of its own, into which ``then`` may look."""
    async with stage.database() as admin_url:
        env = stage.environment(admin_url, "intake", free_port(), {})
        words = [sys.executable, "-m", "bench.copying", str(file)]
        process = await asyncio.create_subprocess_exec(*words, env=env, stdout=asyncio.subprocess.PIPE)
        told, _ = await process.communicate()
        await then(admin_url)
    if process.returncode:
        raise RuntimeError("the bare COPY failed")
    rows, seconds = told.split()
    return ImportRun(int(rows), float(seconds))


def _cells(value: Any, place: tuple[str, ...]) -> list[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict):
        return [cell for name, inner in value.items() for cell in _cells(inner, (*place, name))]
    if isinstance(value, list):
        return [cell for at, inner in enumerate(value, start=1) for cell in _cells(inner, (*place, str(at)))]
    return [(place, value)]
