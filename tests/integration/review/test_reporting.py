"""A month's report: told when every letter has arrived, or for a reason; and made again of what is kept."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from contracts.notices import NoticeEvent
from services.chassis.errors import Refusal
from services.review.casework.rendering import Renderer
from services.review.casework.reporting import check_again
from services.review.reporter import report_settled
from tests.controls.envelope import MONTH, event_of
from tests.controls.notices import notice, notice_failed, notice_held, notice_sent
from tests.controls.submissions import withdrawal_requested
from tests.integration.review.conftest import Desk, Log, assessment, bearer, received
from tests.integration.review.whole_month import decide, path

WHY = {"reason": "The mail server of one ministry is down."}


@pytest.fixture
def waiting() -> dict[str, int]:
    """How many points of contact are still to be told of a month, as notify says: none, unless a test says so."""
    return {}


@pytest.fixture
async def renderer(waiting: dict[str, int]) -> AsyncIterator[Renderer]:
    """What notify says of each month: who is ``waiting``."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"letters": waiting.get(request.url.path.rpartition("/")[2], 0)})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://notify") as door:
        yield Renderer(door)


@pytest.fixture
def mail() -> Log:
    """What notify tells."""
    return Log()


async def hear_of_letters(desk: Desk, mail: Log, *told: NoticeEvent) -> None:
    """Let notify tell what became of letters."""
    await desk.notices.apply(mail.write(*(event_of(one) for one in told)))


async def letters_of(desk: Desk) -> list[Any]:
    """Give a notice for each letter that the submitters of this month's decisions are owed."""
    decisions = [event["data"]["decision"] for event in await desk.told("decisions")]
    return [notice(number, decision_id=one["decision_id"]) for number, one in enumerate(decisions)]


async def released_month(desk: Desk) -> None:
    """A month with every end, released."""
    await desk.hear(*(received(number) for number in range(1, 6)))
    await desk.close()
    for number, outcome in ((1, "accepted"), (2, "accepted"), (3, "declined")):
        await decide(desk, number, outcome)
    retagged = {**assessment("civic-space"), "area_reason": "It is about assembly."}
    await desk.do(f"{path(2)}/assessment", retagged)
    await desk.do(f"{path(2)}/decision", {"outcome": "accepted"})
    await desk.do(f"{path(4)}/hold", {"reason": "A call is due."})
    await desk.hear(event_of(withdrawal_requested(), number=5))
    await desk.release()


async def test_a_report_is_told_when_every_letter_has_arrived(desk: Desk, mail: Log, renderer: Renderer) -> None:
    """Not before, and once."""
    await released_month(desk)
    assert await report_settled(desk.database, renderer) == []
    await hear_of_letters(desk, mail, *(notice_sent(notice=one) for one in await letters_of(desk)))
    assert await report_settled(desk.database, renderer) == [MONTH]
    assert await report_settled(desk.database, renderer) == []
    (told,) = [event["data"] for event in await desk.told("reviews") if "batch.reported" in event["type"]]
    ends = ("received", "accepted", "declined", "clarifications", "withdrawn", "held_back", "undelivered_letters")
    assert [told[name] for name in ends] == [5, 2, 1, 0, 1, 1, 0]
    assert {(flow["declared_area"], flow["area"]): flow["count"] for flow in told["areas"]} == {
        ("justice", "justice"): 2,
        ("justice", "civic-space"): 1,
    }
    assert (told["reason"], told["reported_by"]) == (None, None)
    assert (await desk.batch())["state"] == "reported"
    assert (await desk.ask(f"/batches/{MONTH}/report", {})).json()["code"] == "already-reported"


async def test_a_report_with_undelivered_letters_needs_a_reason(desk: Desk, mail: Log, renderer: Renderer) -> None:
    """Which is told with it; the figure stays as it was then."""
    await released_month(desk)
    assert (await desk.ask(f"/batches/{MONTH}/report", {})).json()["code"] == "letters-unsettled"
    first, *others = await letters_of(desk)
    await hear_of_letters(desk, mail, notice_failed(notice=first), *(notice_sent(notice=one) for one in others))
    assert await report_settled(desk.database, renderer) == []
    assert (await desk.ask(f"/batches/{MONTH}/report", {})).json()["code"] == "letters-undelivered"
    assert (await desk.do(f"/batches/{MONTH}/report", WHY))["undelivered_letters"] == 1
    await hear_of_letters(desk, mail, notice_sent(notice=first))
    assert (await desk.look(f"/batches/{MONTH}/report?again=true"))["undelivered_letters"] == 1


@pytest.mark.parametrize("code", ["refused", "expired", "outcome-unknown", "bounced"])
async def test_a_month_with_a_letter_that_did_not_arrive_waits(
    desk: Desk, mail: Log, renderer: Renderer, code: Any
) -> None:
    """Also one that had been sent, and one whose arrival is in doubt; until it has arrived after all."""
    await released_month(desk)
    letters = await letters_of(desk)
    await hear_of_letters(desk, mail, *(notice_sent(notice=one) for one in letters))
    await hear_of_letters(desk, mail, notice_failed(notice=letters[0], code=code))
    assert await report_settled(desk.database, renderer) == []
    await hear_of_letters(desk, mail, notice_sent(notice=letters[0]))
    assert await report_settled(desk.database, renderer) == [MONTH]


@pytest.mark.parametrize("code", ["no-contact", "address-erased", "stopped", "suppressed"])
async def test_a_month_with_an_outcome_that_is_held_waits(desk: Desk, mail: Log, renderer: Renderer, code: Any) -> None:
    """Also where the submitter and another point of contact were told."""
    await released_month(desk)
    letters = await letters_of(desk)
    poc = [notice(n, kind="poc-outcome", recipient=f"poc:CR/{n}", decision_id=letters[0].decision_id) for n in (8, 9)]
    sent = (*letters, poc[0])
    await hear_of_letters(desk, mail, *(notice_sent(notice=one) for one in sent), notice_held(notice=poc[1], code=code))
    assert await report_settled(desk.database, renderer) == []
    assert (await desk.ask(f"/batches/{MONTH}/report", {})).json()["code"] == "letters-undelivered"
    await hear_of_letters(desk, mail, notice_sent(notice=poc[1]))
    assert await report_settled(desk.database, renderer) == [MONTH]


async def test_a_month_waits_for_the_digests_of_points_of_contact(
    desk: Desk, mail: Log, renderer: Renderer, waiting: dict[str, int]
) -> None:
    """Tomorrow's, too: notify says that they are still to go. One that cannot be asked says nothing, and it waits."""
    await released_month(desk)
    waiting[MONTH] = 2
    await hear_of_letters(desk, mail, *(notice_sent(notice=one) for one in await letters_of(desk)))
    assert await report_settled(desk.database, renderer) == []
    nobody = Renderer(
        httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(503)), base_url="http://n")
    )
    assert await report_settled(desk.database, nobody) == []
    refused = (await desk.ask(f"/batches/{MONTH}/report", {})).json()
    assert (refused["code"], "notify-unreachable" in refused["detail"]) == ("letters-unsettled", True)
    waiting.clear()
    assert await report_settled(desk.database, renderer) == [MONTH]


async def test_a_month_made_again_gives_the_same_bytes(desk: Desk) -> None:
    """Whatever is corrected, retracted, withdrawn or let out of it later; a difference is found."""
    await released_month(desk)
    told = await desk.do(f"/batches/{MONTH}/report", WHY)
    plain = await desk.client.get(f"/batches/{MONTH}/report", headers=bearer("reader"))
    await desk.do(f"{path(1)}/retraction", {"effect": "silent", "why": "It was entered twice."})
    decision = {"outcome": "accepted"}
    found = assessment()["findings"]
    await desk.do(
        f"{path(3)}/correction",
        {"effect": "silent", "why": "It has milestones.", "decision": decision, "findings": found},
    )
    await decide(desk, 4, "accepted")
    await desk.do(f"{path(4)}/release")
    again = await desk.client.get(f"/batches/{MONTH}/report?again=true", headers=bearer("reader"))
    assert again.content == plain.content
    kept = await desk.rows("SELECT hash, encode(sha256(body), 'hex') AS again FROM report")
    assert kept == [{"hash": told["hash"], "again": told["hash"]}]
    await desk.admin.execute("DELETE FROM left_behind")
    async with desk.database.transaction() as tx:
        with pytest.raises(Refusal, match="report-differs"):
            await check_again(tx, MONTH)


async def test_a_report_is_there_as_a_table_and_not_before_the_release(desk: Desk) -> None:
    """Codes and numbers, for whoever may read."""
    await desk.hear(received(1))
    reader = bearer("reader")
    assert (await desk.client.get(f"/batches/{MONTH}/report", headers=reader)).json()["code"] == "batch-not-sealed"
    await desk.close()
    early = await desk.client.get(f"/batches/{MONTH}/report.csv", headers=reader)
    assert early.json()["code"] == "batch-not-released"
    assert (await desk.client.get("/batches/2031-01/report", headers=reader)).status_code == 404
    await decide(desk, 1, "declined")
    await desk.release()
    table = await desk.client.get(f"/batches/{MONTH}/report.csv", headers=reader)
    assert f"{MONTH},declined,,,1" in table.text.splitlines()
    assert table.headers["content-type"].startswith("text/csv")
