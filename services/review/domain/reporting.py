"""The report of a batch: folded of how each of its items ended, the same bytes whenever it is made again."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from statistics import median
from typing import Literal, NamedTuple

import msgspec

from contracts import reference
from contracts.batches import AreaFlow, BatchReported, ReasonTally
from contracts.decisions import MonthReported
from contracts.vocabulary import Area
from services.review.domain.refused import refused

Outcome = Literal["accepted", "declined", "clarification"]
DAYS_DIGITS = 2


class Ruled(NamedTuple):
    """What was decided of an item when its batch was released: later corrections change nothing of it."""

    outcome: Outcome
    declared_area: str
    area: str
    reason_codes: tuple[str, ...]
    reasons_version: str
    decided_at: datetime


class Ended(NamedTuple):
    """How one item stood when the release of its batch was over; ``ruled`` is there where it left.

    ``came_at`` is when its round began: the receipt, the answer, or the end of the month in which none came.
    """

    how: Literal["left", "withdrawn", "held-back"]
    came_at: datetime
    is_answer: bool
    ruled: Ruled | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A month in figures, all of them public, none about a person."""

    month: str
    received: int
    accepted: int
    declined: int
    clarifications: int
    answered: int
    withdrawn: int
    held_back: int
    median_days_to_decision: float | None
    median_days_to_release: float | None
    areas: tuple[AreaFlow, ...]
    reasons: tuple[ReasonTally, ...]
    reasons_not_public: int
    recusals: int
    undelivered_letters: int


@dataclass(frozen=True, slots=True)
class Report:
    """Figures, and the bytes over which their hash goes."""

    figures: Figures
    body: bytes
    hash: str


def make_figures(
    month: str, ended: Iterable[Ended], *, released_at: datetime, recusals: int, undelivered: int
) -> Figures:
    """Fold a batch, in any order of its items."""
    items = list(ended)
    ruled = [(one.came_at, one.ruled) for one in items if one.ruled is not None]
    outcomes = Counter(told.outcome for _, told in ruled)
    ways = Counter(one.how for one in items)
    reasons = Counter(code for _, told in ruled for code in _reasons(told))
    return Figures(
        month=month,
        received=len(items),
        accepted=outcomes["accepted"],
        declined=outcomes["declined"],
        clarifications=outcomes["clarification"],
        answered=sum(one.is_answer for one in items),
        withdrawn=ways["withdrawn"],
        held_back=ways["held-back"],
        median_days_to_decision=_median_days(told.decided_at - came_at for came_at, told in ruled),
        median_days_to_release=_median_days(released_at - came_at for came_at, _ in ruled),
        areas=_flows(told for _, told in ruled),
        reasons=tuple(ReasonTally(code=code, count=reasons[code]) for code in sorted(reasons.keys() - {""})),
        reasons_not_public=reasons[""],
        recusals=recusals,
        undelivered_letters=undelivered,
    )


def make_report(figures: Figures) -> Report:
    """Write figures down.

    Raises:
        Refusal: ``report-sums``, they do not match the batch.
    """
    check_sums(figures)
    body = msgspec.json.encode(figures)
    return Report(figures, body, sha256(body).hexdigest())


def read_report(body: bytes) -> Report:
    """Read what was written down."""
    return Report(msgspec.json.decode(body, type=Figures), body, sha256(body).hexdigest())


def check_sums(figures: Figures) -> None:
    """Insist that every item is counted once, and every one that left once in the matrix of areas.

    Raises:
        Refusal: ``report-sums``.
    """
    left = figures.accepted + figures.declined + figures.clarifications
    if left + figures.withdrawn + figures.held_back != figures.received:
        raise refused("report-sums", f"{figures.received} items, and not as many ends")
    if sum(flow.count for flow in figures.areas) != left:
        raise refused("report-sums", f"{left} items left, and the areas count others")


def told_of(report: Report, *, reason: str | None, by: str | None, at: datetime) -> BatchReported:
    """Give the event that tells a report."""
    figures = {field.name: getattr(report.figures, field.name) for field in fields(report.figures)}
    return BatchReported(**figures, report_hash=report.hash, reason=reason, reported_by=by, reported_at=at)


def public_of(told: BatchReported) -> MonthReported:
    """Give what the public is told of a report: the figures, not who told them, nor an operator's reason."""
    return MonthReported(**{field.name: getattr(told, field.name) for field in fields(MonthReported)})


def list_figures(figures: Figures) -> list[tuple[str, str, str, int | float | None]]:
    """List figures as rows: what is counted, of which declared area or reason, in which area, and how many."""
    single = [
        (name, "", "", value) for name, value in asdict(figures).items() if name not in {"month", "areas", "reasons"}
    ]
    areas = [("area", str(flow.declared_area), str(flow.area), flow.count) for flow in figures.areas]
    reasons = [("reason", tally.code, "", tally.count) for tally in figures.reasons]
    return [*single, *areas, *reasons]


def _flows(ruled: Iterable[Ruled]) -> tuple[AreaFlow, ...]:
    counted = Counter((told.declared_area, told.area) for told in ruled)
    return tuple(
        AreaFlow(declared_area=Area(declared), area=Area(area), count=count)
        for (declared, area), count in sorted(counted.items())
    )


def _reasons(told: Ruled) -> Iterable[str]:
    public = _public_codes(told.reasons_version) if told.reason_codes else frozenset()
    return (code if code in public else "" for code in told.reason_codes)


@cache
def _public_codes(version: str) -> frozenset[str]:
    return frozenset(entry.code for entry in reference.reason_codes(version).reason_codes if entry.public)


def _median_days(waited: Iterable[timedelta]) -> float | None:
    days = [one / timedelta(days=1) for one in waited]
    return round(median(days), DAYS_DIGITS) if days else None
