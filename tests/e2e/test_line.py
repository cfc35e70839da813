"""From form to public record: the whole line, with everything that may happen on it."""

import shutil
from pathlib import Path

from tests.harness.people import People
from tests.harness.system import System

OUTCOMES = ("accepted", "declined", "clarification")


async def test_two_months_with_all_outcomes(system: System, people: People) -> None:
    """Amended, withdrawn, accepted, declined, asked and answered, corrected, retracted: every copy agrees."""
    receipts = await people.submit_many(9)
    await people.amend(receipts[0], "Un título mejor")
    await people.withdraw(receipts[1])
    month = await people.end_month()
    items = [item for item in await people.items(month) if item["state"] != "withdrawn"]
    for number, item in enumerate(items):
        await people.decide(item, OUTCOMES[number % 3])
    await people.release(month)
    await system.settled()
    asked = {item["submission_id"] for item in items[2::3]}
    for receipt in receipts:
        if receipt.id in asked:
            await people.answered_once_asked(receipt, "La mesa se reúne cada trimestre.")
    await people.correct(items[0], "Un título corregido")
    await people.retract(items[3])
    second = await people.end_month()
    await people.review(second)
    await people.release(second)
    await system.settled()


async def test_form_from_kafka_gets_on_the_same_line(system: System, people: People) -> None:
    """A form on the topic is taken in as one that came by HTTP, and once, however often it is sent."""
    form = people.new_form(source="kafka:upstream")
    for _ in range(3):
        await people.send_form(form)
    found = await people.form_taken_in(form)
    system.receipts.add(found)
    await system.settled()


async def test_checker_sees_what_is_planted_into_the_real_system(system: System, people: People) -> None:
    """The checker's silence means something: each breach, planted into the running system, is named."""
    await people.whole_month(2)
    await system.settled()
    _plant_copy(system.mailbox.folder)
    assert "mail-count" in await _rules(system)
    await system.database.rows(
        "UPDATE publish.reform_entry SET area = 'media-freedom' WHERE current AND area IS NOT NULL"
    )
    assert "public-differs" in await _rules(system)
    await system.database.rows("DELETE FROM intake.outbox WHERE type LIKE '%submission.received%' AND seq = 1")
    assert {"number-gap", "log-differs", "receipt-lost"} <= await _rules(system)
    system.receipts.add("a receipt that nobody knows")
    assert "receipt-lost" in await _rules(system)


def _plant_copy(folder: Path) -> None:
    first = min(folder.glob("*.eml"))
    shutil.copy(first, first.with_name(f"copy-of-{first.name}"))


async def _rules(system: System) -> set[str]:
    return {violation.rule for violation in await system.violations()}
