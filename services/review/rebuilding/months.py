"""Makes the months' batches again: sealed anew from what is in them, released as it was told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from contracts.batches import (
    BatchReleased,
    BatchReported,
    BatchSealed,
    CoordinationSuggested,
    CoordinationUpdated,
    ReleaseOrdered,
)
from contracts.event import Event
from contracts.submissions import MonthClosed
from services.chassis.database import Transaction
from services.review.domain.batches import claim_excluded, make_manifest
from services.review.domain.coordinating import Case, CaseState, Closed, Contacted, Open
from services.review.domain.parked import counts, month_of
from services.review.domain.rebuilding import MonthEnd
from services.review.domain.retelling import report_told_by
from services.review.rebuilding.staging import read_types
from services.review.rebuilding.submissions import Gathered, Held
from services.review.store import batches, coordinating, entering, reporting
from services.review.store import rebuilding as store

OF_MONTHS = (
    MonthClosed,
    BatchSealed,
    ReleaseOrdered,
    BatchReleased,
    BatchReported,
    CoordinationSuggested,
    CoordinationUpdated,
)


@dataclass(slots=True)
class Month:
    """All that was told of one month as a whole."""

    month: str
    markers: list[Event[MonthClosed]] = field(default_factory=list)
    sealed: BatchSealed | None = None
    ordered: ReleaseOrdered | None = None
    released_at: datetime | None = None
    suggested: list[CoordinationSuggested] = field(default_factory=list)
    updated: list[CoordinationUpdated] = field(default_factory=list)
    reported: BatchReported | None = None

    def note(self, event: Event[Any]) -> None:
        """Note one thing that was told."""
        match event.data:
            case MonthClosed():
                self.markers.append(event)
            case BatchSealed():
                self.sealed = event.data
            case ReleaseOrdered():
                self.ordered = event.data
            case BatchReleased():
                self.released_at = event.time
            case BatchReported():
                self.reported = event.data
            case CoordinationSuggested():
                self.suggested.append(event.data)
            case CoordinationUpdated():
                self.updated.append(event.data)

    @property
    def state(self) -> str:
        """Name how far it has come."""
        if self.ordered is None:
            return "sealed"
        return "releasing" if self.released_at is None else "released"


async def read_months(tx: Transaction) -> list[Month]:
    """Read what was told of months, in their order."""
    found: dict[str, Month] = {}
    for event in await read_types(tx, OF_MONTHS):
        found.setdefault(event.data.month, Month(event.data.month)).note(event)
    return [found[month] for month in sorted(found)]


def ends_of(months: Iterable[Month]) -> list[MonthEnd]:
    """Say when the months ended, and which are sealed."""
    return [
        MonthEnd(one.month, one.markers[0].data.ended_at, sealed=one.sealed is not None)
        for one in months
        if one.markers
    ]


async def rebuild_months(tx: Transaction, months: Sequence[Month], gathered: Gathered) -> None:
    """Seal each month again that was sealed, in the order in which they were, and let it be where it is."""
    await batches.lock_batches(tx, [one.month for one in months])
    await entering.insert_markers(tx, [marker for one in months for marker in one.markers])
    await _exclude_discarded(tx)
    for sealed, month in sorted((one.sealed.sealed_at, one.month) for one in months if one.sealed):
        del sealed
        await _rebuild_month(tx, next(one for one in months if one.month == month), gathered)


async def _exclude_discarded(tx: Transaction) -> None:
    for one in await store.list_discarded(tx):
        if counts(one.type):
            await entering.insert_excluded(tx, one.event_id, month_of(one.raw), one.partition, one.seq, one.why)


async def _rebuild_month(tx: Transaction, told: Month, gathered: Gathered) -> None:
    excluded = await _claim(tx, told.month)
    if excluded is None or told.sealed is None:
        return  # it stays open here: what is there is not what was counted, and the comparison shows it
    await batches.insert_unanswered(tx, told.month, told.markers[0].data.ended_at)
    await store.save_rounds(tx, gathered.unanswered.get(told.month, []))
    manifest = make_manifest(await batches.find_entries(tx, told.month))
    sealed = replace(told.sealed, count=manifest.count, manifest_hash=manifest.hash, excluded=excluded)
    await batches.save_sealed(tx, sealed, manifest)
    await _coordinate(tx, told)
    await _release(tx, told, gathered)


async def _claim(tx: Transaction, month: str) -> int | None:
    """Compare with the markers as when it was sealed; give how many events were excluded."""
    excluded = 0
    for marker in await batches.list_markers(tx, month):
        share = await batches.find_share(tx, month, marker.partition)
        claimed = claim_excluded(marker, *share)
        if claimed is None:
            return None
        await batches.claim_excluded(tx, month, claimed)
        excluded += len(share.excluded) + len(claimed)
    return excluded


async def _coordinate(tx: Transaction, told: Month) -> None:
    await coordinating.open_cases(tx, told.suggested)
    for updated in sorted(told.updated, key=lambda one: one.updated_at):
        tx.now = updated.updated_at
        await coordinating.save_case(tx, _case(updated), updated.updated_by)


def _case(told: CoordinationUpdated) -> Case:
    states: dict[str, CaseState] = {"open": Open(), "contacted": Contacted(), "closed": Closed(told.outcome or "")}
    return Case(
        month=told.month,
        member=told.member,
        area=told.area,
        institutions=(),
        state=states[told.state],
        contacts=told.contacts,
    )


async def _release(tx: Transaction, told: Month, gathered: Gathered) -> None:
    if told.ordered is None:
        return
    ordered = told.ordered
    await store.save_batch(tx, told.month, told.state, ordered.ordered_by, ordered.ordered_at)
    await store.insert_left_behind(tx, [held[:3] for held in gathered.holds if _stayed(held, told)])
    if told.reported is not None:
        await reporting.save_report(tx, report_told_by(told.reported), told.reported)


def _stayed(held: Held, told: Month) -> bool:
    """Say whether it was held back when the release of its batch was over."""
    over = told.released_at
    if over is None or held.month != told.month:
        return False
    return held.since <= over and (held.until is None or held.until > over)
