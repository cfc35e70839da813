"""The chain from a reform back to its submission, and the releases in which it stands."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from services.chassis.codec import encode_text
from services.publish.domain.months import SETTLING
from services.publish.domain.provenance import BatchLink, DecisionLink, LetterLink, chain_of, missing_in, releases_of
from services.publish.domain.reforms import Document, fold
from services.review.domain.reporting import Figures, make_report, public_of, told_of
from tests.controls.batches import batch_reported
from tests.controls.envelope import id_of
from tests.controls.publish import at, decision_id, story

REPORTED = BatchLink(month="2026-11", received=6, report_hash="ab")
SOFIA = ZoneInfo("Europe/Sofia")


def first() -> Document:
    """Give the example reform as it first appeared."""
    entries, _ = fold({}, story("accepted"))
    found = entries[0].document
    assert found is not None
    return found


def decided(version: int, released_at: datetime) -> DecisionLink:
    """Give a decision with its verdicts."""
    return DecisionLink(
        decision_id=decision_id(version),
        version=version,
        released_at=released_at,
        effect=None,
        why=None,
        decided_at=released_at - timedelta(days=1),
        findings=first().findings,
    )


def test_chain_tells_all_that_it_is_given() -> None:
    """Submission, batch, decisions, letters, and what is missing."""
    told = LetterLink(
        delivery_id=id_of("letter"),
        event_id=id_of("sent"),
        kind="receipt",
        role="submitter",
        became="sent",
        told_at=at(0),
    )
    chain = chain_of(first(), [REPORTED], [decided(1, at(0))], [told], gaps=["version"])
    assert (chain.reference, chain.received_at) == (first().reference, first().received_at)
    assert (chain.batches, chain.letters, chain.gaps) == ((REPORTED,), (told,), ("version",))


def test_releases_are_those_in_which_it_stands() -> None:
    """From the end of the month in which it appeared, by the zone; not while it was off the record."""
    retracting = replace(decided(3, datetime(2027, 3, 1, tzinfo=UTC)), decided_at=None, findings=())
    entered = [
        decided(1, datetime(2027, 1, 31, 21, tzinfo=UTC)),  # an hour before the month's end in Sofia
        decided(2, datetime(2027, 1, 31, 22, tzinfo=UTC)),  # not before it
        retracting,
        decided(4, datetime(2027, 4, 30, tzinfo=UTC)),
    ]
    ended = datetime(2027, 4, 30, 21, tzinfo=UTC)
    found = [(one.month, one.version) for one in releases_of(entered, ended + SETTLING, SOFIA)]
    assert found == [("2027-04", 4), ("2027-02", 2), ("2027-01", 1)]
    assert [one.month for one in releases_of(entered, ended, SOFIA)] == ["2027-02", "2027-01"]
    assert list(releases_of(entered[:1], entered[0].released_at, SOFIA)) == []


def test_hash_of_a_report_is_made_again_from_its_public_text() -> None:
    """As the nightly check makes it: what stands before the hash is what review wrote down, byte for byte."""
    figures = batch_reported()
    made = make_report(Figures(**{field.name: getattr(figures, field.name) for field in fields(Figures)}))
    told = public_of(told_of(made, reason="late letters", by="support-unit:1", at=at(0)))
    written, mark, _ = encode_text(told).partition(',"report_hash":')
    assert (mark != "", sha256(f"{written}}}".encode()).hexdigest()) == (True, made.hash)


def test_line_of_a_manifest_is_a_submission_in_a_round() -> None:
    """In whichever version it was reviewed; each reference is named once."""
    manifest = b"a 1 3\nb 2 1\n"
    placed = [("A", "a", 1), ("B", "b", 1), ("B", "b", 2), ("B", "b", 3), ("C", "c", 1)]
    assert missing_in(manifest, placed) == ["B", "C"]
