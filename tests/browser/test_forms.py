"""The forms, without scripts: nothing that was typed is lost, and what is sent is what was typed."""

import asyncio
from typing import Any

import pytest

from tests.browser.conftest import Site
from tests.browser.people import enter, fill_in, messages, named, press, read_back
from tests.controls.intake import standalone_form

LANGUAGES = ("en", "fr", "es")


def typed_form(**overrides: Any) -> dict[str, Any]:
    """What somebody types into the standalone form, with several rows."""
    form = standalone_form(1, **overrides)
    proposal = form["proposal"] | {
        "branch": "executive",
        "partners": ["Red de Jóvenes", "Universidad Francisco de Paula Santander"],
        "milestones": [
            {"title": "Primera asamblea de jóvenes", "due": "2027-06-30"},
            {"title": "Segunda asamblea, « avec les réformateur·rice·s »", "due": "2028-06-30"},
        ],
        "extends": "CO0012",
    }
    return form | {"proposal": proposal, "public_institution": "yes"}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_typed_is_checked_sent_and_told(site: Site, language: str) -> None:
    """From the empty form to the receipt and the status, in each language; the event has every word."""
    form = typed_form(contact__language=language)
    page = await site.visit(f"/{language}/standalone")
    await fill_in(page, form)
    await press(page, "check")
    assert await messages(page) == {}
    assert form["proposal"]["title"] in await page.locator("main").inner_text()
    assert await site.intake.told() == []
    await press(page, "send")
    [event] = await site.intake.told()
    data = event["event"]["data"]
    assert {name: data["proposal"][name] for name in form["proposal"] if name != "synthetic"} == {
        name: value for name, value in form["proposal"].items() if name != "synthetic"
    }
    assert (data["member"]["code"], data["source"], data["contact_confirmed"]) == ("CO", "web", False)
    assert data["reference"] in await page.locator("main").inner_text()
    await page.locator("a.button").click()
    assert f"/{language}/status/{event['key']}/" in page.url
    assert data["reference"] in await page.locator("main").inner_text()
    assert await page.locator("html").get_attribute("lang") == language


async def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(site: Site) -> None:
    """Every message at once, each at its field and in the summary, whose links lead there."""
    form = typed_form(contact__address="nobody at home")
    form["proposal"] |= {"starts_on": "2026-02-31", "title": "Con\u202eversión", "resubmission_of": "123"}
    form["proposal"]["milestones"][1]["due"] = "2027-13-01"
    page = await site.visit("/en/standalone")
    await fill_in(page, form)
    await named(page, "proposal.lead_institution").fill("")
    await press(page, "check")
    assert set(await messages(page)) == {
        "contact.address",
        "proposal.lead_institution",
        "proposal.milestones.1.due",
        "proposal.resubmission_of",
        "proposal.starts_on",
        "proposal.title",
    }
    listed = await page.locator(".summary a").all()
    links = [await link.get_attribute("href") for link in listed]
    assert [link for link in links if not await page.locator(f'[id="{str(link)[1:]}"]').count()] == []
    assert len(links) == 6
    form["proposal"]["lead_institution"] = ""
    assert await read_back(page, form) == await read_back(page, form) | without(form)
    described = await named(page, "contact.address").get_attribute("aria-describedby")
    assert "contact.address-error" in str(described).split()
    await named(page, "contact.address").fill("lucia@example.org")
    await named(page, "proposal.title").fill("Título")
    await named(page, "proposal.starts_on.day").fill("1")
    await named(page, "proposal.resubmission_of").fill("")
    await named(page, "proposal.lead_institution").fill("Gobernación")
    await named(page, "proposal.milestones.1.due.month").fill("12")
    await press(page, "check")
    assert await messages(page) == {}


def without(form: dict[str, Any]) -> dict[str, Any]:
    """The form without what a page does not ask."""
    holder = {name: form["holder"][name] for name in ("name", "address")}
    proposal = {name: value for name, value in form["proposal"].items() if name != "synthetic"}
    rest = {name: form[name] for name in ("member", "contact", "public_institution")}
    return rest | {"proposal": proposal, "holder": holder}


async def test_an_empty_form_asks_for_everything_that_is_needed(site: Site) -> None:
    """What a machine may leave out by saying nothing, a person is asked."""
    page = await site.visit("/fr/standalone")
    await press(page, "check")
    found = await messages(page)
    assert {"member", "proposal.branch", "public_institution", "proposal.values", "contact.name"} <= set(found)
    assert "proposal.jurisdiction" not in found
    assert found["proposal.starts_on"].endswith("Indiquez une date\u00a0: jour, mois et année.")


async def test_what_the_rules_refuse_is_said_before_anything_is_sent(site: Site) -> None:
    """A member type that the registry knows to be wrong, at its field."""
    page = await site.visit("/en/standalone")
    await fill_in(page, typed_form(proposal__member_type="local"))
    await press(page, "check")
    assert list(await messages(page)) == ["proposal.member_type"]
    await page.locator('[name="proposal.member_type"][value="other-local"]').check()
    await press(page, "check")
    assert await messages(page) == {}


async def test_rows_come_and_go_and_the_rest_stays(site: Site) -> None:
    """Adding and removing a row sends the form back and forth; everything else is as it was."""
    form = typed_form()
    page = await site.visit("/en/standalone")
    await fill_in(page, form)
    await press(page, "remove:proposal.milestones:0")
    form["proposal"]["milestones"].pop(0)
    assert await read_back(page, without(form)) == without(form)
    assert await named(page, "proposal.milestones.1.title").count() == 0


async def test_another_language_keeps_what_was_typed(site: Site) -> None:
    """The switch on a form is a button of the form."""
    form = without(typed_form())
    page = await site.visit("/en/standalone")
    await fill_in(page, form)
    await page.get_by_role("button", name="Español").click()
    assert page.url.endswith("/es/standalone")
    assert await page.locator("h1").inner_text() == "Compromiso independiente"
    assert await read_back(page, form) == form


async def test_a_double_click_gets_one_receipt(site: Site) -> None:
    """The same form sent twice at once, and once more by going back: one submission."""
    page = await site.visit("/en/standalone")
    await fill_in(page, typed_form())
    await press(page, "check")
    fields = {
        str(await one.get_attribute("name")): str(await one.get_attribute("value"))
        for one in await page.locator('#form input[type="hidden"]').all()
    }
    sent = [site.intake.client.post("/en/standalone", data=fields | {"do": "send"}) for _ in range(2)]
    first, second = await asyncio.gather(*sent)
    assert (first.status_code, second.status_code) == (303, 303)
    await press(page, "send")
    assert page.url == site.url + first.headers["location"] == site.url + second.headers["location"]
    assert len(await site.intake.told()) == 1
    again = await site.intake.client.post("/en/standalone", data=fields | {"do": "send", "proposal.title": "Otro"})
    assert again.headers["location"] == f"{first.headers['location']}?again"
    assert len(await site.intake.told()) == 1


async def test_a_draft_is_kept_sealed_and_come_back_to(site: Site) -> None:
    """By its link, in any browser; sealed in the table; gone when it is sent: the link then leads to the receipt."""
    form = without(typed_form())
    page = await site.visit("/es/standalone")
    await fill_in(page, form)
    await press(page, "save")
    link = await page.locator("a.key").get_attribute("href")
    [kept] = await site.intake.rows("SELECT * FROM intake.draft")
    assert b"Nogal" not in kept["sealed"]
    assert "Nogal" not in str(kept)
    other = await site.visit(str(link).removeprefix(site.url))
    assert await read_back(other, form) == form
    await press(other, "check")
    await press(other, "send")
    assert await site.intake.rows("SELECT * FROM intake.draft") == []
    await page.goto(str(link))
    assert "/receipt/" in page.url


async def test_the_link_to_a_draft_is_sent_when_asked_for(site: Site) -> None:
    """Once there is an address in it, by a button beside it; then the page says so, and everything typed is there."""
    page = await site.visit("/en/story")
    await named(page, "story.title").fill("Half a story")
    await press(page, "save")
    assert "fill in your e-mail address" in await page.locator(".note").inner_text()
    await named(page, "contact.address").fill("ana@example.org")
    await press(page, "save")
    await page.get_by_role("button", name="Send me this link by e-mail").click()
    assert "is on its way" in await page.locator(".note").inner_text()
    assert await named(page, "story.title").input_value() == "Half a story"
    assert [row["type"].rpartition("challenge.")[2] for row in await site.intake.told()] == ["draft.saved.v1"]


async def test_a_draft_can_be_erased(site: Site) -> None:
    """At once; nothing is kept, and the link says so."""
    page = await site.visit("/en/story")
    await named(page, "story.title").fill("Half a story")
    await press(page, "save")
    link = str(await page.locator("a.key").get_attribute("href"))
    assert await named(page, "story.title").input_value() == "Half a story"
    await page.locator(".note form button").click()
    assert await page.locator("h1").inner_text() == "Your draft is deleted"
    assert await site.intake.rows("SELECT * FROM intake.draft") == []
    gone = await page.goto(link)
    assert gone is not None
    assert gone.status == 410


async def test_enter_checks_and_sends_nothing(site: Site) -> None:
    """By keyboard alone: Enter in a field shows what is missing; Tab reaches the buttons."""
    page = await site.visit("/en/story")
    await named(page, "story.title").focus()
    await page.keyboard.type("A title")
    await enter(page)
    assert "story.text" in await messages(page)
    assert await named(page, "story.title").input_value() == "A title"
    await page.locator(".summary a").first.focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**#story.area")


async def test_the_form_can_be_filled_in_by_keyboard_alone(site: Site) -> None:
    """Tab, letters, arrows and Enter: from the first field to the receipt of a story."""
    page = await site.visit("/en/story")
    keys = page.keyboard
    await named(page, "story.title").focus()
    await keys.type("Budgets everyone can read")
    await keys.press("Tab")
    await keys.press("ArrowDown")
    await keys.press("Tab")
    await keys.type("The city published them.")
    for _ in range(4):  # over the link, its button and the language
        await keys.press("Tab")
    await keys.type("Santiago de Cali")
    await keys.press("Tab")
    await keys.press("Space")
    for _ in range(3):  # over the country and the jurisdiction
        await keys.press("Tab")
    await keys.type("Veeduría Ciudadana")
    await keys.press("Tab")
    await keys.press("Space")
    await keys.press("Tab")
    await keys.type("Lucía Nogal")
    await keys.press("Tab")
    await keys.type("lucia@example.org")
    await enter(page)
    assert await messages(page) == {}
    await page.locator('button[value="send"]').focus()
    await enter(page)
    assert "/receipt/" in page.url
    [event] = await site.intake.told()
    assert event["event"]["data"]["story"]["author"] == "Veeduría Ciudadana"


async def test_a_nomination_needs_an_open_round(site: Site) -> None:
    """Without one the page says so instead of asking; within one it is taken, and is never public."""
    page = await site.visit("/en/award-nomination")
    assert "No round of awards takes nominations at this date." in await page.locator("main").inner_text()
    await site.intake.admin.execute(
        "INSERT INTO intake.award_round VALUES ('2026-awards', '2020-01-01', '2099-12-31', 'Awards', NULL, NULL)"
    )
    await page.reload()
    await fill_in(
        page,
        {
            "nomination": {
                "government": "Santiago de Cali",
                "reform": "Open contracts of infrastructure",
                "evidence": "The decree is in force.\n\nThe portal is used.",
                "links": ["https://example.org/decree", "https://example.org/portal"],
                "nominator": "Veeduría Ciudadana",
                "nominator_kind": "civil-society",
                "language": "en",
            },
            "contact": {"name": "Lucía Nogal", "address": "lucia@example.org", "language": "es"},
        },
    )
    await press(page, "check")
    assert await messages(page) == {}
    await press(page, "send")
    [event] = await site.intake.told()
    assert event["event"]["data"]["award_round"] == "2026-awards"
    assert event["event"]["data"]["nomination"]["evidence"] == "The decree is in force.\n\nThe portal is used."
    await page.locator("a.button").click()
    assert await page.locator("h1").inner_text() == "It is with the Support Unit"
