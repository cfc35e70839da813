"""What can be seen from outside: Prometheus metrics, and the trace context that events carry."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import DEFAULT_OFF, DEFAULT_ON
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import Counter, Gauge, Histogram
from starlette.types import ASGIApp, Receive, Scope, Send

LAG_RECORDS = Gauge("challenge_lag_records", "Records in the log behind which a reader is", ["topic", "partition"])
LAG_SECONDS = Gauge("challenge_lag_seconds", "Age of the oldest record not yet applied", ["topic", "partition"])
APPLIED = Counter("challenge_applied_events_total", "Events applied", ["topic"])
SKIPPED = Counter("challenge_skipped_records_total", "Records not applied, by why", ["topic", "why"])
GAPPED = Gauge("challenge_gapped_partitions", "Partitions with a hole in the numbering", ["topic"])
PARKED = Gauge("challenge_parked_events", "Events parked and not settled", ["topic"])
HALTED = Gauge("challenge_halted", "One where a reader or the relay stands still until a person acts", ["reader"])
CHUNK_SECONDS = Histogram("challenge_chunk_seconds", "Time to apply one chunk", ["topic"])
OUTBOX_DEPTH = Gauge("challenge_outbox_depth", "Events kept and not yet relayed", ["topic"])
OUTBOX_AGE = Gauge("challenge_outbox_age_seconds", "Age of the oldest event not yet relayed", ["topic"])
RELAYED = Counter("challenge_relayed_events_total", "Events copied to the log", ["topic"])
RELAY_LEADER = Gauge("challenge_relay_leader", "One where this process copies the outbox")
LOG_REWRITTEN = Counter("challenge_log_rewritten_total", "Times that a lost log was written anew", ["topic"])

tracer = trace.get_tracer("challenge")
_propagator = TraceContextTextMapPropagator()


def configure(service: str, otlp_endpoint: str | None) -> None:
    """Keep trace contexts flowing, and export spans where an endpoint is set; else only their contexts are made."""
    sampler = DEFAULT_ON if otlp_endpoint else DEFAULT_OFF
    provider = TracerProvider(sampler=sampler, resource=Resource.create({"service.name": service}))
    if otlp_endpoint:
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=otlp_endpoint)))
    trace.set_tracer_provider(provider)


def current_traceparent() -> str | None:
    """Give the W3C trace context of the span that is running, if any."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get("traceparent")


@contextmanager
def chunk_of(topic: str) -> Iterator[None]:
    """Measure the applying of one chunk, and put it in a span; what it tells goes on the traces of its causes."""
    with CHUNK_SECONDS.labels(topic).time(), tracer.start_as_current_span(f"apply {topic}"):
        yield


class Traced:
    """Runs each request in a span of its own that goes on the caller's trace, so that its events carry it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request within its span."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        carrier = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        with tracer.start_as_current_span(scope["method"], context=_propagator.extract(carrier)):
            await self._app(scope, receive, send)
