"""Telling a member's points of contact: each by a letter of their own, once, and nobody shown to the others."""

import asyncio

from deploy.stack.mailbox import text_of
from services.notify.postman.lease import hold_lease
from services.notify.store import claims, ledger
from tests.controls.envelope import id_of
from tests.harness.waiting import seen
from tests.integration.notify.conftest import Desk
from tests.integration.notify.vault import ref_of

LUIS = {"name": "Luis", "address": "luis@example.org", "language": "fr"}
EVA = {"name": "Eva", "address": "eva@example.org", "language": "es"}
BUSY = {"name": "Ana", "address": "ana@rcpt-450.example", "language": "es"}
GONE = {"name": "Iván", "address": "ana@rcpt-550.example", "language": "es"}


async def test_no_point_of_contact_is_a_visible_task(desk: Desk) -> None:
    """Held, told, never dropped, and not asked for again and again."""
    await desk.owe("received", only="poc:")
    await desk.go_once()
    assert await desk.states() == ["held"]
    assert [path for path in desk.vault.asked if path.startswith("/members/")] == ["/members/CR"]
    [told] = await desk.told()
    assert (told["data"]["code"], told["data"]["notice"]["recipient"]) == ("no-contact", "poc:CR")


async def test_each_point_of_contact_gets_a_letter_of_their_own(desk: Desk) -> None:
    """In their own language, to their own name, and nobody sees the others' addresses."""
    desk.vault.pocs = [LUIS, EVA]
    [letter] = await desk.owe("received", only="poc:")
    await _go_until_idle(desk)
    assert sorted(desk.server.recipients) == [("eva@example.org",), ("luis@example.org",)]
    read = {str(mail["To"]): mail for mail in desk.server.taken}
    assert text_of(read["luis@example.org"]).startswith("Bonjour Luis,")
    assert text_of(read["eva@example.org"]).startswith("Hola, Eva:")
    assert not [mail for mail in desk.server.raw if b"luis@" in mail and b"eva@" in mail]
    assert await _ledger(desk) == {"poc:CR": ("sent", None), "poc:CR/2": ("sent", None)}
    told = {event["data"]["notice"]["recipient"]: event["data"]["notice"] for event in await desk.told()}
    assert {recipient: notice["language"] for recipient, notice in told.items()} == {"poc:CR": "fr", "poc:CR/2": "es"}
    assert told["poc:CR"]["delivery_id"] == str(letter.delivery_id)


async def test_point_of_contact_who_is_refused_is_a_failure_of_its_own(desk: Desk) -> None:
    """Whoever the server takes is told; of whoever it does not, one can see so."""
    desk.vault.pocs = [LUIS, GONE, BUSY]
    await desk.owe("received", only="poc:")
    await _go_until_idle(desk)
    assert await _ledger(desk) == {
        "poc:CR": ("sent", None),
        "poc:CR/2": ("failed", "550 5.1.1"),
        "poc:CR/3": ("failed-temporarily", "450 4.2.1"),
    }
    assert sorted(event["type"].rpartition(".notice.")[2] for event in await desk.told()) == ["failed.v1", "sent.v1"]


async def test_nobody_is_told_twice_when_the_list_has_changed(desk: Desk) -> None:
    """Whom a letter was for is settled once: a list that grows or turns round between attempts changes nothing."""
    desk.vault.pocs = [BUSY, LUIS]
    await desk.owe("received", only="poc:")
    await _go_until_idle(desk)
    desk.vault.pocs = [EVA, LUIS, BUSY]
    await desk.make_due()
    await _go_until_idle(desk)
    assert await _ledger(desk) == {"poc:CR": ("failed-temporarily", "450 4.2.1"), "poc:CR/2": ("sent", None)}
    assert desk.server.recipients == [("luis@example.org",)]


async def _replace_busy(desk: Desk, *by: dict[str, str]) -> None:
    desk.vault.pocs = [LUIS, BUSY]
    await desk.owe("received", only="poc:")
    await _go_until_idle(desk)
    assert await _ledger(desk) == {"poc:CR": ("sent", None), "poc:CR/2": ("failed-temporarily", "450 4.2.1")}
    desk.vault.pocs, desk.vault.erased = [LUIS, *by], {ref_of(BUSY)}
    await desk.make_due()
    await _go_until_idle(desk)


async def test_who_takes_the_place_of_one_of_several_is_told(desk: Desk) -> None:
    """The letter that waited for somebody who is gone goes to the successor; who was told is not told again."""
    await _replace_busy(desk, EVA)
    assert await _ledger(desk) == {"poc:CR": ("sent", None), "poc:CR/2": ("sent", None)}
    assert desk.server.recipients == [("luis@example.org",), ("eva@example.org",)]


async def test_place_that_nobody_took_waits_for_a_person_until_somebody_does(desk: Desk) -> None:
    """Held, and after the contact was added it goes when it is tried again."""
    await _replace_busy(desk)
    [row] = [row for row in await desk.rows() if row["recipient"] == "poc:CR/2"]
    assert (row["state"], row["detail"]) == ("held", "address-erased")
    desk.vault.pocs = [LUIS, EVA]
    async with desk.database.transaction() as tx:
        assert await ledger.retry_letter(tx, row["delivery_id"])
    await _go_until_idle(desk)
    assert desk.server.recipients == [("luis@example.org",), ("eva@example.org",)]


async def test_successor_of_who_sent_it_in_is_told(desk: Desk) -> None:
    """One of two was told as the submitter; the other is replaced before anything went."""
    sender = {"name": "Ana", "address": "ok@example.org", "language": "es"}
    desk.vault.pocs = [sender, BUSY]
    await desk.owe("received", only="poc:")
    await _go_until_idle(desk)
    desk.vault.pocs, desk.vault.erased = [sender, EVA], {ref_of(BUSY)}
    await desk.make_due()
    await _go_until_idle(desk)
    assert await _ledger(desk) == {"poc:CR": ("cancelled", "same-as-submitter"), "poc:CR/2": ("sent", None)}
    assert desk.server.recipients == [("eva@example.org",)]


async def test_two_who_are_gone_have_two_successors(desk: Desk) -> None:
    """Each letter finds a person of its own; where there is one for two, one of the letters waits."""
    also_busy = {**BUSY, "address": "eva@rcpt-450.example"}
    for by in ([LUIS, EVA], [LUIS]):
        await desk.admin.execute("TRUNCATE notify.letter")
        desk.server.forget()
        desk.vault.pocs, desk.vault.erased = [BUSY, also_busy], set()
        await desk.owe("received", only="poc:")
        await _go_until_idle(desk)
        desk.vault.pocs, desk.vault.erased = by, {ref_of(BUSY), ref_of(also_busy)}
        await desk.make_due()
        await _go_until_idle(desk)
        assert sorted(desk.server.recipients) == sorted((it["address"],) for it in by)
        assert sorted(await desk.states()) == ["held"] * (2 - len(by)) + ["sent"] * len(by)


async def test_same_address_twice_is_one_letter(desk: Desk) -> None:
    """Two entries of one mailbox."""
    desk.vault.pocs = [LUIS, {**EVA, "address": "Luis@example.org"}]
    await desk.owe("received", only="poc:")
    await _go_until_idle(desk)
    assert await _ledger(desk) == {"poc:CR": ("sent", None)}
    assert desk.server.recipients == [("luis@example.org",)]


async def test_letters_are_made_for_each_once(desk: Desk) -> None:
    """By the claim that holds the mail alone; and repeating it, as after an answer that was lost, changes nothing."""
    await desk.owe("received", only="poc:")
    async with hold_lease(desk.database, desk.settings) as (lease, _):
        [errand] = await desk.claim(lease)
        async with desk.database.transaction() as tx:
            refs = [ref_of(LUIS), ref_of(EVA)]
            assert not await claims.insert_letters_to_each(tx, errand.mail, refs, lease + 1)
            assert await claims.insert_letters_to_each(tx, errand.mail, refs, lease)
            assert await claims.insert_letters_to_each(tx, errand.mail, refs, lease)
            assert not await claims.insert_letters_to_each(tx, errand.mail, refs[::-1], lease)
    kept = {row["recipient"]: row["contact_ref"] for row in await desk.rows()}
    assert kept == {"poc:CR": ref_of(LUIS), "poc:CR/2": ref_of(EVA)}


async def test_cancelled_while_letters_are_made_for_each_none_is_left(desk: Desk) -> None:
    """A correction that arrives in that moment cancels all of them."""
    [letter] = await desk.owe("accepted", only="poc:")
    async with hold_lease(desk.database, desk.settings) as (lease, _):
        [errand] = await desk.claim(lease)
        async with desk.database.transaction() as tx:
            assert await claims.insert_letters_to_each(tx, errand.mail, [ref_of(LUIS), ref_of(EVA)], lease)
            cancelling = asyncio.ensure_future(_cancel(desk, letter.submission_id))
            await seen(lambda: _someone_waits(desk), what="the cancelling waiting for the row")
        await cancelling
    assert await desk.states() == ["cancelled", "cancelled"]


async def _cancel(desk: Desk, submission_id: str) -> None:
    async with desk.database.transaction() as tx:
        await ledger.cancel_letters(tx, {submission_id: id_of("a correction")})


async def _someone_waits(desk: Desk) -> bool:
    waits = "SELECT true FROM pg_locks l JOIN pg_database d ON true WHERE NOT granted AND datname = current_database()"
    return bool(await desk.admin.fetchval(waits))


async def _go_until_idle(desk: Desk) -> None:
    while await desk.go_once():
        pass


async def _ledger(desk: Desk) -> dict[str, tuple[str, str | None]]:
    return {row["recipient"]: (row["state"], row["detail"]) for row in await desk.rows()}
