"""The vault tells who may ask, and nobody else."""

import io
from uuid import uuid4

from tests.integration.intake.acting import send_in
from tests.integration.intake.conftest import Intake, bearer


async def test_the_vault_tells_only_who_may_ask(intake: Intake) -> None:
    """Contacts are sealed in the table, open at the door, and nowhere else."""
    given = await send_in(intake)
    [row] = await intake.rows("SELECT contact_ref, holder_ref FROM intake.submission")
    path = f"/contacts/{row['contact_ref']}"
    tries = [{}, bearer("senegal"), bearer("notify")]
    answers = [await intake.client.get(path, headers=headers) for headers in tries]
    assert [answer.status_code for answer in answers] == [401, 403, 200]
    assert answers[2].json() == {"name": "Lucía Nogal", "address": "lucia.nogal@example.org", "language": "es"}
    holder = await intake.client.get(f"/contacts/{row['holder_ref']}", headers=bearer("notify"))
    assert holder.json()["name"] == "Íñigo Sauce"
    unknown = await intake.client.get(f"/contacts/{given['id']}", headers=bearer("notify"))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-contact")
    await intake.admin.execute("UPDATE intake.contact SET sealed = NULL, wrapped_key = NULL, erased_at = now()")
    assert (await intake.client.get(path, headers=bearer("notify"))).status_code == 410


async def test_no_address_leaves_the_vault(intake: Intake) -> None:
    """Not one of a contact's words is in any table of intake, its outbox included."""
    await send_in(intake)
    tables = await intake.rows("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'intake'")
    for table in tables:
        kept = io.BytesIO()
        await intake.admin.copy_from_table(table["name"], schema_name="intake", output=kept, format="binary")
        for word in ("lucia.nogal", "Nogal", "Íñigo"):
            assert word.encode() not in kept.getvalue(), table["name"]


async def test_points_of_contact_are_those_of_the_registry(intake: Intake) -> None:
    """Invented ones; none for some members, which is no error."""
    answer = await intake.client.get("/members/CO/poc", headers=bearer("notify"))
    [poc] = answer.json()["pocs"]
    assert (poc["role"], poc["address"], poc["language"]) == ("poc:CO", "poc.co@example.org", "es")
    nobody = await intake.client.get("/members/LR/poc", headers=bearer("notify"))
    assert nobody.json() == {"pocs": []}
    assert (await intake.client.get("/members/CO/poc")).status_code == 401


async def test_many_are_looked_up_with_one_request(intake: Intake) -> None:
    """Each answer stands at the place of what was asked; the links are those that the receipt named."""
    given = await send_in(intake)
    [row] = await intake.rows("SELECT contact_ref, holder_ref FROM intake.submission")
    nobody, holder = str(uuid4()), str(row["holder_ref"])
    await intake.admin.execute(
        "UPDATE intake.contact SET sealed = NULL, wrapped_key = NULL, erased_at = now() WHERE contact_ref = $1", holder
    )
    asked = {
        "contacts": [holder, nobody, str(row["contact_ref"])],
        "members": ["LR", "CO"],
        "links": [{"id": nobody, "language": "en"}, {"id": given["id"], "language": "fr"}],
        "drafts": [{"id": nobody, "language": "en"}],
        "subscriptions": [{"id": nobody, "language": "en"}],
    }
    answer = await intake.client.post("/lookup", json=asked, headers=bearer("notify"))
    found = answer.json()
    assert [(it["contact"] and it["contact"]["name"], it["is_erased"]) for it in found["contacts"]] == [
        (None, True),
        (None, False),
        ("Lucía Nogal", False),
    ]
    assert [[poc["address"] for poc in pocs] for pocs in found["members"]] == [[], ["poc.co@example.org"]]
    alone = await intake.client.get(f"/submissions/{given['id']}/links?language=fr", headers=bearer("notify"))
    assert found["links"] == [None, alone.json()]
    assert found["drafts"] == [None]


async def test_lookup_is_for_who_may_and_has_its_limits(intake: Intake) -> None:
    """A token for it; what is no reference, what is unknown, and too much, are refused by name."""
    tries = [await intake.client.post("/lookup", json={}, headers=shown) for shown in ({}, bearer("senegal"))]
    assert [answer.status_code for answer in tries] == [401, 403]
    for asked, code in [
        ({"contacts": ["lucia@example.org"]}, "invalid"),
        ({"members": ["co"]}, "invalid"),
        ({"links": [{"id": str(uuid4()), "language": "de"}]}, "invalid"),
        ({"addresses": []}, "unknown-field"),
        ({"contacts": [str(uuid4())] * 251}, "invalid"),
    ]:
        answer = await intake.client.post("/lookup", json=asked, headers=bearer("notify"))
        assert (answer.status_code, [it["code"] for it in answer.json()["errors"]]) == (422, [code]), asked
    empty = await intake.client.post("/lookup", json={}, headers=bearer("notify"))
    assert empty.json() == {"contacts": [], "members": [], "links": [], "drafts": [], "subscriptions": []}
