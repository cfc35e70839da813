"""What is due to one person at once goes out as one piece of mail, and stays one whatever happens to it."""

import asyncio

import pytest

from deploy.stack.mailbox import text_of
from services.notify.postman.lease import hold_lease, take_over
from services.notify.store import claims, ledger
from tests.controls.envelope import id_of
from tests.controls.notify import SENDER
from tests.harness.nasty_mail import address_at
from tests.integration.notify.conftest import Desk

LUIS = {"name": "Luis", "address": "luis@example.org", "language": "fr"}
EVA = {"name": "Eva", "address": "eva@example.org", "language": "es"}


async def test_several_deliveries_are_one_mail_and_each_is_told(desk: Desk) -> None:
    """One Message-ID, that of the first; an event for each delivery, under its own submission."""
    desk.vault.pocs = [LUIS]
    letters = await desk.owe("received", times=3, only="poc:")
    await desk.go_once()
    [mail] = desk.server.taken
    [mail_id] = {row["mail_id"] for row in await desk.rows()}
    assert mail["Message-ID"] == f"<{mail_id}@{SENDER.domain}>"
    assert mail_id in {letter.delivery_id for letter in letters}
    assert text_of(mail).startswith("Bonjour Luis,")
    told = await desk.told()
    assert {event["data"]["message_id"] for event in told} == {mail["Message-ID"]}
    assert {event["subject"] for event in told} == {letter.submission_id for letter in letters}


async def test_each_of_several_people_gets_one_mail_about_everything(desk: Desk) -> None:
    """Two points of contact, three submissions: two pieces of mail."""
    desk.vault.pocs = [LUIS, EVA]
    await desk.owe("received", times=3, only="poc:")
    while await desk.go_once():
        pass
    assert sorted(desk.server.recipients) == [("eva@example.org",), ("luis@example.org",)]
    assert await desk.states() == ["sent"] * 6


async def test_mail_that_was_put_off_is_the_same_mail_when_it_goes(desk: Desk) -> None:
    """Nothing joins it, nothing leaves it: what came later has mail of its own."""
    desk.vault.pocs = [{**LUIS, "address": address_at("final-451")}]
    await desk.owe("received", times=2, only="poc:")
    await desk.go_once()
    assert await desk.states() == ["failed-temporarily"] * 2
    [mail_id] = {row["mail_id"] for row in await desk.rows()}
    desk.vault.pocs = [LUIS]
    await desk.owe("accepted", only="poc:")
    await desk.make_due()
    await desk.go_once()
    ids = [row["mail_id"] for row in await desk.rows("mail_id")]
    assert sorted((ids.count(one), one == mail_id) for one in set(ids)) == [(1, False), (2, True)]
    assert len(desk.server.taken) == 2


async def test_point_of_contact_who_sent_one_of_them_in_is_told_of_the_others(desk: Desk) -> None:
    """What they know leaves the mail; its Message-ID stays."""
    desk.vault.pocs = [LUIS]
    await desk.owe("received", times=2, only="poc:")
    first = (await desk.rows("delivery_id"))[0]["delivery_id"]
    await desk.admin.execute("UPDATE notify.letter SET submitter_ref = NULL WHERE delivery_id <> $1", first)
    desk.vault.submitter = LUIS
    await desk.go_once()
    states = {row["delivery_id"]: (row["state"], row["detail"]) for row in await desk.rows()}
    assert states.pop(first) == ("cancelled", "same-as-submitter")
    assert list(states.values()) == [("sent", None)]
    assert len(desk.server.taken) == 1


async def test_mail_with_one_delivery_cancelled_in_hand_goes_without_it(desk: Desk) -> None:
    """As it was written it does not go; at the next try it tells what is still true."""
    desk.vault.pocs = [LUIS]
    letters = await desk.owe("accepted", times=2, only="poc:")
    async with hold_lease(desk.database, desk.settings) as (lease, _):
        [errand] = await desk.claim(lease, 10)
        async with desk.database.transaction() as tx:
            await ledger.cancel_letters(tx, {letters[0].submission_id: id_of("a correction")})
        await desk.deliver(errand)
    assert sorted(await desk.states()) == ["cancelled", "failed-temporarily"]
    assert desk.server.taken == []
    await desk.make_due()
    await desk.go_once()
    assert sorted(await desk.states()) == ["cancelled", "sent"]
    assert "varios" not in str(desk.server.taken[0]["Subject"])


async def test_mail_of_a_postman_that_died_is_taken_over_whole(desk: Desk) -> None:
    """It comes back as it was put together, and a row that is locked meanwhile keeps all of it waiting."""
    await desk.owe("received", times=3, only="poc:")
    [errand] = await desk.claim(4711, 10)
    await take_over(desk.database)
    async with desk.database.transaction() as tx:
        await tx.execute("SELECT 1 FROM letter ORDER BY delivery_id LIMIT 1 FOR UPDATE")
        assert await desk.claim(4712, 10) == []
    [again] = await desk.claim(4713, 10)
    assert again.mail.id == errand.mail.id
    assert [it.delivery_id for it in again.mail.letters] == [it.delivery_id for it in errand.mail.letters]


async def test_two_postmen_do_not_put_together_the_same_digest(desk: Desk) -> None:
    """One has all of it, the other none."""
    await desk.owe("received", times=4, only="poc:")
    async with desk.database.transaction() as one, desk.database.transaction() as other:
        first, second = await asyncio.gather(claims.claim_digests(one, 1, 10), claims.claim_digests(other, 2, 10))
    assert sorted((len(first), len(second))) == [0, 4]


async def test_digest_has_an_end(desk: Desk) -> None:
    """What is beyond it is the next one."""
    await desk.owe("received", times=claims.DELIVERIES_IN_A_DIGEST + 5, only="poc:")
    sizes = [len(errand.mail.letters) for lease in (1, 2) for errand in await desk.claim(lease, 1)]
    assert sizes == [claims.DELIVERIES_IN_A_DIGEST, 5]


async def test_delivery_that_was_held_goes_with_whatever_goes_then(desk: Desk) -> None:
    """Tried again one by one, each has a Message-ID that no other has: no server takes the second for the first."""
    letters = await desk.owe("received", times=3, only="poc:")
    await desk.go_once()
    assert await desk.states() == ["held"] * 3
    desk.vault.pocs = [LUIS]
    for letter in letters:
        async with desk.database.transaction() as tx:
            assert await ledger.retry_letter(tx, letter.delivery_id)
        await desk.go_once()
    assert await desk.states() == ["sent"] * 3
    assert len({mail["Message-ID"] for mail in desk.server.taken}) == 3


UNKNOWN_CRITERIA = """
UPDATE notify.letter SET words = jsonb_set(words::jsonb, '{criteria_version}', to_jsonb($1::text))::text
WHERE kind = 'poc-outcome' AND ($2::uuid IS NULL OR delivery_id = $2)
"""


async def test_digest_that_cannot_be_written_waits_for_a_person(desk: Desk) -> None:
    """Its decisions were made by criteria that are not known here yet: the postman goes on with other mail."""
    desk.vault.pocs = [LUIS]
    await desk.owe(times=2, only="")
    await desk.admin.execute(UNKNOWN_CRITERIA, "2099-01", None)
    await desk.go_once()
    told = [(row["kind"], row["state"], row["detail"]) for row in await desk.rows()]
    assert sorted(told, key=str) == [("outcome", "sent", None)] * 2 + [("poc-outcome", "held", "unwritable")] * 2


@pytest.mark.parametrize("place", range(3))
async def test_delivery_that_cannot_be_written_holds_back_no_other(desk: Desk, place: int) -> None:
    """The others of its digest go, also without the first; it follows under a Message-ID of its own, once it can."""
    desk.vault.pocs = [LUIS]
    owed = [it for it in await desk.owe(times=3, only="poc:") if it.kind == "poc-outcome"]
    unwritable = sorted(it.delivery_id for it in owed)[place]
    known = owed[0].words["criteria_version"]
    await desk.admin.execute(UNKNOWN_CRITERIA, "2099-01", unwritable)
    await desk.go_once()
    states = {row["delivery_id"]: row["state"] for row in await desk.rows()}
    assert states == {it.delivery_id: "held" if it.delivery_id == unwritable else "sent" for it in owed}
    assert len(desk.server.taken) == 1
    assert len([event for event in await desk.told() if event["type"].endswith(".notice.held.v1")]) == 1

    await desk.admin.execute(UNKNOWN_CRITERIA, known, unwritable)
    async with desk.database.transaction() as tx:
        assert await ledger.retry_letter(tx, unwritable)
    await desk.go_once()
    assert await desk.states() == ["sent"] * 3
    assert len({mail["Message-ID"] for mail in desk.server.taken}) == len(desk.server.taken) == 2
