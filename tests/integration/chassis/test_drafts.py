"""Events that are written before they are told: numbered with all others, filled in, and told once."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from contracts.event import Fact
from contracts.reviews import WithdrawalAccepted
from contracts.topics import REVIEWS
from services.chassis.codec import decode
from services.chassis.database import Database
from services.chassis.drafts import Draft, stand_in
from services.chassis.settings import ServiceSettings
from tests.conftest import TestDatabase
from tests.controls.envelope import id_of

LATER = datetime(1970, 1, 1, tzinfo=UTC)
MOMENT = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
FILLS = {stand_in("accepted_at", LATER): stand_in("accepted_at", MOMENT)}
LOOKALIKE = f"s{stand_in('accepted_at', LATER)}"
"""A subject that quotes a stand-in, as a text may that somebody sent."""


@pytest.fixture
async def database(database: TestDatabase) -> AsyncIterator[Database]:
    """Review's database, as a service opens it."""
    opened = Database(
        ServiceSettings.model_validate({"database_url": database.url("review"), "kafka_bootstrap_servers": "nobody:1"}),
        "review",
    )
    await opened.open()
    yield opened
    await opened.close()


def accepted(number: int, at: datetime = LATER) -> Fact:
    """A withdrawal that is accepted at a time which is not known yet."""
    return Fact(subject=str(id_of(f"subject {number}")), data=WithdrawalAccepted(round=1, accepted_at=at))


async def keep(database: Database, *facts: Fact) -> list[Draft]:
    """Write drafts, and commit them."""
    async with database.transaction() as tx:
        return await tx.keep_drafts(facts)


async def tell(database: Database, drafts: list[Draft], *facts: Fact) -> None:
    """Tell drafts, and these facts beside them."""
    async with database.transaction() as tx:
        tx.emit(facts)
        tx.emit_drafts(REVIEWS, drafts, FILLS)


async def rows(database: Database) -> list[tuple[int, int, UUID, dict[str, Any]]]:
    """Give the outbox."""
    async with database.transaction() as tx:
        found = await tx.fetch("SELECT partition, seq, event_id, payload FROM outbox ORDER BY partition, seq")
    return [(row["partition"], row["seq"], row["event_id"], decode(dict[str, Any], row["payload"])) for row in found]


async def test_drafts_are_numbered_among_all_others(database: Database) -> None:
    """Without gap or repeat in each partition, filled in, at the time of their telling; and not before it."""
    drafts = await keep(database, *(accepted(number) for number in range(20)))
    assert await rows(database) == []
    await tell(database, drafts[:12], *(accepted(number, MOMENT) for number in range(10)))
    await tell(database, drafts[12:])
    told = await rows(database)
    assert {one.event_id for one in drafts} < {event_id for _, _, event_id, _ in told}
    for partition in {row[0] for row in told}:
        assert [seq for place, seq, _, _ in told if place == partition] == list(
            range(1, 1 + sum(row[0] == partition for row in told))
        )
    assert {event["data"]["accepted_at"] for *_, event in told} == {"2026-12-03T09:30:00Z"}
    assert all(event["time"] > "2026" and event["id"] == str(event_id) for _, _, event_id, event in told)


async def test_a_draft_reads_as_the_event_that_is_told_at_once(database: Database) -> None:
    """But for its own id and time, the very same bytes."""
    await tell(database, [], accepted(1, MOMENT))
    await tell(database, await keep(database, accepted(1)))
    one, other = ({**event, "id": "", "time": "", "correlationid": ""} for *_, event in await rows(database))
    assert one == other


async def test_text_that_looks_like_a_stand_in_stays(database: Database) -> None:
    """A quotation mark that somebody wrote is escaped, so nothing that they wrote is ever filled in."""
    fact = Fact(subject=LOOKALIKE, data=WithdrawalAccepted(round=1, accepted_at=LATER))
    await tell(database, await keep(database, fact))
    ((*_, event),) = await rows(database)
    assert (event["subject"], event["data"]["accepted_at"]) == (LOOKALIKE, "2026-12-03T09:30:00Z")


async def test_a_draft_that_is_gone_stops_the_whole_telling(database: Database) -> None:
    """Nothing is told of the transaction, and no number is lost."""
    drafts = await keep(database, accepted(1), accepted(2))
    async with database.transaction() as tx:
        await tx.drop_drafts([drafts[0].event_id])
    with pytest.raises(asyncpg.PostgresError, match="a draft that is not there"):
        await tell(database, drafts, accepted(3, MOMENT))
    await tell(database, drafts[1:])
    assert [(seq, event_id) for _, seq, event_id, _ in await rows(database)] == [(1, drafts[1].event_id)]
