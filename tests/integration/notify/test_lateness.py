"""A month whose review is late: everybody who waits for it is told so, once."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from contracts.event import Event
from services.notify.domain.planning import Told
from services.notify.lateness import Lateness
from tests.controls import batches, decisions, reviews, submissions
from tests.controls.envelope import event_of, id_of
from tests.controls.notify import handler_of
from tests.integration.notify.conftest import Desk

MONTH = "2026-08"
POSITION = """
INSERT INTO notify.stream_position (source_topic, partition, last_seq, last_event_id) VALUES ('reviews', 0, $1, $2)
ON CONFLICT (source_topic, partition) DO UPDATE SET last_seq = $1, last_event_id = $2
"""


def uuid7_at(day: str) -> UUID:
    """Make the id of an event of that day."""
    at = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)
    return UUID(int=at << 80 | 7 << 76 | 2 << 62)


async def test_everybody_who_waits_is_told_once(desk: Desk) -> None:
    """Neither who withdrew, nor who was told the outcome, nor who came in a month that is not over; and never again."""
    await _hear(desk, _received(1), _received(2), _received(3), _received(4), _received(5, month="2099-01"))
    await _hear(desk, _about(reviews.withdrawal_accepted(), 2), _about(decisions.submission_declined(), 3))
    assert [await _late(desk).tell_all(desk.database) for _ in range(2)] == [1, 0]
    waiting = {_received(1).subject, _received(4).subject}
    assert {row["submission_id"] for row in await _delays(desk)} == waiting
    await desk.go_once()
    assert [row["state"] for row in await _delays(desk)] == ["sent", "sent"]


async def test_nobody_is_told_before_the_days_are_over(desk: Desk) -> None:
    """Nor where no number of days is set, nor of a batch that is released."""
    await _hear(desk, _received(1))
    assert await _late(desk, delay_days=0).tell_all(desk.database) == 0
    assert await _late(desk, delay_days=365).tell_all(desk.database) == 0
    await _hear(desk, _released())
    assert await _late(desk).tell_all(desk.database) == 0
    assert await _delays(desk) == []


async def test_notice_that_has_not_gone_falls_with_the_release(desk: Desk) -> None:
    """The outcome is on its way: it says more."""
    await _hear(desk, _received(1))
    await _late(desk).tell_all(desk.database)
    await _hear(desk, _released())
    assert [row["state"] for row in await _delays(desk)] == ["cancelled"]


async def test_notice_falls_with_its_month_though_an_answer_has_opened_another(desk: Desk) -> None:
    """The release was heard after the answer to the question that it let out: topics have no order between them."""
    await _hear(desk, _received(1))
    await _late(desk).tell_all(desk.database)
    await _hear(desk, _about(submissions.submission_clarified(month="2026-09"), 1), _released())
    assert [row["state"] for row in await _delays(desk)] == ["cancelled"]


async def test_nobody_is_told_of_a_delay_while_what_was_told_since_is_still_to_be_heard(desk: Desk) -> None:
    """The month was released in time, and the receipt is heard before that: who catches up waits for newer events."""
    await _hear(desk, _received(1))
    late = _late(desk)
    await desk.admin.execute(POSITION, 1, uuid7_at("2026-08-20"))
    assert await late.tell_all(desk.database) == 0
    await desk.admin.execute(POSITION, 2, uuid7_at("2026-09-20"))
    await desk.admin.execute("UPDATE notify.stream_position SET gapped = true")
    assert await late.tell_all(desk.database) == 0
    await desk.admin.execute("UPDATE notify.stream_position SET gapped = false")
    assert await late.tell_all(desk.database) == 0
    await desk.admin.execute(POSITION, 3, uuid7_at("2026-09-22"))
    assert await late.tell_all(desk.database) == 1


async def test_who_waits_on_is_told_of_each_month_and_once_of_each(desk: Desk) -> None:
    """An answer opened a later month, which is late by now, too; what is told follows from the receipt."""
    await _hear(desk, _received(1, month="2026-07"))
    await _late(desk).tell_all(desk.database)
    await _hear(desk, _about(submissions.submission_clarified(month=MONTH), 1))
    assert [await _late(desk).tell_all(desk.database) for _ in range(2)] == [1, 0]
    assert [row["caused_by"] for row in await _delays(desk)] == [_received(1).id] * 2


async def test_two_processes_tell_once(desk: Desk) -> None:
    """While one is at it, the other passes by; and what was entered before a crash is not entered again."""
    await _hear(desk, _received(1))
    await desk.admin.execute("INSERT INTO notify.month_review (month) VALUES ($1)", MONTH)
    async with desk.database.transaction() as tx:
        await tx.execute("SELECT 1 FROM month_review FOR UPDATE")
        assert await _late(desk).tell_all(desk.database) == 0
    await _late(desk).tell_all(desk.database)
    once = await _delays(desk)
    await desk.admin.execute("UPDATE notify.month_review SET delay_told_at = NULL")
    await _late(desk).tell_all(desk.database)
    assert await _delays(desk) == once


def _late(desk: Desk, delay_days: int = 20) -> Lateness:
    return Lateness(desk.settings.model_copy(update={"delay_days": delay_days}))


def _received(number: int, month: str = MONTH) -> Event[Told]:
    return event_of(submissions.submission_received(number, month=month), number=number)


def _about(told: Told, number: int) -> Event[Told]:
    return replace(event_of(told, number=number), id=id_of(f"{number} {type(told).__name__}"))


def _released() -> Event[Told]:
    return replace(event_of(batches.batch_released(month=MONTH)), subject=MONTH)


async def _hear(desk: Desk, *events: Event[Told]) -> None:
    for event in events:
        await desk.hear(handler_of(event), [event])


async def _delays(desk: Desk) -> list[dict[str, object]]:
    return [dict(row) for row in await desk.rows() if row["kind"] == "delay"]
