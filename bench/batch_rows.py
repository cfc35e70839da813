"""What a month's batch is made of: receipts as intake tells them, and decisions as the Support Unit makes them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import cycle
from typing import cast
from uuid import UUID

from bench.texts import MEMBERS, proposals
from contracts.event import Event, full_type
from contracts.reviews import Finding, Judgement, SubmissionAssessed, Tagging
from contracts.submissions import MonthClosed, SubmissionReceived
from contracts.vocabulary import Channel, Verdict
from services.review.domain.items import (
    Acceptance,
    Assessed,
    Decided,
    Decline,
    Item,
    ItemState,
    Question,
    Releasable,
    Ruling,
)

MONTH = "2026-11"
FIRST = datetime(2026, 11, 1, tzinfo=UTC)
ENDED = datetime(2026, 12, 1, tzinfo=UTC)
LATER = ENDED + timedelta(days=9)
VERSION = "2025-11"
GATES = ("public-owner", "member")
CRITERIA = ("thematic-relevance", "timing", "open-government-values")
_DECLINED_OF_TEN, _ASKED_OF_TEN = 2, 1


def subject(number: int) -> UUID:
    """Give the id of a submission, the same in each run, in no order."""
    return UUID(bytes=sha256(b"%d" % number).digest()[:16], version=4)


def receipts(count: int) -> Iterator[Event[SubmissionReceived]]:
    """Give the receipts of a month."""
    texts = cycle(proposals())
    for number in range(count):
        submission_id, proposal = subject(number), next(texts)
        event_id = UUID(int=submission_id.int ^ 1)
        received_at = FIRST + timedelta(seconds=number)
        data = SubmissionReceived(
            reference=f"OGC-2026-{number:06d}",
            channel=Channel.STANDALONE,
            month=MONTH,
            received_at=received_at,
            source="web",
            external_id=f"form-{number}",
            member=MEMBERS[number % len(MEMBERS)],
            proposal=proposal,
            contact_ref=str(submission_id),
        )
        yield Event(
            id=event_id,
            type=full_type(SubmissionReceived),
            source="urn:ogc:intake",
            subject=str(submission_id),
            time=received_at,
            correlationid=event_id,
            data=data,
        )


def marker(partition: int, ids: list[UUID]) -> Event[MonthClosed]:
    """Give what intake says of a partition when the month is over."""
    digest = sha256(b"".join(sorted(one.bytes for one in ids))).hexdigest()
    data = MonthClosed(month=MONTH, partition=partition, count=len(ids), event_ids_hash=digest, ended_at=ENDED)
    event_id = subject(-1 - partition)
    return Event(
        id=event_id,
        type=full_type(MonthClosed),
        source="urn:ogc:intake",
        subject=MONTH,
        time=ENDED,
        correlationid=event_id,
        data=data,
    )


def decided(count: int) -> Iterator[ItemState]:
    """Give every item of the month as it stands when all is decided: of ten, two are declined, and one is asked."""
    texts = cycle(proposals())
    for number in range(count):
        proposal = next(texts)
        area = proposal.declared_area
        item = Item(str(subject(number)), 1, MONTH, 1, area)
        outcome = _outcome(number, proposal.title)
        told = SubmissionAssessed(
            month=MONTH,
            round=1,
            findings=_GATES_FOUND + _CRITERIA_FOUND,
            proposed_area=area,
            criteria_version=VERSION,
            areas_version=VERSION,
            assessed_by="data-team:1",
            assessed_at=LATER,
        )
        ruling = Ruling(
            decision_id=UUID(int=subject(number).int ^ 2),
            outcome=outcome,
            eligibility=Judgement(verdict=Verdict.MET, findings=_GATES_FOUND),
            relevance=Judgement(verdict=Verdict.MET, findings=_CRITERIA_FOUND),
            tagging=Tagging(declared_area=area, proposed_area=area, area=area),
            criteria_version=VERSION,
            areas_version=VERSION,
            reasons_version=VERSION,
            note=None,
            by="support-unit:1",
            at=LATER,
        )
        yield Decided(item, Assessed(item, told), cast("Releasable", ruling))


def _outcome(number: int, title: str) -> Acceptance | Decline | Question:
    if number % 10 < _DECLINED_OF_TEN:
        return Decline(("no-future-milestones",))
    if number % 10 < _DECLINED_OF_TEN + _ASKED_OF_TEN:
        return Question("How will citizens take part once the first stage is over?")
    return Acceptance(title)


def _found(codes: tuple[str, ...]) -> tuple[Finding, ...]:
    why = "The text says so, and two of us have looked at it; the ministry's page has it, too."
    return tuple(Finding(code=code, verdict=Verdict.MET, reason=why) for code in codes)


_GATES_FOUND = _found(GATES)
_CRITERIA_FOUND = _found(CRITERIA)
