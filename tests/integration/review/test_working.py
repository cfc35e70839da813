"""Working on a month together: who assesses what, who is brought together, what is flagged, other criteria."""

from collections import Counter
from collections.abc import AsyncIterator

import asyncpg
import pytest

from contracts.submissions import MemberAtReceipt
from contracts.vocabulary import Area
from services.review.comparing import compare_due
from services.review.flagging import flag_due, pair_due
from services.review.store.flags import list_flags
from services.review.store.whatif import thinking
from tests.conftest import TestDatabase
from tests.controls.envelope import MONTH, event_of, submission_id
from tests.controls.submissions import submission_amended
from tests.integration.review.conftest import Desk, Log, assessment, bearer, open_desk, received
from tests.integration.review.together import action_of, enter, everything

TEAM = ("data-team:1", "data-team:2", "data-team:3")


@pytest.fixture
async def desk(database: TestDatabase) -> AsyncIterator[Desk]:
    """Review with three who assess, one of whom stays off Senegal."""
    conflicts = {"data-team:2": ("SN",)}
    async with open_desk(database, Log(), review_assessors=TEAM, review_conflicts=conflicts) as opened:
        yield opened


async def test_items_are_spread_evenly_and_explained_and_a_dry_run_changes_nothing(desk: Desk) -> None:
    """What the dry run shows is what is done; who has something keeps it; nobody gets what they stay off."""
    senegal = MemberAtReceipt(code="SN", name="Senegal", kind="national")
    await enter(desk, 4)
    await desk.hear(*(received(number, proposal=action_of(number), member=senegal) for number in (5, 6, 7)))
    assert (await desk.ask(f"/batches/{MONTH}/assignment", {})).json()["code"] == "batch-not-sealed"
    assert (await desk.ask("/batches/2020-01/assignment", {})).status_code == 404
    await desk.close()
    before = await everything(desk)
    shown = await desk.do(f"/batches/{MONTH}/assignment?dry_run=true", {})
    assert await everything(desk) == before
    done = await desk.do(f"/batches/{MONTH}/assignment", {})
    assert shown["assignments"] == done["assignments"]
    has = {one["submission_id"]: one["assessor"] for one in done["assignments"]}
    assert max(Counter(has.values()).values()) - min(Counter(has.values()).values()) <= 1
    assert {has[str(submission_id(number))] for number in (5, 6, 7)} == {"data-team:1", "data-team:3"}
    assert all(one["why"] for one in done["assignments"])
    assert (await desk.kinds("reviews")).count("submission.assigned.v1") == 7
    again = await desk.do(f"/batches/{MONTH}/assignment", {})
    assert {one["code"] for one in again["assignments"]} == {"kept"}
    assert (await desk.kinds("reviews")).count("submission.assigned.v1") == 7
    shares = (await desk.look(f"/batches/{MONTH}/assignment"))["shares"]
    assert sum(share["items"] for share in shares) == sum(share["waiting"] for share in shares) == 7


async def test_an_item_is_handed_over_with_a_reason(desk: Desk) -> None:
    """To anyone who may; it stands in the item's history, and makes no assessment under way stale."""
    await enter(desk, 1, member=MemberAtReceipt(code="SN", name="Senegal", kind="national"))
    await desk.close()
    path = f"/items/{submission_id(1)}/1"
    revision = (await desk.look(path))["revision"]
    wish = {"assessor": "data-team:3", "reason": "She knows the ministry."}
    assert (await desk.do(f"{path}/assignment", wish))["code"] == "by-hand"
    assert (await desk.ask(f"{path}/assignment", wish)).json()["code"] == "already-theirs"
    refused = await desk.ask(f"{path}/assignment", {**wish, "assessor": "data-team:2"})
    assert (refused.status_code, refused.json()["code"]) == (422, "conflict-of-interest")
    seen = await desk.look(path)
    assert seen["revision"] == revision
    assert [(one["type"], one["body"]["reason"]) for one in seen["history"]] == [
        ("submission.assigned.v1", "She knows the ministry.")
    ]
    await desk.accept(submission_id(1))
    await desk.release()
    assert (await desk.ask(f"{path}/assignment", wish)).json()["code"] == "already-released"


async def _enter_two_institutions(desk: Desk) -> None:
    two = (received(1), received(2, proposal=action_of(2, lead_institution="Contraloría General")))
    await desk.hear(*two, received(3, proposal=action_of(3, declared_area=Area.CIVIC_SPACE)))
    await desk.close()
    await compare_due(desk.database, 10)
    await flag_due(desk.database, 10)
    await pair_due(desk.database, 10)


async def test_a_case_of_coordination_is_opened_worked_on_and_closed(desk: Desk) -> None:
    """By role and institution, never by person; two institutions are no duplicates; each step is told whole."""
    await _enter_two_institutions(desk)
    path = f"/coordination/{MONTH}/CR/justice"
    case = await desk.look(path)
    assert (case["state"], case["items"], case["revision"]) == ("open", 2, 0)
    assert case["institutions"] == ["Contraloría General", "Presidencia de la Corte Suprema de Justicia"]
    assert (await desk.look(f"/coordination?month={MONTH}"))["cases"] == [case]
    spoken = {"role": "holder", "institution": "Contraloría General", "contacted_on": "2026-11-20"}
    contact = {"do": "contact", **spoken}
    assert (await desk.do(path, contact))["state"] == "contacted"
    for wrong, code in (
        ({**contact, "role": "Ana Rojas"}, "unknown-role"),
        ({**contact, "institution": "Ana Rojas"}, "unknown-institution"),
        ({**contact, "contacted_on": "2099-01-01"}, "date-ahead"),
        ({"do": "conclude", "outcome": "Write to ana@example.org"}, "personal-data"),
        ({"do": "reopen"}, "coordination-open"),
    ):
        assert (await desk.ask(path, wrong)).json()["code"] == code
    late = await desk.client.post(
        path, json={"do": "reopen"}, headers={**bearer("assessor"), "If-Match": f'"{case["revision"]}"'}
    )
    assert (late.status_code, late.json()["code"]) == (409, "stale")
    closed = await desk.do(path, {"do": "conclude", "outcome": "Both keep their action, with one dashboard."})
    assert (closed["state"], closed["revision"]) == ("closed", 2)
    assert (await desk.ask(path, contact)).json()["code"] == "coordination-closed"
    assert (await desk.do(path, {"do": "reopen"}))["state"] == "contacted"
    told = [event for event in await desk.told("reviews") if "coordination.updated" in event["type"]]
    assert [event["data"]["state"] for event in told] == ["contacted", "closed", "contacted"]
    assert told[1]["data"]["contacts"] == [spoken]
    assert (await desk.client.get("/coordination/2026-11/CR/health", headers=bearer("reader"))).status_code == 422
    assert (await desk.client.get(f"/coordination/{MONTH}/CR/justice")).status_code == 401


async def test_items_of_a_case_are_flagged_and_flagged_again_after_a_loss(desk: Desk) -> None:
    """Those of its area alone, and as no duplicates; what is made at leisure can be made anew."""
    await _enter_two_institutions(desk)
    async with desk.database.transaction() as tx:
        flags = await list_flags(tx, [(str(submission_id(number)), 1) for number in (1, 2, 3)])
    assert list(flags.values()) == [("coordination",), ("coordination",), ()]
    await desk.rows("TRUNCATE coordination_item, flagged")
    await desk.rows("UPDATE coordination SET listed = false")
    await flag_due(desk.database, 10)
    assert await desk.rows("SELECT count(*) AS n FROM flagged WHERE flag = 'coordination'") == [{"n": 2}]


async def test_a_thought_under_a_draft_says_what_would_differ_and_writes_nothing(desk: Desk) -> None:
    """Of a month that is released; no row changes, nothing is told."""
    await enter(desk, 3)
    await desk.close()
    await desk.accept(submission_id(1))
    path = f"/items/{submission_id(2)}/1"
    await desk.do(f"{path}/assessment", assessment(timing="not-met"))
    await desk.do(f"{path}/decision", {"outcome": "declined", "reason_codes": ["no-future-milestones"]})
    await desk.do(f"/items/{submission_id(3)}/1/hold", {"reason": "Wait."})
    await desk.release()
    before = await everything(desk)
    [draft] = (await desk.look("/drafts"))["criteria"]
    thought = await desk.look(f"/batches/{MONTH}/what-if?criteria={draft}")
    assert {(one["code"], one["kind"]) for one in thought["changes"]} == {
        ("collaboration", "added"),
        ("timing", "reworded"),
    }
    assert (thought["same"], thought["differs"], thought["look_again"], thought["undecided"]) == (0, 0, 2, 1)
    assumed = f"/batches/{MONTH}/what-if?criteria={draft}&assume=collaboration:not-met&assume=timing:met"
    thought = await desk.look(assumed)
    assert (thought["same"], thought["differs"]) == (1, 1)
    [other] = thought["items"]
    assert (other["decided"], other["would_be"], other["why"][0]["code"]) == ("accepted", "declined", "collaboration")
    same = await desk.look(f"/batches/{MONTH}/what-if?criteria=2025-11")
    assert (same["same"], same["items"]) == (2, [])
    for query, code in (
        ("criteria=../../etc", "unknown-draft"),
        (f"criteria={draft}&assume=timing", "assume"),
        (f"criteria={draft}&assume=never:met", "unknown-criterion"),
    ):
        answer = await desk.client.get(f"/batches/{MONTH}/what-if?{query}", headers=bearer("reader"))
        assert answer.json()["code"] == code
    assert await everything(desk) == before


async def test_while_thinking_the_database_refuses_to_write(desk: Desk) -> None:
    """Not by care alone: whatever a thought might try, nothing of it stays."""
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with thinking(desk.database) as tx:
            await tx.execute("INSERT INTO flagging_due VALUES (gen_random_uuid())")


async def test_flags_follow_the_texts(desk: Desk) -> None:
    """Possible duplicates are flagged on both sides, and no longer when one is amended; an older text's flags go."""
    said = "Publicar los contratos de obra pública con sus pagos"
    late = action_of(2, title=said, milestones=())
    await desk.hear(received(1, proposal=action_of(1, title=said)), received(2, proposal=late), received(3))
    keys = [(str(submission_id(number)), 1) for number in (1, 2, 3)]

    async def flags() -> list[tuple[str, ...]]:
        await compare_due(desk.database, 10)
        assert await pair_due(desk.database, 10) == 0
        while await flag_due(desk.database, 2) or await pair_due(desk.database, 2):
            pass
        async with desk.database.transaction() as tx:
            return list((await list_flags(tx, keys)).values())

    assert await flags() == [("duplicate",), ("timing", "duplicate"), ()]
    other = action_of(2, title="Lobby a la vista", lead_institution="Cultura")
    await desk.hear(event_of(submission_amended(proposal=other), number=2))
    assert await flags() == [(), (), ()]
    await desk.rows("TRUNCATE flagged, alike")
    await desk.rows("INSERT INTO flagging_due SELECT DISTINCT submission_id FROM item")
    assert await flags() == [(), (), ()]
