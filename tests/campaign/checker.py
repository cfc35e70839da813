"""Says whether the promise held: nothing lost, nobody told twice, every copy equal to what it is a copy of."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from contracts.topics import CATALOGUE
from tests.campaign.evidence import Evidence, Letter, Told
from tests.campaign.refold import refold


class Violation(NamedTuple):
    """One way in which the promise did not hold: the rule that was broken, and where."""

    rule: str
    where: str


Rule = Callable[[Evidence], Iterable[str]]
RULES: dict[str, Rule] = {}


def check(evidence: Evidence) -> list[Violation]:
    """Judge by every rule; an empty list means that the promise held."""
    return [Violation(name, where) for name, rule in RULES.items() for where in rule(evidence)]


def _rule(name: str) -> Callable[[Rule], Rule]:
    def keep(rule: Rule) -> Rule:
        RULES[name] = rule
        return rule

    return keep


@_rule("receipt-lost")
def _lost_receipts(evidence: Evidence) -> Iterator[str]:
    """Every receipt that somebody holds is told on `submissions`, once."""
    received = Counter(told.subject for told in evidence.told("submissions") if told.kind in _RECEIPTS)
    yield from (f"{receipt}: never told" for receipt in sorted(evidence.receipts - received.keys()))
    yield from (f"{subject}: received {times} times" for subject, times in received.items() if times > 1)


_UNREVIEWED = {"story.shared.v1", "nomination.received.v1"}
_RECEIPTS = {"submission.received.v1", *_UNREVIEWED}


@_rule("number-gap")
def _gaps(evidence: Evidence) -> Iterator[str]:
    """An outbox counts 1, 2, 3 … and its counter stands behind the last."""
    for (topic, partition), events in evidence.outbox.items():
        found = [told.seq for told in events]
        if found != list(range(1, len(found) + 1)):
            yield f"outbox of {topic}/{partition}: {_first_gap(found)}"
        if evidence.next_seq.get((topic, partition), 1) != len(found) + 1:
            yield f"counter of {topic}/{partition}: {evidence.next_seq.get((topic, partition))} after {len(found)}"


@_rule("log-gap")
def _log_gaps(evidence: Evidence) -> Iterator[str]:
    """The log counts without a hole; it may repeat itself."""
    for (topic, partition), records in evidence.log.items():
        found = sorted({record.seq for record in records})
        if found != list(range(1, len(found) + 1)):
            yield f"log of {topic}/{partition}: {_first_gap(found)}"


def _first_gap(found: list[int]) -> str:
    wanted = next((want for want, seq in enumerate(found, 1) if want != seq), len(found))
    return f"{len(found)} numbers, and not {wanted} where it belongs"


@_rule("log-differs")
def _differences(evidence: Evidence) -> Iterator[str]:
    """The log holds each event of the outbox under its number, no other under it, and nothing more."""
    for place in sorted(evidence.outbox.keys() | evidence.log.keys()):
        kept = {(told.seq, told.event_id) for told in evidence.outbox.get(place, ())}
        copied = {(record.seq, record.event_id) for record in evidence.log.get(place, ())}
        yield from (f"{place[0]}/{place[1]} seq {seq}: {event} not in the log" for seq, event in sorted(kept - copied))
        yield from (f"{place[0]}/{place[1]} seq {seq}: {event} not ours" for seq, event in sorted(copied - kept))


@_rule("position-behind")
def _positions(evidence: Evidence) -> Iterator[str]:
    """Every reader of the catalogue has come to the end, and waits for nothing."""
    for topic in (topic for topic in CATALOGUE.values() if topic.events):
        for reader in topic.readers:
            for partition in range(topic.partitions):
                yield from _position(evidence, reader, topic.name, partition)


def _position(evidence: Evidence, reader: str, topic: str, partition: int) -> Iterator[str]:
    end = len(evidence.outbox.get((topic, partition), ()))
    reached = evidence.reached.get((reader, topic, partition))
    if (reached.last_seq if reached else 0) != end:
        yield f"{reader} at {reached.last_seq if reached else 0} of {end} in {topic}/{partition}"
    if reached and reached.gapped:
        yield f"{reader} waits for a missing number in {topic}/{partition}"


@_rule("standing-still")
def _halts(evidence: Evidence) -> Iterator[str]:
    """Nobody has stopped."""
    yield from evidence.halted


@_rule("parked")
def _parked(evidence: Evidence) -> Iterator[str]:
    """Nothing is parked but what was meant to be."""
    yield from (subject for subject in evidence.parked if subject not in evidence.excused)


@_rule("event-twice")
def _twice(evidence: Evidence) -> Iterator[str]:
    """An event is told once in the whole system."""
    ids = Counter(told.event_id for events in evidence.outbox.values() for told in events)
    yield from (f"{event} told {times} times" for event, times in ids.items() if times > 1)


@_rule("round-batch")
def _rounds(evidence: Evidence) -> Iterator[str]:
    """Every round of every receipt is in exactly one batch: that of its month."""
    found: dict[tuple[str, int], list[str]] = {}
    for item in evidence.items:
        found.setdefault((item.submission, item.round), []).append(item.month)
    for told in evidence.told("submissions"):
        if told.kind in _OPENING and told.subject not in evidence.excused:
            key, month = (told.subject, int(told.data["round"])), told.data["month"]
            if found.get(key) != [month]:
                yield f"{key[0]} round {key[1]} of {month}: in {found.get(key, [])}"
    yield from (f"{key[0]} round {key[1]}: in {months}" for key, months in found.items() if len(months) > 1)


_OPENING = {"submission.received.v1", "submission.clarified.v1"}


@_rule("manifest-differs")
def _manifests(evidence: Evidence) -> Iterator[str]:
    """A sealed batch lists exactly the rounds that are in it."""
    for month, listed in evidence.manifests.items():
        inside = sorted((item.submission, item.round) for item in evidence.items if item.month == month)
        if sorted(listed) != inside:
            yield f"{month}: {len(listed)} listed, {len(inside)} inside"


@_rule("story-reviewed")
def _stories_reviewed(evidence: Evidence) -> Iterator[str]:
    """A story or a nomination is in no batch, and in no manifest."""
    unreviewed = {told.subject for told in evidence.told("submissions") if told.kind in _UNREVIEWED}
    yield from (f"{item.submission} in {item.month}" for item in evidence.items if item.submission in unreviewed)
    listed = ((month, submission) for month, rounds in evidence.manifests.items() for submission, _ in rounds)
    yield from (f"{submission} listed in {month}" for month, submission in listed if submission in unreviewed)


@_rule("month-count")
def _month_counts(evidence: Evidence) -> Iterator[str]:
    """A month's marker counts what was received, amended and clarified in its partition, and nothing else."""
    for (topic, partition), events in evidence.outbox.items():
        counted = Counter(told.data["month"] for told in events if told.kind in _COUNTED)
        for told in events:
            if topic == "submissions" and told.kind == "month.closed.v1":
                month, count = told.data["month"], told.data["count"]
                if counted[month] != count:
                    yield f"{month} in partition {partition}: {count} told, {counted[month]} there"


_COUNTED = {*_OPENING, "submission.amended.v1"}


@_rule("decision-current")
def _decisions(evidence: Evidence) -> Iterator[str]:
    """A round has at most one current decision: each later one supersedes the one before it."""
    current: dict[tuple[str, int], str] = {}
    for told in evidence.told("decisions"):
        if told.kind in _NO_DECISIONS:
            continue
        decision = told.data["decision"]
        key = (told.subject, int(decision["round"]))
        if current.get(key) != told.data.get("supersedes"):
            yield f"{key[0]} round {key[1]}: {decision['decision_id']} beside {current.get(key)}"
        current[key] = decision["decision_id"]


@_rule("letter-count")
def _letters(evidence: Evidence) -> Iterator[str]:
    """What must be told to the submitter is one letter; no recipient has two letters about one thing."""
    by_cause = Counter((letter.caused_by, letter.recipient, letter.kind) for letter in evidence.letters)
    yield from (
        f"{cause} {kind} to {who}: {times} letters" for (cause, who, kind), times in by_cause.items() if times > 1
    )
    told_to = {letter.caused_by for letter in evidence.letters if letter.recipient == "submitter"}
    for told in [*evidence.told("submissions"), *evidence.told("decisions")]:
        if _is_told_to_submitter(told) and told.event_id not in told_to and told.subject not in evidence.excused:
            yield f"{told.kind} {told.event_id}: no letter to the submitter"


def _is_told_to_submitter(told: Told) -> bool:
    return told.kind in _LETTERS and told.data.get("effect") != "silent"


_RELEASED = "story.released.v1"
_NO_DECISIONS = {_RELEASED, "month.reported.v1", "reform.encouraged.v1"}
_LETTERS = {
    *_RECEIPTS,
    _RELEASED,
    "submission.accepted.v1",
    "submission.declined.v1",
    "clarification.requested.v1",
    "decision.corrected.v1",
    "submission.retracted.v1",
}


@_rule("mail-count")
def _mails(evidence: Evidence) -> Iterator[str]:
    """A letter called sent is in the mailbox once; one of unknown fate at most once; any other not at all."""
    for letter in evidence.letters:
        times = evidence.mails[letter.message_id]
        if times not in _ALLOWED_MAILS.get(letter.state, {0}):
            yield f"{letter.kind} to {letter.recipient} ({letter.state}): {times} times in the mailbox"
    known = {letter.message_id for letter in evidence.letters}
    yield from (f"{message}: of no letter" for message in evidence.mails if message not in known)


_ALLOWED_MAILS = {"sent": {1}, "unknown": {0, 1}}
_UNCONFIRMED = "waiting-for-confirmation"
_SETTLED = {"sent", "unknown", "held", "cancelled", "failed"}


@_rule("letter-waiting")
def _waiting(evidence: Evidence) -> Iterator[str]:
    """No letter waits but a reminder, or for an address that nobody confirmed; then only the submitter has one."""
    unconfirmed = _caused_unconfirmed(evidence)
    for letter in evidence.letters:
        must_wait = letter.caused_by in unconfirmed and letter.recipient != "submitter"
        settled = {_UNCONFIRMED, "cancelled"} if must_wait else _SETTLED
        if letter.state not in settled and not _waits_for_its_day(letter):
            yield _name(letter)


def _waits_for_its_day(letter: Letter) -> bool:
    return letter.kind == "reminder" and letter.state == "pending"


def _caused_unconfirmed(evidence: Evidence) -> set[str]:
    told = [*evidence.told("submissions"), *evidence.told("decisions")]
    unsure = {it.subject for it in told if it.data.get("contact_confirmed") is False}
    unsure -= {it.subject for it in told if it.kind == "contact.confirmed.v1"}
    return {it.event_id for it in told if it.subject in unsure}


def _name(letter: Letter) -> str:
    return f"{letter.kind} to {letter.recipient} about {letter.caused_by}: {letter.state}"


@_rule("public-differs")
def _public(evidence: Evidence) -> Iterator[str]:
    """The public record is the fold of `decisions`, no more and no less."""
    decisions = (told for told in evidence.told("decisions") if told.kind not in _NO_DECISIONS)
    wanted = refold(told for told in decisions if told.subject not in evidence.excused)
    for reference in sorted(wanted.keys() | evidence.public.keys()):
        yield from _differences_of(reference, wanted.get(reference), evidence.public.get(reference))


def _differences_of(
    reference: str, wanted: Mapping[str, object] | None, found: Mapping[str, object] | None
) -> Iterator[str]:
    if wanted is None or found is None:
        yield f"{reference}: {'missing' if found is None else 'not in the log'}"
        return
    yield from (
        f"{reference}: {name} is {found.get(name)!r}, and should be {value!r}"
        for name, value in wanted.items()
        if found.get(name) != value
    )


@_rule("story-differs")
def _stories(evidence: Evidence) -> Iterator[str]:
    """The stories that are shown are those that were released, word for word."""
    released = (told for told in evidence.told("decisions") if told.kind == _RELEASED)
    wanted = {told.data["reference"]: told.data["story"] for told in released if told.subject not in evidence.excused}
    for reference in sorted(wanted.keys() | evidence.stories.keys()):
        yield from _differences_of(reference, wanted.get(reference), evidence.stories.get(reference))
