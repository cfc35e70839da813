"""The record in Postgres: the same whatever the chunks, guarded by its keys, closed to all but the views."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import asyncpg
import pytest

from contracts.decisions import DecisionEvent
from contracts.event import Event
from deploy.database import PUBLIC_READER, connected
from services.chassis.codec import encode
from tests.controls.decisions import month_reported, reform_encouraged
from tests.controls.envelope import event_of, id_of, submission_id
from tests.controls.evaluations import assessment_published, award_given, milestone_updated
from tests.controls.notices import notice_failed, notice_held, notice_sent
from tests.controls.publish import MAKERS, heard, story
from tests.controls.stories import story_released
from tests.integration.publish.conftest import Desk

RELATIONS = """
SELECT c.relname, c.relkind <> 'S' AS holds, has_table_privilege($1, c.oid, 'SELECT') AS readable,
       has_table_privilege($1, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER') AS writable
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'publish' AND c.relkind IN ('r', 'v', 'm', 'p', 'S')
"""
CALLABLE = """
SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND has_schema_privilege($1, n.oid, 'USAGE')
  AND has_function_privilege($1, p.oid, 'EXECUTE')
"""
PERSONAL = ("contact", "holder", "actor", "submission_id")


def mixed(count: int) -> list[Event[DecisionEvent]]:
    """Make a history as life is: many accepted, some corrected, declined, retracted, asked."""
    chance = Random(7)
    names, weights = list(MAKERS), [10, 2, 1, 3, 1, 2, 1]
    drawn = zip(chance.choices(names, weights, k=count), chance.choices(range(1, 40), k=count), strict=True)
    return [heard(name, step, number) for step, (name, number) in enumerate(drawn)]


async def test_any_chunking_writes_the_same_rows_and_events(desk: Desk) -> None:
    """One by one, by seven, or all at once: the record and what is told are the same, numbered the same."""
    found = []
    for chunk in (1, 7, 1000):
        await desk.admin.execute(
            "TRUNCATE publish.reform_entry, publish.reform_words, publish.tally, publish.tally_change,"
            " publish.encouragement, publish.outbox"
        )
        await desk.admin.execute("UPDATE publish.stream_position SET last_seq = 0, last_event_id = NULL")
        await desk.admin.execute("UPDATE publish.outbox_stream SET next_seq = 1")
        desk.log.numbers.clear()
        await desk.hear(*mixed(200), chunk=chunk)
        found.append((await desk.rows(), await desk.told()))
    assert len(found[0][0]) > 100
    assert len({row[4] for row in found[0][0]}) > 3, "some references were changed more than once"
    assert all(before == after for before, after in pairwise(found))
    assert await desk.parked() == []


async def test_last_entry_alone_is_current(desk: Desk) -> None:
    """Of each reference exactly one entry stands: the last."""
    await desk.hear(*mixed(200), chunk=11)
    wrong = await desk.admin.fetch(
        "SELECT reference FROM publish.reform_entry GROUP BY reference"
        " HAVING array_agg(version) FILTER (WHERE current) <> ARRAY[max(version)]"
        " OR count(*) FILTER (WHERE current) = 0 OR count(*) <> max(version)"
    )
    assert wrong == []


async def test_hearing_again_changes_nothing(desk: Desk) -> None:
    """Records that come again are skipped: the same rows, nothing told twice."""
    records = desk.log.write(mixed(60))
    await desk.reader.apply(records)
    before = (await desk.rows(), await desk.told())
    await desk.reader.apply(records)
    assert (await desk.rows(), await desk.told()) == before


async def test_reference_of_another_submission_is_parked(desk: Desk) -> None:
    """A second submission under a reference that is taken meets the key and is parked; the first stands."""
    mine, other = heard("accepted", 0), replace(heard("accepted", 1), subject=str(submission_id(99)))
    await desk.hear(mine, other, heard("accepted", 2, number=2))
    assert [(row["reference"], str(row["submission_id"])) for row in await desk.admin.fetch(
        "SELECT reference, submission_id FROM publish.reform_entry ORDER BY 1"
    )] == [("OGC-2026-000001", str(submission_id(1))), ("OGC-2026-000002", str(submission_id(2)))]  # fmt: skip
    assert [subject for subject, _ in await desk.parked()] == [other.subject]


async def test_subject_that_is_no_id_is_parked(desk: Desk) -> None:
    """An event about something that is no submission is ours to mend; the others are not kept waiting."""
    await desk.hear(replace(heard("accepted"), subject="2026-11"), heard("accepted", number=2))
    assert [subject for subject, _ in await desk.parked()] == ["2026-11"]
    assert await desk.admin.fetchval("SELECT count(*) FROM publish.reform_entry") == 1


async def test_public_reader_reads_the_views_and_nothing_else(desk: Desk) -> None:
    """Of all that publish has, anyone may select the public views; no table, no write, no function."""
    found = await desk.admin.fetch(RELATIONS, PUBLIC_READER)
    views = {"public_reforms", "public_history", "public_totals", "public_members", "public_position", "public_stories"}
    views |= {"public_notices", "public_milestone_updates", "public_assessments", "public_awards"}
    views |= {"public_month_reports", "public_clock", "public_story_reforms", "public_questions"}
    views |= {"public_entries", "public_encouragements", "public_words", "public_tallies", "public_tally_changes"}
    assert {row["relname"] for row in found if row["readable"]} == views
    assert [row["relname"] for row in found if row["writable"]] == []
    assert await desk.admin.fetch(CALLABLE, PUBLIC_READER) == []
    assert len(found) > len(views)


async def test_public_reader_is_refused_what_is_there(desk: Desk) -> None:
    """With rows in the table behind them, the views answer and the table does not."""
    await desk.hear(*story("accepted"))
    async with connected(desk.url.url(PUBLIC_READER)) as anyone:
        assert await anyone.fetchval("SELECT count(*) FROM publish.public_reforms") == 1
        for statement in (
            "SELECT document FROM publish.reform_entry",
            "SELECT payload FROM publish.outbox",
            "DELETE FROM publish.public_history",
            "SELECT publish.emit('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')",
            "SELECT * FROM review.outbox",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await anyone.execute(statement)


def everything() -> list[Event[Any]]:
    """All that publish hears, one of each kind."""
    others = (reform_encouraged(), story_released(), month_reported(), notice_sent(), notice_failed(), notice_held())
    said = (milestone_updated(), assessment_published(), award_given())
    return [*story("accepted", "corrected"), *(event_of(data, id=id_of(data.TYPE)) for data in (*others, *said))]


def people_in(events: Sequence[Event[Any]]) -> set[str]:
    """Give every reference to a person that these hold."""
    found = re.findall(rb'"(?:contact_ref|holder_ref|encouraged_by|released_by|reported_by)":"([^"]+)"', encode(events))
    return {one.decode() for one in found} - {"support-unit"}


async def rows_of(desk: Desk, relation: str) -> str:
    """Give all that a table or a view of publish holds."""
    return repr(await desk.admin.fetch(f'SELECT r::text FROM publish."{relation}" r'))


async def test_schema_holds_nobody(desk: Desk) -> None:
    """No contact and no actor is anywhere in publish's schema; no view has so much as a column for one."""
    events = everything()
    people = people_in(events)
    assert len(people) > 2
    await desk.hear(*events)
    assert await desk.parked() == []
    found = await desk.admin.fetch(RELATIONS, PUBLIC_READER)
    async with connected(desk.url.url(PUBLIC_READER)) as anyone:
        columns = await anyone.fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'publish'"
        )
    assert [row[0] for row in columns if any(word in row[0] for word in PERSONAL)] == []
    shown = {row["relname"]: await rows_of(desk, row["relname"]) for row in found if row["holds"]}
    assert {name for name, rows in shown.items() if any(person in rows for person in people)} == set()
    public = {row["relname"] for row in found if row["readable"]}
    assert {name for name in public if events[0].subject in shown[name]} == set()
    full = ("public_reforms", "public_entries", "public_words", "public_stories", "public_notices", "public_tallies")
    assert all(shown[name] != "[]" for name in full)
    await desk.admin.execute("UPDATE publish.reform_entry SET why = $1", people.pop())
    planted = await rows_of(desk, "public_entries")
    assert any(person in planted for person in people_in(events))
