"""Structured logs: an event's name and fields from an allow-list; never a payload, never an address."""

import json
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
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_LibraryFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
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


class _LibraryFormatter(logging.Formatter):
    """One JSON line for what a library says: where, and the kind of error; words only of those who know no payload."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {"event": "library", "logger": record.name, "level": record.levelname.lower()}
        if record.name.startswith("aiokafka"):
            fields["reason"] = record.getMessage()[:300]
        if record.exc_info and record.exc_info[0]:
            fields["error"] = record.exc_info[0].__name__
        return json.dumps(fields)


def get_logger() -> structlog.typing.FilteringBoundLogger:
    """Give the logger; call it with an event's name and allowed fields."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger
