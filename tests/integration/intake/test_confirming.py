"""Confirming an address: by a button behind a link that only a letter holds, once, however often it is pressed."""

import asyncio
from uuid import UUID

import httpx
import pytest

from tests.controls.intake import as_body, story_form
from tests.harness.waiting import seen
from tests.integration.intake.acting import send_in
from tests.integration.intake.conftest import Intake, bearer

ORIGIN = {"Sec-Fetch-Site": "same-origin"}


async def links_of(intake: Intake, submission_id: str, language: str = "en") -> dict[str, str]:
    """Ask for the links of a letter, as notify does; addresses without the host."""
    path = f"/submissions/{submission_id}/links"
    answer = await intake.client.get(path, params={"language": language}, headers=bearer("notify"))
    assert answer.status_code == 200, answer.text
    own = intake.settings.own_url
    links: dict[str, str] = answer.json()
    return {name: url and url.removeprefix(own) for name, url in links.items()}


async def press(intake: Intake, path: str) -> httpx.Response:
    """Press the button of the page."""
    return await intake.client.post(path, headers=ORIGIN, follow_redirects=True)


async def confirmations(intake: Intake) -> list[dict[str, object]]:
    """Give what was told of confirmed addresses."""
    told = await intake.told()
    return [row["event"] for row in told if row["type"].endswith("contact.confirmed.v1")]


async def test_links_are_told_only_who_may_ask(intake: Intake) -> None:
    """They open what the receipt's secret opens."""
    given = await send_in(intake)
    path = f"/submissions/{given['id']}/links"
    tries = [{}, bearer("senegal"), bearer("notify")]
    assert [(await intake.client.get(path, headers=one)).status_code for one in tries] == [401, 403, 200]
    unknown = await intake.client.get(
        "/submissions/01890a5d-ac96-774b-bcce-b302099a8057/links", headers=bearer("notify")
    )
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-submission")
    odd = await intake.client.get(path, params={"language": "tlh"}, headers=bearer("notify"))
    assert odd.status_code == 422


@pytest.mark.parametrize("language", ["en", "fr", "es"])
async def test_links_lead_to_pages_in_the_letters_language(intake: Intake, language: str) -> None:
    """One to where it stands, by the receipt's secret; one to confirm."""
    given = await send_in(intake)
    links = await links_of(intake, given["id"], language)
    assert links["status_url"] == f"/{language}/status/{given['id']}/{given['secret']}"
    for path in links.values():
        page = await intake.client.get(path)
        assert (page.status_code, page.headers["content-language"]) == (200, language)
        assert given["reference"] in page.text
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["cache-control"] == "no-store"
        assert "noindex" in page.headers["x-robots-tag"]


async def test_opening_the_link_confirms_nothing(intake: Intake) -> None:
    """Mail scanners open every link."""
    given = await send_in(intake)
    links = await links_of(intake, given["id"])
    for method in ("GET", "HEAD"):
        await intake.client.request(method, links["confirm_url"])
    assert await confirmations(intake) == []
    assert (await links_of(intake, given["id"]))["confirm_url"] is not None


async def test_button_confirms_once(intake: Intake) -> None:
    """The event follows the receipt, in its place in the log; pressed again, and at once, nothing more is told."""
    given = await send_in(intake)
    path = (await links_of(intake, given["id"]))["confirm_url"]
    pages = await asyncio.gather(*(press(intake, path) for _ in range(5)))
    pages.append(await press(intake, path))
    assert {page.status_code for page in pages} == {200}
    assert all("Your address is confirmed" in page.text for page in pages)
    [told] = await confirmations(intake)
    [receipt] = [row["event"] for row in await intake.told() if row["type"].endswith("submission.received.v1")]
    assert (told["subject"], told["causationid"]) == (given["id"], receipt["id"])
    assert receipt["data"]["contact_confirmed"] is False
    assert (await links_of(intake, given["id"]))["confirm_url"] is None
    assert "Your address is confirmed" in (await intake.client.get(path)).text


async def test_story_is_confirmed_like_a_submission(intake: Intake) -> None:
    """It is in no month, and has its address all the same."""
    answer = await intake.client.post("/submissions", content=as_body(story_form()))
    story = answer.json()["id"]
    await press(intake, (await links_of(intake, story))["confirm_url"])
    assert [told["subject"] for told in await confirmations(intake)] == [story]


async def test_token_vouches_for_the_address(intake: Intake) -> None:
    """There is nothing to confirm; and following the link all the same tells nothing."""
    answer = await intake.client.post("/submissions", content=as_body(story_form()), headers=bearer("senegal"))
    story = answer.json()["id"]
    assert (await links_of(intake, story))["confirm_url"] is None
    page = await press(intake, f"/en/confirm/{story}/{intake.desk.confirm_token_of(UUID(story))}")
    assert page.status_code == 200
    assert await confirmations(intake) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_wrong_token_finds_nothing(intake: Intake, method: str) -> None:
    """Neither the receipt's secret nor another's token; and it does not say what exists."""
    given, other = await send_in(intake, 1), await send_in(intake, 2)
    token = (await links_of(intake, other["id"]))["confirm_url"].rpartition("/")[2]
    unknown = "01890a5d-ac96-774b-bcce-b302099a8057"
    of_nothing = intake.desk.confirm_token_of(UUID(unknown))
    for submission_id, wrong in (
        (given["id"], given["secret"]),
        (given["id"], token),
        (given["id"], "ñ"),
        ("nonsense", token),
        (unknown, of_nothing),
    ):
        page = await intake.client.request(method, f"/en/confirm/{submission_id}/{wrong}", headers=ORIGIN)
        assert page.status_code == 404
        assert "<h1>" in page.text
    assert await confirmations(intake) == []


async def test_other_site_presses_no_button(intake: Intake) -> None:
    """The page alone may send its form."""
    given = await send_in(intake)
    path = (await links_of(intake, given["id"]))["confirm_url"]
    page = await intake.client.post(path, headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status_code == 403
    assert await confirmations(intake) == []


async def test_confirming_waits_for_its_submission_to_be_free(intake: Intake) -> None:
    """While a decision takes effect on it, and then goes on: nothing is told twice or lost."""
    given = await send_in(intake)
    path = (await links_of(intake, given["id"]))["confirm_url"]
    async with intake.admin.transaction():
        await intake.admin.execute("SELECT FROM intake.submission FOR UPDATE")
        pressing = asyncio.ensure_future(press(intake, path))
        await seen(lambda: _someone_waits(intake), what="the confirming waiting for the row")
    assert (await pressing).status_code == 200
    assert len(await confirmations(intake)) == 1


async def _someone_waits(intake: Intake) -> bool:
    waits = "SELECT true FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    return bool(await intake.admin.fetchval(waits))
