"""The month's end: a batch is sealed once, when everything is there, and always with the same bytes."""

import asyncio
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from tests.conftest import TestDatabase
from tests.controls.envelope import MONTH, event_of, id_of, submission_id
from tests.controls.proposals import proposal
from tests.controls.submissions import (
    month_closed,
    submission_amended,
    submission_clarified,
    withdrawal_requested,
)
from tests.harness.waiting import seen
from tests.integration.review.conftest import (
    Desk,
    another,
    assessment,
    open_desk,
    received,
)

NEXT = "2026-12"
NEXT_END = datetime(2027, 1, 1, tzinfo=UTC)


async def test_an_empty_month_is_sealed_too(desk: Desk) -> None:
    """Nothing came: the manifest is empty, and its hash is the hash of nothing."""
    await desk.close()
    batch = await desk.batch()
    assert (batch["state"], batch["count"], batch["manifest_hash"]) == ("sealed", 0, sha256(b"").hexdigest())
    assert await desk.kinds() == ["batch.sealed.v1"]


async def test_a_batch_is_sealed_when_the_last_marker_comes(desk: Desk) -> None:
    """Not before; then its manifest lists id, round and version of everything in it."""
    amended = event_of(submission_amended(), number=2)
    await desk.hear(received(1), received(2), amended, event_of(withdrawal_requested(), number=1))
    markers = desk.log.close()
    await desk.reader.apply(markers[:-1])
    assert ((await desk.batch())["state"], (await desk.batch())["waiting"]) == ("open", "markers")
    await desk.reader.apply(markers[-1:])
    batch = await desk.batch()
    lines = sorted([f"{submission_id(1)} 1 1\n", f"{submission_id(2)} 1 2\n"])
    assert await desk.manifest() == "".join(lines).encode()
    assert (batch["state"], batch["waiting"], batch["count"], batch["excluded"]) == ("sealed", None, 2, 0)
    assert batch["manifest_hash"] == sha256(await desk.manifest()).hexdigest()
    assert batch["items"] == {"in-review": 1, "withdrawn": 1}


async def test_what_comes_next_month_stays_out(desk: Desk) -> None:
    """An event of the next month may stand before the marker."""
    await desk.hear(received(1), received(2, month=NEXT))
    await desk.close()
    assert (await desk.batch())["count"] == 1
    assert (await desk.batch(NEXT))["state"] == "open"


async def test_two_instances_with_the_last_two_markers_do_not_miss_each_other(
    database: TestDatabase, desk: Desk
) -> None:
    """Each locks the batch first, and looks in a statement after: whoever is second sees the other's marker."""
    await desk.hear(*(received(number) for number in range(20)))
    markers = desk.log.close()
    await desk.reader.apply(markers[:-2])
    async with open_desk(database, desk.log) as other:
        async with desk.admin.transaction():
            await desk.admin.execute("SELECT FROM batch FOR UPDATE")
            both = [
                asyncio.create_task(one.reader.apply([marker]))
                for one, marker in ((desk, markers[-2]), (other, markers[-1]))
            ]
            await seen(other.waiting_for_locks, lambda n: n == 2, what="two instances at the batch's row")
        await asyncio.gather(*both)
    assert (await desk.batch())["state"] == "sealed"
    assert await desk.kinds() == ["batch.sealed.v1"]


async def test_a_batch_waits_for_what_is_parked(desk: Desk) -> None:
    """It says so; replaying the event, when it can be applied, seals it."""
    late = event_of(submission_amended(), number=2)
    await desk.hear(received(1), late)
    await desk.close()
    assert ((await desk.batch())["state"], (await desk.batch())["waiting"]) == ("open", "parked")
    await desk.admin.execute(
        "INSERT INTO item (submission_id, round, month, version, state, declared_area, reference, title, member,"
        " institution, received_by, told_by, channel, language, came_at)"
        " VALUES ($1, 1, $2, 1, 'entered', 'justice', 'x', 'x', 'CR', 'x', $3, $3, 'standalone', 'es', now())",
        submission_id(2),
        MONTH,
        id_of("the receipt that was lost"),
    )
    await desk.settler.replay(str(submission_id(2)), dry_run=False)
    batch = await desk.batch()
    assert (batch["state"], batch["waiting"], batch["excluded"], batch["count"]) == ("sealed", None, 0, 2)


async def test_a_discarded_event_counts_as_excluded(desk: Desk) -> None:
    """By its id, with its reason; the batch is sealed without it."""
    await desk.hear(received(1), event_of(submission_amended(), number=2))
    await desk.close()
    await desk.settler.discard(str(submission_id(2)), "Its receipt was never heard of.")
    batch = await desk.batch()
    assert (batch["state"], batch["excluded"], batch["count"]) == ("sealed", 1, 1)
    rows = await desk.rows("SELECT month, reason FROM excluded")
    assert rows == [{"month": MONTH, "reason": "Its receipt was never heard of."}]


async def test_an_event_whose_month_nobody_can_read_is_claimed_when_it_is_discarded(desk: Desk) -> None:
    """While it is parked every month that may be its own waits; the marker's hash says where it belongs."""
    (record,) = desk.log.write(received(2))
    await desk.reader.apply([record._replace(value=b"{"), *desk.log.write(received(1))])
    await desk.close()
    assert (await desk.batch())["waiting"] == "parked"
    await desk.settler.discard(str(submission_id(2)), "Its bytes were cut off.")
    assert ((await desk.batch())["state"], (await desk.batch())["excluded"]) == ("sealed", 1)
    assert [row["month"] for row in await desk.rows("SELECT month FROM excluded")] == [MONTH]


async def test_a_parked_withdrawal_does_not_keep_a_batch_open(desk: Desk) -> None:
    """It does not count, and cannot change the manifest."""
    await desk.hear(received(1), event_of(withdrawal_requested(), number=2))
    await desk.close()
    assert (await desk.batch())["state"] == "sealed"


async def test_a_marker_that_counts_more_is_believed(desk: Desk) -> None:
    """Review has lost something that intake counted, and nothing is parked: it waits, and shows it."""
    await desk.hear(received(1))
    desk.log.ids[MONTH, 0].append(id_of("never told").bytes)
    await desk.close()
    assert ((await desk.batch())["state"], (await desk.batch())["waiting"]) == ("open", "mismatch")


async def test_nothing_enters_a_sealed_batch(desk: Desk) -> None:
    """An event of a month that is sealed is parked."""
    await desk.close()
    await desk.hear(received(1))
    assert await desk.rows("SELECT reason, error FROM parked_event") == [
        {"reason": "refused", "error": f"Refusal: batch-sealed: {MONTH}"}
    ]
    assert ((await desk.batch())["count"], await desk.rows("SELECT * FROM item")) == (0, [])


async def test_a_second_marker_of_the_same_partition_is_parked(desk: Desk) -> None:
    """A month is closed once."""
    await desk.close()
    await desk.hear(event_of(month_closed(), id=id_of("again")))
    assert [row["reason"] for row in await desk.rows("SELECT reason FROM parked_event")] == ["data"]


async def test_several_institutions_of_one_member_in_one_area_are_brought_together(desk: Desk) -> None:
    """Welcome, and told; never treated as duplicates. The same institution twice is nothing to tell."""
    other = proposal(lead_institution="Ministerio de Justicia y Paz")
    await desk.hear(received(1), received(2), received(3, proposal=other))
    await desk.close()
    (suggested,) = [e["data"] for e in await desk.told() if e["type"].endswith("coordination.suggested.v1")]
    assert (suggested["member"], suggested["area"]) == ("CR", "justice")
    assert suggested["submission_ids"] == sorted(str(submission_id(n)) for n in (1, 2, 3))


async def ask_a_question(desk: Desk, number: int = 1) -> datetime:
    """Let the example submission's round 1 end with a question; give until when an answer is waited for."""
    await desk.hear(received(number))
    await desk.close()
    path = f"/items/{submission_id(number)}/1"
    await desk.do(f"{path}/assessment", assessment(timing="unclear"))
    await desk.do(f"{path}/decision", {"outcome": "clarification", "question": "When does it begin?"})
    await desk.release()
    return datetime.fromisoformat((await desk.look(f"{path}"))["answer_by"])


@pytest.fixture
async def asked(desk: Desk) -> datetime:
    """A question is out."""
    return await ask_a_question(desk)


async def test_an_unanswered_question_enters_the_batch_of_the_month_in_which_its_time_ends(
    desk: Desk, asked: datetime
) -> None:
    """Proposed as no-answer, after the comparison of counts; the month before and the one after do not have it."""
    await desk.close("2027-01", asked - timedelta(seconds=1))
    await desk.close("2027-02", asked)
    await desk.close("2027-03", asked + timedelta(days=28))
    assert [(await desk.batch(month))["count"] for month in ("2027-01", "2027-02", "2027-03")] == [0, 1, 0]
    assert await desk.manifest("2027-02") == f"{submission_id(1)} 2 1\n".encode()
    assert (await desk.batch("2027-02"))["items"] == {"unanswered": 1}
    done = await desk.do(
        f"/items/{submission_id(1)}/2/decision", {"outcome": "declined", "reason_codes": ["no-answer"]}
    )
    assert done["state"] == "decided"


async def test_the_order_in_which_months_are_sealed_changes_nothing(desk: Desk, asked: datetime) -> None:
    """The month in which the 90 days end waits for something parked; the next is sealed first, without its item."""
    stranger = event_of(submission_amended(month="2027-02"), number=9)
    await desk.hear(stranger)
    await desk.close("2027-01", asked - timedelta(days=20))
    await desk.close("2027-02", asked)
    await desk.close("2027-03", asked + timedelta(days=28))
    assert ((await desk.batch("2027-02"))["state"], (await desk.batch("2027-03"))["count"]) == ("open", 0)
    await desk.settler.discard(stranger.subject, "Its receipt was never heard of.")
    assert (await desk.batch("2027-02"))["items"] == {"unanswered": 1}


async def test_an_answer_in_time_opens_the_round_instead(desk: Desk, asked: datetime) -> None:
    """In the batch of the month in which it came; nothing is opened when the 90 days end."""
    answer = submission_clarified(month="2027-01")
    await desk.hear(event_of(answer))
    await desk.close("2027-01", asked - timedelta(days=1))
    await desk.close("2027-02", asked + timedelta(days=28))
    assert [(await desk.batch(month))["count"] for month in ("2027-01", "2027-02")] == [1, 0]
    item = await desk.look(f"/items/{submission_id(1)}/2")
    assert (item["answer"], item["state"], item["version"]) == (answer.answer, "in-review", 2)


async def test_a_parked_answer_is_waited_for(desk: Desk, asked: datetime) -> None:
    """The month whose marker ends the 90 days is not sealed before it is known whether there was an answer."""
    answer = event_of(submission_clarified(month="2027-01"))
    (record,) = desk.log.write(answer)
    await desk.admin.execute("UPDATE item SET round = 3")  # the answer cannot be applied: its round is there
    await desk.reader.apply([record])
    await desk.close("2027-01", asked)
    assert (await desk.batch("2027-01"))["waiting"] == "parked"
    await desk.admin.execute("UPDATE item SET round = 1")
    await desk.settler.replay(str(submission_id(1)), dry_run=False)
    batch = await desk.batch("2027-01")
    assert (batch["state"], batch["items"]) == ("sealed", {"in-review": 1})


async def test_numbers_do_not_repeat_an_id(desk: Desk) -> None:
    """An event told again under another id enters nothing twice: the row's key refuses it."""
    await desk.hear(received(1))
    await desk.hear(another(received(1), "a second receipt"))
    assert len(await desk.rows("SELECT * FROM item")) == 1
    assert [row["reason"] for row in await desk.rows("SELECT reason FROM parked_event")] == ["data"]
