"""An action on many items: shown as a plan, and done as it was shown or not at all."""

import asyncio
from typing import Any

from contracts.submissions import MemberAtReceipt
from tests.conftest import TestDatabase
from tests.controls.envelope import MONTH, submission_id
from tests.harness.waiting import seen
from tests.integration.review.conftest import Desk, Log, assessment, bearer, open_desk, received
from tests.integration.review.together import action_of, enter, everything, item


async def test_a_plan_shows_what_would_be_and_is_applied_as_shown(desk: Desk) -> None:
    """Refusals are shown and stay; nothing happens before, and nothing twice."""
    await enter(desk, 3)
    await desk.close()
    await desk.accept(submission_id(3))
    before = await everything(desk)
    action = {"do": "assess", "findings": assessment(timing="not-met")["findings"]}
    unknown = {"submission_id": str(submission_id(9)), "round": 1}
    plan = await desk.do("/plans", {"action": action, "items": [item(1), item(2), item(3), unknown, item(1)]})
    assert await everything(desk) == before
    assert (plan["going_on"], plan["refused"]) == (3, 1)
    assert [line["after"] and line["after"]["state"] for line in plan["lines"]] == [*["assessed"] * 3, None]
    assert plan["lines"][3]["refusal"] == "unknown-item"
    path = f"/plans/{plan['plan_id']}"
    assert (await desk.client.get(path, headers=bearer("decider"))).json() == plan
    stranger = await desk.ask(f"{path}/application", {"hash": plan["hash"]}, who="assessor")
    assert (stranger.status_code, stranger.json()["code"]) == (403, "not-your-plan")
    applied = await desk.do(f"{path}/application", {"hash": plan["hash"]})
    assert applied["applied_at"]
    assert (await desk.ask(f"{path}/application", {"hash": plan["hash"]})).json()["code"] == "already-applied"
    declined = {"do": "decide", "decision": {"outcome": "declined", "reason_codes": ["no-future-milestones"]}}
    plan = await desk.do("/plans", {"action": declined, "items": [item(1), item(2), item(3)]})
    assert (plan["lines"][0]["after"]["outcome"], plan["refused"]) == ("declined", 0)
    await desk.do(f"/plans/{plan['plan_id']}/application", {"hash": plan["hash"]})
    assert (await desk.batch())["items"] == {"decided": 3}
    history = (await desk.look(f"/items/{submission_id(1)}/1"))["history"]
    assert [one["type"] for one in history] == ["submission.assessed.v1", "ruling.made"]
    assert (await desk.kinds("reviews")).count("decision.recorded.v1") == 4


async def test_a_plan_is_refused_with_the_difference_when_anything_changed(desk: Desk) -> None:
    """All or nothing: one item that someone touched meanwhile stops the whole plan."""
    await enter(desk, 3)
    await desk.close()
    hold: dict[str, Any] = {"do": "hold", "reason": "The ministry calls back on Monday."}
    plan = await desk.do("/plans", {"action": hold, "items": [item(1), item(2)]})
    await desk.do(f"/items/{submission_id(2)}/1/assessment", assessment())
    before = await everything(desk)
    refused = await desk.ask(f"/plans/{plan['plan_id']}/application", {"hash": plan["hash"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "plan-changed")
    [changed] = refused.json()["changed"]
    assert (changed["shown"]["before"]["state"], changed["now"]["before"]["state"]) == ("in-review", "assessed")
    assert await everything(desk) == before
    other = await desk.do("/plans", {"action": hold, "items": [item(1)]})
    mistaken = await desk.ask(f"/plans/{other['plan_id']}/application", {"hash": plan["hash"]})
    assert mistaken.json()["code"] == "plan-changed"
    whose = {"outcome": "accepted", "attribution": {"lead_institution": "The same for all"}}
    all_alike = await desk.do("/plans", {"action": {"do": "decide", "decision": whose}, "items": [item(2)]})
    assert all_alike["lines"][0]["refusal"] == "one-by-one"
    nothing = await desk.do("/plans", {"action": hold | {"do": "unhold"}, "items": [item(1)]})
    assert nothing["lines"][0]["refusal"] == "not-held-back"
    empty = await desk.ask(f"/plans/{nothing['plan_id']}/application", {"hash": nothing["hash"]})
    assert empty.json()["code"] == "nothing-to-apply"
    assign = {"do": "assign", "assessor": "data-team:3", "reason": "She is back."}
    plan = await desk.do("/plans", {"action": assign, "items": [item(1), item(2)]})
    assert {line["after"]["assessor"] for line in plan["lines"]} == {"data-team:3"}
    await desk.do(f"/plans/{plan['plan_id']}/application", {"hash": plan["hash"]})
    assert (await desk.look(f"/batches/{MONTH}/assignment"))["shares"][0]["items"] == 2
    for body, status, code in (
        ({"action": hold, "items": [item(1)]}, 403, "forbidden"),
        ({"action": assign, "items": []}, 422, "nothing-chosen"),
        ({"action": {"do": "delete"}, "items": [item(1)]}, 422, "invalid"),
        ({"action": assign, "items": [item(1)] * 301}, 422, "invalid"),
    ):
        answer = await desk.ask("/plans", body, who="assessor")
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await desk.ask(f"/plans/{submission_id(1)}/application", {"hash": "0" * 64})).status_code == 404


async def test_a_plan_waits_for_work_under_way_and_sees_it(desk: Desk, database: TestDatabase) -> None:
    """The items are locked before they are compared: what someone is about to change is not overwritten."""
    await enter(desk, 1)
    await desk.close()
    plan = await desk.do("/plans", {"action": {"do": "hold", "reason": "Wait."}, "items": [item(1)]})
    async with open_desk(database, desk.log) as other:
        async with desk.admin.transaction():
            await desk.admin.execute("UPDATE item SET revision = revision + 1")
            path, shown = f"/plans/{plan['plan_id']}/application", {"hash": plan["hash"]}
            applying = asyncio.create_task(other.ask(path, shown))
            await seen(other.waiting_for_locks, what="the plan at the item's row")
        assert (await applying).json()["code"] == "plan-changed"
    assert (await desk.batch())["items"] == {"in-review": 1}


async def test_a_plan_leaves_out_what_its_maker_stays_off(database: TestDatabase) -> None:
    """Shown as refused, and left as it is when the rest is done."""
    finland = MemberAtReceipt(code="FI", name="Finland", kind="national")
    async with open_desk(database, Log(), review_conflicts={"support-unit:1": ("FI",)}) as desk:
        await desk.hear(received(1, proposal=action_of(1)), received(2, proposal=action_of(2), member=finland))
        await desk.close()
        plan = await desk.do("/plans", {"action": {"do": "hold", "reason": "Wait."}, "items": [item(1), item(2)]})
        assert [line["refusal"] for line in plan["lines"]] == [None, "conflict-of-interest"]
        await desk.do(f"/plans/{plan['plan_id']}/application", {"hash": plan["hash"]})
        assert (await desk.batch())["items"] == {"held-back": 1, "in-review": 1}
