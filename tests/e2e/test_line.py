"""From form to public record: the whole line, with everything that may happen on it."""

import asyncio
import os
import re
import shutil
import sys
from pathlib import Path

from deploy.stack.mailbox import text_of
from tests.controls import intake
from tests.controls.stories import AWARD_ROUND
from tests.harness.people import People
from tests.harness.system import System
from tests.harness.waiting import seen

ROUND = f"INSERT INTO intake.award_round VALUES ('{AWARD_ROUND}', '2000-01-01', '2099-12-31', 'Awards')"
OUTCOMES = ("accepted", "declined", "clarification")


async def test_two_months_with_all_outcomes(system: System, people: People) -> None:
    """Amended, withdrawn, accepted, declined, asked and answered, corrected, retracted: every copy agrees.

    Review and the public record are made again from their topics while they run, and equal the living, row by row.
    """
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
    code, said = await _challenge(system, "review", "rebuild")
    assert (code, said.splitlines()[-1]) == (0, "What is made again equals the living, row by row."), said
    code, said = await _challenge(system, "rebuild", "--public", "--swap")
    assert (code, "What is made again equals the living, row by row." in said) == (0, True), said
    code, said = await _challenge(system, "rebuild", "--public", "--rollback")
    assert code == 0, said
    await system.settled()
    code, said = await _challenge(system, "provenance", "check")
    assert code == 0, said


async def test_every_channel_gets_on_the_line(system: System, people: People) -> None:
    """Each by its own right, over HTTP and over Kafka; the batch holds what is reviewed, and a story is shown apart."""
    await system.database.rows(ROUND)
    reviewed = [
        await people.submit(make(), actor=actor)
        for make, actor in (
            (intake.standalone_form, None),
            (intake.action_plan_form, "submit:SN"),
            (intake.plan_amendment_form, "submit:SN"),
            (intake.recognition_form, "desk"),
        )
    ]
    by_kafka = people.new_form(source="kafka:upstream")
    story_by_kafka = intake.story_form(7, source="kafka:upstream")
    for _ in range(3):
        await people.send_form(by_kafka)
        await people.send_form(story_by_kafka)
    taken_in = [await people.form_taken_in(form) for form in (by_kafka, story_by_kafka)]
    story, nomination = await people.submit(intake.story_form()), await people.submit(intake.nomination_form())
    assert (story.month, nomination.month) == ("", "")
    system.receipts.update(taken_in)
    month = await people.end_month()
    listed = {item["submission_id"] for item in await people.items(month)}
    assert listed == {taken_in[0], *(receipt.id for receipt in reviewed)}
    assert {told["submission_id"] for told in await people.stories()} == {story.id, taken_in[1]}
    assert await people.shown_stories() == []
    await people.release_story(story.id)
    await seen(people.shown_stories, lambda shown: shown == [story.reference], what="the story is shown")
    await seen(lambda: people.status(story), lambda it: it["state"] == "released", what="its status says so")
    await people.review(month)
    await people.release(month)
    await system.settled()


async def test_a_reform_goes_on(system: System, people: People, tmp_path: Path) -> None:
    """Assessed by the IRM, updated by its holder behind the link of a letter: told on a topic, folded, and shown."""
    receipt = await people.submit(intake.action_plan_form(external_id="goes-on"), actor="submit:SN")
    month = await people.end_month()
    (item,) = await people.review(month)
    await people.release(month)
    table = tmp_path / "assessments.csv"
    table.write_text(
        f"kind,reference,stage,completion,published_at\nassessment,{receipt.reference},design,limited,2026-06-15\n"
    )
    brought = ["evaluations", "import", str(table), "--url", system.door_of("publish")]
    brought += ["--token", system.deployed.token("desk"), "--json"]
    await seen(lambda: _challenge(system, *brought), lambda done: done[0] == 0, what="the table is taken in")
    await people.ask_update(item, "How does it go on?")
    link = await seen(lambda: _find_link(system), what="the letter that asks the holder")
    answer = await system.web.post(link, data={"status-1": "substantial", "do": "tell"})
    assert answer.status_code == 303, answer.text
    await system.settled()
    page = (await system.web.get(f"{system.door_of('publish')}/reforms/{receipt.reference}.json")).json()
    milestone, (assessment,) = page["progress"]["milestones"][0], page["progress"]["assessments"]
    assert (milestone["status"], milestone["said_by"], milestone["freshness"]) == ("substantial", "holder", "fresh")
    assert (assessment["stage"], assessment["completion"]) == ("design", "limited")


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


async def _challenge(system: System, *words: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "deploy", *words),
        env=os.environ
        | {
            "DATABASE_URL": system.admin_url,
            "KAFKA_BOOTSTRAP_SERVERS": system.stack.bootstrap_servers,
            "TOPIC_PREFIX": system.prefix,
        },
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()


async def _find_link(system: System) -> str:
    texts = " ".join(text_of(mail) for mail in system.mailbox.messages())
    return next(iter(re.findall(r"https?://\S+/updates/\S+", texts)), "")


def _plant_copy(folder: Path) -> None:
    first = min(folder.glob("*.eml"))
    shutil.copy(first, first.with_name(f"copy-of-{first.name}"))


async def _rules(system: System) -> set[str]:
    return {violation.rule for violation in await system.violations()}
