"""Months end: each once, in order, with a marker in every partition that stands for what it holds."""

import asyncio
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.topics import PARTITIONS, SUBMISSIONS
from contracts.vocabulary import next_month
from services.intake.domain.calendar import hash_of
from services.intake.domain.forms import AmendmentForm
from services.intake.domain.problems import Refused
from services.intake.domain.reading import read_request
from services.intake.domain.requests import ChangeRequest
from services.intake.month_end import MonthEnd
from services.intake.reception.outcome import Arrival, Outcome, Receipt
from services.intake.reception.take_in import take_in
from services.intake.store.months import read_moment
from tests.controls.envelope import id_of
from tests.controls.intake import amendment_form, application, as_body, standalone_form
from tests.harness.waiting import seen
from tests.integration.intake.conftest import Intake, settings_for

COUNTED = ("submission.received.v1", "submission.amended.v1", "submission.clarified.v1")


async def markers(intake: Intake) -> dict[str, dict[int, dict[str, Any]]]:
    """Give the markers that were told: month, partition, data."""
    found: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for event in await intake.told():
        if event["type"].endswith("month.closed.v1"):
            found[event["event"]["data"]["month"]][event["partition"]] = event["event"]["data"]
    return found


async def test_a_marker_stands_for_every_event_of_its_month(intake: Intake) -> None:
    """Count and hash, in each partition, are those of the events that stand before it there."""
    await intake.months.close_all_over(intake.database)
    await asyncio.gather(*(intake.reception.ask(application(number)) for number in range(1, 31)))
    [row] = await intake.rows("SELECT DISTINCT first_month AS month FROM intake.submission")
    await intake.move_clock(timedelta(days=32))
    assert await intake.months.close_all_over(intake.database) == [row["month"]]
    told = (await markers(intake))[row["month"]]
    ids: dict[int, list[UUID]] = {partition: [] for partition in range(PARTITIONS)}
    for event in await intake.told():
        if event["type"].endswith(COUNTED):
            ids[event["partition"]].append(event["event_id"])
    assert {p: (m["count"], m["event_ids_hash"]) for p, m in told.items()} == {
        partition: (len(found), hash_of(found)) for partition, found in ids.items()
    }
    assert sum(marker["count"] for marker in told.values()) == 30


async def test_months_close_in_order_empty_ones_too(intake: Intake) -> None:
    """After four silent months all of them have their markers, the last is still open, and nothing is told twice."""
    [first] = await intake.rows("SELECT to_char(platform.now() AT TIME ZONE 'UTC', 'YYYY-MM') AS month")
    assert await intake.months.close_all_over(intake.database) == []
    await intake.move_clock(timedelta(days=125))
    closed = await intake.months.close_all_over(intake.database)
    assert closed[0] == first["month"]
    assert closed[1:] == [next_month(month) for month in closed[:-1]]
    assert len(closed) == 4
    assert await intake.months.close_all_over(intake.database) == []
    assert {month: len(found) for month, found in (await markers(intake)).items()} == dict.fromkeys(closed, PARTITIONS)


async def test_two_instances_close_a_month_once(intake: Intake) -> None:
    """The second finds it closed behind the lock."""
    await intake.months.close_all_over(intake.database)
    await intake.move_clock(timedelta(days=63))
    both = await asyncio.gather(*(intake.months.close_all_over(intake.database) for _ in range(2)))
    assert len(both[0]) + len(both[1]) == 2
    assert [len(found) for found in (await markers(intake)).values()] == [PARTITIONS, PARTITIONS]


async def test_a_month_is_not_closed_in_its_grace(intake: Intake) -> None:
    """Minutes of courtesy, a setting."""
    patient = MonthEnd(settings_for("nowhere", month_grace_minutes=60 * 24 * 40))
    await patient.close_all_over(intake.database)
    await intake.move_clock(timedelta(days=32))
    assert await patient.close_all_over(intake.database) == []
    assert len(await intake.months.close_all_over(intake.database)) == 1


async def test_nothing_enters_a_month_after_its_marker(intake: Intake) -> None:
    """Receipts and month ends at the same time: in every partition, what follows a marker is of a later month."""
    await intake.months.close_all_over(intake.database)

    async def send(numbers: range) -> None:
        for number in numbers:
            await intake.reception.ask(application(number))

    async def pass_time() -> None:
        for _ in range(6):
            await intake.move_clock(timedelta(days=11))
            await intake.months.close_all_over(intake.database)

    await asyncio.gather(*(send(range(lot, lot + 15)) for lot in range(0, 150, 15)), pass_time())
    closed: dict[int, str] = {}
    times: dict[int, datetime] = {}
    for event in await intake.told():
        partition, data = event["partition"], event["event"]["data"]
        if event["type"].endswith("month.closed.v1"):
            closed[partition] = data["month"]
        else:
            assert data["month"] > closed.get(partition, ""), event["seq"]
            received = datetime.fromisoformat(data["received_at"])
            assert received >= times.get(partition, received)
            times[partition] = received
    assert len(await intake.rows("SELECT FROM intake.submission")) == 150


async def test_a_month_ends_by_the_declared_zone(intake: Intake) -> None:
    """West of Greenwich it ends later."""
    zone = MonthEnd(settings_for("nowhere", zone="Pacific/Pago_Pago", month_grace_minutes=0))
    await zone.close_all_over(intake.database)
    await intake.move_clock(timedelta(days=32))
    [month] = await zone.close_all_over(intake.database)
    [marker, *_] = (await markers(intake))[month].values()
    assert datetime.fromisoformat(marker["ended_at"]).astimezone(UTC).hour == 11


async def test_after_the_challenge_nothing_is_taken(intake: Intake) -> None:
    """Its last day is data."""
    await intake.move_clock(timedelta(days=800))
    answer = await intake.client.post("/submissions", json=standalone_form(1))
    assert (answer.status_code, answer.json()["code"]) == (422, "challenge-closed")


async def test_what_waits_while_a_month_is_closed_enters_the_next(intake: Intake) -> None:
    """Time, and what is closed, are read behind the lock: the receipt is of the new month, the amendment refused."""
    given = await receipt_of(intake, 1)
    await intake.months.close_all_over(intake.database)
    amendment = ChangeRequest(
        submission_id=given.submission_id,
        event_id=id_of("amended"),
        form=read_request(AmendmentForm, as_body(amendment_form())),
    )
    async with intake.database.transaction() as tx:
        await tx.lock_streams(SUBMISSIONS, range(PARTITIONS))
        both = asyncio.gather(take_in_alone(intake, application(2)), take_in_alone(intake, amendment))
        waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%open_reception%'"
        await seen(lambda: intake.rows(waiting), lambda found: len(found) == 2, what="both wait for the counters")
        await intake.move_clock(timedelta(days=32))
        moment = await read_moment(tx, intake.desk.zone, tx.now)
        await intake.months._tell(tx, str(given.month), moment)
    received, amended = await both
    assert isinstance(received, Receipt)
    assert received.month == next_month(str(given.month))
    assert isinstance(amended, Refused)
    assert amended.code == "batch-sealed"


async def test_a_clock_that_steps_back_is_not_followed(intake: Intake) -> None:
    """Servers' clocks are set back at times: what enters after a marker is of a later month all the same."""
    given = await receipt_of(intake, 1)
    await intake.months.close_all_over(intake.database)
    await intake.move_clock(timedelta(days=32))
    await intake.months.close_all_over(intake.database)
    await intake.admin.execute("SET session_replication_role = replica")  # the clock's own guard sees nothing
    await intake.move_clock(timedelta(days=-32))
    later = [await receipt_of(intake, number) for number in range(2, 14)]
    assert {receipt.month for receipt in later} == {next_month(str(given.month))}
    [row] = await intake.rows("SELECT ended_at FROM intake.closed_month")
    assert min(receipt.received_at for receipt in later) >= row["ended_at"]


async def receipt_of(intake: Intake, number: int) -> Receipt:
    """Take in the example application of this number."""
    outcome = await take_in_alone(intake, application(number))
    assert isinstance(outcome, Receipt)
    return outcome


async def take_in_alone(intake: Intake, arrival: Arrival) -> Outcome:
    """Take in one arrival, in a transaction of its own."""
    async with intake.database.transaction() as tx:
        return (await take_in(tx, [arrival], intake.desk))[0]
