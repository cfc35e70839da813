"""Seals the batches whose markers are all there and whose counts and hashes match."""

from collections.abc import Mapping

from contracts.event import Cause, Fact
from contracts.topics import PARTITIONS
from services.chassis.log import get_logger
from services.chassis.transaction import Transaction
from services.review.domain.batches import Marker, Open, Seal, claim_excluded, decide_batch, make_manifest
from services.review.domain.refused import refused
from services.review.store import batches as store
from services.review.store.coordinating import open_cases

log = get_logger()


async def seal_batches(tx: Transaction, causes: Mapping[str, Cause | None]) -> None:
    """Seal those of these months' batches that are complete; each month comes with what may have completed it.

    The batches are locked first; whether they are complete is looked at in statements after that lock.

    Raises:
        Refusal: ``batch-sealed``, something came for a batch that is fixed.
    """
    for batch in await store.lock_batches(tx, list(causes)):
        if not isinstance(batch, Open):
            raise refused("batch-sealed", batch.month)
        await _seal_if_complete(tx, batch, causes[batch.month])


async def _seal_if_complete(tx: Transaction, batch: Open, cause: Cause | None) -> None:
    markers = await store.list_markers(tx, batch.month)
    if len(markers) < PARTITIONS:
        return
    excluded = [await _match(tx, batch.month, marker) for marker in markers]
    if None in excluded:
        log.warning("batch.waits", month=batch.month)
        return
    await store.insert_unanswered(tx, batch.month, markers[0].ended_at)
    await _seal(tx, batch, sum(found for found in excluded if found is not None), cause)


async def _match(tx: Transaction, month: str, marker: Marker) -> int | None:
    share = await store.find_share(tx, month, marker.partition)
    claimed = claim_excluded(marker, *share)
    if claimed is None:
        return None
    await store.claim_excluded(tx, month, claimed)
    return len(share.excluded) + len(claimed)


async def _seal(tx: Transaction, batch: Open, excluded: int, cause: Cause | None) -> None:
    manifest = make_manifest(await store.find_entries(tx, batch.month))
    sealed = decide_batch(batch, Seal(manifest, excluded, tx.now))
    await store.save_sealed(tx, sealed[0], manifest)  # type: ignore[arg-type]  # a Seal gives BatchSealed
    suggested = await store.list_coordination(tx, batch.month)
    await open_cases(tx, suggested)
    tx.emit(Fact(subject=batch.month, data=told, cause=cause) for told in [*sealed, *suggested])
    log.info("batch.sealed", month=batch.month, count=manifest.count)
