"""The letter with a draft's link: one for each asking, and none for a draft that is gone."""

from dataclasses import replace

from contracts.event import Event
from deploy.stack.mailbox import text_of
from services.notify.domain.planning import Told
from tests.controls import stories
from tests.controls.envelope import event_of, id_of
from tests.controls.notify import on_submissions
from tests.integration.notify.conftest import Desk

SAVED: Event[Told] = replace(event_of(stories.draft_saved()), subject=str(id_of("draft 9")))


async def test_letter_holds_the_link_and_goes_once(desk: Desk) -> None:
    """In the page's language, to the address alone; heard twice, it is owed once; its notice names no decision."""
    for _ in range(2):
        await desk.hear(on_submissions, [SAVED])
    await desk.go_once()
    [mail] = desk.server.taken
    assert str(mail["Subject"]) == "Open Gov Challenge\u00a0: le lien vers votre brouillon"
    assert f"https://forms.example.org/fr/drafts/{SAVED.subject}/" in text_of(mail)
    assert "Ana" not in text_of(mail)
    [row] = await desk.rows()
    assert (row["kind"], row["recipient"], row["state"]) == ("draft-link", "submitter", "sent")
    assert SAVED.subject in row["submission_id"]
    assert "forms.example.org" not in str(dict(row))
    [told] = await desk.told()
    assert (told["subject"], told["data"]["notice"]["kind"]) == (SAVED.subject, "draft-link")


async def test_draft_that_is_gone_cancels_its_letter(desk: Desk) -> None:
    """Its address is forgotten, or just its link: nobody is asked to look after it, and it is not tried again."""
    await desk.hear(on_submissions, [SAVED, replace(SAVED, id=id_of("asked again"))])
    kept, desk.vault.submitter = desk.vault.submitter, None
    await desk.go_once(desk.postman(postman_claim_letters=1))
    desk.vault.submitter, desk.vault.knows_links = kept, False
    await desk.go_once(desk.postman(postman_claim_letters=1))
    assert [(row["state"], row["detail"]) for row in await desk.rows()] == [("cancelled", "draft-gone")] * 2
    assert (await desk.told(), desk.server.taken) == ([], [])


async def test_letter_waits_while_intake_is_away(desk: Desk) -> None:
    """That is trouble that passes, not a draft that is gone."""
    await desk.hear(on_submissions, [SAVED])
    desk.vault.status = 503
    await desk.go_once()
    assert await desk.states() == ["failed-temporarily"]
    desk.vault.status = 200
    await desk.make_due()
    await desk.go_once()
    assert await desk.states() == ["sent"]
