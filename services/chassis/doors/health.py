"""Alive, ready, measured: `/livez` checks nothing, `/readyz` tells of progress, `/metrics` is Prometheus's."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.chassis.database import Database
from services.chassis.errors import is_passing
from services.chassis.reading.standing import read_standing
from services.chassis.reading.stream import Subscription
from services.chassis.reading.watchdog import Watchdog

STALL_SECONDS = 15.0


class Health:
    """What one process knows of itself."""

    def __init__(self, database: Database, subscriptions: Mapping[str, Subscription], watchdog: Watchdog) -> None:
        self._database = database
        self._subscriptions = subscriptions
        self._watchdog = watchdog

    async def read(self) -> dict[str, Any]:
        """Tell what stands still, what has holes, what waits, and whether the readers move."""
        found = await read_standing(self._database)
        waiting = {
            name: subscription.topic
            for name, subscription in self._subscriptions.items()
            if subscription.consumer is None
        }
        stalled = sorted(
            f"{tp.topic}/{tp.partition}"
            for tp, progress in self._watchdog.progress.items()
            if progress.stalled_seconds > STALL_SECONDS
        )
        blind = sorted(self._watchdog.list_blind(STALL_SECONDS))
        ready = not (found.halted or found.gapped or waiting or stalled or blind)
        told = {"not_started": sorted(waiting), "stalled": stalled, "blind": blind}
        return {"ready": ready, **asdict(found), **told}


def make_health_doors(health: Health) -> APIRouter:
    """Make the doors that an orchestrator and Prometheus knock at."""
    router = APIRouter(include_in_schema=False)

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        try:
            found = await health.read()
        except Exception as error:
            if not is_passing(error):
                raise
            return JSONResponse({"ready": False, "database": type(error).__name__}, 503)
        return JSONResponse(found, 200 if found["ready"] else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router
