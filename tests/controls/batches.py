"""Examples of what is told of a month's batch, and of what the batch is made from."""

from collections.abc import Iterable
from dataclasses import fields, replace
from hashlib import sha256
from typing import Any

from contracts.batches import (
    AreaFlow,
    BatchReleased,
    BatchReported,
    BatchSealed,
    CoordinationContact,
    CoordinationSuggested,
    CoordinationUpdated,
    ReasonTally,
    ReleaseOrdered,
)
from contracts.vocabulary import Area
from services.chassis.codec import encode
from services.review.domain.batches import Entry, Manifest, Marker, make_manifest
from services.review.domain.reporting import Figures, Report, make_figures, make_report
from tests.controls.envelope import (
    ASSESSED_AT,
    DECIDED_AT,
    MONTH,
    MONTH_END,
    RELEASED_AT,
    SEALED_AT,
    submission_id,
)


def batch_sealed(**overrides: Any) -> BatchSealed:
    """The batch of November, empty."""
    example = BatchSealed(month=MONTH, count=0, manifest_hash=sha256(b"").hexdigest(), sealed_at=SEALED_AT)
    return replace(example, **overrides)


def coordination_suggested(**overrides: Any) -> CoordinationSuggested:
    """Two institutions of Costa Rica work on justice."""
    example = CoordinationSuggested(
        month=MONTH, member="CR", area=Area.JUSTICE, submission_ids=(submission_id(1), submission_id(2))
    )
    return replace(example, **overrides)


def coordination_updated(**overrides: Any) -> CoordinationUpdated:
    """One of both institutions was spoken to."""
    contact = CoordinationContact(
        role="point of contact", institution="Ministerio de Planificación", contacted_on=ASSESSED_AT.date()
    )
    return replace(
        CoordinationUpdated(
            month=MONTH,
            member="CR",
            area=Area.JUSTICE,
            submission_ids=(submission_id(1), submission_id(2)),
            state="contacted",
            contacts=(contact,),
            updated_by="support-unit:1",
            updated_at=DECIDED_AT,
        ),
        **overrides,
    )


def release_ordered(**overrides: Any) -> ReleaseOrdered:
    """November leaves."""
    return replace(ReleaseOrdered(month=MONTH, ordered_by="support-unit:1", ordered_at=RELEASED_AT), **overrides)


def batch_released(**overrides: Any) -> BatchReleased:
    """Three outcomes and a question have left; one item is withdrawn, one held back."""
    return replace(
        BatchReleased(
            month=MONTH,
            accepted=2,
            declined=1,
            clarifications=1,
            withdrawn=1,
            held_back=1,
            released_by="support-unit:1",
            released_at=RELEASED_AT,
        ),
        **overrides,
    )


def batch_reported(**overrides: Any) -> BatchReported:
    """November in figures, under their own hash."""
    told = replace(
        BatchReported(
            month=MONTH,
            received=6,
            accepted=2,
            declined=1,
            clarifications=1,
            answered=1,
            withdrawn=1,
            held_back=1,
            median_days_to_decision=21.0,
            median_days_to_release=23.2,
            areas=(
                AreaFlow(declared_area=Area.JUSTICE, area=Area.JUSTICE, count=2),
                AreaFlow(declared_area=Area.JUSTICE, area=Area.ACCESS_TO_INFORMATION, count=2),
            ),
            reasons=(ReasonTally(code="no-future-milestones", count=1),),
            recusals=1,
            report_hash=sha256(b"").hexdigest(),
            reported_at=RELEASED_AT,
        ),
        **overrides,
    )
    figures = {field.name: getattr(told, field.name) for field in fields(Figures)}
    return replace(told, **{"report_hash": sha256(encode(figures)).hexdigest(), **overrides})


def hash_ids(ids: Iterable[bytes]) -> str:
    """Hash ids of 16 bytes as the marker's contract says: sorted, one after another, SHA-256, hexadecimal."""
    return sha256(b"".join(sorted(ids))).hexdigest()


def marker(ids: list[bytes], **overrides: Any) -> Marker:
    """What intake says of a partition that told these events."""
    return replace(Marker(0, len(ids), hash_ids(ids), MONTH_END), **overrides)


def manifest(count: int = 2) -> Manifest:
    """What a batch of so many submissions holds."""
    return make_manifest(Entry(str(submission_id(number)), 1, 1) for number in range(1, count + 1))


def report() -> Report:
    """A month in which nothing came."""
    return make_report(make_figures(MONTH, [], released_at=RELEASED_AT, recusals=0, undelivered=0))
