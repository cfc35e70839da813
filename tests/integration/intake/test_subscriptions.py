"""The batch reports by letter: asked for by anyone, confirmed by a button, ended by one click, and then forgotten."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.chassis.codec import encode_text
from services.intake.domain.erasure import ByAddress
from services.intake.domain.forms import SearchForm
from services.intake.reception.erasing import Eraser
from services.intake.reception.forgetting import Forgetting
from services.intake.reception.subscribing import write_search
from tests.integration.intake.conftest import Intake, bearer

ADDRESS = "ana.reads@example.org"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


async def ask(intake: Intake, address: str = ADDRESS, language: str = "fr") -> httpx.Response:
    """Ask for the reports."""
    return await intake.client.post("/subscriptions", json={"address": address, "language": language})


async def told(intake: Intake) -> list[tuple[str, dict[str, Any]]]:
    """Give what was told of subscriptions, by the last word of its type."""
    rows = [row for row in await intake.told() if ".subscription." in row["type"]]
    return [(row["type"].split(".")[-2], row["event"]) for row in rows]


async def links(intake: Intake, subscription_id: str) -> dict[str, str] | None:
    """Ask for the links of a letter, as notify does; addresses without the host."""
    asked = {"subscriptions": [{"id": subscription_id, "language": "fr"}]}
    answer = await intake.client.post("/lookup", json=asked, headers=bearer("notify"))
    [found] = answer.json()["subscriptions"]
    own = intake.settings.own_url
    return found and {name: url.removeprefix(own) for name, url in found.items()}


async def subscribed(intake: Intake) -> tuple[str, dict[str, str]]:
    """Ask, and give the id and the links of the letter that follows."""
    assert (await ask(intake)).status_code == 202
    [(_, event)] = await told(intake)
    found = await links(intake, event["subject"])
    assert found
    return event["subject"], found


async def kept(intake: Intake) -> int:
    """Count who is in the vault beside the registry's points of contact, and not erased; and who subscribed."""
    sql = "SELECT contact_ref FROM intake.contact LEFT JOIN intake.point_of_contact p USING (contact_ref)"
    contacts = await intake.rows(f"{sql} WHERE p.contact_ref IS NULL AND sealed IS NOT NULL")
    subscriptions = await intake.rows("SELECT * FROM intake.subscription")
    assert len(contacts) == len(subscriptions)
    assert ADDRESS not in str(subscriptions)
    return len(contacts)


async def test_from_the_wish_to_the_end(intake: Intake) -> None:
    """Opening links does nothing; the button confirms once; one click ends once; nothing of the address stays."""
    own, found = await subscribed(intake)
    [(_, asked)] = await told(intake)
    assert set(asked["data"]) == {"contact_ref", "requested_at", "expires_at", "language", "about"}
    contact = await intake.client.get(f"/contacts/{asked['data']['contact_ref']}", headers=bearer("notify"))
    assert contact.json() == {"name": "", "address": ADDRESS, "language": "fr"}

    for url in found.values():
        page = await intake.client.get(url, headers={"Accept-Language": "fr"}, follow_redirects=True)
        assert (page.status_code, page.headers["content-language"]) == (200, "fr")
    assert [what for what, _ in await told(intake)] == ["requested"]
    for _ in range(2):
        page = await intake.client.post(found["confirm_url"], follow_redirects=True)
        assert (page.status_code, "Vous recevrez les rapports" in page.text) == (200, True)
    assert [what for what, _ in await told(intake)] == ["requested", "confirmed"]

    before = (await ask(intake)).text
    assert len(await told(intake)) == 2
    clicks = [await intake.client.post(found["one_click_url"], data=ONE_CLICK) for _ in range(2)]
    assert [(click.status_code, "set-cookie" in click.headers) for click in clicks] == [(200, False)] * 2
    events = await told(intake)
    assert [what for what, _ in events] == ["requested", "confirmed", "ended"]
    assert {event["subject"] for _, event in events} == {own}
    assert ADDRESS not in str(events)
    assert (await kept(intake), await links(intake, own)) == (0, None)
    assert "Votre adresse est oubli" in (await intake.client.get(found["unsubscribe_url"])).text
    assert (await intake.client.post(found["confirm_url"], follow_redirects=True)).status_code == 410
    assert (await ask(intake)).text == before


async def test_same_address_is_one_subscription_and_one_letter_a_day(intake: Intake) -> None:
    """However it is written and however many ask at once; the answer is the same for everybody."""
    answers = await asyncio.gather(*(ask(intake, address) for address in [ADDRESS, ADDRESS.upper()] * 3))
    assert {(answer.status_code, answer.text) for answer in answers} == {(202, answers[0].text)}
    assert (len(await told(intake)), await kept(intake)) == (1, 1)
    await intake.move_clock(timedelta(days=1, seconds=1))
    await ask(intake, language="es")
    (_, first), (_, second) = await told(intake)
    assert first["subject"] == second["subject"]
    assert (second["data"]["language"], await kept(intake)) == ("es", 1)
    gone = await intake.client.get(f"/contacts/{first['data']['contact_ref']}", headers=bearer("notify"))
    assert gone.status_code == 404


@pytest.mark.parametrize("days", [6.9, 8])
async def test_who_asks_again_has_all_the_days_again(intake: Intake, days: float) -> None:
    """Just before the days are over, or after them and before it was forgotten: the letter's link still leads on."""
    own, found = await subscribed(intake)
    await intake.move_clock(timedelta(days=days))
    await ask(intake)
    await intake.move_clock(timedelta(days=6.9))
    assert await Forgetting(intake.settings).forget_old(intake.database) == 0
    assert await links(intake, own) == found
    page = await intake.client.post(found["confirm_url"], follow_redirects=True)
    assert page.status_code == 200
    assert [what for what, _ in await told(intake)] == ["requested", "requested", "confirmed"]


async def test_buttons_that_are_pressed_at_once_count_once(intake: Intake) -> None:
    """By several windows, or by the reader's mail program in the same moment: each step is told once, in order."""
    own, found = await subscribed(intake)
    await asyncio.gather(*(intake.client.post(found["confirm_url"]) for _ in range(4)))
    assert [what for what, _ in await told(intake)] == ["requested", "confirmed"]
    clicks = [intake.client.post(found["one_click_url"], data=ONE_CLICK) for _ in range(3)]
    answers = await asyncio.gather(
        *clicks, *(intake.client.post(found[name]) for name in ("unsubscribe_url", "confirm_url"))
    )
    assert {answer.status_code for answer in answers} <= {200, 303}
    assert [what for what, _ in await told(intake)] == ["requested", "confirmed", "ended"]
    assert (await kept(intake), await links(intake, own)) == (0, None)


@pytest.mark.parametrize("how", ["button", "expired", "erased"])
async def test_address_is_forgotten(intake: Intake, how: str) -> None:
    """By the button of the page, with the days to confirm it, or with the person: that is told where it was wanted."""
    own, found = await subscribed(intake)
    if how == "expired":
        await intake.move_clock(timedelta(days=7, seconds=1))
        assert (await intake.client.post(found["confirm_url"], follow_redirects=True)).status_code == 410
        assert await Forgetting(intake.settings).forget_old(intake.database) == 1
    elif how == "button":
        page = await intake.client.post(found["unsubscribe_url"], follow_redirects=True)
        assert "Vous ne recevez plus de courriels" in page.text
    else:
        await intake.client.post(found["confirm_url"])
        eraser = Eraser(intake.desk.vault, intake.settings)
        signed = await eraser.erase(intake.database, ByAddress(frozenset({ADDRESS})), "staff:privacy")
        assert (await told(intake))[0][1]["data"]["contact_ref"] in signed.record
    assert [what for what, _ in await told(intake)][-1] == ("requested" if how == "expired" else "ended")
    assert (await kept(intake), await links(intake, own)) == (0, None)


async def test_page_asks_and_says_what_is_wrong(intake: Intake) -> None:
    """In the page's language, with what was typed; another site cannot ask in a reader's name."""
    assert 'href="/es/subscribe"' in (await intake.client.get("/es")).text
    for address, sentence in [("", "Rellene este campo"), ('"><b>', "&gt;&lt;b&gt;")]:
        page = await intake.client.post("/es/subscribe", data={"address": address})
        assert (page.status_code, sentence in page.text) == (400, True), page.text
    elsewhere = await intake.client.post(
        "/es/subscribe", data={"address": ADDRESS}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert (elsewhere.status_code, await told(intake)) == (403, [])
    page = await intake.client.post("/es/subscribe", data={"address": ADDRESS}, follow_redirects=True)
    assert (page.status_code, "Revise su correo" in page.text) == (200, True)
    assert [event["data"]["language"] for _, event in await told(intake)] == ["es"]


async def test_bad_input_is_told_and_changes_nothing(intake: Intake) -> None:
    """Each by its code and in the sender's language; a guessed token ends nothing."""
    bad: list[tuple[Any, int, str]] = [
        ({"language": "fr"}, 400, "missing"),
        ({"address": "ana", "language": "fr"}, 400, "address"),
        ({"address": "a@example.org\r\nBcc: b@example.org", "language": "fr"}, 400, "header-characters"),
        ({"address": ADDRESS, "language": "tlh"}, 400, "unknown-value"),
        ({"address": ADDRESS, "language": "fr", "name": "Ana"}, 400, "unknown-field"),
    ]
    for body, status, code in bad:
        answer = await intake.client.post("/subscriptions", json=body, headers={"Accept-Language": "fr"})
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        assert answer.headers["content-language"] == "fr"
    own, found = await subscribed(intake)
    await intake.client.post(found["confirm_url"])
    guessed = found["one_click_url"][:-3] + "xyz"
    tries = [
        await intake.client.post(guessed, data=ONE_CLICK),
        await intake.client.post(found["one_click_url"]),
        await intake.client.post(found["unsubscribe_url"][:-3] + "xyz"),
        await intake.client.post(found["one_click_url"].replace("/subscriptions", "/fr/subscribe")),
    ]
    assert [answer.status_code for answer in tries] == [403, 400, 404, 405]
    assert [what for what, _ in await told(intake)] == ["requested", "confirmed"]
    assert await links(intake, own) == found


SEARCHED = "area=justice&country=CR&retagged=true&q=rezago%20judicial&promising=false"


async def test_search_is_saved_from_its_page_and_told_once_it_is_confirmed(intake: Intake) -> None:
    """Beside the reports to the same address; of its filters nothing is told before, and never the address."""
    await ask(intake)
    page = await intake.client.get(f"/searches?{SEARCHED}", headers={"Accept-Language": "es"}, follow_redirects=True)
    assert (page.status_code, "rezago judicial" in page.text, "Justicia" in page.text) == (200, True, True)
    filters = {"area": "justice", "country": "CR", "retagged": "true", "q": "rezago judicial", "promising": "false"}
    wrong = await intake.client.post("/es/searches", data={**filters, "address": "ana"})
    assert (wrong.status_code, 'name="q" value="rezago judicial"' in wrong.text) == (400, True)
    for _ in range(2):
        page = await intake.client.post("/es/searches", data={**filters, "address": ADDRESS}, follow_redirects=True)
        assert (page.status_code, "Revise su correo" in page.text) == (200, True)
    (_, asked), (_, reports) = sorted(await told(intake), key=lambda one: str(one[1]["data"]["about"]))
    assert (asked["data"]["about"], "rezago" in str(asked)) == ("reforms", False)
    found = await links(intake, asked["subject"])
    assert found
    assert "rezago judicial" in (await intake.client.get(found["confirm_url"])).text
    await intake.client.post(found["confirm_url"])
    [(_, confirmed)] = [(what, event) for what, event in await told(intake) if what == "confirmed"]
    search = {name: value for name, value in confirmed["data"]["search"].items() if value is not None}
    assert search == {**filters, "retagged": True, "promising": False}
    assert (confirmed["subject"] != reports["subject"], ADDRESS in str(confirmed)) == (True, False)
    click = await intake.client.post(found["one_click_url"], data=ONE_CLICK)
    assert (click.status_code, await kept(intake)) == (200, 1)
    assert "ended" in [what for what, _ in await told(intake)]


async def test_address_is_sent_few_letters_that_ask_whatever_is_searched_for(intake: Intake) -> None:
    """However many ask at once; what is no search, or holds an address, is refused."""
    bodies = [{"address": ADDRESS, "language": "en", "search": {"q": f"word {number}"}} for number in range(9)]
    answers = await asyncio.gather(*(intake.client.post("/subscriptions", json=body) for body in bodies))
    assert {answer.status_code for answer in answers} == {202}
    assert len(await told(intake)) == 5
    wrong: dict[str, dict[str, Any]] = {
        "text-shape": {"q": "ana@example.org"},
        "unknown-area": {"area": "weather"},
        "unknown-field": {"cheese": "brie"},
        "length": {"q": ""},
        "no-word": {"q": "-courts"},
        "past-day": {"as_of": "2026-01-31"},
    }
    for name in ("institution", "region"):
        answer = await intake.client.post("/subscriptions", json={**bodies[0], "search": {name: "ana@example.org"}})
        assert answer.json()["code"] == "text-shape", name
    for code, search in wrong.items():
        answer = await intake.client.post("/subscriptions", json={**bodies[0], "search": search})
        assert (answer.status_code in {400, 422}, answer.json()["code"]) == (True, code), answer.text


async def test_longest_search_is_one_search(intake: Intake) -> None:
    """Of letters that take the most room, which nothing makes shorter; asked for twice it is still one."""
    letters = [chr(0x20000 + number * 37 % 40_000) for number in range(800)]
    text = "".join(letters[at] + (" " if at % 20 == 19 else "") for at in range(800))
    search = {"q": text[:199].strip(), "institution": text[200:499].strip(), "region": text[500:799].strip()}
    for _ in range(2):
        answer = await intake.client.post(
            "/subscriptions", json={"address": ADDRESS, "language": "en", "search": search}
        )
        assert answer.status_code == 202, answer.text
    assert await kept(intake) == 1


async def test_search_is_one_however_it_was_kept(intake: Intake) -> None:
    """A row of before names all filters; it becomes what the same search is written as now."""
    form = SearchForm(q='«l’eau» "a/b" \\ é', retagged=False, country="CR")
    before = encode_text({name: getattr(form, name) for name in SearchForm.model_fields if name != "promising"})
    now = await intake.admin.fetchval("SELECT json_strip_nulls($1::json)::text", before)
    assert now == write_search(form)
    assert "promising" not in now
