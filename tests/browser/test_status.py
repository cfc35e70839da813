"""The page behind a receipt's link, without scripts: look, amend, answer, withdraw."""

from datetime import datetime, timedelta

from tests.browser.conftest import Site
from tests.browser.people import messages, named, press
from tests.controls import decisions
from tests.integration.intake.acting import hear, send_in


def path_of(given: dict[str, str], language: str = "en") -> str:
    """Where the status page of a receipt is."""
    return f"/{language}/status/{given['id']}/{given['secret']}"


async def test_a_text_can_be_amended_until_its_month_is_closed(site: Site) -> None:
    """A version each time it reads otherwise; what the page does not ask stays; then there is no way to it any more."""
    given = await send_in(site.intake)
    page = await site.visit(path_of(given))
    await page.get_by_role("link", name="Change the text").click()
    assert await named(page, "proposal.milestones.0.due.year").input_value() == "2027"
    await named(page, "proposal.title").fill("")
    await press(page, "send")
    assert list(await messages(page)) == ["proposal.title"]
    await named(page, "proposal.title").fill("Otro título, con « œ » y ñ")
    await press(page, "send")
    assert "This is version 2." in await page.locator("main").inner_text()
    received, amended = await site.intake.told()
    before, after = (event["event"]["data"]["proposal"] for event in (received, amended))
    assert after == before | {"title": "Otro título, con « œ » y ñ"}
    await site.intake.months.close_all_over(site.intake.database)
    await site.intake.move_clock(timedelta(days=32))
    await site.intake.months.close_all_over(site.intake.database)
    await page.reload()
    assert await page.get_by_role("link", name="Change the text").count() == 0


async def test_two_windows_do_not_overwrite_one_another(site: Site) -> None:
    """The second is told, and keeps what was typed."""
    given = await send_in(site.intake)
    first, second = [await site.visit(f"{path_of(given)}/amend") for _ in range(2)]
    for page, title in ((first, "Uno"), (second, "Dos")):
        await named(page, "proposal.title").fill(title)
        await press(page, "send")
    assert "The text was changed meanwhile" in await second.locator(".summary").inner_text()
    assert await named(second, "proposal.title").input_value() == "Dos"
    assert len(await site.intake.told()) == 2


async def test_a_question_is_shown_and_answered(site: Site) -> None:
    """An empty answer is told at its field; the answer opens the next round."""
    given = await send_in(site.intake)
    asked = decisions.clarification_requested(answer_by=datetime.fromisoformat("2099-01-01T12:00Z"))
    await hear(site.intake, given, asked)
    page = await site.visit(path_of(given, "es"))
    shown = await page.locator("main").inner_text()
    assert asked.question in shown
    assert "1 de enero de 2099" in shown
    await page.get_by_role("button", name="Enviar la respuesta").click()
    assert list(await messages(page)) == ["answer"]
    await named(page, "answer").fill("Sí.\n\nLas actas serán públicas.")
    await page.get_by_role("button", name="Enviar la respuesta").click()
    assert "Su respuesta ha llegado." in await page.locator("main").inner_text()
    [answered] = [event["event"]["data"] for event in await site.intake.told() if "clarified" in event["type"]]
    assert (answered["round"], answered["answer"]) == (2, "Sí.\n\nLas actas serán públicas.")


async def test_a_withdrawal_is_asked_for(site: Site) -> None:
    """Once; the page says that it is asked for, and offers it no more."""
    given = await send_in(site.intake)
    page = await site.visit(path_of(given))
    await page.get_by_text("Withdraw the submission").click()
    await named(page, "reason").fill("A joint action next year.")
    await page.get_by_role("button", name="Ask to withdraw").click()
    assert "You asked to withdraw." in await page.locator("main").inner_text()
    assert await page.get_by_role("button", name="Ask to withdraw").count() == 0
    assert [event["type"].rpartition("challenge.")[2] for event in await site.intake.told()] == [
        "submission.received.v1",
        "withdrawal.requested.v1",
    ]


async def test_what_was_decided_is_told_with_its_reasons(site: Site) -> None:
    """In the reader's language, with the remark; a correction takes the place of what was decided before."""
    given = await send_in(site.intake)
    declined = decisions.submission_declined()
    await hear(site.intake, given, declined)
    page = await site.visit(path_of(given, "fr"))
    shown = await page.locator("main").inner_text()
    assert "Non retenue" in shown
    assert "L’action ne comporte aucun jalon à venir." in shown
    await hear(site.intake, given, decisions.decision_corrected())
    await page.reload()
    shown = await page.locator("main").inner_text()
    assert "Acceptée\u00a0: c’est une réforme du Défi" in shown
    assert decisions.decision_corrected().why in shown
    assert "L’action ne comporte aucun jalon à venir." not in shown
