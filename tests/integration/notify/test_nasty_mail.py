"""Each nastiness of a mail server at each stage: where the letter stands then, and what the topic hears."""

from collections.abc import Sequence

import aiosmtplib
import pytest

from deploy.stack.ports import LOOPBACK
from services.notify.postman.worker import Postman
from tests.controls.notify import SENDER
from tests.harness.nasty_mail import NOTHING, NastyServer, Wish, address_at
from tests.integration.notify.conftest import Desk

SENT, FAILED, AGAIN, UNKNOWN = "sent", "failed", "failed-temporarily", "unknown"
TOLD = {
    SENT: [("sent", None)],
    FAILED: [("failed", "refused")],
    AGAIN: [],
    UNKNOWN: [("failed", "outcome-unknown")],
}

OF_OURSELVES = ("greeting", "helo", "mail")
"""What goes wrong before the recipient is named is no fault of the letter."""

Case = tuple[str, str, str | None, int]

CASES: Sequence[Case] = (
    *(
        (f"{stage}-{what}", AGAIN, detail, 0)
        for stage in OF_OURSELVES
        for what, detail in {
            "421": "421 4.4.2",
            "451": "451 4.4.2",
            "550": "550 5.7.1",
            "554": "554 5.7.1",
            "354": None,
            "hang-up": "connection-lost",
            "reset": "connection-lost",
            "stall": "connection-lost",
        }.items()
    ),
    ("rcpt-421", AGAIN, "421 4.2.1", 0),
    ("rcpt-450", AGAIN, "450 4.2.1", 0),
    ("rcpt-550", FAILED, "550 5.1.1", 0),
    ("rcpt-354", AGAIN, None, 0),
    ("rcpt-hang-up", AGAIN, "connection-lost", 0),
    ("rcpt-reset", AGAIN, "connection-lost", 0),
    ("rcpt-stall", AGAIN, "connection-lost", 0),
    ("data-421", AGAIN, "421 4.4.2", 0),
    ("data-451", AGAIN, "451 4.4.2", 0),
    ("data-554", FAILED, "554 5.7.1", 0),
    ("data-250", AGAIN, None, 0),
    ("data-hang-up", AGAIN, "connection-lost", 0),
    ("data-reset", AGAIN, "connection-lost", 0),
    ("data-stall", AGAIN, "connection-lost", 0),
    ("body-hang-up", UNKNOWN, "outcome-unknown", 0),
    ("body-reset", UNKNOWN, "outcome-unknown", 0),
    ("body-stall", UNKNOWN, "outcome-unknown", 0),
    ("final-421", AGAIN, "421 4.3.0", 0),
    ("final-451", AGAIN, "451 4.3.0", 0),
    ("final-554", FAILED, "554 5.7.1", 0),
    ("final-354", UNKNOWN, "outcome-unknown", 0),
    ("final-hang-up", UNKNOWN, "outcome-unknown", 0),
    ("final-reset", UNKNOWN, "outcome-unknown", 0),
    ("final-stall", UNKNOWN, "outcome-unknown", 0),
    ("taken-251", SENT, None, 1),
    ("taken-hang-up", UNKNOWN, "outcome-unknown", 1),
    ("taken-reset", UNKNOWN, "outcome-unknown", 1),
    ("taken-said-reset", SENT, None, 1),
    ("taken-stall", UNKNOWN, "outcome-unknown", 1),
    ("rcpt-slow", SENT, None, 1),
    ("data-slow", SENT, None, 1),
    ("taken-slow", SENT, None, 1),
)
"""What the server does; where the letter stands then, why, and how many copies the server has."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
async def test_letter_stands_where_the_servers_behaviour_leaves_it(desk: Desk, case: Case) -> None:
    """Refused for good, put off, sent, or unknown; and a next letter, to a better server, goes at once."""
    wished, state, detail, copies = case
    wish = Wish(*wished.split("-", 1))
    if wish.stage in OF_OURSELVES:
        desk.server.mood = wish
    desk.vault.submitter = _person_at(wished)
    [letter] = await desk.owe()
    postman = desk.postman(smtp_reply_seconds=0.5)
    await desk.go_once(postman)
    [row] = await desk.rows()
    assert row["state"] == state
    assert row["detail"] == detail or (detail is None and state == AGAIN)
    assert desk.server.copies(f"<{letter.delivery_id}@{SENDER.domain}>") == copies
    assert await _told(desk) == TOLD[state]
    await _goes_on(desk, postman)


async def _goes_on(desk: Desk, postman: Postman) -> None:
    before = len(desk.server.taken)
    desk.server.mood = NOTHING
    desk.vault.submitter = _person_at("kind")
    await desk.owe("declined")
    await desk.go_once(postman)
    assert len(desk.server.taken) == before + 1


async def _told(desk: Desk) -> list[tuple[str, str | None]]:
    return [(event["type"].split(".")[-2], event["data"].get("code")) for event in await desk.told()]


def _person_at(wish: str) -> dict[str, str]:
    return {"name": "Ana Rojas", "address": address_at(wish), "language": "es"}


@pytest.mark.parametrize("body", [b"one\ntwo", b"one\rtwo"], ids=["lf", "cr"])
async def test_strict_server_sees_a_bare_line_ending(mail_server: NastyServer, body: bytes) -> None:
    """So that its silence about our letters means something."""
    client = aiosmtplib.SMTP(hostname=LOOPBACK, port=mail_server.port, start_tls=False)
    async with client:
        await client.mail("us@example.org")
        await client.rcpt("ana@example.org")
        await client.execute_command(b"DATA")
        assert client.protocol is not None
        client.protocol.write(b"Subject: x\r\n\r\n" + body + b"\r\n.\r\n")
        reply = await client.protocol.read_response(timeout=5)
    assert reply.code == 550
    assert mail_server.taken == []


async def test_server_that_deduplicates_takes_a_message_id_once(mail_server: NastyServer) -> None:
    """It says yes again, and has one; a server that does not, has two."""
    for deduplicates, copies in ((True, 1), (False, 2)):
        mail_server.forget()
        mail_server.deduplicates = deduplicates
        for _ in range(2):
            await aiosmtplib.send(
                b"Message-ID: <one@example.org>\r\n\r\nhello\r\n",
                sender="us@example.org",
                recipients=["ana@example.org"],
                hostname=LOOPBACK,
                port=mail_server.port,
                start_tls=False,
            )
        assert mail_server.copies("<one@example.org>") == copies
        assert mail_server.heard["<one@example.org>"] == 2
