"""Serves an application from this process, as services are, and lets another process ask it for pages."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from bench.latency import listening
from deploy.stack.ports import LOOPBACK, free_port


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[int]:
    """Serve an application, and give the port."""
    port = free_port()
    config = uvicorn.Config(
        app, LOOPBACK, port, http="httptools", ws="none", lifespan="off", log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await listening(port)
    try:
        yield port
    finally:
        server.should_exit = True
        await serving


async def served_rate(port: int, address: str, tag: str, seconds: float) -> float:
    """Give how many answers a second somebody gets who asks for one page, and says which tag it has."""
    asking = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.asking", str(port), address, tag, str(seconds)), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await asking.communicate()
    return round(float(said), 1)
