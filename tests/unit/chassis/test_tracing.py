"""A caller's trace goes through a door into the events told behind it."""

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from services.chassis import telemetry

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def test_events_behind_a_door_carry_the_callers_trace() -> None:
    """What is told while a request is answered belongs to the trace that the caller began."""
    trace.set_tracer_provider(TracerProvider())
    app = FastAPI()
    app.add_middleware(telemetry.Traced)

    @app.get("/")
    async def look() -> str | None:
        return telemetry.current_traceparent()

    async with AsyncClient(transport=ASGITransport(app), base_url="http://door") as client:
        answer = await client.get("/", headers={"traceparent": TRACEPARENT})
    trace_id, span_id = answer.json().split("-")[1:3]
    assert trace_id == TRACEPARENT.split("-")[1]
    assert span_id != TRACEPARENT.split("-")[2]


async def test_without_a_span_there_is_no_trace() -> None:
    """Nothing is invented where nobody began a trace."""
    assert telemetry.current_traceparent() is None
