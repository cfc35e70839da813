"""Notify in its place: real services on a real broker, from a form to every letter about it."""

from collections import Counter
from collections.abc import AsyncIterator
from email.message import EmailMessage

import pytest

from deploy.stack.mailbox import RECIPIENT_HEADER
from deploy.stack.stack import Stack
from tests.conftest import TestDatabase
from tests.harness.people import People
from tests.harness.system import System
from tests.harness.waiting import seen

OUTCOMES = ("accepted", "declined", "clarification")
SUBJECTS = (
    "for your information, submission",
    "for your information, the outcome",
    "we have received your",
    "the outcome of your",
    "a question about your",
)
POC = "poc.cr@example.org"


@pytest.fixture
async def system(stack: Stack, database: TestDatabase, topic_prefix: str) -> AsyncIterator[System]:
    """A whole system of this test's own."""
    made = System(stack=stack, admin_url=database.admin_url, prefix=topic_prefix)
    await made.start()
    yield made
    await made.stop()


async def test_everybody_is_told_once(system: System) -> None:
    """Three forms, three outcomes: receipt and outcome to each submitter, the point of contact informed of both.

    And the ledger answers who was told, as the topic does, without an address.
    """
    people = People(system)
    forms = [people.new_form() for _ in OUTCOMES]
    for form in forms:
        await people.submit(form)
    month = await people.end_month()
    items = await people.review(month, lambda place: OUTCOMES[place])
    await people.release(month)
    told = await seen(lambda: _mail(system), lambda mail: sum(mail.values()) == 11, what="eleven letters")
    outcome_of = {item["title"].rpartition(" ")[2]: outcome for item, outcome in zip(items, OUTCOMES, strict=True)}
    expected = Counter({(POC, "for your information, submission"): 3, (POC, "for your information, the outcome"): 2})
    for form in forms:
        address, outcome = form["contact"]["address"], outcome_of[form["external_id"]]
        expected[address, "we have received your"] += 1
        expected[address, "a question about your" if outcome == "clarification" else "the outcome of your"] += 1
    assert told == expected
    await system.settled()
    await _ledger_says_the_same(system, items[0]["submission_id"])


async def _ledger_says_the_same(system: System, submission: str) -> None:
    answer = await system.web.get(
        f"{system['notify'].url}/notices",
        params={"submission": submission, "state": "sent"},
        headers={"Authorization": f"Bearer {system.deployed.token('desk')}"},
    )
    assert Counter(notice["recipient"] for notice in answer.json()["notices"]) == {"submitter": 2, "poc:CR": 2}
    payloads = await system.database.rows("SELECT payload FROM notify.outbox")
    assert len(payloads) == 11
    assert not [row for row in payloads if b"@example.org" in row["payload"]]


async def _mail(system: System) -> "Counter[tuple[str, str]]":
    return Counter(_read(mail) for mail in system.mailbox.messages())


def _read(mail: EmailMessage) -> tuple[str, str]:
    says = str(mail["Subject"]).partition(": ")[2]
    return str(mail[RECIPIENT_HEADER]), next((known for known in SUBJECTS if says.startswith(known)), says)
