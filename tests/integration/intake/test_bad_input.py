"""The cases of bad input, through every door: each ends in its one exit, and nothing else moves."""

import asyncio
from base64 import b64decode
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from contracts.topics import PARTITIONS
from services.chassis.doors.signatures import key_of, sign
from services.chassis.outbox import partition_of
from tests.bad_input.cases import Case, Door, cases
from tests.bad_input.registry import fill_registry
from tests.controls.intake import action_plan_form, as_body, standalone_form
from tests.integration.intake.conftest import OLD_WEBHOOK_SECRET, WEBHOOK_SECRET, Intake, bearer

OWNER_OF = {"submit:SN": "senegal", "submit:FI": "finland"}


class FormsRecord(NamedTuple):
    """A record as the client library gives it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


def record_of(case: Case) -> FormsRecord:
    """Put a case into a record of `forms`."""
    raw, key = case.raw, case.raw.get("key")
    headers: list[tuple[str, bytes | None]] = [
        (name, None if value is None else b64decode(value)) for name, value in raw.get("raw_headers", [])
    ]
    if "token" in raw:
        headers.append(("authorization", f"Bearer token-of-{OWNER_OF[raw['token']]}".encode()))
    home = partition_of(key, PARTITIONS) if key else case.number
    return FormsRecord(
        topic="forms",
        partition=(home + raw.get("partition_shift", 0)) % PARTITIONS,
        offset=case.number,
        timestamp=0,
        key=key.encode() if key else None,
        value=case.body_for_kafka(),
        headers=tuple(headers),
    )


async def send(intake: Intake, case: Case) -> Any:
    """Send a case through the HTTP door."""
    headers = bearer(OWNER_OF[case.raw["token"]]) if "token" in case.raw else {}
    return await intake.client.post(
        "/submissions", content=case.body() or b"", headers=headers | case.raw.get("headers", {})
    )


async def send_signed(intake: Intake, case: Case) -> Any:
    """Send a case through the door of form systems."""
    wanted = case.raw.get("webhook", {})
    key = key_of(OLD_WEBHOOK_SECRET if wanted.get("is_old_key") else WEBHOOK_SECRET)
    signed_at = datetime.now(UTC) - timedelta(seconds=wanted.get("age_seconds", 0))
    body, webhook_id = case.body() or b"", f"case-{case.number}"
    headers = {
        "webhook-id": webhook_id,
        "webhook-timestamp": f"{int(signed_at.timestamp())}",
        "webhook-signature": wanted.get("signature", sign(key, webhook_id, signed_at, body)),
    }
    headers.pop(wanted.get("without", ""), None)
    source = wanted.get("source", "form-system:senegal")
    return await intake.client.post(f"/webhooks/{source}", content=body, headers=headers)


@pytest.mark.parametrize(("door", "knock"), [("http", send), ("webhook", send_signed)])
async def test_every_case_gets_its_answer(
    intake: Intake, door: Door, knock: Callable[[Intake, Case], Awaitable[Any]]
) -> None:
    """Status, code and field; what is accepted is told untouched, with its flags; no other row is written."""
    await fill_registry(intake.admin)
    for case in cases(door):
        answer = await knock(intake, case)
        if case.is_accepted:
            assert answer.status_code == 201, (str(case), answer.text)
            continue
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (case.raw["status"], case.raw["code"]), (str(case), problem)
        assert answer.headers["content-type"] == "application/problem+json"
        assert not case.raw["field"] or problem["errors"][0]["field"] == case.raw["field"], (str(case), problem)
    told = {event["event"]["data"]["external_id"]: event["event"]["data"] for event in await intake.told()}
    accepted = {case: told.pop(case.sent_id) for case in cases(door) if case.is_accepted}
    assert told == {}
    for case, data in accepted.items():
        assert sorted(data["flags"]) == sorted(case.raw["flags"]), str(case)
        assert {name: data[case.text_name][name] for name in case.text} == case.text, str(case)


async def test_problems_are_told_in_the_readers_language(intake: Intake) -> None:
    """Every case in French and in Spanish: another sentence, the same code; and it is said which language it is."""
    await fill_registry(intake.admin)
    for case in cases("http"):
        if case.is_accepted:
            continue
        answers = [await send(intake, case.speaking(language)) for language in ("en", "fr-CA", "es")]
        assert [answer.headers["content-language"] for answer in answers] == ["en", "fr", "es"], str(case)
        problems = [answer.json() for answer in answers]
        assert {problem["code"] for problem in problems} == {case.raw["code"]}
        for texts in zip(*map(_texts, problems), strict=True):
            assert len(set(texts)) == 3, (str(case), texts)


def _texts(problem: dict[str, Any]) -> list[str]:
    return [problem["detail"], *(error["detail"] for error in problem.get("errors", []))]


async def test_every_case_gets_its_exit_at_the_forms_door(intake: Intake) -> None:
    """All in one chunk: the good are taken in, the bad are kept apart and told, with code and field."""
    await fill_registry(intake.admin)
    records = {case: record_of(case) for case in cases("forms")}
    async with intake.database.transaction() as tx:
        await intake.on_forms(list(records.values()), tx)
    refused = {
        event["event"]["data"]["offset"]: event["event"]["data"]
        for event in await intake.told()
        if event["topic"] == "forms-refused"
    }
    for case, record in records.items():
        if case.is_accepted:
            assert record.offset not in refused, (str(case), refused[record.offset])
        else:
            [first, *_] = refused[record.offset]["problems"]
            assert (first["code"], first["field"]) == (case.raw["code"], case.told_field), str(case)
    assert len(refused) == sum(not case.is_accepted for case in records)
    kept = await intake.rows('SELECT "offset", codes FROM intake.quarantine')
    assert {row["offset"]: row["codes"][0] for row in kept} == {
        case.number: case.raw["code"] for case in records if not case.is_accepted
    }


async def test_a_chunk_that_comes_again_changes_nothing(intake: Intake) -> None:
    """Neither submissions nor refusals are told twice, however the chunk is cut."""
    records = [record_of(case) for case in cases("forms")]
    async with intake.database.transaction() as tx:
        await intake.on_forms(records, tx)
    told = await intake.told()
    for cut in (len(records), 7):
        for start in range(0, len(records), cut):
            async with intake.database.transaction() as tx:
                await intake.on_forms(records[start : start + cut], tx)
    assert await intake.told() == told


async def test_both_doors_share_one_identity(intake: Intake) -> None:
    """What a token sent by HTTP is the same when it sends it by Kafka; other content under its id is refused there."""
    answer = await intake.client.post("/submissions", content=as_body(action_plan_form(1)), headers=bearer("senegal"))
    assert answer.status_code == 201
    headers = (("authorization", b"Bearer token-of-senegal"),)
    same = FormsRecord("forms", 0, 1, 0, None, as_body(action_plan_form(1)), headers)
    other = same._replace(offset=2, value=as_body(action_plan_form(1, proposal__title="Un autre")))
    async with intake.database.transaction() as tx:
        await intake.on_forms([same, other], tx)
    refused, received = await intake.told()
    assert received["key"] == answer.json()["id"]
    data = refused["event"]["data"]
    assert (data["offset"], data["source"], data["external_id"]) == (2, "form:plans", "plan-000001")
    assert data["problems"] == [{"code": "id-reused", "field": "/external_id"}]


async def test_a_new_topic_with_old_offsets_is_not_mistaken(intake: Intake) -> None:
    """After the topic was made anew, another bad record at the same place is refused for itself."""
    for value in (b"not json", b"not json either"):
        async with intake.database.transaction() as tx:
            await intake.on_forms([FormsRecord("forms", 0, 0, 0, None, value, ())], tx)
    assert len(await intake.rows("SELECT FROM intake.quarantine")) == 2


async def test_quarantine_is_sealed(intake: Intake) -> None:
    """What was refused may hold an address: it is kept like the vault."""
    body = as_body(standalone_form(1, source="kafka:upstream", member="Colombia"))
    async with intake.database.transaction() as tx:
        await intake.on_forms([FormsRecord("forms", 3, 5, 0, None, body, ())], tx)
    [row] = await intake.rows("SELECT t::text AS row FROM intake.quarantine t")
    assert "Nogal" not in row["row"]
    assert b"Nogal".hex() not in row["row"]


NO_NUMBERS = "INSERT INTO intake.reference_year VALUES (extract(year FROM now()), 999999998)"
NO_SUCH_ID = "ALTER TABLE intake.submission ADD CHECK (external_id = 'form-000001')"


@pytest.mark.parametrize("obstacle", [NO_NUMBERS, NO_SUCH_ID], ids=["a year's numbers used up", "a CHECK"])
async def test_what_cannot_be_kept_spoils_nobody_else(intake: Intake, obstacle: str) -> None:
    """What no edge foresees: every form is refused by itself, and none is lost or stuck."""
    await intake.admin.execute(obstacle)
    records = [
        FormsRecord("forms", 0, number, 0, None, as_body(standalone_form(number, source="kafka:upstream")), ())
        for number in range(3)
    ]
    async with intake.database.transaction() as tx:
        await intake.on_forms(records, tx)
    told = await intake.told()
    assert [event["type"].rpartition("challenge.")[2] for event in told] == [
        "form.refused.v1",
        "form.refused.v1",
        "submission.received.v1",
    ]
    assert len(await intake.rows("SELECT FROM intake.submission")) == 1
    assert told[0]["event"]["data"]["problems"] == [{"code": "unstorable", "field": ""}]


async def test_one_bad_request_does_not_spoil_its_neighbours(intake: Intake) -> None:
    """The database refuses one of a group: that one fails, the others get their receipts."""
    await intake.admin.execute(
        "ALTER TABLE intake.submission ADD CHECK (external_id <> 'form-000007')"  # what no edge foresees
    )
    bodies = [as_body(standalone_form(number)) for number in range(1, 21)]
    answers = await asyncio.gather(*(intake.client.post("/submissions", content=body) for body in bodies))
    assert [answer.status_code for answer in answers] == [201] * 6 + [500] + [201] * 13


@pytest.mark.parametrize("door", ["http", "forms", "webhook"])
def test_there_are_cases_for_each_door(door: Door) -> None:
    """At least a hundred."""
    assert len(list(cases(door))) >= 100
