"""What is kept of a person can be erased for good, with a proof; and the vault's keys can be changed."""

import base64
from typing import Any
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.chassis.codec import decode
from services.intake.domain.erasure import Erasure
from services.intake.store.contacts import find_person
from services.intake.store.drafts import Draft, find_draft, save_draft
from tests.conftest import TestDatabase
from tests.controls.intake import as_body, standalone_form
from tests.integration.intake.acting import send_in, status
from tests.integration.intake.conftest import Intake, bearer, opened
from tests.integration.intake.test_quarantine import put_aside

HERS = "lucia.nogal@example.org"
ANOTHERS = "ana.lucia.nogal@example.org"
PRIVACY = bearer("privacy")
OLD_SECRET, NEW_SECRET = "an invented secret that is long enough", "another invented secret, long enough too"


async def erase(intake: Intake, contact: str) -> Erasure:
    """Erase, and give what the record says."""
    answer = await intake.client.post("/erasures", json={"contact": contact}, headers=PRIVACY)
    assert answer.status_code == 201, answer.text
    return decode(Erasure, answer.json()["record"])


async def records(intake: Intake) -> dict[str, Any]:
    """List the erasures."""
    answer = await intake.client.get("/erasures", headers=PRIVACY)
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


async def draft_of(intake: Intake, address: str) -> Draft:
    """Let somebody save a draft."""
    async with intake.database.transaction() as tx:
        draft = Draft(draft_id=uuid4(), form="standalone", typed={"holder.address": address}, saved_at=tx.now)
        await save_draft(tx, intake.desk.vault, draft)
    return draft


async def kept(intake: Intake) -> dict[str, int]:
    """Count what is kept of people."""
    [counts] = await intake.rows(
        "SELECT (SELECT count(*) FROM intake.contact WHERE sealed IS NOT NULL) AS contacts,"
        " (SELECT count(*) FROM intake.draft) AS drafts,"
        " (SELECT count(*) FROM intake.quarantine WHERE sealed IS NOT NULL) AS quarantined"
    )
    return counts


async def test_all_of_a_person_is_erased_and_nobody_else(intake: Intake) -> None:
    """Contacts of all submissions, drafts, quarantine: by the address, however it is written."""
    first = await send_in(intake, 1)
    await send_in(intake, 2, holder={"name": "Lucía Nogal", "address": "Lucia.Nogal@EXAMPLE.org", "language": "es"})
    await send_in(intake, 3, contact={"name": "Ana Lucía", "address": ANOTHERS, "language": "es"})
    await draft_of(intake, HERS.upper())
    other = await draft_of(intake, ANOTHERS)
    await put_aside(intake, as_body(standalone_form(4, member="Colombia")), offset=5)
    await put_aside(intake, b'{"contact": "%s"' % ANOTHERS.encode(), offset=6)
    before = await kept(intake)
    done = await erase(intake, f" {HERS.capitalize()} ")
    assert (len(done.contacts), done.drafts, done.quarantined) == (3, 1, 1)
    after = await kept(intake)
    assert {name: before[name] - after[name] for name in before} == {"contacts": 3, "drafts": 1, "quarantined": 1}
    async with intake.database.transaction() as tx:
        assert await find_draft(tx, intake.desk.vault, other.draft_id)
    for ref in done.contacts:
        assert (await intake.client.get(f"/contacts/{ref}", headers=bearer("notify"))).status_code == 410
    assert (await status(intake, first))["state"] == "waiting"
    again = await erase(intake, HERS)
    assert (again.contacts, again.drafts, again.quarantined) == ((), 0, 0)


async def test_what_was_told_stays_as_it_was(intake: Intake) -> None:
    """Nothing in the log, the versions or the receipts changes: it never held more than a reference."""
    given = await send_in(intake)
    before = [await intake.told(), await intake.rows("SELECT * FROM intake.submission, intake.version")]
    await erase(intake, HERS)
    assert [await intake.told(), await intake.rows("SELECT * FROM intake.submission, intake.version")] == before
    answer = await intake.client.post("/submissions", content=as_body(standalone_form(1)))
    assert (answer.status_code, answer.json()["id"], answer.json()["secret"]) == (200, given["id"], given["secret"])
    assert len((await erase(intake, HERS)).contacts) == 0


async def test_erased_by_reference_are_the_contacts_of_that_submission(intake: Intake) -> None:
    """And no other of the same person; one contact can be erased too."""
    first, second = await send_in(intake, 1), await send_in(intake, 2)
    done = await erase(intake, first["reference"].lower())
    rows = await intake.rows("SELECT contact_ref, holder_ref FROM intake.submission ORDER BY reference")
    assert set(done.contacts) == {rows[0]["contact_ref"], rows[0]["holder_ref"]}
    one = await erase(intake, str(rows[1]["holder_ref"]))
    assert (one.asked_by, one.contacts) == ("contact", (rows[1]["holder_ref"],))
    async with intake.database.transaction() as tx:
        assert await find_person(tx, intake.desk.vault, rows[1]["contact_ref"])
    assert second["reference"] != first["reference"]


@pytest.mark.parametrize(
    ("contact", "status_code", "code"),
    [("nobody", 422, "format"), ("a@b@c", 400, "address"), ("OGC-2026-999999", 404, "unknown-submission")],
)
async def test_what_names_nobody_is_refused(intake: Intake, contact: str, status_code: int, code: str) -> None:
    """With nothing erased, and no record of it."""
    answer = await intake.client.post("/erasures", json={"contact": contact}, headers=PRIVACY)
    assert answer.json()["code"] == code
    assert answer.status_code in {status_code, 400}
    assert (await records(intake))["records"] == []


async def test_doors_open_for_those_who_may_erase(intake: Intake) -> None:
    """To read contacts is not to erase them, nor to operate."""
    for headers, code in (({}, 401), (bearer("notify"), 403), (bearer("operator"), 403)):
        assert (await intake.client.post("/erasures", json={"contact": HERS}, headers=headers)).status_code == code
        assert (await intake.client.get("/erasures", headers=headers)).status_code == code


async def test_a_record_proves_itself_and_names_nobody(intake: Intake) -> None:
    """Signed; whoever changes one or takes one away is found out."""
    await send_in(intake)
    await erase(intake, HERS)
    for number in range(2):
        await erase(intake, f"nobody{number}@example.org")
    found = await records(intake)
    assert found["broken"] == []
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(found["public_key"]))
    for record in found["records"]:
        key.verify(base64.b64decode(record["signature"]), record["record"].encode())
    assert "example.org" not in str(found)
    assert "Nogal" not in str(found)
    await intake.admin.execute(
        "UPDATE intake.erasure SET record = replace(record, '\"drafts\":0', '\"drafts\":9') WHERE number = 2"
    )
    assert (await records(intake))["broken"] == [2, 3]
    await intake.admin.execute("DELETE FROM intake.erasure WHERE number = 2")
    assert (await records(intake))["broken"] == [3]


async def test_keys_are_wrapped_anew_without_opening_anything(database: TestDatabase) -> None:
    """The new secret wraps; until then, and after an interruption, both open; then the old one opens nothing."""
    async with opened(database, intake_secret=OLD_SECRET) as before:
        await send_in(before)
        draft = await draft_of(before, HERS)
        await put_aside(before)
        [row] = await before.rows("SELECT contact_ref FROM intake.submission")
    async with opened(database, intake_secret=OLD_SECRET, vault_secrets=[NEW_SECRET]) as both:
        assert (await both.client.get(f"/contacts/{row['contact_ref']}", headers=bearer("notify"))).status_code == 200
        sealed = await both.rows("SELECT contact_ref, sealed FROM intake.contact ORDER BY 1")
        answer = await both.client.post("/vault/rewrap", headers=bearer("operator"))
        assert answer.json() == {"contacts": len(sealed), "drafts": 1, "quarantine": 1}
        again = await both.client.post("/vault/rewrap", headers=bearer("operator"))
        assert again.json() == {"contacts": 0, "drafts": 0, "quarantine": 0}
        assert await both.rows("SELECT contact_ref, sealed FROM intake.contact ORDER BY 1") == sealed
        async with both.database.transaction() as tx:
            assert await find_draft(tx, both.desk.vault, draft.draft_id)
            assert await find_person(tx, both.desk.vault, row["contact_ref"])
            with pytest.raises(InvalidTag):
                await find_person(tx, before.desk.vault, row["contact_ref"])
