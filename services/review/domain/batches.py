"""The batch of a month: its states, when it is complete, its manifest, and what may be asked of it."""

from bisect import bisect
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import combinations, islice
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, assert_never

from contracts.batches import BatchReleased, BatchReported, BatchSealed, ReleaseOrdered
from services.review.domain.refused import refused
from services.review.domain.reporting import Report, told_of

ID_BYTES = 16
CLAIMS_MAX = 1_000
"""How many guesses are made which discarded events of unknown month belong to a month."""


@dataclass(frozen=True, slots=True)
class Marker:
    """What intake says of one partition's share of a month: how many events, and the hash over their ids."""

    partition: int
    count: int
    event_ids_hash: str
    ended_at: datetime


class Entry(NamedTuple):
    """One line of a manifest."""

    submission_id: str
    round: int
    version: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a batch holds, in bytes that are the same whenever they are made again."""

    count: int
    body: bytes
    hash: str


@dataclass(frozen=True, slots=True)
class Open:
    """The month is not over, or not all of it is here."""

    month: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """No item comes or goes; the review goes on."""

    month: str


@dataclass(frozen=True, slots=True)
class Releasing:
    """The release is ordered, and on its way."""

    month: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Released:
    """Everything that leaves has left."""

    month: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reported:
    """The month is told in figures; it is over."""

    month: str


BatchState = Open | Sealed | Releasing | Released | Reported


@dataclass(frozen=True, slots=True)
class Seal:
    """Fix the batch: everything is here."""

    manifest: Manifest
    excluded: int
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderRelease:
    """Let everything out. The counts say what stands against it."""

    undecided: int
    undecided_held_over: int
    by: str
    at: datetime


class Tally(NamedTuple):
    """How the items of a released batch ended."""

    accepted: int = 0
    declined: int = 0
    clarifications: int = 0
    withdrawn: int = 0
    held_back: int = 0


@dataclass(frozen=True, slots=True)
class FinishRelease:
    """Say that everything has left."""

    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class TellReport:
    """Tell the month in figures. ``unsettled`` letters may still arrive; ``reason`` is why not to wait for them."""

    report: Report
    unsettled: int
    reason: str | None
    by: str | None
    at: datetime


BatchCommand = Seal | OrderRelease | FinishRelease | TellReport


BatchEvent = BatchSealed | ReleaseOrdered | BatchReleased | BatchReported

BatchCell = tuple[type[Any], type[Any]] | str

BATCH_TABLE: Mapping[type[Any], Mapping[type[Any], BatchCell]] = MappingProxyType(
    {
        Open: {
            Seal: (BatchSealed, Sealed),
            OrderRelease: "batch-not-sealed",
            FinishRelease: "batch-not-sealed",
            TellReport: "batch-not-sealed",
        },
        Sealed: {
            Seal: "batch-sealed",
            OrderRelease: (ReleaseOrdered, Releasing),
            FinishRelease: "release-not-ordered",
            TellReport: "batch-not-released",
        },
        Releasing: {
            Seal: "batch-sealed",
            OrderRelease: "already-releasing",
            FinishRelease: (BatchReleased, Released),
            TellReport: "batch-not-released",
        },
        Released: {
            Seal: "batch-sealed",
            OrderRelease: "already-released",
            FinishRelease: "already-released",
            TellReport: (BatchReported, Reported),
        },
        Reported: {
            Seal: "batch-sealed",
            OrderRelease: "already-released",
            FinishRelease: "already-released",
            TellReport: "already-reported",
        },
    }
)
"""State to command to (event, next state), or to the code of the refusal."""


def decide_batch(state: BatchState, command: BatchCommand) -> list[BatchEvent]:
    """Say what follows from a command.

    Raises:
        Refusal: it cannot be done in this state, or not with what the batch holds.
    """
    cell = BATCH_TABLE[type(state)][type(command)]
    if isinstance(cell, str):
        raise refused(cell)
    match command:
        case Seal():
            return [_sealed(state.month, command)]
        case OrderRelease():
            _check_release(command)
            return [ReleaseOrdered(month=state.month, ordered_by=command.by, ordered_at=command.at)]
        case FinishRelease(tally=tally):
            return [_released(state, tally)] if isinstance(state, Releasing) else []
        case TellReport():
            _check_letters(command)
            return [told_of(command.report, reason=command.reason, by=command.by, at=command.at)]
        case _:
            assert_never(command)


def evolve_batch(_: BatchState, event: BatchEvent) -> BatchState:
    """Give the state after an event that `decide_batch` gave in the state before."""
    match event:
        case BatchSealed(month=month):
            return Sealed(month)
        case ReleaseOrdered(month=month, ordered_by=by, ordered_at=at):
            return Releasing(month, by, at)
        case BatchReleased(month=month, released_by=by, released_at=at):
            return Released(month, by, at)
        case BatchReported(month=month):
            return Reported(month)
        case _:
            assert_never(event)


def claim_excluded(
    marker: Marker, entered: Collection[bytes], excluded: Collection[bytes], homeless: Sequence[bytes]
) -> tuple[bytes, ...] | None:
    """Compare a partition's events with its marker.

    ``entered`` are the ids of the month's events that were applied, ``excluded`` of those discarded, and ``homeless``
    of discarded ones whose month nobody could read, in log order.

    Returns:
        The homeless ids that must belong to this month, none as a rule; None when the month is not complete.
    """
    known = sorted([*entered, *excluded])
    missing = marker.count - len(known)
    if not 0 <= missing <= len(homeless):
        return None
    body = memoryview(b"".join(known))  # sorted and joined once: each guess only lays its few ids in between
    for claimed in islice(combinations(homeless, missing), CLAIMS_MAX):
        if _hash_among(known, body, claimed) == marker.event_ids_hash:
            return claimed
    return None


def _hash_among(known: Sequence[bytes], body: memoryview, claimed: Sequence[bytes]) -> str:
    # as the marker's contract says: ids of 16 bytes, sorted, one after another, SHA-256, hexadecimal
    digest, at = sha256(), 0
    for one in sorted(claimed):
        place = bisect(known, one) * ID_BYTES
        digest.update(body[at:place])
        digest.update(one)
        at = place
    digest.update(body[at:])
    return digest.hexdigest()


def make_manifest(entries: Iterable[Entry]) -> Manifest:
    """List what a batch holds: a line ``id round version`` for each item, sorted as bytes, whatever order is given."""
    lines = sorted(b"%s %d %d\n" % (entry.submission_id.encode(), entry.round, entry.version) for entry in entries)
    body = b"".join(lines)
    return Manifest(count=len(lines), body=body, hash=sha256(body).hexdigest())


Waiting = Literal["markers", "parked", "mismatch"]


def waiting_for(markers: int, partitions: int, *, parked: bool) -> Waiting | None:
    """Say what an open batch waits for: None while its month is still running."""
    if markers == 0:
        return None
    if parked:
        return "parked"
    return "markers" if markers < partitions else "mismatch"


def _sealed(month: str, command: Seal) -> BatchSealed:
    return BatchSealed(
        month=month,
        count=command.manifest.count,
        manifest_hash=command.manifest.hash,
        excluded=command.excluded,
        sealed_at=command.at,
    )


def _check_release(command: OrderRelease) -> None:
    if command.undecided:
        raise refused("undecided", f"{command.undecided} items are neither decided nor withdrawn nor held back")
    if command.undecided_held_over:
        raise refused("held-over-undecided", f"{command.undecided_held_over} items held back before must leave now")


def _check_letters(command: TellReport) -> None:
    if command.reason is None and command.unsettled:
        raise refused("letters-unsettled", f"nobody knows yet what became of {command.unsettled} letters: say why now")
    undelivered = command.report.figures.undelivered_letters
    if command.reason is None and undelivered:
        raise refused("letters-undelivered", f"{undelivered} letters have reached nobody: say why not to wait")


def _released(state: Releasing, tally: Tally) -> BatchReleased:
    return BatchReleased(month=state.month, **tally._asdict(), released_by=state.by, released_at=state.at)
