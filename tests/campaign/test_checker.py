"""The checker sees what it is for: each breach is planted into evidence that is otherwise in order, and found."""

from collections import Counter
from dataclasses import replace
from typing import Any

from contracts.topics import CATALOGUE
from tests.campaign.checker import Violation, check
from tests.campaign.evidence import Copied, Evidence, Item, Letter, Place, Reached, Told

ONE, TWO, STORY = "submission-1", "submission-2", "story-1"
MONTH = "2026-11"
SUBMISSIONS: Place = ("submissions", 0)
DECISIONS: Place = ("decisions", 0)


def received(seq: int, subject: str) -> Told:
    """A receipt of this submission."""
    return Told(seq, f"received-{subject}", "submission.received.v1", subject, {"round": 1, "month": MONTH})


def closed(seq: int, count: int) -> Told:
    """The marker of the month."""
    return Told(seq, f"closed-{count}", "month.closed.v1", MONTH, {"month": MONTH, "count": count})


def decided(seq: int, subject: str, kind: str = "submission.accepted.v1", **more: Any) -> Told:
    """A released decision; accepted, unless told otherwise."""
    decision = {
        "decision_id": f"decision-{seq}-{subject}",
        "reference": f"OGC-{subject}",
        "round": 1,
        "member": {"code": "CR"},
    }
    reform = {
        "published_title": "Open Courts",
        "assigned_area": "justice",
        "proposal": {"declared_area": "justice", "lead_institution": "Poder Judicial", "description": "Abrir."},
    }
    outcome = {"reform": reform} if kind == "submission.accepted.v1" else {}
    return Told(seq, f"{kind}-{seq}-{subject}", kind, subject, {"decision": decision, **outcome, **more})


def in_order() -> Evidence:
    """Two receipts, one accepted and one declined, and a story that was released, with all that follows from it."""
    story = {"title": "Open budgets", "text": "They are read at the market."}
    shared = Told(4, "shared", "story.shared.v1", STORY, {"story": story})
    released = Told(3, "released", "story.released.v1", STORY, {"reference": f"OGC-{STORY}", "story": story})
    outbox = {
        SUBMISSIONS: [received(1, ONE), received(2, TWO), closed(3, 2), shared],
        DECISIONS: [decided(1, ONE), decided(2, TWO, "submission.declined.v1"), released],
    }
    letters = [
        Letter(f"letter-{told.event_id}", f"<{told.event_id}>", told.event_id, "submitter", "any", "sent")
        for events in outbox.values()
        for told in events
        if told.kind != "month.closed.v1"
    ]
    accepted = outbox[DECISIONS][0].data
    return Evidence(
        receipts=frozenset({ONE, TWO, STORY}),
        outbox=outbox,
        next_seq={SUBMISSIONS: 5, DECISIONS: 4},
        log={place: [Copied(told.seq, told.event_id) for told in events] for place, events in outbox.items()},
        reached={
            (reader, topic, partition): Reached(len(events), gapped=False)
            for (topic, partition), events in outbox.items()
            for reader in CATALOGUE[topic].readers
        },
        items=[Item(ONE, 1, MONTH), Item(TWO, 1, MONTH)],
        manifests={MONTH: [(ONE, 1), (TWO, 1)]},
        letters=letters,
        mails=Counter(letter.message_id for letter in letters),
        public={f"OGC-{ONE}": _public_of(accepted)},
        stories={f"OGC-{STORY}": story},
    )


def _public_of(data: Any) -> dict[str, Any]:
    proposal = data["reform"]["proposal"]
    return {
        "published": True,
        "decision_id": data["decision"]["decision_id"],
        "title": data["reform"]["published_title"],
        "area": data["reform"]["assigned_area"],
        "member": data["decision"]["member"]["code"],
        **proposal,
    }


def rules(found: list[Violation]) -> set[str]:
    """The rules that were broken."""
    return {violation.rule for violation in found}


def test_evidence_in_order_has_no_violation() -> None:
    """A system that kept its promise is not accused."""
    assert check(in_order()) == []


def test_log_that_repeats_itself_has_no_violation() -> None:
    """A relay may send twice: that is no breach."""
    evidence = in_order()
    repeated = {place: [*records, *records] for place, records in evidence.log.items()}
    assert check(replace(evidence, log=repeated)) == []


def test_lost_receipt_is_seen() -> None:
    """A receipt that somebody holds, and of which the log knows nothing."""
    evidence = replace(in_order(), receipts=frozenset({ONE, TWO, STORY, "submission-3"}))
    assert check(evidence) == [Violation("receipt-lost", "submission-3: never told")]


def test_lost_record_is_seen() -> None:
    """A record of the middle is missing in the log."""
    evidence = in_order()
    log = {**evidence.log, SUBMISSIONS: evidence.log[SUBMISSIONS][1:]}
    assert rules(check(replace(evidence, log=log))) == {"log-gap", "log-differs"}


def test_lost_end_of_the_log_is_seen() -> None:
    """The last record is missing: no gap, and yet a loss."""
    evidence = in_order()
    log = {**evidence.log, SUBMISSIONS: evidence.log[SUBMISSIONS][:-1]}
    assert rules(check(replace(evidence, log=log))) == {"log-differs"}


def test_foreign_record_is_seen() -> None:
    """Another event stands under a known number."""
    evidence = in_order()
    log = {**evidence.log, DECISIONS: [*evidence.log[DECISIONS], Copied(2, "another")]}
    assert rules(check(replace(evidence, log=log))) == {"log-differs"}


def test_gap_in_the_outbox_is_seen() -> None:
    """A number of the outbox is missing, and the log is its copy."""
    evidence = in_order()
    one, two, marker, shared = evidence.outbox[SUBMISSIONS]
    outbox = {**evidence.outbox, SUBMISSIONS: [one, two, shared, marker._replace(seq=5)]}
    log = {**evidence.log, SUBMISSIONS: [Copied(told.seq, told.event_id) for told in outbox[SUBMISSIONS]]}
    assert rules(check(replace(evidence, outbox=outbox, log=log))) == {"number-gap", "log-gap"}


def test_counter_that_ran_ahead_is_seen() -> None:
    """A number was given away and not used."""
    evidence = in_order()
    assert rules(check(replace(evidence, next_seq={**evidence.next_seq, SUBMISSIONS: 6}))) == {"number-gap"}


def test_receipt_told_twice_is_seen() -> None:
    """One form became two receipts' events."""
    evidence = in_order()
    outbox = {**evidence.outbox, SUBMISSIONS: [*evidence.outbox[SUBMISSIONS], received(5, ONE)]}
    assert {"receipt-lost", "event-twice"} <= rules(check(replace(evidence, outbox=outbox)))


def test_reader_behind_is_seen() -> None:
    """A reader has not come to the end."""
    reached = {**in_order().reached, ("review", "submissions", 0): Reached(1, gapped=False)}
    assert check(replace(in_order(), reached=reached)) == [
        Violation("position-behind", "review at 1 of 4 in submissions/0")
    ]


def test_reader_with_a_gap_is_seen() -> None:
    """A reader waits for a number that it has not seen."""
    reached = {**in_order().reached, ("publish", "decisions", 0): Reached(3, gapped=True)}
    assert rules(check(replace(in_order(), reached=reached))) == {"position-behind"}


def test_halt_is_seen() -> None:
    """Somebody stands still."""
    assert rules(check(replace(in_order(), halted=["intake: relay, fork"]))) == {"standing-still"}


def test_parked_event_is_seen_unless_meant() -> None:
    """What is parked is a breach, but for what a test has parked on purpose."""
    evidence = replace(in_order(), parked=[ONE])
    assert check(evidence) == [Violation("parked", ONE)]
    assert "parked" not in rules(check(replace(evidence, excused=frozenset({ONE}))))


def test_round_in_no_batch_is_seen() -> None:
    """A receipt was never entered."""
    evidence = replace(in_order(), items=[Item(ONE, 1, MONTH)], manifests={})
    assert check(evidence) == [Violation("round-batch", f"{TWO} round 1 of {MONTH}: in []")]


def test_round_in_two_batches_is_seen() -> None:
    """A round was entered in two months."""
    evidence = replace(in_order(), items=[*in_order().items, Item(ONE, 1, "2026-12")])
    assert rules(check(evidence)) == {"round-batch"}


def test_manifest_that_differs_is_seen() -> None:
    """A sealed batch does not list what is in it."""
    assert rules(check(replace(in_order(), manifests={MONTH: [(ONE, 1)]}))) == {"manifest-differs"}


def test_story_in_a_batch_is_seen() -> None:
    """A story was entered, or listed, among what is reviewed."""
    entered = replace(in_order(), items=[*in_order().items, Item(STORY, 1, MONTH)], manifests={})
    listed = replace(in_order(), manifests={MONTH: [*in_order().manifests[MONTH], (STORY, 1)]})
    assert check(entered) == [Violation("story-reviewed", f"{STORY} in {MONTH}")]
    assert rules(check(listed)) == {"story-reviewed", "manifest-differs"}


def test_story_that_a_month_counts_is_seen() -> None:
    """A marker counts one more than was received."""
    one, two, _, shared = in_order().outbox[SUBMISSIONS]
    outbox = {**in_order().outbox, SUBMISSIONS: [one, two, closed(3, 3), shared]}
    log = {**in_order().log, SUBMISSIONS: [Copied(told.seq, told.event_id) for told in outbox[SUBMISSIONS]]}
    assert check(replace(in_order(), outbox=outbox, log=log)) == [
        Violation("month-count", f"{MONTH} in partition 0: 3 told, 2 there")
    ]


def test_story_that_is_shown_unreleased_is_seen() -> None:
    """A story is public of which nobody said that it may be; and one that may be, is not."""
    shown = {**in_order().stories, "OGC-story-2": {"title": "Too early"}}
    assert check(replace(in_order(), stories=shown)) == [Violation("story-differs", "OGC-story-2: not in the log")]
    assert check(replace(in_order(), stories={})) == [Violation("story-differs", f"OGC-{STORY}: missing")]


def test_second_current_decision_is_seen() -> None:
    """A second decision on a round that supersedes nothing."""
    evidence = in_order()
    outbox = {**evidence.outbox, DECISIONS: [*evidence.outbox[DECISIONS], decided(4, TWO, "submission.declined.v1")]}
    assert "decision-current" in rules(check(replace(evidence, outbox=outbox)))


def test_correction_is_no_second_decision() -> None:
    """A correction supersedes, and is current in its stead."""
    evidence = in_order()
    correction = decided(4, TWO, "decision.corrected.v1", supersedes=f"decision-2-{TWO}")
    outbox = {**evidence.outbox, DECISIONS: [*evidence.outbox[DECISIONS], correction]}
    assert "decision-current" not in rules(check(replace(evidence, outbox=outbox)))


def test_letter_that_was_never_written_is_seen() -> None:
    """A submitter is not told."""
    evidence = replace(in_order(), letters=in_order().letters[1:])
    assert rules(check(evidence)) == {"letter-count", "mail-count"}


def test_second_letter_about_one_thing_is_seen() -> None:
    """Two rows of the ledger about one thing for one recipient."""
    first = in_order().letters[0]
    second = first._replace(delivery_id="another", message_id="<another>")
    evidence = replace(
        in_order(), letters=[*in_order().letters, second], mails=in_order().mails + Counter({"<another>": 1})
    )
    assert rules(check(evidence)) == {"letter-count"}


def test_mail_that_came_twice_is_seen() -> None:
    """One letter, two copies in the mailbox."""
    first = in_order().letters[0]
    assert rules(check(replace(in_order(), mails=in_order().mails + Counter({first.message_id: 1})))) == {"mail-count"}


def test_mail_that_never_came_is_seen() -> None:
    """A letter that is called sent, and was not."""
    first = in_order().letters[0]
    assert rules(check(replace(in_order(), mails=in_order().mails - Counter({first.message_id: 1})))) == {"mail-count"}


def test_letter_that_waits_is_seen() -> None:
    """A letter is still to be sent."""
    first, *others = in_order().letters
    evidence = replace(
        in_order(),
        letters=[first._replace(state="pending"), *others],
        mails=in_order().mails - Counter({first.message_id: 1}),
    )
    assert rules(check(evidence)) == {"letter-waiting"}


def test_wrong_row_of_the_public_record_is_seen() -> None:
    """The public record says something else than the log."""
    public = {f"OGC-{ONE}": {**in_order().public[f"OGC-{ONE}"], "area": "media-freedom"}}
    assert check(replace(in_order(), public=public)) == [
        Violation("public-differs", f"OGC-{ONE}: area is 'media-freedom', and should be 'justice'")
    ]


def test_declined_one_in_the_public_record_is_seen() -> None:
    """What was declined stands in the public record."""
    public = {**in_order().public, f"OGC-{TWO}": in_order().public[f"OGC-{ONE}"]}
    assert rules(check(replace(in_order(), public=public))) == {"public-differs"}


def test_missing_reform_is_seen() -> None:
    """What was accepted is missing in the public record."""
    assert rules(check(replace(in_order(), public={}))) == {"public-differs"}
