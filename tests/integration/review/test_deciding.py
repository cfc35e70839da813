"""Three things decided, each with its first verdict; revisions, holds, reversals, praise; and who stays off."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from services.chassis.codec import encode_text
from tests.conftest import TestDatabase
from tests.controls.envelope import event_of, submission_id
from tests.controls.submissions import withdrawal_requested
from tests.integration.review.conftest import Desk, Log, assessment, bearer, open_desk, received

ITEM = f"/items/{submission_id(1)}/1"
TOO_LATE = assessment(timing="not-met")
LIES_AHEAD = {"code": "timing", "verdict": "met", "reason": "The third milestone lies ahead."}
HOLD = {"reason": "The ministry calls back on Monday."}


@pytest.fixture
async def sealed(desk: Desk) -> Desk:
    """One item, its month over."""
    await desk.hear(received(1))
    await desk.close()
    return desk


async def send(desk: Desk, path: str, body: object, seen: int | str, who: str = "decider") -> httpx.Response:
    """Send a command made by someone who saw this revision."""
    match = f'"{seen}"' if isinstance(seen, int) else seen
    return await desk.client.post(path, json=body, headers={**bearer(who), "If-Match": match})


async def untouched(desk: Desk) -> list[Any]:
    """Everything that a refused command could have changed."""
    return [
        await desk.rows("SELECT * FROM item"),
        await desk.rows("SELECT * FROM history"),
        await desk.told(),
    ]


async def test_an_overruled_verdict_is_kept_beside_the_final_one(sealed: Desk) -> None:
    """In the decision, on `reviews` and in what is shown; the acceptance rests on the final one, which alone leaves."""
    await sealed.do(f"{ITEM}/assessment", TOO_LATE)
    refusal = await sealed.ask(f"{ITEM}/decision", {"outcome": "accepted"})
    assert refusal.json()["code"] == "not-all-met"
    said = {
        "eligibility": {"verdict": "met"},
        "relevance": {"verdict": "met", "overrules": [LIES_AHEAD]},
        "tagging": {"area": "anti-corruption", "reason": "It ends the trade in files."},
    }
    shown = (await sealed.do(f"{ITEM}/decision", {"outcome": "accepted", **said}))["decision"]
    (told,) = [event["data"] for event in await sealed.told("reviews") if ".decision.recorded." in event["type"]]
    overrule = {**LIES_AHEAD, "first_verdict": "not-met", "first_reason": "Looked at twice."}
    for one in (shown, told):
        assert one["relevance"]["overrules"] == [overrule]
        assert [found["verdict"] for found in one["relevance"]["findings"]] == ["met"] * 3
        assert (one["eligibility"]["verdict"], one["relevance"]["verdict"]) == ("met", "met")
        assert (one["tagging"]["proposed_area"], one["tagging"]["area"]) == ("justice", "anti-corruption")
    assert told["reasons_version"] == "2025-11"
    await sealed.release()
    (left,) = [event["data"]["decision"] for event in await sealed.told("decisions")]
    assert LIES_AHEAD in left["findings"]
    assert (left["eligibility"], left["relevance"]) == ("met", "met")
    assert "Looked at twice." not in encode_text([found for found in left["findings"] if found["code"] == "timing"])


DECLINED = {"outcome": "declined", "reason_codes": ["no-future-milestones"]}
DOES_NOT_HOLD: list[tuple[dict[str, Any], str, str]] = [
    ({**DECLINED, "eligibility": {"overrules": [LIES_AHEAD]}}, "unknown-criterion", "eligibility"),
    ({**DECLINED, "relevance": {"overrules": [LIES_AHEAD, LIES_AHEAD]}}, "finding-twice", "relevance"),
    ({**DECLINED, "relevance": {"overrules": [{**LIES_AHEAD, "verdict": "not-met"}]}}, "overrule-same", "relevance"),
    ({**DECLINED, "relevance": {"verdict": "met"}}, "verdict-contradicted", "relevance"),
    ({**DECLINED, "tagging": {"area": "anti-corruption"}}, "area-reason-missing", "area_reason"),
    ({"outcome": "clarification"}, "question-missing", "question"),
]


async def test_what_does_not_hold_is_refused(sealed: Desk) -> None:
    """Each by its code, at its field; nothing has changed."""
    await sealed.do(f"{ITEM}/assessment", TOO_LATE)
    before = await untouched(sealed)
    for said, code, field in DOES_NOT_HOLD:
        refusal = await sealed.ask(f"{ITEM}/decision", said)
        assert refusal.status_code == 422
        assert [(error["code"], error["field"]) for error in refusal.json()["errors"]] == [(code, field)]
    assert await untouched(sealed) == before
    french = {**bearer("decider"), "Accept-Language": "fr-CA"}
    told = (await sealed.client.post(f"{ITEM}/decision", json={"outcome": "accepted"}, headers=french)).json()
    assert told["detail"].startswith("Il ne peut être accepté que si toutes les conditions")


async def test_a_proposed_question_is_taken_over_or_not(sealed: Desk) -> None:
    """The Data Team proposes it with its assessment; whoever decides may ask another."""
    await sealed.do(f"{ITEM}/assessment", {**assessment(timing="unclear"), "question": "When does it end?"})
    taken = await sealed.do(f"{ITEM}/decision", {"outcome": "clarification"})
    assert taken["decision"]["outcome"]["question"] == "When does it end?"
    other = await sealed.do(f"{ITEM}/decision", {"outcome": "clarification", "question": "Who pays for it?"})
    assert other["decision"]["outcome"]["question"] == "Who pays for it?"


async def test_a_stale_command_is_refused_with_the_difference(sealed: Desk) -> None:
    """Each change is a revision; who saw an older one is told what differs, and nothing has changed."""
    first = await sealed.client.get(ITEM, headers=bearer("reader"))
    assert (first.headers["etag"], first.json()["revision"]) == ('"1"', 1)
    assessed = await send(sealed, f"{ITEM}/assessment", TOO_LATE, 1)
    assert assessed.headers["etag"] == '"2"'
    before = await untouched(sealed)
    refusal = await send(sealed, f"{ITEM}/assessment", assessment(), 1)
    assert (refusal.status_code, refusal.json()["code"], refusal.json()["revision"]) == (409, "stale", 2)
    changed = {one["field"]: (one["theirs"], one["now"]) for one in refusal.json()["changed"]}
    assert changed["findings.timing"] == (None, {"verdict": "not-met", "reason": "Looked at twice."})
    assert changed["state"] == ("entered", "assessed")
    assert await untouched(sealed) == before
    await sealed.hear(event_of(withdrawal_requested(), number=1))
    behind = await send(sealed, f"{ITEM}/hold", HOLD, 2)
    assert behind.json()["changed"] == [{"field": "state", "theirs": "assessed", "now": "withdrawn"}]
    for wrong in ("2", '"two"', '"1", "2"'):
        assert (await send(sealed, f"{ITEM}/hold", HOLD, wrong)).json()["code"] == "if-match"
    for anything in ("*", 'W/"3"'):
        assert (await send(sealed, f"{ITEM}/hold", HOLD, anything)).json()["code"] == "withdrawn"


async def test_a_hold_is_told_and_taken_off(sealed: Desk) -> None:
    """Both are told with their reasons; the item is where it was, and leaves with its batch."""
    await sealed.accept(submission_id(1))
    await sealed.do(f"{ITEM}/hold", HOLD)
    assert (await sealed.do(f"{ITEM}/unhold", {"reason": "They called."}))["state"] == "decided"
    told = [event["data"] for event in await sealed.told("reviews") if "held" in event["type"]]
    assert [data["reason"] for data in told] == [HOLD["reason"], "They called."]
    assert (await sealed.ask(f"{ITEM}/unhold", HOLD)).json()["code"] == "not-held-back"
    await sealed.release()
    assert await sealed.kinds("decisions") == ["submission.accepted.v1"]


async def test_a_retracted_reform_is_reinstated(sealed: Desk) -> None:
    """Each decision supersedes the one before and is kept; what encourages the reform stays with it."""
    await sealed.accept(submission_id(1))
    await sealed.release()
    praise = {"promising": True, "support": ["Peer exchange with two other members."], "why": "Many work on it."}
    assert (await sealed.do(f"{ITEM}/encouragement", praise))["encouragement"]["promising"] is True
    assert (await sealed.ask(f"{ITEM}/encouragement", praise)).json()["code"] == "nothing-changed"
    back = {"effect": "correction", "why": "Its owner goes on after all.", "published_title": "Courts, on time"}
    assert (await sealed.ask(f"{ITEM}/reinstatement", back)).json()["code"] == "not-retracted"
    await sealed.do(f"{ITEM}/retraction", {"effect": "silent", "why": "Entered twice."})
    shown = await sealed.do(f"{ITEM}/reinstatement", back)
    assert (shown["state"], shown["encouragement"]["support"]) == ("accepted", praise["support"])
    kinds = [event["type"].split("challenge.")[1] for event in await sealed.told("decisions")]
    assert kinds == [
        "submission.accepted.v1",
        "reform.encouraged.v1",
        "submission.retracted.v1",
        "submission.reinstated.v1",
    ]
    accepted, _, retracted, reinstated = [event["data"] for event in await sealed.told("decisions")]
    assert retracted["supersedes"] == accepted["decision"]["decision_id"]
    assert reinstated["supersedes"] == retracted["decision"]["decision_id"]
    assert reinstated["reform"]["published_title"] == "Courts, on time"
    outcomes = [e["data"]["outcome"] for e in await sealed.told("reviews") if ".decision.recorded." in e["type"]]
    assert outcomes == ["accepted", "retracted", "accepted"]
    unmarked = await sealed.do(f"{ITEM}/encouragement", {"promising": False})
    assert unmarked["encouragement"]["promising"] is False


async def test_whoever_assessed_does_not_decide_where_four_eyes_are_asked_for(database: TestDatabase) -> None:
    """Refused by its code; another may. By default nobody is refused."""
    async with open_desk(database, Log(), review_four_eyes=True) as desk:
        await desk.hear(received(1))
        await desk.close()
        await desk.do(f"{ITEM}/assessment", assessment())
        refusal = await desk.ask(f"{ITEM}/decision", {"outcome": "accepted"})
        assert (refusal.status_code, refusal.json()["code"]) == (409, "same-person")
        await desk.ask(f"{ITEM}/assessment", assessment(), who="assessor")
        assert (await desk.do(f"{ITEM}/decision", {"outcome": "accepted"}))["state"] == "decided"


@pytest.mark.parametrize("code", ["CR", "CRSJO"])
async def test_a_conflict_of_interest_keeps_people_off(database: TestDatabase, code: str) -> None:
    """Off a member, or a whole country with its localities; refused, noted and told once, and nothing else changes."""
    place = {"code": "CRSJO", "name": "San José", "kind": "local"}
    conflicts = {"data-team:1": (code,), "support-unit:1": ("FR",)}
    async with open_desk(database, Log(), review_conflicts=conflicts) as desk:
        await desk.hear(received(1, member=place))
        await desk.close()
        before = [await desk.rows("SELECT * FROM item"), await desk.rows("SELECT * FROM history")]
        for _ in range(2):
            refusal = await desk.ask(f"{ITEM}/assessment", assessment(), who="assessor")
            assert (refusal.status_code, refusal.json()["code"]) == (403, "conflict-of-interest")
        assert [await desk.rows("SELECT * FROM item"), await desk.rows("SELECT * FROM history")] == before
        noted = [event["data"]["actor"] for event in await desk.told("reviews") if ".recusal." in event["type"]]
        assert noted == ["data-team:1"]
        assert len(await desk.rows("SELECT * FROM recusal WHERE month = '2026-11'")) == 1
        await desk.do(f"{ITEM}/assessment", assessment())


OLD_RULING = """
UPDATE item SET ruling = (
    (ruling::jsonb - '{eligibility,relevance,tagging,reasons_version,supersedes}'::text[]) || jsonb_build_object(
        'findings', (ruling::jsonb #> '{eligibility,findings}') || (ruling::jsonb #> '{relevance,findings}'),
        'area', 'anti-corruption', 'area_reason', 'It ends the trade in files.'))::text
"""
MIGRATION = Path("services/review/migrations/0004_decisions.sql").read_text()
NEW_RULING = MIGRATION.partition("-- a ruling is now")[2].partition("\n")[2].partition("-- migrate")[0]


async def test_decisions_from_before_are_read_as_three_things(sealed: Desk) -> None:
    """What stood as one list of findings is parted into gates and criteria; the area is its tagging."""
    await sealed.do(f"{ITEM}/assessment", assessment(timing="unclear", member="not-met"))
    await sealed.do(f"{ITEM}/decision", {"outcome": "clarification", "question": "When?"})
    await sealed.admin.execute(OLD_RULING)
    assert (await sealed.client.get(ITEM, headers=bearer("reader"))).status_code == 500
    await sealed.admin.execute(NEW_RULING)
    decision = (await sealed.look(ITEM))["decision"]
    assert [decision[part]["verdict"] for part in ("eligibility", "relevance")] == ["not-met", "unclear"]
    assert [len(decision[part]["findings"]) for part in ("eligibility", "relevance")] == [2, 3]
    assert decision["tagging"] == {
        "declared_area": "justice",
        "proposed_area": "anti-corruption",
        "area": "anti-corruption",
        "reason": "It ends the trade in files.",
    }
    assert (decision["reasons_version"], decision["note"]) == ("2025-11", None)
