"""The postman with a nasty mail server: each letter once, or said to be unknown; nothing is dropped."""

import asyncio
from collections import Counter

import pytest

from services.notify.domain.delivery import BACKOFF_MINUTES
from services.notify.postman.lease import hold_lease, take_over
from services.notify.store import claims, leases
from tests.controls.notify import SENDER
from tests.harness.nasty_mail import NastyServer, Wish, address_at
from tests.harness.waiting import seen
from tests.integration.notify.conftest import Desk, run_until


def address_of(wish: str) -> dict[str, str]:
    """Give a contact to whom the server behaves like this."""
    return {"name": "Ana Rojas", "address": address_at(wish), "language": "es"}


async def test_letter_is_sent_and_told(desk: Desk) -> None:
    """One letter, one mail, one event; the Message-ID is that of the delivery."""
    [letter] = await desk.owe()
    assert await desk.go_once() == 1
    assert await desk.states() == ["sent"]
    message_id = f"<{letter.delivery_id}@{SENDER.domain}>"
    assert desk.server.copies(message_id) == 1
    [told] = await desk.told()
    assert told["type"].endswith(".notice.sent.v1")
    assert (told["subject"], told["causationid"]) == (letter.submission_id, str(letter.cause.event_id))
    assert told["data"]["message_id"] == message_id
    assert told["data"]["notice"]["recipient"] == "submitter"


async def test_sent_letter_is_not_sent_again(desk: Desk) -> None:
    """The postman may come as often as it likes."""
    await desk.owe()
    assert [await desk.go_once() for _ in range(3)] == [1, 0, 0]
    assert len(desk.server.taken) == 1


async def test_connection_is_kept_for_many_letters(desk: Desk) -> None:
    """Ten letters, one connection."""
    await desk.owe(times=10)
    await desk.go_once(desk.postman(mail_connections=1))
    assert await desk.states() == ["sent"] * 10
    assert desk.server.connections == 1


async def test_letter_on_the_wire_has_one_kind_of_line_ending(desk: Desk) -> None:
    """A server that is strict about a bare LF or CR has nothing to complain about."""
    await desk.owe("declined")
    await desk.go_once()
    [raw] = desk.server.raw
    assert raw.count(b"\n") == raw.count(b"\r") == raw.count(b"\r\n")


async def test_one_trouble_does_not_touch_the_next_letter(desk: Desk) -> None:
    """After each sort of trouble the same postman sends the next letter."""
    await desk.owe(times=2)
    for wish in ("rcpt-450", "rcpt-550", "final-451", "final-554", "data-hang-up", "taken-hang-up", "taken-said-reset"):
        postman = desk.postman(postman_claim_letters=1, mail_connections=1)
        desk.vault.submitter = address_of(wish)
        await desk.admin.execute("UPDATE notify.letter SET state = 'pending', due_at = made_at, lease = NULL")
        await desk.admin.execute("TRUNCATE notify.moved")
        async with hold_lease(desk.database, desk.settings) as (lease, _):
            await postman.deliver_due(desk.database, lease)
            desk.vault.submitter = address_of("ok")
            await postman.deliver_due(desk.database, lease)
        assert "sent" in await desk.states(), wish
        postman.hang_up()


async def test_unknown_letter_is_never_sent_again(desk: Desk) -> None:
    """It is shown, and waits for a person."""
    desk.vault.submitter = address_of("final-hang-up")
    await desk.owe()
    await desk.go_once()
    desk.vault.submitter = address_of("ok")
    await desk.make_due()
    assert await desk.go_once() == 0
    assert await desk.states() == ["unknown"]


async def test_letter_put_off_is_tried_again_when_due(desk: Desk) -> None:
    """Not before; and the attempts are counted."""
    desk.vault.submitter = address_of("rcpt-450")
    await desk.owe()
    await desk.go_once()
    assert await desk.go_once() == 0
    desk.vault.submitter = address_of("ok")
    await desk.make_due()
    await desk.go_once()
    [row] = await desk.rows()
    assert (row["state"], row["attempts"]) == ("sent", 2)


async def test_letter_put_off_for_three_days_expires(desk: Desk) -> None:
    """Then it has failed, and is told so."""
    desk.vault.submitter = address_of("rcpt-450")
    await desk.owe()
    await desk.admin.execute("UPDATE notify.letter SET attempts = $1", len(BACKOFF_MINUTES))
    await desk.go_once()
    assert await desk.states() == ["failed"]
    assert [event["data"]["code"] for event in await desk.told()] == ["expired"]


async def test_server_away_is_no_fault_of_the_letter(desk: Desk) -> None:
    """Nobody listens: put off."""
    await desk.owe()
    desk.server.stop()
    await desk.go_once()
    assert await desk.states() == ["failed-temporarily"]
    desk.server.start()


async def test_our_own_sender_refused_fails_no_letter(desk: Desk) -> None:
    """A mistake in our settings puts letters off; it does not lose them."""
    desk.server.mood = Wish("mail", "550")
    await desk.owe()
    await desk.go_once()
    [row] = await desk.rows()
    assert (row["state"], row["detail"]) == ("failed-temporarily", "550 5.7.1")


async def test_connection_given_up_by_the_server_is_made_again(desk: Desk) -> None:
    """A server that takes three letters a connection gets ten all the same, in one go."""
    desk.server.letters_per_connection = 3
    await desk.owe(times=10)
    await desk.go_once()
    assert await desk.states() == ["sent"] * 10


async def test_erased_contact_holds_the_letter(desk: Desk) -> None:
    """Nobody to write to any more: a person must look."""
    desk.vault.submitter = None
    await desk.owe()
    await desk.go_once()
    assert await desk.states() == ["held"]
    assert [event["data"]["code"] for event in await desk.told()] == ["address-erased"]


@pytest.mark.parametrize("status", [401, 403, 500, 503])
async def test_vault_away_puts_the_letter_off(desk: Desk, status: int) -> None:
    """What the vault cannot say now is asked again."""
    desk.vault.status = status
    await desk.owe()
    await desk.go_once()
    [row] = await desk.rows()
    assert (row["state"], row["detail"]) == ("failed-temporarily", f"vault-{status}")


@pytest.mark.parametrize(
    "address", ["=?utf-8?q?a=0ABcc=3A_x=40y?=@example.org", "a@example.org\r\nBcc: b@example.org", "ñ"]
)
async def test_address_that_is_not_safe_stops_the_letter(desk: Desk, address: str) -> None:
    """It waits for a person, with a word on why; other letters go."""
    desk.vault.submitter = {"name": "Ana", "address": address, "language": "es"}
    await desk.owe()
    await desk.go_once()
    [row] = await desk.rows()
    assert row["state"] == "held"
    assert row["detail"] in {"unsafe-address", "unsafe-header"}
    assert [event["data"]["code"] for event in await desk.told()] == ["stopped"]
    assert desk.server.taken == []


async def test_several_postmen_share_the_ledger(desk: Desk) -> None:
    """Three at once: every letter once."""
    letters = await desk.owe(times=60)
    postmen = [desk.postman(postman_claim_letters=5) for _ in range(3)]
    done = asyncio.ensure_future(_all_sent(desk, 60))
    await asyncio.gather(*(run_until(postman, desk.database, done) for postman in postmen))
    await done
    copies = Counter(str(mail["Message-ID"]) for mail in desk.server.taken)
    assert copies == {f"<{letter.delivery_id}@{SENDER.domain}>": 1 for letter in letters}


async def _all_sent(desk: Desk, count: int) -> None:
    await seen(desk.states, lambda states: states == ["sent"] * count, what=f"{count} letters sent")


async def test_claims_do_not_wait_for_one_another(desk: Desk) -> None:
    """While one postman claims, another gets other letters at once."""
    letters = await desk.owe(times=10)
    async with desk.database.transaction() as one, desk.database.transaction() as other:
        first = await claims.claim_letters(one, 1, 5)
        second = await claims.claim_letters(other, 2, 10)
    assert (len(first), len(second)) == (5, 5)
    assert {it.delivery_id for it in first + second} == {it.delivery_id for it in letters}


async def test_postman_told_to_stop_finishes_the_letter_in_hand(desk: Desk, mail_server: NastyServer) -> None:
    """A stop in good order leaves nothing unknown; what was only claimed is sent by the next."""
    await desk.owe(times=8)
    done = asyncio.ensure_future(seen(desk.states, lambda states: "sent" in states, what="a first letter sent"))
    await run_until(desk.postman(), desk.database, done)
    await done
    assert set(await desk.states()) <= {"sent", "claimed"}
    await desk.go_once()
    assert await desk.states() == ["sent"] * 8
    assert len(mail_server.taken) == 8


async def test_postman_told_to_stop_does_not_wait_for_ever(desk: Desk) -> None:
    """A mail server that does not answer: the letter is left as it is, and the next life says what that means."""
    desk.vault.submitter = address_of("taken-stall")
    await desk.owe()
    postman = desk.postman(smtp_final_reply_seconds=60, postman_stop_seconds=0.2)
    done = asyncio.ensure_future(seen(desk.states, lambda states: states == ["final-dot-intended"], what="it in hand"))
    await run_until(postman, desk.database, done)
    await done
    assert await desk.states() == ["final-dot-intended"]
    await desk.go_once()
    assert await desk.states() == ["unknown"]


async def test_silent_postman_loses_its_lease(desk: Desk) -> None:
    """One that shows no life for the time of silence is gone, without any clock of ours."""
    await desk.owe()
    quick = desk.settings.model_copy(update={"postman_silence_seconds": 1})
    async with desk.database.transaction() as tx:
        assert await leases.hold_lease(tx, 7, 3600)
        assert len(await claims.claim_letters(tx, 7, 1)) == 1
    with pytest.raises(Exception, match=r"idle-in-transaction timeout|connection"):  # noqa: PT012 - its end is seen at the next word
        async with hold_lease(desk.database, quick) as (lease, tx):
            await desk.admin.execute("UPDATE notify.letter SET lease = $1", lease)
            await take_over(desk.database)
            assert await desk.states() == ["claimed"]
            await seen(lambda: _taken_over(desk), what="the letter given back")
            await leases.beat(tx)


async def _taken_over(desk: Desk) -> bool:
    await take_over(desk.database)
    return await desk.states() == ["pending"]
