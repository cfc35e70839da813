"""The registry on a real Postgres: what a submission is held against, and what is kept of each change."""

import asyncio
from datetime import date
from typing import Any

from services.chassis.doors.tables import LIMIT_BYTES
from services.intake.domain.plans import AwardRound, Commitment, Plan, PlanBook
from services.intake.store.registry import find_challenge, find_open_rounds, find_plans
from tests.controls.intake import as_body, standalone_form
from tests.integration.intake.acting import send_in
from tests.integration.intake.conftest import Intake, bearer


async def test_plans_are_found_by_their_codes_and_by_their_commitments(intake: Intake) -> None:
    """In one statement: a plan that was only named, a commitment with its plan; the others are not given."""
    await intake.admin.execute(
        "INSERT INTO intake.plan VALUES ('CO-6', 'CO', 'Sexto plan', '2025-01-01', '2027-12-31', NULL, NULL),"
        " ('FI-5', 'FI', 'Plan', '2023-09-01', '2027-08-31', '2024-09-01', '2024-12-31'),"
        " ('SN-2', 'SN', 'Plan', '2025-01-01', '2028-12-31', NULL, NULL);"
        "INSERT INTO intake.commitment VALUES ('FI0035', 'FI-5', 'Ethics'), ('FI0036', 'FI-5', 'Another')"
    )
    async with intake.database.transaction() as tx:
        found = await find_plans(tx, ["CO-6", "NO-1"], ["FI0035", "SN0001"])
    finnish = Plan(
        code="FI-5",
        member_code="FI",
        title="Plan",
        starts_on=date(2023, 9, 1),
        ends_on=date(2027, 8, 31),
        window_opens_on=date(2024, 9, 1),
        window_closes_on=date(2024, 12, 31),
    )
    colombian = Plan(
        code="CO-6", member_code="CO", title="Sexto plan", starts_on=date(2025, 1, 1), ends_on=date(2027, 12, 31)
    )
    ethics = Commitment(commitment_id="FI0035", plan=finnish, title="Ethics")
    assert found == PlanBook(plans={"CO-6": colombian, "FI-5": finnish}, commitments={"FI0035": ethics})


async def test_the_rounds_that_are_open_on_a_day_are_found(intake: Intake) -> None:
    """Both days are included, and the round that closes first comes first."""
    await intake.admin.execute(
        "INSERT INTO intake.award_round VALUES ('2026-all', '2026-01-01', '2026-12-31', 'Awards 2026', 'Prix 2026'),"
        " ('2026-europe', '2026-11-01', '2026-11-30', 'Europe', NULL),"
        " ('2025-all', '2025-01-01', '2025-12-31', 'Past', NULL)"
    )
    async with intake.database.transaction() as tx:
        first, last = [await find_open_rounds(tx, date(2026, 11, day)) for day in (1, 30)]
        [alone] = await find_open_rounds(tx, date(2026, 12, 1))
        assert await find_open_rounds(tx, date(2027, 1, 1)) == []
    assert [found.code for found in first] == [found.code for found in last] == ["2026-europe", "2026-all"]
    assert alone == AwardRound(
        code="2026-all",
        opens_on=date(2026, 1, 1),
        closes_on=date(2026, 12, 31),
        names={"en": "Awards 2026", "fr": "Prix 2026"},
    )


async def test_whatever_changes_the_registry_is_kept(intake: Intake) -> None:
    """By hand too: who, from what to what; what changes nothing is no change."""
    await intake.admin.execute("UPDATE intake.member SET status = 'inactive' WHERE code = 'CO'")
    await intake.admin.execute("UPDATE intake.member SET status = 'inactive' WHERE code = 'CO'")
    await intake.admin.execute("UPDATE intake.challenge SET ends_on = '2029-12-31'")
    changes = await intake.rows("SELECT * FROM intake.registry_change WHERE before IS NOT NULL ORDER BY change_id")
    assert [(change["kind"], change["key"]) for change in changes] == [("members", "CO"), ("dates", "challenge")]
    assert (changes[0]["before"]["status"], changes[0]["after"]["status"]) == ("active", "inactive")
    assert changes[0]["changed_by"].startswith("database:")


async def bring_in(intake: Intake, table: str, text: str, *, dry_run: bool = False) -> Any:
    """Bring a table in, as staff do."""
    answer = await intake.client.post(
        f"/registry/{table}", content=text.encode(), params={"dry_run": dry_run}, headers=bearer("registry")
    )
    return answer.json()


async def history(intake: Intake, key: str) -> list[dict[str, Any]]:
    """Give what became of one, the latest first, without the times."""
    answer = await intake.client.get(f"/registry/changes/{key}", headers=bearer("registry"))
    return [{name: change[name] for name in change if name != "changed_at"} for change in answer.json()["changes"]]


async def test_a_dry_run_says_what_the_import_does_and_does_nothing(intake: Intake) -> None:
    """The same answer but for its name; then it is done, signed and kept; the same again changes nothing."""
    text = (
        "code,kind,country,region,name,status\nUK,national,GB,Europe,United Kingdom,suspended\n"
        "XK,national,XK,Europe,Kosovo,not-a-member"
    )
    tried = await bring_in(intake, "members", text, dry_run=True)
    assert await history(intake, "XK") == []
    done = await bring_in(intake, "members", text)
    assert tried == done | {"dry_run": True}
    assert (done["added"], done["changed"], done["removed"], done["unchanged"]) == (1, 1, 0, 0)
    assert done["changes"][0] == {
        "row": 2,
        "key": "UK",
        "what": "changed",
        "columns": [{"column": "status", "before": "active", "after": "suspended"}],
    }
    again = await bring_in(intake, "members", text)
    assert (again["changes"], again["unchanged"]) == ([], 2)
    changed, _its_point_of_contact, added = await history(intake, "UK")
    assert (changed["changed_by"], changed["before"]["status"], changed["after"]["status"]) == (
        "staff:registry",
        "active",
        "suspended",
    )
    assert (added["changed_by"], added["before"], added["after"]["country"]) == ("seed", None, "GB")


async def test_one_fault_keeps_all_rows_out(intake: Intake) -> None:
    """And every one is named with its row, its column and its sentence."""
    text = "code,status\nCO,inactive\nFI,gone\nQQ,active"
    refused = await bring_in(intake, "members", text)
    assert (refused["status"], refused["code"], refused["total"]) == (422, "registry-table", 5)
    assert refused["errors"][0] == {
        "row": 3,
        "column": "status",
        "code": "unknown-value",
        "detail": "The value is not one of those that can stand here.",
    }
    assert len(await history(intake, "CO")) == 2  # as it was seeded: the member and its point of contact


async def test_plans_commitments_rounds_and_dates_are_brought_in_and_taken_out(intake: Intake) -> None:
    """What is taken out can be brought in again, and changes nothing."""
    tables = {
        "plans": (
            "code,member_code,title,starts_on,ends_on,window_opens_on,window_closes_on\r\n"
            "FI-5,FI,'=Fifth plan,2023-09-01,2027-08-31,2024-09-01,2024-12-31\r\n"
        ),
        "commitments": "commitment_id,plan_code,title\r\nFI0035,FI-5,Ethics of public officials\r\n",
        "rounds": "code,opens_on,closes_on,name_en,name_fr,name_es\r\n2026-all,2026-01-01,2026-12-31,Awards,Prix,\r\n",
        "dates": "starts_on,ends_on\r\n2023-11-01,2029-06-30\r\n",
    }
    for table, text in tables.items():
        assert (await bring_in(intake, table, text))["unchanged"] == 0, table
        taken = await intake.client.get(f"/registry/{table}", headers=bearer("registry"))
        assert taken.text == text
        assert (await bring_in(intake, table, taken.text))["changes"] == []
    async with intake.database.transaction() as tx:
        found = await find_plans(tx, [], ["FI0035"])
        assert found.commitments["FI0035"].plan.title == "=Fifth plan"
        assert (await find_challenge(tx)).ends_on == date(2029, 6, 30)
    assert [change["table"] for change in await history(intake, "challenge")] == ["dates"]


async def test_points_of_contact_stand_in_the_vault_alone(intake: Intake) -> None:
    """Who leaves, leaves the vault; whoever stays keeps the reference; the history names nobody."""
    [before] = await _pocs(intake, "CO")
    text = f"code,name,address,language\nCO,Íñigo Sauce,{before['address']},es\nCO,Ada Sauce,canary@example.org,es"
    done = await bring_in(intake, "pocs", text)
    assert [(change["what"], [one["column"] for one in change["columns"]]) for change in done["changes"]] == [
        ("changed", ["name"]),
        ("added", []),
    ]
    first, second = await _pocs(intake, "CO")
    assert {first["ref"], second["ref"]} > {before["ref"]}
    assert {first["name"], second["name"]} == {"Íñigo Sauce", "Ada Sauce"}
    assert len((await bring_in(intake, "pocs", "code,name,address\nCO,,"))["changes"]) == 2
    assert await _pocs(intake, "CO") == []
    gone = await intake.client.get(f"/contacts/{before['ref']}", headers=bearer("notify"))
    assert (gone.status_code, gone.json()["code"]) == (410, "erased")
    changes = await intake.rows("SELECT before::text, after::text FROM intake.registry_change WHERE kind = 'pocs'")
    assert len([change for change in changes if change["before"]]) == 3
    kept = " ".join(str(change) for change in changes)
    assert "example" not in kept
    assert "Sauce" not in kept


async def test_imports_wait_for_one_another(intake: Intake) -> None:
    """Two at the same moment: the second sees what the first did."""
    text = "code,opens_on,closes_on,name_en\n2026-all,2026-01-01,2026-12-31,Awards"
    both = await asyncio.gather(*(bring_in(intake, "rounds", text) for _ in range(4)))
    assert sorted(done["added"] for done in both) == [0, 0, 0, 1]


async def test_only_staff_may_change_the_registry(intake: Intake) -> None:
    """401 without a token, 403 with another's, at every door; and the body is not read before."""
    for method, path in (("POST", "/registry/members"), ("GET", "/registry/members"), ("GET", "/registry/changes/CO")):
        for headers, status in (({}, 401), (bearer("operator"), 403)):
            answer = await intake.client.request(method, path, headers=headers, content=b"x")
            assert answer.status_code == status, path
    assert (await intake.client.get("/registry/pocs", headers=bearer("registry"))).status_code == 422
    assert (await bring_in(intake, "secrets", "x"))["status"] == 422
    assert (await bring_in(intake, "members", "x" * (LIMIT_BYTES + 1)))["code"] == "too-large"


async def test_anyone_may_ask_who_is_a_member(intake: Intake) -> None:
    """In the language asked for, kept for five minutes, and not sent twice."""
    await bring_in(intake, "members", "code,kind,country,region,name,status\nXK,national,XK,Europe,x,not-a-member")
    answer = await intake.client.get("/members", params={"language": "fr"})
    members = {member["code"]: member for member in answer.json()["members"]}
    assert members["UK"] == {
        "code": "UK",
        "kind": "national",
        "country": "GB",
        "region": "Europe",
        "name": "Royaume-Uni",
        "stories_only": False,
    }
    assert (members["CIOUE"]["name"], members["XK"]["stories_only"]) == ("Ouellé", True)
    assert answer.headers["cache-control"] == "public, max-age=300"
    headers = {"If-None-Match": f'W/{answer.headers["etag"]}, "x"'}
    assert (await intake.client.get("/members", params={"language": "fr"}, headers=headers)).status_code == 304
    assert (await intake.client.get("/members", params={"language": "es"}, headers=headers)).status_code == 200
    assert (await intake.client.get("/members", params={"language": "\x00"})).status_code == 422


async def test_anyone_may_ask_for_the_dates_and_the_areas(intake: Intake) -> None:
    """The zone by which the dates go stands beside them."""
    answer = (await intake.client.get("/challenge", params={"language": "es-CO"})).json()
    assert (answer["starts_on"], answer["ends_on"], answer["zone"]) == ("2023-11-01", "2028-12-31", "UTC")
    assert {"code": "justice", "name": "Justicia"} in answer["areas"]
    assert len(answer["areas"]) == 10


async def test_a_status_is_shown_to_the_reviewer_and_refuses_nobody(intake: Intake) -> None:
    """But a country that is declared no member has stories only."""
    await bring_in(intake, "members", "code,status\nCO,withdrawn")
    await send_in(intake, 1)
    [told] = await intake.told()
    assert (told["event"]["data"]["member"]["status"], told["event"]["data"]["flags"]) == (
        "withdrawn",
        ["member-not-active"],
    )
    await bring_in(intake, "members", "code,status\nCO,not-a-member")
    refused = await intake.client.post("/submissions", content=as_body(standalone_form(2)))
    assert (refused.status_code, refused.json()["code"]) == (422, "stories-only")


async def _pocs(intake: Intake, code: str) -> list[dict[str, Any]]:
    answer = await intake.client.get(f"/members/{code}/poc", headers=bearer("notify"))
    found: list[dict[str, Any]] = answer.json()["pocs"]
    return found
