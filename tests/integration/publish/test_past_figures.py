"""Figures of any past day are added up from what changed: they are those that counting the entries gives."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contracts.event import Event
from contracts.vocabulary import Area, Channel
from services import publish
from services.chassis.database import Transaction
from services.publish.site.query import Days
from services.publish.store.tallies import count_totals, list_localities, list_members, list_tallies
from tests.controls.decisions import reform
from tests.controls.proposals import costa_rica, proposal_in_french, senegal, ukraine
from tests.controls.publish import MAKERS
from tests.integration.publish.conftest import Desk
from tests.integration.publish.test_read_store import COLOMBIA, QUEZON, in_english, reading, said

ZONES = ("UTC", "America/Costa_Rica", "Asia/Kathmandu")
BEGAN = datetime(2026, 12, 1, tzinfo=UTC)
MEMBERS = (costa_rica(), senegal(), ukraine(), COLOMBIA)
STANDING = """
SELECT e.* FROM publish.reform_entry e
WHERE published_at IS NOT NULL AND entered_at < $1 AND (superseded_at IS NULL OR superseded_at >= $1)
"""
TALLIES = f"""
WITH standing AS ({STANDING})
SELECT kind.dimension, kind.key, count(*) AS reforms FROM standing e CROSS JOIN LATERAL (VALUES
    ('participant', e.participant), ('member', e.member), ('country', e.country), ('locality', e.locality),
    ('region', e.region), ('level', e.level), ('area', e.area), ('tagging', e.declared_area || '>' || e.area),
    ('channel', e.channel), ('batch', e.batch), ('language', e.language)
) AS kind (dimension, key) WHERE kind.key IS NOT NULL GROUP BY 1, 2
"""
NAMES = f"""
SELECT DISTINCT ON (member) member, member_name FROM ({STANDING}) e ORDER BY member, published_at DESC, reference DESC
"""
CHANGES = "SELECT span, since, dimension, key, reforms FROM publish.public_tally_changes ORDER BY 1, 2, 3, 4"
"""What anyone may read of the changes."""
MIGRATION = Path(publish.__file__).with_name("migrations").joinpath("0018_tally_changes.sql").read_text()


def told(chance: Random) -> Iterator[Event[Any]]:
    """Tell thirty reforms' histories of half a year, some of whose moments are not in order."""
    for number in range(1, 31):
        at = BEGAN + timedelta(minutes=chance.randrange(180 * 24 * 60))
        yield said("accepted", number, at, **about(chance))
        for name in chance.choices([*MAKERS], k=chance.randrange(5)):
            at += timedelta(minutes=chance.choice((-700, 0, 7, 50_000)))
            text = about(chance)
            yield said(name, number, at, **(text if name in {"accepted", "corrected"} else {"member": text["member"]}))


def about(chance: Random) -> dict[str, Any]:
    """Give the member, the way in and the text of a decision."""
    local = chance.random() < 1 / 4
    text = in_english() if local else reform(assigned_area=chance.choice([*Area]))
    french = reform(assigned_area=Area.JUSTICE, proposal=proposal_in_french())
    member = QUEZON if local else chance.choice(MEMBERS)
    return {
        "member": member,
        "channel": chance.choice([*Channel]),
        "reform": text if local or chance.random() < 1 / 2 else french,
    }


def ends(zone: str) -> Iterator[datetime]:
    """Give the ends of the days of the time that is told of, and of some before and after."""
    for day in range(-3, 330, 4):
        yield Days(ZoneInfo(zone)).end_of(BEGAN.date() + timedelta(days=day))


async def counted(desk: Desk, at: datetime) -> dict[str, dict[str, int]]:
    """Count the entries that stood just before a moment."""
    found: dict[str, dict[str, int]] = {}
    for row in await desk.admin.fetch(TALLIES, at):
        found.setdefault(row["dimension"], {})[row["key"]] = row["reforms"]
    return found


async def compare(desk: Desk, tx: Transaction, at: datetime) -> None:
    """Compare all figures of a moment with what counting gives."""
    found = await counted(desk, at)
    members, localities = found.pop("member", {}), found.pop("locality", {})
    entities = [key.partition(":")[0] for key in found.pop("participant", {})]
    totals = await count_totals(tx, at)
    assert (totals.countries, totals.localities) == (entities.count("country"), entities.count("locality"))
    assert totals.reforms == sum(found.get("level", {}).values())
    assert await list_tallies(tx, at) == found
    listed = await list_members(tx, at)
    assert {one.code: one.reforms for one in listed} == members
    assert {one.code: one.name for one in listed} == {row[0]: row[1] for row in await desk.admin.fetch(NAMES, at)}
    assert {one.code: one.reforms for one in await list_localities(tx, at=at)} == localities


async def test_figures_of_every_day_are_those_that_counting_gives(desk: Desk) -> None:
    """In zones whose days end at other hours and quarters, after a history in which also moments are out of order."""
    await desk.hear(*told(Random(7)), chunk=11)
    assert await desk.parked() == []
    days = [at for zone in ZONES for at in ends(zone)]
    async with reading(desk) as tx:
        for at in days:
            await compare(desk, tx, at)
        spread = {(await count_totals(tx, at)).reforms for at in days}
    assert len(spread) > 15
    for span in ("month", "quarter"):
        await desk.admin.execute("UPDATE publish.tally_change SET reforms = reforms + 1 WHERE span = $1", span)
        async with reading(desk) as tx:
            with pytest.raises(AssertionError):
                await compare(desk, tx, BEGAN + timedelta(days=75))
        await desk.admin.execute("UPDATE publish.tally_change SET reforms = reforms - 1 WHERE span = $1", span)


async def test_migration_finds_what_the_fold_would_have_written(desk: Desk) -> None:
    """Of a record that was there before, the same changes, row by row."""
    await desk.hear(*told(Random(8)), chunk=11)
    written = await desk.admin.fetch(CHANGES)
    assert len(written) > 500
    await desk.admin.execute("TRUNCATE publish.tally_change")
    async with desk.admin.transaction():
        await desk.admin.execute("SET LOCAL search_path = publish")
        await desk.admin.execute(MIGRATION.partition("END\n$$;\n")[2].partition("DO $$")[0])
    assert await desk.admin.fetch(CHANGES) == written
