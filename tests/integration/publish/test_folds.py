"""Letters, evaluations and months' reports on a real record: told once, kept for ever, shown as of a day."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from asyncpg import InsufficientPrivilegeError

from contracts.event import Event
from deploy.database import PUBLIC_READER
from services.chassis.codec import decode
from services.chassis.database import Database, Transaction
from services.publish.domain.progress import Said
from services.publish.settings import Settings
from services.publish.store import months, notices
from services.publish.store.said import find_said
from tests.controls.decisions import month_reported
from tests.controls.envelope import RELEASED_AT, event_of, id_of, reference_of
from tests.controls.evaluations import assessment_pending, assessment_published, award_given, milestone_updated
from tests.controls.notices import notice, notice_failed, notice_sent
from tests.controls.publish import heard
from tests.integration.publish.conftest import Desk


def told(data: Any, day: int, number: int = 1) -> Event[Any]:
    """Give what is told on the ``day``-th day after the release."""
    at = RELEASED_AT + timedelta(days=day)
    return event_of(data, number=number, id=id_of(f"{data.TYPE} {day} {number}", at), time=at)


def before(day: int) -> datetime:
    """Give the moment just before what is told on this day."""
    return RELEASED_AT + timedelta(days=day)


@asynccontextmanager
async def reading(desk: Desk) -> AsyncIterator[Transaction]:
    """Read as anyone may."""
    settings = Settings.model_validate(
        {"database_url": desk.url.url(PUBLIC_READER), "kafka_bootstrap_servers": "unused"}
    )
    database = Database(settings, "publish", read_only=True)
    await database.open()
    async with database.transaction(read_clock=False) as tx:
        yield tx
    await database.close()


async def test_what_is_said_of_a_reform_is_kept_and_read_as_of_a_day(desk: Desk) -> None:
    """Before it is told, it is not there; a confirmation that is told late does not stand for a newer one."""
    update, later = milestone_updated(), milestone_updated(status="complete")
    late = milestone_updated(status="limited", confirmed_at=update.confirmed_at - timedelta(days=90))
    later = replace(later, confirmed_at=update.confirmed_at + timedelta(days=1))
    design, end, award = assessment_pending(), assessment_published(), award_given()
    await desk.hear(
        heard("accepted", 0),
        *(told(data, day) for day, data in enumerate([update, design, later, award, end, late], 1)),
    )
    async with reading(desk) as tx:
        whole = await find_said(tx, reference_of())
        first = await find_said(tx, reference_of(), before(2))
        assert await find_said(tx, reference_of(), before(1)) == Said([], [], [])
        assert await find_said(tx, reference_of(2)) == Said([], [], [])
    assert whole == Said([late, update, later], [design, end], [award])
    assert first == Said([update], [], [])


async def test_page_of_a_day_shows_the_progress_of_that_day(desk: Desk) -> None:
    """The same bytes a year and many words later; a milestone is as old as it was then."""
    shift = 'UPDATE platform.clock SET "offset" = $1::timestamptz - clock_timestamp()'
    old = milestone_updated(confirmed_at=before(-400))
    await desk.admin.execute(shift, before(10))
    await desk.hear(heard("accepted", 0), told(old, 1), told(award_given(), 4))
    paths = [f"/reforms/{reference_of()}{form}?as_of=2026-12-12" for form in ("", ".json")]
    then = [(await desk.page(path)).text for path in paths]
    (milestone, _), awards = (found := decode(dict[str, Any], then[1])["progress"])["milestones"], found["awards"]
    assert (milestone["status"], milestone["freshness"], awards) == ("substantial", "amber", [])
    await desk.hear(told(milestone_updated(status="complete"), 300), told(assessment_published(), 301))
    await desk.admin.execute(shift, before(400))
    assert [(await desk.page(path)).text for path in paths] == then
    now = (await desk.json(f"/reforms/{reference_of()}"))["progress"]
    assert (now["milestones"][0]["status"], len(now["assessments"]), len(now["awards"])) == ("complete", 1, 1)


async def test_what_is_told_again_is_kept_once(desk: Desk) -> None:
    """A log that was written anew tells it again under new numbers."""
    events = [told(milestone_updated(), 1), told(award_given(), 1), told(notice_sent(), 1), told(month_reported(), 1)]
    await desk.hear(heard("accepted", 0), *events)
    await desk.hear(*events)
    for table in ("milestone_update", "award", "notice_told", "month_report"):
        assert await desk.admin.fetchval(f"SELECT count(*) FROM publish.{table}") == 1
    assert await desk.parked() == []


async def test_nothing_is_shown_of_what_was_never_public(desk: Desk) -> None:
    """Letters about what was declined, and what is said of another submission under a taken reference."""
    taken = told(milestone_updated(), 2, number=7)
    await desk.hear(heard("declined", 0, 2), heard("accepted", 0), told(notice_sent(2), 1, number=2), taken)
    async with reading(desk) as tx:
        assert await notices.list_letters(tx, reference_of(2)) == []
        assert await find_said(tx, reference_of()) == Said([], [], [])
        with pytest.raises(InsufficientPrivilegeError):
            await tx.fetch("SELECT * FROM notice_told")


async def test_letter_shows_what_became_of_it(desk: Desk) -> None:
    """It was sent, and came back a day later; a day before, it was sent."""
    receipt = notice(3, kind="receipt", decision_id=None)
    await desk.hear(
        told(notice_sent(3, notice=receipt, sent_at=before(-9)), 0),
        heard("accepted", 0),
        told(notice_sent(), 1),
        told(notice_failed(code="bounced", failed_at=before(2)), 2),
    )
    async with reading(desk) as tx:
        stand = await notices.list_letters(tx, reference_of())
        stood = await notices.list_letters(tx, reference_of(), before(2))
        columns = set((await tx.fetch("SELECT * FROM public_notices LIMIT 1"))[0].keys())
    assert columns == {"reference", "event_id", "cause_id", "known_at", *(one.name for one in fields(notices.Letter))}
    assert "code" not in columns, "why a letter did not arrive is shown to nobody"
    assert [(one.kind, one.role, one.became) for one in stand] == [
        ("receipt", "submitter", "sent"),
        ("outcome", "submitter", "failed"),
    ]
    assert [(one.kind, one.became) for one in stood] == [("receipt", "sent"), ("outcome", "sent")]


async def test_month_is_reported_in_figures(desk: Desk) -> None:
    """As it was told, from the day on which it was."""
    november, december = month_reported(), month_reported(month="2026-12", received=7, held_back=2)
    await desk.hear(told(november, 1), told(december, 2))
    async with reading(desk) as tx:
        assert await months.list_reports(tx) == [december, november]
        assert await months.list_reports(tx, before(2)) == [november]
        assert await months.find_report(tx, "2026-11") == november
        assert await months.find_report(tx, "2026-11", before(1)) is None
