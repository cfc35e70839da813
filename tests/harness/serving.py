"""Serves an application of this process at a port, for whoever asks by a real connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from deploy.stack.ports import LOOPBACK, free_port
from services.chassis.doors.server import make_server
from services.chassis.settings import ServiceSettings
from tests.harness.waiting import seen


@asynccontextmanager
async def serving_app(app: FastAPI, port: int | None = None) -> AsyncIterator[str]:
    """Serve it for the length of a block, as a service's process does; gives its address."""
    port = port or free_port()
    server = make_server(app, ServiceSettings.model_construct(http_host=LOOPBACK, http_port=port))
    running = asyncio.create_task(server.serve())
    await seen(lambda: _is_started(server), what="the server listens")
    try:
        yield f"http://{LOOPBACK}:{port}"
    finally:
        server.should_exit = True
        await running


async def _is_started(server: uvicorn.Server) -> bool:
    return server.started
