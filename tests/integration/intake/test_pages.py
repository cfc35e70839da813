"""What the pages answer to whatever a browser, or something else, sends them."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from services.intake.reception.forgetting import Forgetting
from tests.conftest import TestDatabase
from tests.controls.intake import as_body, story_form
from tests.integration.intake.acting import send_in
from tests.integration.intake.conftest import Intake, opened

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
OTHERS = "01890a5d-ac96-774b-bcce-b302099a8057"


async def token_of(intake: Intake, form: str = "story") -> str:
    """Open a form, and give the hidden id of its draft."""
    found = re.search(r'name="draft" value="([^"]+)"', (await intake.client.get(f"/en/{form}")).text)
    assert found
    return found[1]


async def save(intake: Intake, **typed: str) -> httpx.Response:
    """Save a story as a draft."""
    return await intake.client.post(
        "/en/story", data={"draft": await token_of(intake), "do": "save", "story.title": "A title", **typed}
    )


async def test_every_page_is_safe_and_quiet(intake: Intake) -> None:
    """No script, no style inside, nothing from elsewhere; kept by nobody; what opens by its address tells nobody."""
    given = await send_in(intake)
    draft = (await save(intake)).headers["location"]
    own = f"{given['id']}/{given['secret']}"
    secret = [draft, f"/fr/status/{own}", f"/es/receipt/{own}", f"/en/status/{own}/amend", "/en/status/0/0"]
    for path in ("/en", "/es/standalone", *secret):
        answer = await intake.client.get(path)
        headers = answer.headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")
        assert headers["content-language"] == path[1:3]
        assert re.findall(r"<script|<style|\son\w+=|\sstyle=|(?:src|href)=\"(?!/|#|http://127)", answer.text) == []
        if path in secret:
            assert (headers["referrer-policy"], headers["x-robots-tag"]) == ("no-referrer", "noindex, nofollow")


async def test_another_site_cannot_send_in_the_readers_name(intake: Intake) -> None:
    """By what the browser says of where it comes from; old ones by the origin, and programs that say neither may."""
    fields = {"draft": await token_of(intake), "do": "show"}
    answers = [
        (await intake.client.post("/fr/story", data=fields, headers=headers)).status_code
        for headers in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://elsewhere.example"},
            {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
            {"Origin": "http://intake"},
            {},
        )
    ]
    assert answers == [403, 403, 403, 200, 200, 200]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"do=%ff&draft=x", FORM, 400),
        ("do=ñ".encode(), FORM, 400),
        (b"&".join(b"a=1" for _ in range(1_001)), FORM, 400),
        (b"a=" + b"x" * 2_000_001, FORM, 413),
        (b"{}", {"Content-Type": "application/json"}, 415),
        (b"x", {**FORM, "Content-Encoding": "gzip"}, 415),
        (b"", {}, 404),
        (b"draft=none.none&do=send", FORM, 404),
        (f"draft={OTHERS}.guessed&do=send".encode(), FORM, 404),
        (f"draft={OTHERS}.%C3%B1&do=send".encode(), FORM, 404),
    ],
)
async def test_what_no_page_of_ours_sends_is_refused(intake: Intake, body: bytes, headers: Any, status: int) -> None:
    """As a page in the language of the address, never as a fault of ours."""
    answer = await intake.client.post("/es/story", content=body, headers=headers)
    assert (answer.status_code, answer.headers["content-language"]) == (status, "es")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "do",
    [
        "add:nothing",
        "add:story.title",
        "remove:story.links:7",
        "remove:x:-1",
        "remove:",
        "x",
        f"remove:story.links:{9:05000}",
    ],
)
async def test_odd_buttons_do_nothing(intake: Intake, do: str) -> None:
    """Whatever a program presses."""
    fields = {"draft": await token_of(intake), "do": do, "story.links.0": "https://example.org", "story.links.999": "x"}
    answer = await intake.client.post("/en/story", data=fields)
    assert answer.status_code in {200, 400}
    assert "https://example.org" in answer.text


async def test_odd_amendments_are_refused_as_pages(intake: Intake) -> None:
    """Of a story, by another number than there can be, with nothing in it: never a fault of ours."""
    given = await send_in(intake)
    fields = {"do": "send", "story.title": "t", "version": "9" * 5_000}
    answer = await intake.client.post(f"/fr/status/{given['id']}/{given['secret']}/amend", data=fields)
    assert (answer.status_code, "Il y a un problème" in answer.text) == (400, True)
    story = (await intake.client.post("/channels/story/submissions", content=as_body(story_form()))).json()
    for what, name in (("amend", "proposal.title"), ("answer", "answer"), ("withdraw", "reason")):
        path = f"/en/status/{story['id']}/{story['secret']}/{what}"
        refused = await intake.client.post(path, data={"do": "send", name: "t"})
        assert refused.status_code in {400, 404, 409}
        assert refused.headers["content-type"] == "text/html; charset=utf-8"


async def test_what_the_form_does_not_list_stays_chosen(intake: Intake) -> None:
    """A text in a language that the page does not offer keeps it when it is amended."""
    given = await send_in(intake, proposal__language="ja")
    answer = await intake.client.get(f"/en/status/{given['id']}/{given['secret']}/amend")
    assert '<option value="ja" selected>' in answer.text


async def test_too_many_rows_are_told_and_not_cut(intake: Intake) -> None:
    """What a form cannot take is refused in words, at its place."""
    links = {f"story.links.{index}": f"https://example.org/{index}" for index in range(11)}
    answer = await intake.client.post("/en/story", data={"draft": await token_of(intake), "do": "check", **links})
    assert 'id="story.links-error"' in answer.text
    assert "https://example.org/10" in answer.text


@pytest.mark.parametrize("page", ["drafts", "status", "receipt", "confirm"])
async def test_a_wrong_secret_opens_nothing(intake: Intake, page: str) -> None:
    """404 for a guessed secret, another's, and an id that is none; whether there is such a thing, nobody learns."""
    given, other = await send_in(intake, 1), await send_in(intake, 2)
    for path in (f"{given['id']}/{other['secret']}", f"{OTHERS}/x", "none/none", f"{given['id']}/%C3%B1%00"):
        answer = await intake.client.get(f"/en/{page}/{path}")
        assert (answer.status_code, "There is nothing at this address" in answer.text) == (404, True)


async def test_a_link_without_language_leads_on_in_the_readers(intake: Intake) -> None:
    """By what the browser asks for; English where it asks for none of ours."""
    given = await send_in(intake)
    path = f"/status/{given['id']}/{given['secret']}"
    wanted = {"fr-CA,fr;q=0.9,en;q=0.5": "/fr", "de": "/en", "es;q=0.2": "/es", "": "/en"}
    for accept, prefix in wanted.items():
        answer = await intake.client.get(path, headers={"Accept-Language": accept})
        assert answer.headers["location"] == f"{prefix}{path}"
        start = await intake.client.get("/", headers={"Accept-Language": accept})
        assert start.headers["location"] == prefix


async def test_a_draft_is_forgotten_after_thirty_days(intake: Intake) -> None:
    """Its link says so from that moment, and soon after nothing is there any more; saving it again counts anew."""
    saved = await save(intake)
    link = saved.headers["location"]
    await intake.move_clock(timedelta(days=29))
    assert (await intake.client.get(link)).status_code == 200
    assert await Forgetting(intake.settings).forget_old(intake.database) == 0
    await intake.move_clock(timedelta(days=2))
    assert (await intake.client.get(link)).status_code == 410
    assert await Forgetting(intake.settings).forget_old(intake.database) == 1
    assert await intake.rows("SELECT * FROM intake.draft") == []


async def test_a_draft_may_not_grow_without_end(intake: Intake) -> None:
    """413, and what stood there before stays."""
    token = await token_of(intake)
    told = {"draft": token, "do": "save", "story.title": "A title"}
    link = (await intake.client.post("/en/story", data=told)).headers["location"]
    more = await intake.client.post("/en/story", data=told | {"story.title": "Another", "story.text": "x" * 1_100_000})
    assert more.status_code == 413
    assert "A title" in (await intake.client.get(link)).text


async def test_too_long_a_text_is_told_and_kept(intake: Intake) -> None:
    """More than any door takes at once: the page says so, with everything that was typed."""
    typed = {"draft": await token_of(intake), "do": "check", "story.text": "é " * 150_000}
    answer = await intake.client.post("/en/story", content=urlencode(typed), headers=FORM)
    assert answer.status_code == 400
    assert "The texts are too long together" in answer.text
    assert "é é é" in answer.text


async def test_whoever_knocks_too_often_is_told_to_wait(database: TestDatabase) -> None:
    """429 as a page, with the time to wait; reading is not counted."""
    async with opened(database, address_requests_per_minute=2) as intake:
        fields = {"draft": await token_of(intake), "do": "show"}
        answers = [await intake.client.post("/fr/story", data=fields) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert int(answers[2].headers["retry-after"]) > 0
        assert "Réessayez dans un instant" in answers[2].text
        assert (await intake.client.get("/fr/story")).status_code == 200
