"""Notify in its place: real services on a real broker, from a form to every letter about it."""

import re
from collections import Counter
from collections.abc import AsyncIterator
from email.message import EmailMessage

import pytest

from deploy.stack.mailbox import RECIPIENT_HEADER, text_of
from deploy.stack.stack import Stack
from tests.conftest import TestDatabase
from tests.harness.people import People
from tests.harness.system import System
from tests.harness.waiting import seen

OUTCOMES = ("accepted", "declined", "clarification")
SUBJECTS = (
    "para su información, envíos recibidos",
    "para su información, envío",
    "para su información, el resultado",
    "hemos recibido su envío",
    "el resultado de su envío",
    "una pregunta sobre su envío",
)
INFORMED_OF_BOTH, INFORMED, INFORMED_OF_OUTCOME, RECEIPT, OUTCOME, QUESTION = SUBJECTS
POC = "poc.cr@example.org"
TO_CONFIRM = re.compile(r"http\S+/confirm/\S+")


@pytest.fixture
async def system(stack: Stack, database: TestDatabase, topic_prefix: str) -> AsyncIterator[System]:
    """A whole system of this test's own."""
    made = System(stack=stack, admin_url=database.admin_url, prefix=topic_prefix)
    await made.start()
    yield made
    await made.stop()


async def test_everybody_is_told_once(system: System) -> None:
    """Three forms, three outcomes: receipt and outcome to each submitter, the point of contact informed of both.

    Two submitters follow the link in the receipt, one after the outcome: the point of contact is then informed of both
    in one letter. Of the third's nobody else is told. And the ledger answers who was told, as the topic does, without
    an address and without a link.
    """
    people = People(system)
    forms = [people.new_form() for _ in OUTCOMES]
    for form in forms:
        await people.submit(form)
    await seen(lambda: _mail(system), lambda mail: sum(mail.values()) == 3, what="three receipts")
    await _confirm(system, forms[0]["contact"]["address"])
    await seen(lambda: _mail(system), lambda mail: mail[POC, INFORMED] == 1, what="the point of contact informed")
    month = await people.end_month()
    items = await people.review(month, lambda place: OUTCOMES[place])
    await people.release(month)
    outcome_of = {item["title"].rpartition(" ")[2]: outcome for item, outcome in zip(items, OUTCOMES, strict=True)}
    expected = Counter({(POC, INFORMED): 1})
    for form in forms:
        address, outcome = form["contact"]["address"], outcome_of[form["external_id"]]
        expected[address, RECEIPT] += 1
        expected[address, QUESTION if outcome == "clarification" else OUTCOME] += 1
    early, late = (outcome_of[form["external_id"]] != "clarification" for form in forms[:2])
    expected[POC, INFORMED_OF_OUTCOME] = int(early)
    expected[POC, INFORMED_OF_BOTH if late else INFORMED] += 1
    await seen(lambda: _mail(system), lambda mail: sum(mail.values()) >= 7, what="every submitter told")
    await _confirm(system, forms[1]["contact"]["address"])
    told = await seen(lambda: _mail(system), lambda mail: mail.total() >= expected.total(), what="what was missed")
    assert told == +expected
    await system.settled()
    await _ledger_says_the_same(system, expected)


async def _confirm(system: System, address: str) -> None:
    """Do as whoever reads this address does: follow the link, and press the button behind it."""
    letters = [mail for mail in system.mailbox.messages() if mail[RECIPIENT_HEADER] == address]
    [link] = TO_CONFIRM.findall(text_of(letters[0]))
    assert (await system.web.get(link)).status_code == 200
    pressed = await system.web.post(link, follow_redirects=True)
    assert "Su dirección está confirmada" in pressed.text


async def _ledger_says_the_same(system: System, sent: "Counter[tuple[str, str]]") -> None:
    answer = await system.web.get(
        f"{system['notify'].url}/notices",
        params={"state": "sent"},
        headers={"Authorization": f"Bearer {system.deployed.token('desk')}"},
    )
    informed = sent[POC, INFORMED] + sent[POC, INFORMED_OF_OUTCOME] + 2 * sent[POC, INFORMED_OF_BOTH]
    assert Counter(notice["recipient"] for notice in answer.json()["notices"]) == {"submitter": 6, "poc:CR": informed}
    payloads = await system.database.rows("SELECT payload FROM notify.outbox")
    assert len(payloads) == sent.total() + sent[POC, INFORMED_OF_BOTH]
    assert not [row for row in payloads if b"@example.org" in row["payload"] or b"http" in row["payload"]]


async def _mail(system: System) -> "Counter[tuple[str, str]]":
    return Counter(_read(mail) for mail in system.mailbox.messages())


def _read(mail: EmailMessage) -> tuple[str, str]:
    says = str(mail["Subject"]).partition(": ")[2]
    return str(mail[RECIPIENT_HEADER]), next((known for known in SUBJECTS if says.startswith(known)), says)
