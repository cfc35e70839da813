"""A publish that keeps its topics, and what makes its record again from them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from contracts.event import Event
from contracts.topics import Topic
from deploy.database import make_beside
from deploy.rebuild_public import put_in_place, settle
from services.chassis.database import Database
from services.chassis.reading.position import Heard
from services.chassis.reading.whole import Incomplete, InOrder
from services.publish.domain.reforms import fold
from services.publish.rebuilding import BEFORE, BESIDE, Verdict, rebuild
from services.publish.rebuilding.exchanging import Exchanged, Why
from services.publish.settings import Settings
from tests.conftest import TestDatabase
from tests.controls.decisions import clarification_requested, month_reported, reform_encouraged
from tests.controls.envelope import event_of, id_of, reference_of
from tests.controls.evaluations import assessment_published, award_given, milestone_updated
from tests.controls.notices import notice_sent
from tests.controls.publish import at, heard, story
from tests.controls.stories import story as tale_of
from tests.controls.stories import story_released
from tests.integration.publish.conftest import Desk, Log, Numbered

REFORMS = 12


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

    async def exchange(self, **explained: str) -> Exchanged:
        """Put what was made again in its place."""
        return await self._put(BESIDE, Why("rebuilt", {}, explained))

    async def roll_back(self) -> Exchanged:
        """Put back what the last exchange replaced."""
        return await self._put(BEFORE, Why("rolled-back", {}, {}))

    async def _put(self, beside: str, why: Why) -> Exchanged:
        await settle(self.desk.url.admin_url)
        done = await put_in_place(self.desk.url.admin_url, self.database, self.read, why, beside)
        await settle(self.desk.url.admin_url)
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
    await desk.hear(*story("question", "accepted", "corrected", "retracted", "reinstated", number=20))
    tale = replace(tale_of(), text=f"As in {reference_of(1)}, we began small.")
    await desk.hear(*(told(one) for one in (clarification_requested(), reform_encouraged(), month_reported())))
    await desk.hear(told(story_released(30, story=tale, released_at=at(9)), 30))
    await desk.hear(told(notice_sent()))
    await desk.hear(*(told(one) for one in (milestone_updated(), assessment_published(), award_given())))
    yield Living(desk, own, log)
    await own.close()


def fault(standings: Any, events: Any) -> Any:
    """A projector that has a region wrong."""
    entries, facts = fold(standings, events)
    return [one._replace(region="Atlantis") if one.reference == reference_of(2) else one for one in entries], facts
