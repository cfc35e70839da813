"""The read store: every filter, words in any language, figures, and the record as it stood on any day."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.event import Event
from contracts.reference import InForce, in_force
from contracts.submissions import MemberAtReceipt
from contracts.vocabulary import Area, Channel, Level, MemberType
from deploy.database import PUBLIC_READER
from services.chassis.database import Database, Transaction
from services.publish.app import make_public
from services.publish.settings import Settings
from services.publish.site import areas
from services.publish.store.listing import Filters, keep_still
from services.publish.store.lists import each_reform
from services.publish.store.tallies import list_localities
from tests.controls.decisions import decision, reform, reform_encouraged
from tests.controls.envelope import event_of, id_of, reference_of
from tests.controls.proposals import proposal, proposal_in_english, proposal_in_french, senegal, ukraine
from tests.controls.publish import MAKERS, heard, story
from tests.integration.publish.conftest import Desk

QUEZON = MemberAtReceipt(code="PHQZT", name="Quezon City, Philippines", kind="local", region="Asia and the Pacific")
COLOMBIA = MemberAtReceipt(code="CO", name="Colombia", kind="national", region="Americas")
JANUARY = datetime(2027, 1, 10, 12, tzinfo=UTC)


def said(name: str, number: int, at: datetime, **overrides: Any) -> Event[Any]:
    """What was decided of the example submission ``number``, released at a moment; what follows is the decision's."""
    told: dict[str, Any] = {name: overrides.pop(name) for name in ("reform", "why") if name in overrides}
    made: Any = MAKERS[name](number, **told)
    about = decision(number, decision_id=id_of(f"{name} {number} {at}"), released_at=at, **overrides)
    return event_of(replace(made, decision=about), number=number, id=id_of(f"event {name} {number} {at}", at))


def in_french() -> Any:
    """A reform told in French, in the area that was declared."""
    return reform(published_title="Adopt the Access to Information Bill", proposal=proposal_in_french())


def in_english() -> Any:
    """A reform of a locality, told in English."""
    text = proposal_in_english(member_type=MemberType.LOCAL, level=Level.LOCAL)
    return reform(published_title=text.title, assigned_area=text.declared_area, area_reason=None, proposal=text)


async def fill(desk: Desk) -> None:
    """Three reforms of three members, each an hour after the other: Costa Rica's, Senegal's and Quezon City's."""
    await desk.hear(
        said("accepted", 1, JANUARY),
        said(
            "accepted",
            2,
            JANUARY + timedelta(hours=1),
            member=senegal(),
            channel=Channel.ACTION_PLAN,
            reform=in_french(),
        ),
        said("accepted", 3, JANUARY + timedelta(hours=2), member=QUEZON, month="2026-12", reform=in_english()),
        event_of(reform_encouraged(2, encouraged_at=JANUARY + timedelta(hours=3)), number=2, id=id_of("encouraged")),
    )
    assert await desk.parked() == []


async def listed(desk: Desk, query: str) -> list[int]:
    """Give the numbers of the reforms that a query lists."""
    found = await desk.json(f"/reforms.json?{query}")
    return [int(one["reference"][-6:]) for one in found["reforms"]]


FILTERED = {
    "area=access-to-information": [2, 1],
    "region=Americas": [1],
    "country=PH": [3],
    "country=SN": [2],
    "member=PHQZT": [3],
    "member=PH": [],
    "locality=PHQZT": [3],
    "level=local": [3],
    "channel=action-plan": [2],
    "institution=presidencia+de+la+corte+suprema+de+JUSTICIA": [1],
    "batch=2026-12": [3],
    "language=fr": [2],
    "retagged=true": [1],
    "retagged=false": [3, 2],
    "promising=true": [2],
    "promising=false": [3, 1],
    "q=expedientes": [1],
    "q=acces": [2],
    "q=r%C3%A9formateur": [2],
    "q=reformateurs": [2],
    "q=backlog": [1],
    "q=%22backlog+of+court%22": [1],
    "q=backlog+or+Bill": [2, 1],
    "q=access+-bill": [],
    "q=Quezon": [3],
    "q=OGC-2026-000003": [3],
    "q=nonsense": [],
    "area=access-to-information&language=es&q=rezago": [1],
}
"""What is asked, and the reforms that are found, the newest first."""


async def test_every_filter_finds_its_reforms(desk: Desk) -> None:
    """Each of the filters alone, words in the language of any text with or without accents, and several together."""
    await fill(desk)
    assert {query: await listed(desk, query) for query in FILTERED} == FILTERED


@asynccontextmanager
async def reading(desk: Desk) -> AsyncIterator[Transaction]:
    """Read as anyone may, in one state."""
    urls = {"database_url": desk.url.url("publish"), "public_database_url": desk.url.url(PUBLIC_READER)}
    public = make_public(Settings.model_validate({**urls, "kafka_bootstrap_servers": "unused"}))
    assert isinstance(public, Database)
    await public.open()
    try:
        async with public.transaction(read_clock=False) as tx:
            await keep_still(tx)
            yield tx
    finally:
        await public.close()


async def test_each_reform_is_given_once_and_of_one_state(desk: Desk) -> None:
    """By reference or the newest first, chunk after chunk, also those with words; what comes meanwhile is not seen."""
    await fill(desk)
    async with reading(desk) as tx:
        given = [one.document.reference async for one in each_reform(tx, Filters())]
        await desk.hear(said("accepted", 4, JANUARY), said("retracted", 1, JANUARY + timedelta(days=1)))
        newest = [one.document.reference async for one in each_reform(tx, Filters(), "newest")]
        found = [one async for one in each_reform(tx, Filters(q="justice or justicia or loi"))]
    assert given == newest[::-1] == [reference_of(number) for number in (1, 2, 3)]
    assert [one.document.reference for one in found] == [reference_of(1), reference_of(2)]
    assert [one.promising for one in found] == [False, True]


async def test_record_as_of_a_day_is_what_it_was(desk: Desk) -> None:
    """Lists, figures, pages and their JSON of a past day read as they did when it was over, whatever came later."""
    await fill(desk)
    paths = ("/reforms.json?as_of=2027-01-10", "/statistics.json?as_of=2027-01-10", "/members.json?as_of=2027-01-10",
             f"/reforms/{reference_of(1)}.json?as_of=2027-01-10", "/index.json?as_of=2027-01-10",
             "/reforms.json?as_of=2027-01-10&promising=true", "/members/CR.json?as_of=2027-01-10",
             f"/reforms/{reference_of(1)}/history.json?as_of=2027-01-10",
             "/search.json?as_of=2027-01-10&q=backlog")  # fmt: skip
    await desk.admin.execute("UPDATE platform.clock SET \"offset\" = '3 years'")
    before = {path: (await desk.browser.get(path)).content for path in paths}
    later = JANUARY + timedelta(days=30)
    await desk.hear(
        said("corrected", 1, later, member=COLOMBIA),
        said("retracted", 2, later),
        said("accepted", 4, later, member=ukraine()),
        event_of(reform_encouraged(2, promising=False, encouraged_at=later), number=2, id=id_of("no longer")),
    )
    assert {path: (await desk.browser.get(path)).content for path in paths} == before
    assert await listed(desk, "as_of=2027-01-10") == [3, 2, 1]
    assert await listed(desk, "") == [4, 3, 1]
    assert (await desk.browser.get(f"/reforms/{reference_of(4)}?as_of=2027-01-10")).status_code == 404
    assert (await desk.browser.get(f"/reforms/{reference_of(2)}?as_of=2027-01-10")).status_code == 200
    assert (await desk.browser.get(f"/reforms/{reference_of(2)}")).status_code == 410


async def test_names_and_areas_are_those_of_the_day(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A locality has the newest name that it had on that day; an area is what was in force, not what is."""
    local = in_english()
    for number, name in (1, "A name of old"), (2, "Quezon City"):
        when = JANUARY + timedelta(hours=number)
        await desk.hear(said("accepted", number, when, member=replace(QUEZON, name=name), reform=local))
    await desk.admin.execute("UPDATE platform.clock SET \"offset\" = '3 years'")
    async with reading(desk) as tx:
        now, then = await list_localities(tx), await list_localities(tx, at=JANUARY + timedelta(days=1))
    assert [one.name for one in now] == ["Quezon City"]
    assert then == now
    asked: list[str] = []

    def note(month: str) -> InForce:
        asked.append(month)
        return in_force(month)

    monkeypatch.setattr(areas, "in_force", note)
    for path in ("/areas", "/areas/justice"):
        assert (await desk.browser.get(f"{path}.json?as_of=2027-01-10")).status_code == 200
    assert asked == ["2027-01", "2027-01"]


async def test_figures_follow_each_change(desk: Desk) -> None:
    """Re-keyed from Colombia to Cali, corrected, retracted: the counters move, the address stays."""
    cali = reform(
        proposal=proposal(member_type=MemberType.OTHER_LOCAL, level=Level.LOCAL, jurisdiction="Santiago de Cali")
    )
    await desk.hear(said("accepted", 1, JANUARY, member=COLOMBIA), said("accepted", 2, JANUARY))
    first = await desk.json("/statistics.json")
    assert first["totals"] == {"countries": 2, "localities": 0, "reforms": 2}
    await desk.hear(said("corrected", 1, JANUARY + timedelta(days=1), member=COLOMBIA, reform=cali))
    moved = await desk.json("/statistics.json")
    assert moved["totals"] == {"countries": 1, "localities": 1, "reforms": 2}
    assert {one["code"]: one["reforms"] for one in moved["levels"]} == {
        "national": 1,
        "local": 0,
        "local-non-member": 1,
    }
    page = await desk.json(f"/reforms/{reference_of(1)}")
    assert (page["record"]["level"], page["history"][-1]["change"]) == ("local-non-member", "corrected")
    assert await listed(desk, f"locality={reference_of(1)}") == [1]
    await desk.hear(said("retracted", 1, JANUARY + timedelta(days=2)))
    left = await desk.json("/statistics.json")
    assert left["totals"] == {"countries": 1, "localities": 0, "reforms": 1}
    assert (left["retagged"], [one["reforms"] for one in left["taggings"]]) == (1, [1])
    assert [one["code"] for one in (await desk.json("/members.json"))["members"]] == ["CR"]
    assert (await desk.browser.get("/members/CO")).status_code == 404


TALLIED = """
WITH counted AS (
    SELECT kind.dimension, kind.key, count(*) AS reforms FROM publish.reform_entry e CROSS JOIN LATERAL (VALUES
        ('participant', e.participant), ('member', e.member), ('country', e.country), ('locality', e.locality),
        ('region', e.region), ('level', e.level), ('area', e.area), ('tagging', e.declared_area || '>' || e.area),
        ('channel', e.channel), ('batch', e.batch), ('language', e.language)
    ) AS kind (dimension, key) WHERE e.current AND e.published_at IS NOT NULL AND kind.key IS NOT NULL GROUP BY 1, 2
)
SELECT * FROM counted c FULL JOIN publish.public_tallies t USING (dimension, key)
WHERE c.reforms IS DISTINCT FROM t.reforms
"""


async def test_tallies_are_those_of_the_entries(desk: Desk) -> None:
    """After a history as life is, each tally is what counting gives; a planted error is found by the same question."""
    for number in range(1, 9):
        await desk.hear(*story("accepted", "corrected", "retracted", "reinstated", "question", number=number), chunk=3)
    await desk.hear(*(heard("retracted", 9, number) for number in (2, 3)))
    assert await desk.admin.fetch(TALLIED) == []
    assert await desk.admin.fetchval("SELECT count(*) FROM publish.public_tallies") > 5
    await desk.admin.execute("UPDATE publish.tally SET reforms = reforms + 1 WHERE dimension = 'area'")
    assert await desk.admin.fetch(TALLIED) != []


async def test_history_tells_each_field_that_changed(desk: Desk) -> None:
    """A version's fields as they were and are; a reform that was retracted answers with its tombstone."""
    await desk.hear(
        said("accepted", 1, JANUARY),
        said(
            "corrected", 1, JANUARY + timedelta(days=1), reform=reform(published_title="A better title"), why="A typo."
        ),
    )
    newest, first = (await desk.json(f"/reforms/{reference_of(1)}/history.json"))["versions"]
    assert first["fields"] == []
    assert newest["why"] == "A typo."
    assert newest["fields"] == [
        {"field": "published_title", "before": "Reduce the Backlog of Court Cases", "after": "A better title"}
    ]
    await desk.hear(said("retracted", 1, JANUARY + timedelta(days=2), why="Asked for by its owner."))
    gone = (await desk.browser.get(f"/reforms/{reference_of(1)}/history.json")).json()
    assert (gone["status"], gone["detail"]) == (410, "Asked for by its owner.")


async def test_area_is_the_assigned_one(desk: Desk) -> None:
    """A reform that was moved to another area is found in that, and counted in it."""
    await desk.hear(said("accepted", 1, JANUARY, reform=reform(assigned_area=Area.CIVIC_SPACE)))
    assert (await listed(desk, "area=civic-space"), await listed(desk, "area=justice")) == ([1], [])
