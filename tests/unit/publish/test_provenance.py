"""The chain from a reform back to its submission, and what is missing in it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.publish.domain.provenance import BatchLink, DecisionLink, Gap, LetterLink, chain_of
from services.publish.domain.reforms import Document, fold
from tests.controls.publish import at, decision_id, story

TOLD = LetterLink(kind="outcome", role="submitter", became="sent", told_at=at(0))
REPORTED = BatchLink(month="2026-11", received=6, report_hash="ab")


def first() -> Document:
    """Give the example reform as it first appeared."""
    entries, _ = fold({}, story("accepted"))
    found = entries[0].document
    assert found is not None
    return found


def decided(version: int = 1) -> DecisionLink:
    """Give a decision with its verdicts and the letter that told of it."""
    return DecisionLink(
        decision_id=decision_id(version),
        version=version,
        released_at=at(version),
        effect=None,
        why=None,
        decided_at=at(version) - timedelta(days=1),
        findings=first().findings,
        letters=(TOLD,),
    )


def test_whole_chain_has_no_gap() -> None:
    """Submission, batch, decisions, letters; a decision that retracts rests on no verdicts of its own."""
    retracting = replace(decided(2), decided_at=None, findings=(), letters=())
    chain = chain_of(first(), [REPORTED], [decided(), retracting], [])
    assert chain.gaps == ()
    assert (chain.reference, chain.received_at) == (first().reference, first().received_at)


@pytest.mark.parametrize(
    ("batches", "decisions", "expected"),
    [
        ([BatchLink(month="2026-11")], [decided()], "batch-report"),
        ([REPORTED], [decided(), decided(3)], "version"),
        ([REPORTED], [replace(decided(), findings=())], "findings"),
        ([REPORTED], [replace(decided(), letters=())], "outcome-letter"),
    ],
)
def test_each_gap_is_named(batches: list[BatchLink], decisions: list[DecisionLink], expected: Gap) -> None:
    """One thing missing, one gap."""
    assert chain_of(first(), batches, decisions, []).gaps == (expected,)
