"""The record made again under live traffic: compared, refused, exchanged and exchanged back, and nobody notices."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle
from typing import Any

import pytest

from contracts.event import Event
from contracts.topics import Topic
from deploy.database import PUBLIC_READER, connected, drop_beside, make_beside, make_empty_beside, rename_beside
from services.chassis.database import Database
from services.chassis.errors import Refusal
from services.chassis.reading.position import Heard
from services.chassis.reading.whole import Incomplete, InOrder
from services.publish import folding
from services.publish.domain.reforms import fold
from services.publish.rebuilding import BEFORE, BESIDE, KEPT, MOVED, TABLES, Verdict, exchange, rebuild
from services.publish.rebuilding.exchanging import Exchanged, Why
from services.publish.rebuilding.making import catch_up
from services.publish.settings import Settings
from tests.conftest import TestDatabase
from tests.controls.decisions import month_reported, reform_encouraged
from tests.controls.envelope import event_of, id_of, reference_of, submission_id
from tests.controls.evaluations import assessment_published, award_given, milestone_updated
from tests.controls.notices import notice_sent
from tests.controls.publish import at, heard, story
from tests.controls.stories import story as tale_of
from tests.controls.stories import story_released
from tests.harness.waiting import seen
from tests.integration.publish.conftest import Desk, Log, Numbered

REFORMS = 12
PATHS = ("/reforms.json", "/", f"/reforms/{reference_of(1)}", "/reforms.csv", "/statistics.json")


@dataclass
class KeptLog(Log):
    """Topics that keep what was written."""

    records: list[Numbered] = field(default_factory=list)

    def write(self, events: Sequence[Event[Any]]) -> list[Numbered]:
        """Give the records of these events, and keep them."""
        self.records += (written := super().write(events))
        return written


@dataclass
class Living:
    """A publish with its topics, and with what makes its record again."""

    desk: Desk
    database: Database
    log: KeptLog
    meanwhile: list[Event[Any]] = field(default_factory=list)

    async def read(
        self, topic: Topic, up_to: Mapping[int, int], after: Mapping[int, int]
    ) -> AsyncIterator[list[Heard]]:
        """Give what is on a topic, in two pages and everything twice; something comes in between."""
        order = InOrder(up_to, after)
        records = [one for one in self.log.records if one.topic == topic.name]
        for page in (records[: len(records) // 2], records):
            yield order.take(page)
            if self.meanwhile:
                await self.desk.hear(self.meanwhile.pop())
        if order.missing:
            raise Incomplete(topic.name)

    async def rebuild(self) -> Verdict:
        """Make it again."""
        await make_beside(self.desk.url.admin_url, "publish", BESIDE)
        return await rebuild(self.database, self.read)

    async def exchange(self, *, how: str = "rebuilt", **explained: str) -> Exchanged:
        """Put what was made again in its place."""
        await make_empty_beside(self.desk.url.admin_url, "publish", BEFORE)
        done = await exchange(self.database, self.read, Why(how, {}, explained))
        await drop_beside(self.desk.url.admin_url, BESIDE)
        return done


def told(data: Any, number: int = 1) -> Event[Any]:
    """What was told of a submission, under an id of its own."""
    return event_of(data, number=number, id=id_of(f"{type(data).__name__} {number}"))


@pytest.fixture
async def living(desk: Desk, database: TestDatabase) -> AsyncIterator[Living]:
    """A publish that has heard of all there is."""
    settings = Settings.model_validate({"database_url": database.url("publish"), "kafka_bootstrap_servers": "unused"})
    own = Database(settings, "publish")
    await own.open()
    desk.log = log = KeptLog()
    await desk.hear(*(heard("accepted", number=number) for number in range(1, REFORMS)))
    await desk.hear(*story("accepted", "corrected", "retracted", "reinstated", number=20))
    tale = replace(tale_of(), text=f"As in {reference_of(1)}, we began small.")
    await desk.hear(*(told(one) for one in (reform_encouraged(), month_reported())))
    await desk.hear(told(story_released(30, story=tale, released_at=at(9)), 30))
    await desk.hear(told(notice_sent()))
    await desk.hear(*(told(one) for one in (milestone_updated(), assessment_published(), award_given())))
    yield Living(desk, own, log)
    await own.close()


async def test_record_made_again_equals_the_living_one(living: Living) -> None:
    """Row by row, at one place, while more comes in; and nothing is told a second time."""
    living.meanwhile = [heard("accepted", number=number) for number in (41, 42)]
    told = await living.desk.told()
    verdict = await living.rebuild()
    assert not verdict.fields
    assert all(
        one.living and one.living == one.rebuilt and one.living_hash == one.rebuilt_hash for one in verdict.tables
    )
    assert len(await living.desk.told()) == len(told) + 2
    assert await living.desk.admin.fetchval(f"SELECT count(*) FROM {BESIDE}.outbox") == 0


async def test_every_table_is_made_again_or_kept(living: Living) -> None:
    """A new table, view or function cannot be forgotten."""
    of_publish = "IN (SELECT oid FROM pg_namespace WHERE nspname = 'publish')"
    fetch = living.desk.admin.fetch
    there = await fetch(f"SELECT relname FROM pg_class WHERE relkind IN ('r', 'v') AND relnamespace {of_publish}")
    assert {row[0] for row in there} == {*KEPT, *MOVED.relations}
    tables = {one for one in MOVED.relations if not one.startswith("public_")}
    assert {*TABLES} - {"public_tallies", "public_tally_changes"} == tables - {"tally", "tally_change"}
    configurations = await fetch(f"SELECT cfgname FROM pg_ts_config WHERE cfgnamespace {of_publish}")
    assert {row[0] for row in configurations} == {*MOVED.configurations}
    used = await fetch(
        f"SELECT proname FROM pg_proc WHERE pronamespace {of_publish} AND (proname LIKE 'words%' OR "
        "prorettype = 'trigger'::regtype)"
    )
    assert {row[0] for row in used} == {*MOVED.functions}


def fault(standings: Any, events: Any) -> Any:
    """A projector that has a region wrong."""
    entries, facts = fold(standings, events)
    return [one._replace(region="Atlantis") if one.reference == reference_of(2) else one for one in entries], facts


async def test_fault_of_the_projector_is_told_by_its_fields(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which field of which reform, before and after; with a reason for each, it may take over."""
    monkeypatch.setattr(folding, "fold", fault)
    verdict = await living.rebuild()
    assert list(verdict.fields) == ["reform_entry.region", "tally.region"]
    (example,) = verdict.fields["reform_entry.region"].examples
    assert example == (f"{reference_of(2)} 1", '"Americas"', '"Atlantis"')
    assert verdict.find_unexplained([]) == ["reform_entry.region", "tally.region"]
    assert verdict.find_unexplained(["reform_entry.region"]) == ["tally.region"]
    assert verdict.find_unexplained(["region"]) == []


async def test_readers_and_writers_do_not_notice_the_exchange(living: Living) -> None:
    """Pages and lists answer all the while, with every reform; what comes in meanwhile is there; tags stay honest."""
    desk = living.desk
    await living.rebuild()
    before = await desk.browser.get(f"/reforms/{reference_of(1)}.json")
    rights = await _rights(desk)
    stop = asyncio.Event()
    answers: Counter[str] = Counter()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_come_in(desk, stop))
        tasks.create_task(_read_all_the_while(desk, stop, answers))
        tasks.create_task(_take_statements(desk, stop))
        done = await living.exchange()
        stop.set()
    assert set(answers) == set(PATHS)
    assert done.attempts
    assert await _rights(desk) == rights
    after = await desk.browser.get(f"/reforms/{reference_of(1)}.json")
    assert after.content == before.content
    assert after.headers["etag"] != before.headers["etag"]
    assert not (await living.rebuild()).fields
    assert not await desk.parked()


async def test_what_gave_way_can_come_back(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    """With all that came in since; and why there was an exchange is kept."""
    desk = living.desk
    with monkeypatch.context() as planted:
        planted.setattr(folding, "fold", fault)
        await living.rebuild()
        await living.exchange(region="It was seen on a map.")
    assert (await desk.json("/reforms.json?region=Atlantis"))["reforms"]
    await desk.hear(heard("accepted", number=50))
    assert await rename_beside(desk.url.admin_url, BEFORE, BESIDE)
    await living.exchange(how="rolled-back")
    assert (await desk.browser.get(f"/reforms/{reference_of(50)}.json")).status_code == 200
    assert not (await desk.json("/reforms.json?region=Atlantis"))["reforms"]
    assert not (await living.rebuild()).fields
    kept = await desk.admin.fetch("SELECT how, explained FROM publish.made_again ORDER BY number")
    assert [tuple(row) for row in kept] == [("rebuilt", '{"region":"It was seen on a map."}'), ("rolled-back", "{}")]


async def test_exchange_waits_for_whoever_reads(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader who is not done keeps what it reads; nobody waits behind the exchange for long; it is tried again."""
    caught_up: list[None] = []

    async def count(*around: Any) -> None:
        caught_up.append(None)
        await catch_up(*around)

    async def tried_again() -> bool:
        return len(caught_up) > 2  # once before each try, and once in it

    monkeypatch.setattr("services.publish.rebuilding.exchanging.catch_up", count)
    await living.rebuild()
    state = "SELECT state FROM publish.public_position"
    async with connected(living.desk.url.url(PUBLIC_READER)) as reader:
        reading = reader.transaction(isolation="repeatable_read")
        await reading.start()
        first = await reader.fetchval(state)
        tried = asyncio.create_task(living.exchange())
        await seen(tried_again, what="an exchange that is tried again")
        assert await reader.fetchval("SELECT count(*) FROM publish.public_reforms") == REFORMS
        assert await reader.fetchval(state) == first
        await reading.rollback()
        assert (await tried).attempts > 1
        assert await reader.fetchval(state) != first


async def test_exchange_that_takes_too_long_is_undone(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server ends it at the limit; what lives is what lived, and goes on."""
    await living.rebuild()
    monkeypatch.setattr("services.publish.rebuilding.exchanging.LOCKED_AT_MOST_MS", 1)
    monkeypatch.setattr("services.publish.rebuilding.exchanging.ATTEMPTS", 2)
    before = await living.desk.rows()
    with pytest.raises(Refusal, match="busy"):
        await living.exchange()
    assert await living.desk.rows() == before
    assert await living.desk.admin.fetchval("SELECT count(*) FROM publish.made_again") == 0
    await living.desk.hear(heard("accepted", number=70))
    assert not (await living.rebuild()).fields


async def test_exchange_refuses_what_was_overtaken(living: Living) -> None:
    """What was parked when it was made, and replayed since, is not in it."""
    desk = living.desk
    await desk.hear(replace(heard("accepted", 1), subject=str(submission_id(99))))
    assert await desk.parked()
    verdict = await living.rebuild()
    assert not verdict.fields
    await desk.admin.execute("UPDATE publish.parked_event SET settled_at = now(), settlement = 'replayed'")
    with pytest.raises(Refusal, match="replayed"):
        await living.exchange()


async def _come_in(desk: Desk, stop: asyncio.Event) -> None:
    number = 100
    while not stop.is_set():
        await desk.hear(heard("accepted", number=number))
        page = await desk.browser.get(f"/reforms/OGC-2026-{number:06d}.json")
        assert page.status_code == 200, page.text
        number += 1


async def _read_all_the_while(desk: Desk, stop: asyncio.Event, answers: Counter[str]) -> None:
    """Read one after the other, at least each once; what only grows never shrinks."""
    least = 0
    for path in cycle(PATHS):
        answer = await desk.browser.get(path)
        assert answer.status_code == 200, answer.text
        assert answer.headers["etag"]
        answers[path] += 1
        if path == "/reforms.csv":
            assert len(answer.content) >= least
            least = len(answer.content)
        if stop.is_set() and len(answers) == len(PATHS):
            return


async def _take_statements(desk: Desk, stop: asyncio.Event) -> None:
    """Read on one connection, by one prepared statement."""
    async with connected(desk.url.url(PUBLIC_READER)) as reader:
        await reader.execute("SET search_path = publish")
        counted, least = await reader.prepare("SELECT count(*) FROM public_reforms"), REFORMS
        while not stop.is_set():
            least, before = await counted.fetchval(), least
            assert least >= before


async def _rights(desk: Desk) -> list[tuple[str, str]]:
    rows = await desk.admin.fetch(
        "SELECT relname, relacl::text FROM pg_class WHERE relnamespace = 'publish'::regnamespace ORDER BY relname"
    )
    return [(row[0], row[1]) for row in rows]
