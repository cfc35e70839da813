"""The record made again is exchanged and exchanged back under live traffic, and nobody notices."""

import asyncio
from collections import Counter
from dataclasses import replace
from functools import partial
from itertools import cycle
from typing import Any

import pytest

from deploy.database import PUBLIC_READER, connected
from deploy.rebuild_public import settle
from services.chassis.errors import Refusal
from services.publish import folding
from services.publish.rebuilding import BEFORE
from services.publish.rebuilding.making import catch_up
from services.publish.store import rebuilding as store
from tests.controls.envelope import reference_of, submission_id
from tests.controls.publish import heard
from tests.harness.waiting import seen
from tests.integration.publish.conftest import Desk
from tests.integration.publish.rebuilding.conftest import REFORMS, Living, fault

RETRACTED = 1
KILLED_AT = {
    "exchange_has_room": False,
    "exchange_catching_up": False,
    "exchange_written_down": False,
    "exchange_done": True,
    "exchange_settled": True,
}
"""Where it is killed, and whether it has been done then."""
SLOW = """
CREATE FUNCTION public.sleep() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN PERFORM pg_sleep(0.01); END$$;
CREATE EVENT TRIGGER slow ON ddl_command_end WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION public.sleep();
"""
SEEN_AT_WRITING = """
CREATE TABLE publish.seen (at text, locked boolean, synchronous text);
ALTER TABLE publish.seen OWNER TO publish;
CREATE FUNCTION publish.see() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO publish.seen SELECT TG_ARGV[0], EXISTS (
        SELECT FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
        WHERE l.pid = pg_backend_pid() AND l.mode = 'AccessExclusiveLock' AND c.relname = 'reform_entry'
    ), current_setting('synchronous_commit');
    RETURN NULL;
END
$$;
CREATE TRIGGER see AFTER INSERT ON publish.made_again FOR EACH ROW EXECUTE FUNCTION publish.see('note');
CREATE CONSTRAINT TRIGGER see_commit AFTER INSERT ON publish.made_again DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION publish.see('commit');
"""
PATHS = ("/reforms.json", "/", f"/reforms/{reference_of(1)}", "/reforms.csv", "/statistics.json")


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
    assert 0 < await desk.admin.fetchval("SELECT locked_ms FROM publish.made_again") <= done.locked_ms
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
    await living.roll_back()
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
    monkeypatch.setattr("services.publish.rebuilding.exchanging.ATTEMPTS", 2)
    before = await living.desk.rows()
    await living.desk.admin.execute(SLOW)
    with pytest.raises(Refusal, match="busy"):
        await living.exchange()
    await living.desk.admin.execute("DROP EVENT TRIGGER slow")
    assert await living.desk.rows() == before
    assert await living.desk.admin.fetchval("SELECT count(*) FROM publish.made_again") == 0
    await living.desk.hear(heard("accepted", number=70))
    assert not (await living.rebuild()).fields


async def test_nothing_but_the_exchange_is_done_while_readers_wait(living: Living) -> None:
    """What it writes is written before the first lock, and the commit behind the last step waits for no disk."""
    await living.rebuild()
    await living.desk.admin.execute(SEEN_AT_WRITING)
    await living.exchange()
    seen_at = await living.desk.admin.fetch("SELECT at, locked, synchronous FROM publish.seen ORDER BY at")
    assert [tuple(row) for row in seen_at] == [("commit", True, "off"), ("note", False, "on")]


async def test_failed_exchange_leaves_what_the_one_before_replaced(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it came as far as a reader who is not done."""
    with monkeypatch.context() as planted:
        planted.setattr(folding, "fold", fault)
        await living.rebuild()
        await living.exchange()
    await living.rebuild()
    monkeypatch.setattr("services.publish.rebuilding.exchanging.ATTEMPTS", 2)
    async with connected(living.desk.url.url(PUBLIC_READER)) as reader, reader.transaction():
        await reader.fetchval("SELECT count(*) FROM publish.public_reforms")
        with pytest.raises(Refusal, match="busy"):
            await living.exchange()
    await living.roll_back()
    assert not (await living.rebuild()).fields


async def test_exchange_whose_commit_was_not_answered_is_done(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is looked for, and not made a second time."""
    take_over = store.take_over

    async def unanswered(*around: Any) -> float:
        await take_over(*around)
        raise ConnectionResetError

    monkeypatch.setattr(store, "take_over", unanswered)
    await living.rebuild()
    assert (await living.exchange()).attempts == 1
    assert await living.desk.admin.fetchval("SELECT count(*) FROM publish.made_again") == 1
    assert not (await living.rebuild()).fields


class Killed(BaseException):
    """As by SIGKILL: nobody tidies up."""


@pytest.mark.parametrize("way", ["exchange", "roll_back"])
async def test_killed_at_any_step_both_are_whole(living: Living, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """The living record is the old or the new; the other is what a rollback brings back, with nothing missing."""
    with monkeypatch.context() as planted:
        planted.setattr(folding, "fold", fault)
        await living.rebuild()
        await living.exchange()
    wrong, right = ("publish", BEFORE), (BEFORE, "publish")
    for point, exchanged in KILLED_AT.items():
        assert await _where_wrong_and_right(living.desk) == wrong
        if way == "exchange":
            await living.rebuild()
        with monkeypatch.context() as planted:
            for module in ("deploy.rebuild_public", "services.publish.rebuilding.exchanging"):
                planted.setattr(f"{module}.reach", partial(_die, point))
            with pytest.raises(Killed):
                await getattr(living, way)()
        await settle(living.desk.url.admin_url)
        assert await _where_wrong_and_right(living.desk) == (right if exchanged else wrong)
        if exchanged:
            await living.roll_back()
    await living.desk.hear(heard("accepted", number=70))
    await living.roll_back()
    assert not (await living.rebuild()).fields


def _die(at_point: str, point: str) -> None:
    if point == at_point:
        raise Killed


async def _where_wrong_and_right(desk: Desk) -> tuple[str, ...]:
    """Say in which schema the whole record is wrong, and in which right."""
    found = {}
    for schema in ("publish", BEFORE):
        ((wrong, total),) = await desk.admin.fetch(
            f"SELECT count(*) FILTER (WHERE region = 'Atlantis'), count(*) FROM {schema}.reform_entry"
        )
        assert total == await desk.admin.fetchval(f"SELECT count(*) FROM {schema}.reform_words") + RETRACTED
        found[wrong > 0] = schema
    return found[True], found[False]


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
