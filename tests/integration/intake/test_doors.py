"""Receipts, and what can be asked with them, on a real Postgres."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from services.intake.domain.forms import AmendmentForm
from services.intake.domain.reading import read_request
from services.intake.domain.requests import ChangeRequest
from services.intake.reception.grouping import Reception
from services.intake.reception.outcome import Receipt
from services.intake.reception.take_in import take_in
from tests.controls import decisions, reviews
from tests.controls.envelope import id_of
from tests.controls.intake import (
    action_plan_form,
    amendment_form,
    answer_form,
    application,
    as_body,
    standalone_form,
    withdrawal_form,
)
from tests.harness.waiting import seen
from tests.integration.intake.acting import ask, hear, send_in, status
from tests.integration.intake.conftest import Intake, bearer

NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


async def test_a_receipt_stands_for_what_is_kept(intake: Intake) -> None:
    """Row, version, contacts and event are there when the receipt is given, under one reference."""
    given = await send_in(intake)
    [event] = await intake.told()
    assert event["key"] == given["id"]
    assert event["event"]["data"]["reference"] == given["reference"]
    assert event["event"]["data"]["month"] == given["month"]
    assert event["event"]["data"]["flags"] == []
    [version] = await intake.rows("SELECT * FROM intake.version")
    assert (str(version["submission_id"]), version["event_id"]) == (given["id"], event["event_id"])
    assert version["partition"] == event["partition"]
    assert given["status_url"].endswith(f"/submissions/{given['id']}")


async def test_a_year_may_have_more_than_a_million_receipts(intake: Intake) -> None:
    """The numbers get a digit more."""
    await intake.admin.execute("INSERT INTO intake.reference_year VALUES (extract(year FROM now()), 999998)")
    references = [(await send_in(intake, number))["reference"] for number in (1, 2)]
    assert [reference.rpartition("-")[2] for reference in references] == ["999999", "1000000"]


async def test_the_same_again_gets_the_same_receipt(intake: Intake) -> None:
    """Word for word, and nothing is told twice; other content under the same id is refused."""
    first = await send_in(intake)
    again = await intake.client.post("/submissions", content=as_body(standalone_form(1)))
    assert (again.status_code, again.json()) == (200, first)
    other = await intake.client.post("/submissions", content=as_body(standalone_form(1, proposal__title="Otro")))
    assert (other.status_code, other.json()["code"]) == (409, "id-reused")
    assert other.headers["content-type"] == "application/problem+json"
    assert len(await intake.told()) == 1


async def test_the_id_may_stand_in_the_header(intake: Intake) -> None:
    """Idempotency-Key and external_id are the same id; two different ones are refused."""
    body = as_body(standalone_form(1, external_id=None))
    headers = {"Idempotency-Key": '"a-key-of-mine"'}
    first = await intake.client.post("/submissions", content=body, headers=headers)
    again = await intake.client.post(
        "/submissions", content=as_body(standalone_form(1, external_id="a-key-of-mine", source="web"))
    )
    assert (first.status_code, again.status_code) == (201, 200)
    crossed = await intake.client.post("/submissions", content=as_body(standalone_form(1)), headers=headers)
    assert crossed.json()["code"] == "id-mismatch"


async def test_concurrent_requests_are_committed_together_and_judged_alone(intake: Intake) -> None:
    """Two hundred at once, some the same, some wrong: each gets its own answer, the references are counted."""
    forms = [standalone_form(number) for number in range(1, 151)]
    forms += [standalone_form(number) for number in range(1, 26)]
    forms += [standalone_form(number, proposal__title="Otro título") for number in range(1, 11)]
    forms += [standalone_form(200 + number, proposal__member_type="local") for number in range(15)]
    answers = await asyncio.gather(*(intake.client.post("/submissions", content=as_body(form)) for form in forms))
    assert Counter(answer.status_code for answer in answers) == {201: 150, 200: 25, 409: 10, 422: 15}
    [numbers] = await intake.rows("SELECT max(right(reference, 6))::integer AS last FROM intake.submission")
    assert numbers["last"] == 150
    assert len(await intake.told()) == 150
    [groups] = await intake.rows("SELECT count(DISTINCT xmin::text) FROM intake.submission")
    assert groups["count"] < 30


async def test_two_instances_give_one_receipt(intake: Intake) -> None:
    """The same form at the same moment through two receptions: one submission, one event."""
    other = Reception(intake.desk, intake.settings)
    serving = asyncio.create_task(other.run(intake.database))
    first = application(1)
    second = replace(first, submission_id=id_of("another"), event_id=id_of("another's event"))
    outcomes = await asyncio.gather(intake.reception.ask(first), other.ask(second))
    receipts = [outcome for outcome in outcomes if isinstance(outcome, Receipt)]
    assert sorted(receipt.is_new for receipt in receipts) == [False, True]
    assert len({receipt.reference for receipt in receipts}) == 1
    assert len(await intake.told()) == 1
    serving.cancel()


async def test_an_amendment_is_told_as_a_new_version(intake: Intake) -> None:
    """Once; the same again changes nothing, and its story is the receipt's."""
    given = await send_in(intake)
    first, again = [await ask(intake, given, "amendments", amendment_form()) for _ in range(2)]
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json() == {"id": given["id"], "round": 1, "version": 2, "month": given["month"]}
    received, amended = await intake.told()
    assert amended["type"].endswith("submission.amended.v1")
    assert amended["event"]["correlationid"] == str(received["event_id"])
    found = await status(intake, given)
    assert (found["version"], found["proposal"]["title"]) == (2, amendment_form()["proposal"]["title"])
    assert [version["version"] for version in found["versions"]] == [1, 2]


async def test_an_amendment_after_the_month_was_closed_is_refused(intake: Intake) -> None:
    """409 batch-sealed."""
    given = await send_in(intake)
    await intake.months.close_all_over(intake.database)
    await intake.move_clock(timedelta(days=32))
    assert await intake.months.close_all_over(intake.database) == [given["month"]]
    answer = await ask(intake, given, "amendments", amendment_form())
    assert (answer.status_code, answer.json()["code"]) == (409, "batch-sealed")


async def test_only_the_secret_of_the_receipt_opens(intake: Intake) -> None:
    """401 without, 403 with another's; whether there is such a submission, nobody learns."""
    given, other = await send_in(intake, 1), await send_in(intake, 2)
    for submission_id in (given["id"], NOBODY):
        without = await intake.client.get(f"/submissions/{submission_id}")
        wrong = await intake.client.get(f"/submissions/{submission_id}", headers={"Receipt-Token": other["secret"]})
        assert [(a.status_code, a.json()["code"]) for a in (without, wrong)] == [
            (401, "unauthorized"),
            (403, "forbidden"),
        ]
    refused = await ask(intake, given | {"secret": other["secret"]}, "withdrawal", withdrawal_form())
    assert refused.status_code == 403


async def test_a_withdrawal_is_requested_and_review_answers(intake: Intake) -> None:
    """202, told once; the status tells what review said."""
    given = await send_in(intake)
    assert [(await ask(intake, given, "withdrawal", withdrawal_form())).status_code for _ in range(2)] == [202, 202]
    assert [event["type"].rpartition("challenge.")[2] for event in await intake.told()] == [
        "submission.received.v1",
        "withdrawal.requested.v1",
    ]
    assert (await status(intake, given))["withdrawal"] == "pending"
    await hear(intake, given, reviews.withdrawal_accepted())
    found = await status(intake, given)
    assert (found["state"], found["withdrawal"]) == ("withdrawn", "withdrawn")


async def test_a_question_is_answered_into_the_next_round(intake: Intake) -> None:
    """The answer opens round 2 in the month in which it comes."""
    given = await send_in(intake)
    assert (await ask(intake, given, "answers", answer_form())).json()["code"] == "not-asked"
    await hear(intake, given, decisions.clarification_requested(answer_by=datetime.fromisoformat("2099-01-01T00:00Z")))
    found = await status(intake, given)
    assert (found["state"], found["question"]["question"]) == ("asked", decisions.clarification_requested().question)
    answer, again = [await ask(intake, given, "answers", answer_form()) for _ in range(2)]
    assert answer.json() == again.json() == {"id": given["id"], "round": 2, "version": 2, "month": given["month"]}
    told = [event["event"]["data"] for event in await intake.told() if "clarified" in event["type"]]
    assert [(data["round"], data["answer"]) for data in told] == [(2, answer_form()["answer"])]


async def test_an_answer_after_the_marker_that_ends_its_days_is_too_late(intake: Intake) -> None:
    """409 too-late."""
    given = await send_in(intake)
    await intake.months.close_all_over(intake.database)
    received = datetime.fromisoformat(given["received_at"])
    await hear(intake, given, decisions.clarification_requested(answer_by=received + timedelta(seconds=1)))
    await intake.move_clock(timedelta(days=32))
    await intake.months.close_all_over(intake.database)
    answer = await ask(intake, given, "answers", answer_form())
    assert (answer.status_code, answer.json()["code"]) == (409, "too-late")


async def test_a_plan_needs_a_token_bound_to_its_member(intake: Intake) -> None:
    """401 without, 403 with another member's, 201 with its own; who entered it is recorded by reference."""
    body = as_body(action_plan_form())
    tries = [{}, bearer("finland"), bearer("senegal")]
    answers = [await intake.client.post("/submissions", content=body, headers=headers) for headers in tries]
    assert [answer.status_code for answer in answers] == [401, 403, 201]
    [event] = await intake.told()
    data = event["event"]["data"]
    assert (data["source"], data["entered_by"], data["channel"]) == ("form:plans", "form:plans", "action-plan")


async def test_a_bad_id_in_the_address_is_a_problem(intake: Intake) -> None:
    """Never a 5xx."""
    answers = [
        await intake.client.get("/submissions/none", headers={"Receipt-Token": "x"}),
        await intake.client.get("/contacts/none", headers=bearer("notify")),
        await intake.client.get("/members/Colombia/poc", headers=bearer("notify")),
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 422]


@pytest.mark.parametrize("text", ["Bearer", "", "x" * 5000, "ñ"])
async def test_odd_secrets_are_refused(intake: Intake, text: str) -> None:
    """Whatever is presented."""
    headers = [(b"receipt-token", text.encode())]
    answer = await intake.client.get(f"/submissions/{NOBODY}", headers=headers)
    assert answer.status_code in {401, 403}


async def test_a_decision_heard_while_a_text_is_amended_is_not_lost(intake: Intake) -> None:
    """The handler waits for the row, and then finds the version that was written meanwhile."""
    given = await send_in(intake)
    amendment = ChangeRequest(
        submission_id=UUID(given["id"]),
        event_id=id_of("amended"),
        form=read_request(AmendmentForm, as_body(amendment_form())),
    )
    async with intake.database.transaction() as tx:
        await take_in(tx, [amendment], intake.desk)
        hearing = asyncio.create_task(hear(intake, given, decisions.submission_accepted()))
        waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FOR UPDATE%'"
        await seen(lambda: intake.rows(waiting), what="the handler waits for the row")
    await hearing
    found = await status(intake, given)
    assert (found["state"], found["version"]) == ("accepted", 2)


async def test_each_receipt_keeps_its_own_trace(intake: Intake) -> None:
    """Committed together, told by the trace by which each came."""
    traces = [f"00-{number:032x}-{number:016x}-01" for number in range(1, 4)]
    arrivals = [replace(application(number), traceparent=trace) for number, trace in enumerate(traces, start=1)]
    async with intake.database.transaction() as tx:
        await take_in(tx, arrivals, intake.desk)
    assert sorted(event["event"]["traceparent"] for event in await intake.told()) == traces
