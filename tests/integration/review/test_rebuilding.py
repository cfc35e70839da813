"""Review's state made again from the topics: equal to the living one, row by row; and what differs is named."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from contracts.event import Event
from contracts.topics import NOTICES, SUBMISSIONS, Topic
from deploy.database import make_beside
from services.chassis.reading.position import Heard as Numbered
from services.chassis.reading.whole import Incomplete, InOrder
from services.review.drafting import draft_due
from services.review.flagging import flag_due
from services.review.rebuilding import BESIDE, KEPT, MADE_AT_LEISURE, TABLES, Verdict, rebuild
from tests.conftest import TestDatabase
from tests.controls.envelope import MONTH, event_of, id_of, submission_id
from tests.controls.notices import notice, notice_failed, notice_sent
from tests.controls.proposals import proposal
from tests.controls.stories import nomination_received, story_shared
from tests.controls.submissions import submission_amended, submission_clarified, withdrawal_requested
from tests.integration.review.conftest import Desk, Heard, Log, assessment, bearer, open_desk, received

NEXT, NEXT_END = "2026-12", datetime(2027, 1, 1, tzinfo=UTC)
OTHER = "Ministerio de Justicia y Paz"
EFFECT = {"effect": "correction", "why": "It was seen again."}


class KeptLog(Log):
    """A topic that keeps what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[Heard] = []

    def _record(self, event: Event[Any]) -> Heard:
        self.records.append(record := super()._record(event))
        return record


class Living:
    """Review with the topics that it hears, and with what makes it again beside."""

    def __init__(self, database: TestDatabase, desk: Desk) -> None:
        self.database = database
        self.desk = desk
        self.meanwhile: Event[Any] | None = None
        self.topics = {SUBMISSIONS.name: desk.log, NOTICES.name: KeptLog()}

    async def rebuild(self, *, swap: bool = False) -> Verdict:
        """Make it again, from logs in which everything stands twice."""
        await make_beside(self.database.admin_url, "review", BESIDE)
        return await rebuild(self.desk.database, self.read, swap=swap)

    async def read(self, topic: Topic, up_to: Mapping[int, int]) -> AsyncIterator[list[Numbered]]:
        """Give what is on a topic, in two pages."""
        log = self.topics[topic.name]
        assert isinstance(log, KeptLog)
        order, half = InOrder(up_to), len(log.records) // 2
        for page in (log.records[:half], list(log.records)):
            yield order.take(page)
        if order.missing:
            raise Incomplete(topic.name)
        if self.meanwhile is not None:
            event, self.meanwhile = self.meanwhile, None
            await self.desk.hear(event)

    async def letters(self, *events: Event[Any]) -> None:
        """Let letters be told of."""
        await self.desk.notices.apply(self.topics[NOTICES.name].write(*events))


@pytest.fixture
async def living(database: TestDatabase) -> AsyncIterator[Living]:
    """Review on an empty database."""
    async with open_desk(database, KeptLog(), review_conflicts={"data-team:1": ("CR",)}) as desk:
        yield Living(database, desk)


def item(number: int, round_: int = 1) -> str:
    """The path of an item."""
    return f"/items/{submission_id(number)}/{round_}"


def decline(*codes: str) -> dict[str, Any]:
    """The body of a decision."""
    return {"outcome": "declined", "reason_codes": codes or ("no-future-milestones",)}


ASK = {"outcome": "clarification", "question": "When does it begin?", "note": "Thank you."}


async def a_month_comes_in(desk: Desk) -> None:
    """Received, amended, withdrawn, discarded, shared and nominated, in several chunks; then its end."""
    await desk.hear(*(received(number) for number in range(1, 8)), event_of(story_shared(20), number=20))
    await desk.hear(event_of(submission_amended(), number=5), event_of(withdrawal_requested(), number=5))
    await desk.hear(*(received(n, proposal=proposal(lead_institution=OTHER)) for n in range(8, 13)))
    await desk.hear(event_of(submission_amended(), number=6), event_of(nomination_received(21), number=21))
    await desk.hear(stranger := event_of(submission_amended(), number=19))
    await desk.close()
    await desk.settler.discard(stranger.subject, "Its receipt was never heard of.")


async def it_is_reviewed(desk: Desk) -> None:
    """Assessed, overruled, re-tagged, held, unheld, withdrawn, decided, and decided again."""
    await desk.do(f"/batches/{MONTH}/assignment", {"assessors": ["data-team:2", "data-team:4"]})
    for number in (1, 6, 8, 9, 10, 11, 12):
        await desk.accept(submission_id(number))
    await desk.ask(f"{item(2)}/assessment", assessment(), who="assessor")
    await desk.do(f"{item(2)}/assessment", assessment(timing="unclear"))
    await desk.do(f"{item(2)}/assessment", assessment(timing="not-met"))
    await desk.do(f"{item(2)}/assignment", {"assessor": "data-team:3", "reason": "She knows the country."})
    await desk.do(f"{item(2)}/decision", decline())
    for number in (3, 4):
        await desk.do(f"{item(number)}/assessment", {**assessment(timing="unclear"), "question": "When?"})
        await desk.do(f"{item(number)}/decision", ASK)
    await desk.do(f"{item(7)}/hold", {"reason": "A call is waited for."})
    await desk.do(
        f"{item(7)}/assessment", {**assessment("anti-corruption", timing="not-met"), "area_reason": "Its heart."}
    )
    overrule = {"code": "timing", "verdict": "met", "reason": "There is a milestone in May."}
    tagging = {"area": "media-freedom", "reason": "Journalists asked for it."}
    body = {"outcome": "accepted", "relevance": {"overrules": [overrule]}, "tagging": tagging, "note": "¡Bien!"}
    await desk.do(f"{item(7)}/decision", body)
    await desk.do(f"{item(7)}/unhold", {"reason": "They called."})
    institution = {"outcome": "accepted", "attribution": {"lead_institution": OTHER}}
    await desk.do(f"{item(10)}/decision", institution)
    await desk.hear(event_of(withdrawal_requested(), number=6))
    for number in (8, 9, 10):
        await desk.do(f"{item(number)}/hold", {"reason": "The embassy is asked."})
    contact = {"do": "contact", "role": "point-of-contact", "institution": "CR", "contacted_on": "2026-11-20"}
    await desk.do(f"/coordination/{MONTH}/CR/justice", contact)
    await desk.client.get(f"{item(1)}/contact", headers=bearer("host"))
    await desk.do(f"/stories/{submission_id(20)}/release")


async def it_is_released(living: Living) -> None:
    """Released; then corrected, encouraged, retracted, reinstated; let out singly, withdrawn; told of in figures."""
    desk = living.desk
    while await draft_due(desk.database, 3):
        await flag_due(desk.database, 100)
    await desk.accept(submission_id(12))  # again, so that it is not as it was written
    await desk.release(chunk=3)
    await desk.do(f"{item(8)}/release")
    await desk.hear(event_of(withdrawal_requested(), number=10), event_of(withdrawal_requested(), number=1))
    await desk.do(f"{item(1)}/encouragement", {"promising": True, "support": ["A peer exchange"]})
    await desk.ask(f"{item(1)}/ask-update", {"why": "Its mid-term is near."}, who="irm")
    whose = {"member_type": "other-local", "jurisdiction": "Curridabat", "locality": "CR-CURRIDABAT"}
    title = {"outcome": "accepted", "published_title": "Fewer Open Cases", "attribution": whose}
    await desk.do(f"{item(1)}/correction", {"effect": "silent", "why": "A typo.", "decision": title})
    await desk.do(f"{item(1)}/retraction", EFFECT)
    await desk.do(f"{item(1)}/reinstatement", EFFECT)
    findings = assessment(timing="not-met")["findings"]
    await desk.do(f"{item(11)}/correction", {**EFFECT, "decision": decline(), "findings": findings})
    await desk.do(f"{item(12)}/retraction", {**EFFECT, "effect": "silent"})
    decision = (await desk.look(item(2)))["decision"]["decision_id"]
    told = notice(decision_id=decision)
    await living.letters(
        event_of(notice_failed(notice=told)), event_of(notice_sent(notice=told), id=id_of("a second letter"))
    )
    await desk.do(f"/batches/{MONTH}/report", {"reason": "The rest is on its way."})


async def the_answers_come(desk: Desk) -> None:
    """One question is answered, one is not; what was left behind leaves with the next month; another is under way."""
    answer_by = datetime.fromisoformat((await desk.look(item(4)))["answer_by"])
    await desk.hear(received(13, month=NEXT), event_of(submission_clarified(month=NEXT), number=3))
    await desk.close(NEXT, NEXT_END)
    await desk.accept(submission_id(13))
    await desk.accept(submission_id(3), 2)
    await desk.release(NEXT)
    await desk.close("2027-01", answer_by - timedelta(days=20))
    await desk.close("2027-02", answer_by)
    await desk.do(f"{item(4, 2)}/decision", decline("no-answer"))
    await desk.hear(*(received(number, month="2027-03") for number in (14, 15)), received(16, month="2027-04"))
    await desk.close("2027-03", answer_by + timedelta(days=28))
    for number in (14, 15):
        await desk.accept(submission_id(number))
    await desk.do("/batches/2027-03/release")


async def test_what_is_made_again_equals_the_living(living: Living) -> None:
    """Months with everything that can happen in them: not a row differs, and nothing is told.

    Then rows are lost and spoiled behind the service's back: each is named, and mended only when that is asked.
    """
    await a_month_comes_in(living.desk)
    await it_is_reviewed(living.desk)
    await it_is_released(living)
    await the_answers_come(living.desk)
    told = await living.desk.told()
    verdict = await living.rebuild()
    assert {one.table: one.shown for one in verdict.tables if one.differing} == {}
    assert {one.table for one in verdict.tables if not one.living} == set()
    assert {one.living_hash == one.rebuilt_hash for one in verdict.tables} == {True}
    assert await living.desk.told() == told
    await _spoil(living.desk)
    await _check_named(await living.rebuild())
    assert (await living.rebuild(swap=True)).taken_over
    mended = await living.rebuild(swap=True)
    assert (mended.differs, mended.taken_over) == (False, False)
    assert await living.desk.told() == told
    assert await living.desk.let_out() > 0


async def _spoil(desk: Desk) -> None:
    await desk.rows("UPDATE item SET title = 'Something else' WHERE submission_id = $1", submission_id(2))
    await desk.rows("DELETE FROM history WHERE submission_id = $1 AND type = 'ruling.made'", submission_id(1))
    await desk.rows("INSERT INTO left_behind VALUES ($1, 1, $2)", submission_id(2), MONTH)
    await desk.rows("UPDATE coordination SET state = 'open' WHERE member = 'CR'")


async def _check_named(verdict: Verdict) -> None:
    shown = {one.table: (one.differing, one.shown[0]) for one in verdict.tables if one.differing}
    key = {"submission_id": str(submission_id(2)), "round": 1}
    assert shown["item"] == (1, {"key": key, "living": True, "rebuilt": True, "fields": ["title"]})
    assert shown["left_behind"] == (1, {"key": key, "living": True, "rebuilt": False, "fields": []})
    count, first = shown["history"]
    assert (count, first["living"], first["rebuilt"], first["key"]["type"]) == (4, False, True, "ruling.made")
    assert shown["coordination"][1]["fields"] == ["state"]
    assert len(shown) == 4


async def test_review_may_go_on_meanwhile(living: Living) -> None:
    """What comes during a rebuild is not missed; but nothing takes over what has moved on."""
    await living.desk.hear(received(1))
    await living.desk.rows("UPDATE item SET title = 'Something else'")
    for number, swap in ((2, False), (3, True)):
        living.meanwhile = received(number)
        try:
            verdict = await living.rebuild(swap=swap)
            assert (swap, [one.table for one in verdict.tables if one.differing]) == (False, ["item"])
        except asyncpg.SerializationError:
            assert swap
        assert len(await living.desk.rows("SELECT * FROM item")) == number
    assert len(await living.desk.rows("SELECT * FROM item WHERE title = 'Something else'")) == 1


async def test_a_log_that_is_lost_is_no_source(living: Living) -> None:
    """A topic that holds less than was heard makes nothing again."""
    await living.desk.hear(received(1), received(2))
    assert isinstance(living.desk.log, KeptLog)
    living.desk.log.records.pop()
    with pytest.raises(Incomplete):
        await living.rebuild(swap=True)


async def test_every_table_is_made_again_or_says_why_not(living: Living) -> None:
    """Who adds a table to review says what becomes of it."""
    rows = await living.desk.rows("SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'review'")
    named = [*(table.name for table in TABLES), *MADE_AT_LEISURE, *KEPT]
    assert sorted(row["name"] for row in rows) == sorted(named)
