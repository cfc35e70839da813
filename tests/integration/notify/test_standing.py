"""What is told of a submission between its receipt and its outcome, whatever is heard first."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest

from contracts.event import Event
from deploy.stack.mailbox import text_of
from services.notify.domain.planning import Told
from services.notify.domain.timing import Timetable, read_timetable
from services.notify.handlers import make_handlers
from tests.controls import decisions, reviews, submissions
from tests.controls.envelope import event_of, id_of
from tests.controls.notify import handler_of
from tests.harness.waiting import seen
from tests.integration.notify.conftest import Desk

RECEIVED: Event[Told] = event_of(submissions.submission_received())
AMENDED: Event[Told] = event_of(submissions.submission_amended())
ASKED: Event[Told] = event_of(decisions.clarification_requested())
ANSWERED: Event[Told] = event_of(submissions.submission_clarified())
WITHDRAWN: Event[Told] = event_of(reviews.withdrawal_accepted())
REFUSED: Event[Told] = replace(event_of(reviews.withdrawal_refused()), id=id_of("refused"))


async def test_submitter_is_told_of_what_they_did(desk: Desk) -> None:
    """The change, the answer and both ends of a wish to withdraw, each once, to the address of the receipt."""
    for event in (RECEIVED, AMENDED, ANSWERED, REFUSED, WITHDRAWN) * 2:
        await _hear(desk, event)
    told = {row["kind"]: row for row in await desk.rows() if row["recipient"] == "submitter"}
    assert set(told) == {"receipt", "amendment", "answer", "withdrawal", "withdrawal-refused"}
    assert len({row["contact_ref"] for row in told.values()}) == 1
    assert (told["withdrawal"]["caused_by"], told["withdrawal-refused"]["caused_by"]) == (WITHDRAWN.id, REFUSED.id)


@pytest.mark.parametrize("order", list(permutations([RECEIVED, WITHDRAWN, REFUSED])))
async def test_withdrawal_heard_before_the_receipt_is_told_with_it(desk: Desk, order: tuple[Event[Told], ...]) -> None:
    """Three topics have no order between them: nothing is dropped, nothing told twice."""
    for event in order:
        await _hear(desk, event)
    assert sorted(row["kind"] for row in await desk.rows() if row["recipient"] == "submitter") == [
        "receipt",
        "withdrawal",
        "withdrawal-refused",
    ]


@pytest.mark.parametrize("answer", [ANSWERED, WITHDRAWN])
@pytest.mark.parametrize("asked_first", [True, False])
async def test_reminder_falls_with_the_answer(desk: Desk, answer: Event[Told], *, asked_first: bool) -> None:
    """Whichever is heard first; the question itself goes, since it was asked."""
    await _hear(desk, RECEIVED)
    for event in (ASKED, answer) if asked_first else (answer, ASKED):
        await _hear(desk, event)
    assert await _reminders(desk) == ["cancelled"]
    assert "clarification" in {row["kind"] for row in await desk.rows() if row["state"] == "pending"}


async def test_answer_and_question_heard_at_once_leave_no_reminder(desk: Desk) -> None:
    """The one who comes second waits for the first, and sees it."""
    await _hear(desk, RECEIVED)
    async with desk.database.transaction() as tx:
        await handler_of(ASKED).handler([ASKED], tx)
        hearing = asyncio.ensure_future(_hear(desk, ANSWERED))
        await seen(lambda: _someone_waits(desk), what="the other handler waiting")
    await hearing
    assert await _reminders(desk) == ["cancelled"]


async def test_reminder_goes_before_the_last_day_and_once(desk: Desk) -> None:
    """It waits for its day, then it goes with the question and the day in it."""
    await _hear(desk, ASKED)
    [row] = [row for row in await desk.rows() if row["kind"] == "reminder"]
    assert row["due_at"] == decisions.clarification_requested().answer_by - timedelta(days=14)
    await desk.go_once()
    assert await _reminders(desk) == ["pending"]
    await desk.make_due()
    await desk.go_once()
    assert await _reminders(desk) == ["sent"]


async def test_reminder_of_what_can_no_longer_be_answered_does_not_go(desk: Desk) -> None:
    """It could not be sent while there was time, and says so; the mail server never sees it."""
    await _hear(desk, ASKED)
    await desk.admin.execute(
        """UPDATE notify.letter SET words = (words::jsonb || '{"answer_by": "2026-01-31T00:00:00Z"}')::text"""
    )
    await desk.make_due()
    await desk.go_once()
    settled = {row["kind"]: (row["state"], row["detail"]) for row in await desk.rows()}
    assert settled == {"clarification": ("sent", None), "reminder": ("cancelled", "too-late")}
    assert len(desk.server.taken) == 1


async def test_later_question_is_reminded_of(desk: Desk) -> None:
    """The answer to the first question, heard late, does not silence the second."""
    second: Event[Told] = event_of(decisions.clarification_requested(decision=decisions.decision(round=2)))
    for event in (RECEIVED, second, ANSWERED):
        await _hear(desk, event)
    assert await _reminders(desk) == ["pending"]


async def test_points_of_contact_are_told_at_the_time_of_the_digest(desk: Desk) -> None:
    """At receipt and of the outcome; what waited for the address is due with the digest after its confirmation."""
    unconfirmed: Event[Told] = event_of(submissions.submission_received(contact_confirmed=False))
    digest = await _hear_until_the_digest(desk, unconfirmed, event_of(decisions.submission_accepted()), RECEIVED)
    due = {(row["kind"], row["state"], row["due_at"] > row["made_at"]) for row in await desk.rows()}
    assert due == {
        ("receipt", "pending", False),
        ("outcome", "pending", False),
        ("poc-informed", "pending", True),
        ("poc-outcome", "pending", True),
    }
    assert {row["due_at"] for row in await desk.rows() if row["kind"].startswith("poc-")} == {digest}


async def test_a_day_of_a_country_is_one_letter(desk: Desk) -> None:
    """Two came in and one was decided: one piece of mail of three deliveries, each told as sent; then the next."""
    desk.vault.pocs = [{"name": "Luis", "address": "luis@example.org", "language": "fr"}]
    day = [_numbered(submissions.submission_received(n), n) for n in (1, 2)]
    await _hear_until_the_digest(desk, *day, _numbered(decisions.submission_accepted(), 1))
    await desk.go_once()
    assert [str(mail["To"]) for mail in desk.server.taken if "luis" in str(mail["To"])] == []
    await desk.make_due()
    await desk.go_once()
    [mail] = [mail for mail in desk.server.taken if "luis" in str(mail["To"])]
    reads = text_of(mail)
    assert "soumissions reçues et décisions prises" in str(mail["Subject"])
    assert [reads.count(it) for it in ("OGC-2026-000001, reçue", "OGC-2026-000002, reçue")] == [2, 1]
    assert "votre approbation n’est pas demandée" in reads
    told = [event["data"]["notice"] for event in await desk.told() if event["data"]["notice"]["recipient"] == "poc:CR"]
    assert sorted(notice["kind"] for notice in told) == ["poc-informed", "poc-informed", "poc-outcome"]
    assert len({event["data"]["message_id"] for event in await desk.told()}) == 4
    await _hear_until_the_digest(desk, _numbered(submissions.submission_received(3), 3))
    await desk.make_due()
    await desk.go_once()
    assert "OGC-2026-000003" in str(desk.server.taken[-1]["Subject"]) + str(desk.server.taken[-2]["Subject"])


async def _hear_until_the_digest(desk: Desk, *events: Event[Told]) -> datetime | None:
    zone = ZoneInfo("America/Bogota")
    async with desk.database.transaction() as tx:
        now = tx.now
    at = (now.astimezone(zone) + timedelta(hours=3)).time().replace(second=0, microsecond=0)
    timetable = Timetable(zone=zone, digest_at=at)
    for event in events:
        await desk.hear(handler_of(event, make_handlers(timetable)), [event])
    return read_timetable(timetable, now).next_digest


def _numbered(told: Told, number: int) -> Event[Told]:
    return event_of(told, number=number)


async def _hear(desk: Desk, event: Event[Told]) -> None:
    await desk.hear(handler_of(event), [event])


async def _reminders(desk: Desk) -> list[str]:
    return [row["state"] for row in await desk.rows() if row["kind"] == "reminder"]


async def _someone_waits(desk: Desk) -> bool:
    waits = "SELECT true FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    return bool(await desk.admin.fetchval(waits))
