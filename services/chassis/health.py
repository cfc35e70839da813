"""Alive, ready, measured: `/livez` checks nothing, `/readyz` tells of progress, `/metrics` is Prometheus's."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.chassis import telemetry
from services.chassis.codec import decoder
from services.chassis.database import Database
from services.chassis.errors import is_passing
from services.chassis.stream import Subscription
from services.chassis.watchdog import Watchdog

READ_HEALTH = """
SELECT (SELECT coalesce(jsonb_object_agg(reader, why), '{}') FROM halted_reader
        WHERE why NOT IN ('parking-allowed', 'repair-ordered'))::text AS halted,
       (SELECT coalesce(jsonb_agg(source_topic || '/' || partition ORDER BY source_topic, partition), '[]')
        FROM stream_position WHERE gapped)::text AS gapped,
       (SELECT coalesce(jsonb_object_agg(source_topic, n), '{}') FROM (
          SELECT source_topic, count(*) AS n FROM parked_event WHERE settled_at IS NULL GROUP BY source_topic) AS p
       )::text AS parked
"""

STALL_SECONDS = 15.0


class Health:
    """What one process knows of itself."""

    def __init__(self, database: Database, subscriptions: Mapping[str, Subscription], watchdog: Watchdog) -> None:
        self._database = database
        self._subscriptions = subscriptions
        self._watchdog = watchdog

    async def read(self) -> dict[str, Any]:
        """Tell what stands still, what has holes, what waits, and whether the readers move."""
        async with self._database.transaction(read_clock=False) as tx:
            row = await tx.fetchrow(READ_HEALTH)
        found = {name: decoder(object).decode(text) for name, text in (row or {}).items()}
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
        ready = not (found["halted"] or found["gapped"] or waiting or stalled)
        return {"ready": ready, **found, "not_started": sorted(waiting), "stalled": stalled}


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
        for topic, count in found["parked"].items():
            telemetry.PARKED.labels(topic).set(count)
        return JSONResponse(found, 200 if found["ready"] else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router
