"""Structured logs: an event's name and fields from an allow-list; never a payload, never an address."""

import logging
import sys
from typing import Any

import structlog
from opentelemetry import trace

ALLOWED_FIELDS = frozenset(
    {
        "event", "level", "timestamp", "logger", "service", "trace_id",
        "topic", "partition", "seq", "offset", "type", "event_id", "subject", "reader", "month", "round",
        "code", "reason", "error", "sqlstate", "count", "records", "seconds", "attempt", "pid", "port", "state",
        "door", "method", "route", "status", "kind", "delivery_id", "decision_id", "worker", "command", "reference",
    }
)  # fmt: skip
"""What a log line may hold. A field outside is dropped, and its name is told in ``dropped``."""


def _allow(_: Any, __: str, fields: structlog.typing.EventDict) -> structlog.typing.EventDict:
    dropped = sorted(fields.keys() - ALLOWED_FIELDS)
    for name in dropped:
        del fields[name]
    if dropped:
        fields["dropped"] = dropped
    return fields


def _trace(_: Any, __: str, fields: structlog.typing.EventDict) -> structlog.typing.EventDict:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        fields["trace_id"] = format(context.trace_id, "032x")
    return fields


def configure(service: str, level: str) -> None:
    """Write JSON lines to standard output from now on, our own and the libraries' from warnings up."""
    logging.basicConfig(stream=sys.stdout, level=logging.WARNING, format='{"event": "library", "logger": "%(name)s"}')
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _trace,
            _allow,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)


def get_logger() -> structlog.typing.FilteringBoundLogger:
    """Give the logger; call it with an event's name and allowed fields."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger
