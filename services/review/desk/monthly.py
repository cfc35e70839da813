"""A month's batch as pages show it: its state, what it waits for, and how far it has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.review.store.batches import BatchLine

ENDED = ("accepted", "declined", "asked", "withdrawn", "held-over")
"""The states in which a release leaves an item."""

_THROUGH = frozenset({"decided", "departing", "retracted", *ENDED})


@dataclass(frozen=True, slots=True)
class Batch:
    """A month's batch. ``items`` counts them by their state, in the order of the work."""

    month: str
    state: str
    waiting: str | None
    excluded: int
    manifest_hash: str | None
    sealed_at: datetime | None
    release_by: str | None
    release_at: datetime | None
    items: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many items it holds."""
        return sum(self.items.values())

    @property
    def through(self) -> int:
        """How many of them need nobody's work any more."""
        return sum(count for state, count in self.items.items() if state in _THROUGH)

    @property
    def is_released(self) -> bool:
        """Whether everything that leaves has left."""
        return self.state in {"released", "reported"}


IN_ORDER = (
    *("entered", "in-review", "unanswered", "assessed", "decided", "held-back", "departing", "held-over"),
    *("accepted", "declined", "asked", "withdrawn", "retracted"),
)


def batch_of(line: BatchLine, waiting: str | None, items: Mapping[str, int]) -> Batch:
    """Put together what is kept of a batch."""
    return Batch(
        month=line.month,
        state=line.state,
        waiting=waiting,
        excluded=line.excluded or 0,
        manifest_hash=line.manifest_hash,
        sealed_at=line.sealed_at,
        release_by=line.release_by,
        release_at=line.release_at,
        items={state: items[state] for state in IN_ORDER if state in items},
    )


def left_of(batch: Batch) -> int:
    """Count what a release that is on its way has let out."""
    return sum(count for state, count in batch.items.items() if state in {"accepted", "declined", "asked"})
