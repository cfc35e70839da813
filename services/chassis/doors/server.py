"""The web server of a service's process, which leaves signals to the process."""

from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from services.chassis.settings import ServiceSettings

STOP_SECONDS = 5
"""How long requests under way may take when the process is told to stop."""


def make_server(app: FastAPI, settings: ServiceSettings) -> uvicorn.Server:
    """Make the server; setting its ``should_exit`` lets requests under way have their answers first."""
    config = uvicorn.Config(
        app,
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        access_log=False,
        http="httptools",
        ws="none",
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    return _Server(config)


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield  # signals are the process's business
