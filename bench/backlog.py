"""Makes a backlog that is mixed as life is, numbered as a relay numbers it, and puts it on a topic."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID

from aiokafka import AIOKafkaProducer

from bench.texts import MEMBERS, proposals
from contracts.decisions import (
    ClarificationRequested,
    Decision,
    DecisionCorrected,
    Reform,
    SubmissionAccepted,
    SubmissionDeclined,
    SubmissionRetracted,
)
from contracts.event import SOURCE_PREFIX, Event, EventData, full_type
from contracts.reviews import Finding
from contracts.submissions import SubmissionAmended, SubmissionClarified, SubmissionReceived, WithdrawalRequested
from contracts.topics import PARTITIONS, TOPIC_OF
from contracts.vocabulary import Channel, Effect, Verdict
from services.chassis.codec import encode
from services.chassis.outbox import partition_of

SEED = 20_261_101
NOBODY = UUID(int=0)
MONTH = "2026-11"
FIRST = datetime(2026, 11, 1, tzinfo=UTC)
LATER = FIRST + timedelta(days=40)
CRITERIA = ("public-owner", "member", "thematic-relevance", "timing", "open-government-values")
_SUBMISSIONS_MIX = {"received": 80, "amended": 12, "withdrawn": 5, "clarified": 3}
_DECISIONS_MIX = {"accepted": 68, "declined": 12, "asked": 5, "corrected": 11, "retracted": 4}


@dataclass(slots=True)
class _Submission:
    """What the generator remembers of one submission, so that what follows is possible."""

    number: int
    id: UUID
    round: int = 1
    version: int = 1
    decision: UUID = NOBODY


@dataclass(frozen=True, slots=True)
class Line:
    """One record of the backlog."""

    partition: int
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


def submissions(count: int) -> Iterator[Line]:
    """Make a backlog of `submissions`: receipts, with amendments, withdrawals and answers among them."""
    return _lines(_Mix(_SUBMISSIONS_MIX, "received", _SUBMISSIONS), count)


def decisions(count: int) -> Iterator[Line]:
    """Make a backlog of `decisions`: acceptances, declines and questions, corrections and retractions among them."""
    return _lines(_Mix(_DECISIONS_MIX, "accepted", _DECISIONS), count)


Make = Callable[[_Submission, random.Random], EventData]


class _Mix:
    """Draws what happens next; what needs a history happens to a submission that has one."""

    def __init__(self, shares: dict[str, int], first: str, makers: dict[str, Make]) -> None:
        self._chance = random.Random(SEED)
        self._kinds, self._weights = list(shares), list(shares.values())
        self._first, self._makers = first, makers
        self._standing: list[_Submission] = []
        self._count = 0

    def draw(self) -> tuple[str, EventData, datetime]:
        """Give the subject, what happened to it, and when."""
        kind = self._chance.choices(self._kinds, self._weights)[0]
        needs_history = kind in {"amended", "withdrawn", "clarified", "corrected", "retracted"}
        if needs_history and not self._standing:
            kind, needs_history = self._first, False
        subject = self._take(kind) if needs_history else self._begin(kind)
        return str(subject.id), self._makers[kind](subject, self._chance), FIRST + timedelta(milliseconds=self._count)

    def _begin(self, kind: str) -> _Submission:
        self._count += 1
        begun = _Submission(self._count, UUID(int=self._chance.getrandbits(128), version=4))
        if kind == self._first:
            self._standing.append(begun)
        return begun

    def _take(self, kind: str) -> _Submission:
        place = self._chance.randrange(len(self._standing))
        if kind in {"withdrawn", "retracted"}:
            self._standing[place], self._standing[-1] = self._standing[-1], self._standing[place]
            return self._standing.pop()
        return self._standing[place]


def _lines(mix: _Mix, count: int) -> Iterator[Line]:
    next_seq = [1] * PARTITIONS
    chance = random.Random(SEED + 1)
    for _ in range(count):
        subject, data, at = mix.draw()
        partition = partition_of(subject, PARTITIONS)
        yield _line(subject, data, at, partition, next_seq[partition], UUID(int=chance.getrandbits(128), version=4))
        next_seq[partition] += 1


def _line(subject: str, data: EventData, at: datetime, partition: int, seq: int, event_id: UUID) -> Line:
    kind = full_type(type(data))
    event = Event(
        id=event_id,
        type=kind,
        source=f"{SOURCE_PREFIX}{TOPIC_OF[type(data)].writer}",
        subject=subject,
        time=at,
        correlationid=event_id,
        data=data,
    )
    headers = [
        ("ce_id", str(event_id).encode()),
        ("ce_type", kind.encode()),
        ("ce_specversion", b"1.0"),
        ("content-type", b"application/cloudevents+json"),
        ("seq", str(seq).encode()),
    ]
    return Line(partition, subject.encode(), encode(event), headers)


@cache
def _findings() -> tuple[Finding, ...]:
    return tuple(Finding(code=code, verdict=Verdict.MET, reason="Looked at twice; it is so.") for code in CRITERIA)


def _received(subject: _Submission, chance: random.Random) -> SubmissionReceived:
    return SubmissionReceived(
        reference=f"OGC-2026-{subject.number:06d}",
        channel=Channel.STANDALONE,
        month=MONTH,
        received_at=FIRST + timedelta(seconds=subject.number),
        source="web",
        external_id=f"form-{subject.number}",
        member=chance.choice(MEMBERS),
        proposal=chance.choice(_PROPOSALS),
        contact_ref=str(UUID(int=chance.getrandbits(128), version=4)),
    )


def _amended(subject: _Submission, chance: random.Random) -> SubmissionAmended:
    subject.version += 1
    return SubmissionAmended(
        round=subject.round,
        version=subject.version,
        month=MONTH,
        amended_at=FIRST + timedelta(seconds=subject.number + 9),
        proposal=chance.choice(_PROPOSALS),
    )


def _withdrawn(_: _Submission, __: random.Random) -> WithdrawalRequested:
    return WithdrawalRequested(requested_at=LATER, reason="We shall come back with a joint action.")


def _clarified(subject: _Submission, chance: random.Random) -> SubmissionClarified:
    subject.round += 1
    subject.version += 1
    return SubmissionClarified(
        round=subject.round,
        version=subject.version,
        month=MONTH,
        answered_at=LATER,
        answer="The working group meets every quarter, and its minutes are public.",
        proposal=chance.choice(_PROPOSALS),
    )


def _decision(subject: _Submission, chance: random.Random) -> Decision:
    subject.decision = UUID(int=chance.getrandbits(128), version=4)
    return Decision(
        decision_id=subject.decision,
        reference=f"OGC-2026-{subject.number:06d}",
        channel=Channel.STANDALONE,
        month=MONTH,
        round=1,
        version=1,
        member=MEMBERS[subject.number % len(MEMBERS)],
        title="Publish every public contract",
        language="en",
        contact_ref="4f0d2f0e-3a55-4c39-9b9c-8d9a2c3d1e10",
        findings=_findings(),
        criteria_version="2025-11",
        areas_version="2025-11",
        received_at=FIRST,
        decided_at=LATER,
        released_at=LATER,
    )


def _reform(subject: _Submission, chance: random.Random) -> Reform:
    proposal = chance.choice(_PROPOSALS)
    title = f"{proposal.title} ({subject.number})"
    return Reform(published_title=title, assigned_area=proposal.declared_area, proposal=proposal)


def _accepted(subject: _Submission, chance: random.Random) -> SubmissionAccepted:
    return SubmissionAccepted(decision=_decision(subject, chance), reform=_reform(subject, chance))


def _declined(subject: _Submission, chance: random.Random) -> SubmissionDeclined:
    decision = replace(_decision(subject, chance), note="Thank you; the next stage may be submitted again.")
    return SubmissionDeclined(decision=decision, reason_codes=("no-future-milestones",))


def _asked(subject: _Submission, chance: random.Random) -> ClarificationRequested:
    return ClarificationRequested(
        decision=_decision(subject, chance), question="How will citizens take part?", answer_by=LATER
    )


def _corrected(subject: _Submission, chance: random.Random) -> DecisionCorrected:
    before = subject.decision
    return DecisionCorrected(
        decision=_decision(subject, chance),
        supersedes=before,
        outcome="accepted",
        effect=Effect.SILENT,
        why="The lead institution's name was incomplete.",
        reform=_reform(subject, chance),
    )


def _retracted(subject: _Submission, chance: random.Random) -> SubmissionRetracted:
    before = subject.decision
    return SubmissionRetracted(
        decision=_decision(subject, chance), supersedes=before, effect=Effect.CORRECTION, why="Asked for by its owner."
    )


_PROPOSALS = proposals()
_SUBMISSIONS: dict[str, Make] = {
    "received": _received,
    "amended": _amended,
    "withdrawn": _withdrawn,
    "clarified": _clarified,
}
_DECISIONS: dict[str, Make] = {
    "accepted": _accepted,
    "declined": _declined,
    "asked": _asked,
    "corrected": _corrected,
    "retracted": _retracted,
}


async def put(topic: str, lines: Iterator[Line], bootstrap_servers: str) -> int:
    """Write the lines to a topic, each to its partition, and give how many there were."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap_servers, enable_idempotence=True, acks="all", linger_ms=5, max_batch_size=524_288
    )
    await producer.start()
    count = 0
    try:
        for line in lines:
            await producer.send(topic, line.value, line.key, line.partition, headers=line.headers)
            count += 1
        await producer.flush()
    finally:
        await producer.stop()
    return count
