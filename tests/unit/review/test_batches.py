"""The batch: its manifest, when it is complete, what may be asked of it."""

import random
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.batches import BatchReleased, BatchSealed, ReleaseOrdered
from services.chassis.errors import Refusal
from services.review.domain.batches import (
    BATCH_TABLE,
    BatchCommand,
    BatchState,
    Entry,
    FinishRelease,
    Open,
    OrderRelease,
    Released,
    Releasing,
    Reported,
    Seal,
    Sealed,
    Tally,
    TellReport,
    claim_excluded,
    decide_batch,
    evolve_batch,
    make_manifest,
    waiting_for,
)
from tests.controls.batches import manifest, marker, report
from tests.controls.envelope import MONTH, RELEASED_AT, SEALED_AT, submission_id
from tests.controls.review import SUPPORT_UNIT

STATES: dict[str, BatchState] = {
    "Open": Open(MONTH),
    "Sealed": Sealed(MONTH),
    "Releasing": Releasing(MONTH, SUPPORT_UNIT, RELEASED_AT),
    "Released": Released(MONTH, SUPPORT_UNIT, RELEASED_AT),
    "Reported": Reported(MONTH),
}
COMMANDS: dict[str, BatchCommand] = {
    "Seal": Seal(manifest(), 0, SEALED_AT),
    "OrderRelease": OrderRelease(0, 0, SUPPORT_UNIT, RELEASED_AT),
    "FinishRelease": FinishRelease(Tally(accepted=2)),
    "TellReport": TellReport(report=report(), unsettled=0, reason=None, by=SUPPORT_UNIT, at=RELEASED_AT),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("command", COMMANDS)
def test_each_pair_does_what_the_table_says(state: str, command: str) -> None:
    """A legal pair tells one event and leads to one state; an illegal one is refused by its code."""
    before, asked = STATES[state], COMMANDS[command]
    cell = BATCH_TABLE[type(before)][type(asked)]
    if isinstance(cell, str):
        with pytest.raises(Refusal, match=f"^{cell}$"):
            decide_batch(before, asked)
    else:
        (told,) = decide_batch(before, asked)
        assert (type(told), type(evolve_batch(before, told))) == cell


def test_the_way_of_a_batch() -> None:
    """Sealed, released, told."""
    sealed = BatchSealed(month=MONTH, count=2, manifest_hash=manifest().hash, excluded=1, sealed_at=SEALED_AT)
    assert decide_batch(Open(MONTH), Seal(manifest(), 1, SEALED_AT)) == [sealed]
    ordered = ReleaseOrdered(month=MONTH, ordered_by=SUPPORT_UNIT, ordered_at=RELEASED_AT)
    assert decide_batch(Sealed(MONTH), COMMANDS["OrderRelease"]) == [ordered]
    released = BatchReleased(
        month=MONTH,
        accepted=2,
        declined=0,
        clarifications=0,
        withdrawn=0,
        released_by=SUPPORT_UNIT,
        released_at=RELEASED_AT,
    )
    assert decide_batch(STATES["Releasing"], COMMANDS["FinishRelease"]) == [released]


@pytest.mark.parametrize(("counts", "code"), [((1, 0), "undecided"), ((0, 1), "held-over-undecided")])
def test_release_waits_for_every_decision(counts: tuple[int, int], code: str) -> None:
    """Everything is decided, withdrawn or held back; what was held back before must leave now."""
    with pytest.raises(Refusal, match=code):
        decide_batch(Sealed(MONTH), OrderRelease(*counts, SUPPORT_UNIT, RELEASED_AT))


def test_the_manifest_says_id_round_and_version() -> None:
    """A line each, sorted; the hash is over these bytes."""
    first, second = str(submission_id(1)), str(submission_id(2))
    made = make_manifest([Entry(second, 2, 3), Entry(first, 1, 1)])
    lines = sorted([f"{first} 1 1\n", f"{second} 2 3\n"])
    assert made.body == "".join(lines).encode()
    assert (made.count, made.hash) == (2, sha256(made.body).hexdigest())


@given(st.randoms(use_true_random=False), st.integers(0, 30))
def test_the_manifest_does_not_depend_on_the_order(chance: random.Random, count: int) -> None:
    """Whatever order items are found in, the bytes are the same."""
    entries = [Entry(str(submission_id(number)), 1, 1) for number in range(count)]
    shuffled = entries.copy()
    chance.shuffle(shuffled)
    assert make_manifest(shuffled) == make_manifest(entries)


ids = st.lists(st.binary(min_size=16, max_size=16), unique=True, max_size=8)


@given(ids, st.data())
def test_a_share_is_complete_when_its_ids_hash_to_the_marker(known: list[bytes], data: st.DataObject) -> None:
    """Applied and discarded together must be exactly what intake counted; order does not matter."""
    split = data.draw(st.integers(0, len(known)))
    entered, excluded = known[:split], known[split:]
    assert claim_excluded(marker(data.draw(st.permutations(known))), entered, excluded, []) == ()
    if known:
        assert claim_excluded(marker(known), known[1:], [], []) is None
        assert claim_excluded(marker(known), [*known[1:], known[0][::-1] + b"x"], [], []) is None
        assert claim_excluded(marker(known[1:]), known, [], []) is None


@given(ids, ids)
def test_discarded_events_of_unknown_month_are_claimed_by_the_month_they_complete(
    mine: list[bytes], others: list[bytes]
) -> None:
    """The hash says which of them belong here."""
    homeless = [*mine[:2], *[other for other in others if other not in mine][:2]]
    claimed = claim_excluded(marker(mine), mine[2:], [], homeless)
    assert claimed is not None
    assert set(claimed) == set(mine[:2])


@pytest.mark.parametrize(
    ("markers", "parked", "waiting"),
    [(0, True, None), (3, False, "markers"), (3, True, "parked"), (6, True, "parked"), (6, False, "mismatch")],
)
def test_what_an_open_batch_waits_for(markers: int, parked: bool, waiting: str | None) -> None:
    """Parked events show first: there is something to do."""
    assert waiting_for(markers, 6, parked=parked) == waiting
