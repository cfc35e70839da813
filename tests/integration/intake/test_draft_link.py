"""The link to a draft goes by letter to the address in it, once for each asking; who that is, is forgotten with it."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.intake.domain.erasure import ByAddress
from services.intake.reception.erasing import Eraser
from services.intake.reception.forgetting import Forgetting
from tests.controls.intake import as_body, standalone_form
from tests.integration.intake.conftest import Intake, bearer

ADDRESS = "ana.writes@example.org"
OTHERS = "01890a5d-ac96-774b-bcce-b302099a8057"


async def save(intake: Intake, address: str = ADDRESS, token: str = "", language: str = "fr") -> str:
    """Save a story as a draft, and give its path."""
    if not token:
        found = re.search(r'name="draft" value="([^"]+)"', (await intake.client.get(f"/{language}/story")).text)
        assert found
        token = found[1]
    typed = {"draft": token, "do": "save", "story.title": "A title", "contact.address": address}
    answer = await intake.client.post(f"/{language}/story", data=typed)
    assert answer.status_code == 303
    return answer.headers["location"].partition("?")[0]


def token_of(path: str) -> str:
    """Give the hidden id of a draft, by its path."""
    return ".".join(path.split("/")[-2:])


async def press(intake: Intake, path: str) -> httpx.Response:
    """Press the button that asks for the letter."""
    return await intake.client.post(f"{path}/send", follow_redirects=True)


async def asked(intake: Intake) -> list[dict[str, Any]]:
    """Give what was told of drafts."""
    return [row["event"] for row in await intake.told() if row["type"].endswith("draft.saved.v1")]


async def in_vault(intake: Intake) -> list[str]:
    """Give whom the vault knows beside the registry's points of contact, by reference."""
    sql = "SELECT contact_ref FROM intake.contact LEFT JOIN intake.point_of_contact p USING (contact_ref)"
    return [str(row["contact_ref"]) for row in await intake.rows(f"{sql} WHERE p.contact_ref IS NULL")]


async def test_asking_tells_without_address_and_key(intake: Intake) -> None:
    """The vault has the address, under the reference that is told; the door gives the link that opens the draft."""
    path = await save(intake)
    assert await asked(intake) == []
    page = await press(intake, path)
    assert (page.status_code, "est en route" in page.text) == (200, True)
    [told] = await asked(intake)
    draft_id, secret = path.split("/")[-2:]
    assert (told["subject"], told["data"]["language"]) == (draft_id, "fr")
    assert set(told["data"]) == {"contact_ref", "saved_at", "expires_at", "language"}
    assert ADDRESS not in str(told)
    assert secret not in str(told)
    contact = await intake.client.get(f"/contacts/{told['data']['contact_ref']}", headers=bearer("notify"))
    assert contact.json() == {"name": "", "address": ADDRESS, "language": "fr"}
    link = await intake.client.get(f"/drafts/{draft_id}/link?language=fr", headers=bearer("notify"))
    assert link.json() == {"draft_url": f"{intake.settings.own_url}{path}"}


async def test_second_click_asks_for_no_second_letter(intake: Intake) -> None:
    """At once or later; after another saving the button is there again, and asks once more, in the new address."""
    path = await save(intake)
    pages = await asyncio.gather(*(press(intake, path) for _ in range(4)))
    pages.append(await press(intake, path))
    assert {page.status_code for page in pages} == {200}
    assert len(await asked(intake)) == 1
    await save(intake, "other@example.org", token_of(path))
    await press(intake, path)
    first, second = await asked(intake)
    assert await in_vault(intake) == [second["data"]["contact_ref"]]
    gone = await intake.client.get(f"/contacts/{first['data']['contact_ref']}", headers=bearer("notify"))
    assert gone.status_code == 404


@pytest.mark.parametrize("address", ["", "ana", "ana@example.org, bob@example.org", "a@b\r\nBcc: c@example.org"])
async def test_without_an_address_nothing_can_be_asked(intake: Intake, address: str) -> None:
    """The page says what is missing, and a program that asks all the same tells nothing."""
    path = await save(intake, address, language="en")
    page = await press(intake, path)
    assert "fill in your e-mail address below" in page.text
    assert f'action="{path}/send"' not in page.text
    assert (await asked(intake), await in_vault(intake)) == ([], [])


async def test_only_its_key_asks(intake: Intake) -> None:
    """404 for a guessed secret; another site cannot ask."""
    path = await save(intake)
    assert (await press(intake, path[:-3] + "xyz")).status_code == 404
    elsewhere = await intake.client.post(f"{path}/send", headers={"Sec-Fetch-Site": "cross-site"})
    assert (elsewhere.status_code, await asked(intake)) == (403, [])


async def test_link_is_given_only_to_who_may_ask(intake: Intake) -> None:
    """It opens what somebody wrote; of a draft that is none, there is none."""
    draft_id = (await save(intake)).split("/")[-2]
    tries = [{}, bearer("senegal"), bearer("notify")]
    answers = [await intake.client.get(f"/drafts/{draft_id}/link", headers=one) for one in tries]
    assert [answer.status_code for answer in answers] == [401, 403, 200]
    unknown = await intake.client.get(f"/drafts/{OTHERS}/link", headers=bearer("notify"))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-draft")


@pytest.mark.parametrize("how", ["erased", "expired", "by-address"])
async def test_address_is_forgotten_with_the_draft(intake: Intake, how: str) -> None:
    """By its own button, when its days are over, or with the person: neither address nor link can be had any more."""
    path = await save(intake)
    await press(intake, path)
    if how == "erased":
        await intake.client.post(f"{path}/erase")
    elif how == "expired":
        await intake.move_clock(timedelta(days=31))
        assert await Forgetting(intake.settings).forget_old(intake.database) == 1
    else:
        eraser = Eraser(intake.desk.vault, intake.settings)
        await eraser.erase(intake.database, ByAddress(frozenset({ADDRESS})), "staff:privacy")
    assert (await in_vault(intake), await intake.rows("SELECT * FROM intake.draft")) == ([], [])
    link = await intake.client.get(f"/drafts/{path.split('/')[-2]}/link", headers=bearer("notify"))
    assert link.status_code == 404


async def test_no_month_counts_it(intake: Intake) -> None:
    """The marker counts what is reviewed, and nothing else."""
    sent = await intake.client.post("/submissions", content=as_body(standalone_form()))
    assert sent.status_code == 201
    await press(intake, await save(intake))
    await intake.move_clock(timedelta(days=32))
    await intake.months.close_all_over(intake.database)
    markers = [row["event"]["data"] for row in await intake.told() if row["type"].endswith("month.closed.v1")]
    assert sum(marker["count"] for marker in markers) == 1
