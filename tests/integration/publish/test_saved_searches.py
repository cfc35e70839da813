"""What a saved search finds, and what the list finds: one rule, filter by filter and word by word."""

import re
from collections.abc import Iterable
from datetime import timedelta

import pytest

from contracts.reforms import PublicReform, ReformPublished
from contracts.subscriptions import SavedSearch
from services.chassis.codec import decode, encode
from services.chassis.database import Database
from services.notify.domain.searches import passes
from services.notify.settings import Settings
from services.notify.store.searches import find_words
from tests.browser.public import some_reforms
from tests.controls.decisions import reform_encouraged
from tests.controls.envelope import RELEASED_AT, event_of, id_of, reference_of
from tests.controls.notify import searcher
from tests.controls.publish import heard
from tests.integration.publish.conftest import Desk

NOWHERE = {
    "area": "civic-space", "region": "Nowhere", "country": "ZZ", "member": "ZZ", "locality": "ZZ",
    "channel": "recognition", "institution": "Ministry", "batch": "2020-01", "language": "zz",
}  # fmt: skip
"""What no reform of the record has."""
WRITTEN = (
    "REFORMA", "reform", "reforms", "réformé", "niños", "NIÑEZ", "nina", "presupuesto", "presupuestos", "court cases",
    '"court cases"', '"cases court"', "court -backlog", "court -nowhere", "nowhere or backlog", "backlog or -court",
    "l’accès à l’information", "«información»", "the", "de la", "PHQZT", "OGC-2026-000004", "ogc", "Sénégal",
    "senegal -bill", "companies", "company", "publishing", "institutional's", "co-creation", "&", "a | b", "c:*",
    "!", "\\", "'", '"', "<->", "100%", "données", "donnee",
)  # fmt: skip
"""What people write into a search box, in whatever language, and what some would not."""

MARKS = ((True, 1), (True, 2), (False, 3), (True, 4))
"""Whether it is called promising, and after how many days."""

FUNCTIONS = """
SELECT p.proname, replace(pg_get_functiondef(p.oid), n.nspname || '.', '') AS told
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = $1 AND p.proname IN ('words_config', 'words_in', 'words_of_reform')
ORDER BY 1
"""


@pytest.fixture
async def told(desk: Desk) -> dict[str, PublicReform]:
    """The reforms of the record as publish told of them, by their references."""
    await desk.hear(*some_reforms())
    found = [decode(ReformPublished, encode(data)).reform for *_, data in await desk.told()]
    return {one.reference: one for one in found}


async def listed(desk: Desk, name: str, value: str) -> set[str]:
    """Ask the list; nothing is found by what it refuses."""
    answer = await desk.browser.get("/reforms.json", params={name: value, "limit": "100"})
    return {one["reference"] for one in answer.json().get("reforms", ())}


def values_of(told: Iterable[PublicReform]) -> dict[str, set[str]]:
    """Give what there is to filter by, and something that there is not, for each filter."""
    found = {name: {value} for name, value in NOWHERE.items()}
    for one in told:
        proposal, member = one.reform.proposal, one.member
        found["area"] |= {one.reform.assigned_area, proposal.declared_area}
        found["region"].add(str(member.region))
        found["country"].add(member.code[:2])
        found["member"].add(member.code)
        found["locality"] |= {member.code, one.reference}
        found["channel"].add(str(one.channel))
        found["institution"] |= {proposal.lead_institution, proposal.lead_institution.upper()}
        found["batch"].add(one.batch)
        found["language"].add(proposal.language[:2])
    return {**found, "level": {"national", "local", "local-non-member"}, "retagged": {"true", "false"}}


async def test_filters_find_what_the_list_finds(desk: Desk, told: dict[str, PublicReform]) -> None:
    """Each value that there is, and one that there is not."""
    unlike: dict[str, set[str]] = {}
    for name, values in values_of(told.values()).items():
        for value in values:
            search = decode(SavedSearch, encode({name: value == "true" if name == "retagged" else value}))
            found = {reference for reference, one in told.items() if passes(search, one)}
            unlike |= {f"{name}={value}": found} if found != await listed(desk, name, value) else {}
    assert unlike == {}


async def test_words_find_what_the_list_finds(desk: Desk, told: dict[str, PublicReform]) -> None:
    """In every language, with and without accents, other forms of a word, phrases, *or* and *not*."""
    texts = " ".join(f"{one.reform.proposal.title} {one.reform.proposal.description}" for one in told.values())
    asked = [*WRITTEN, *sorted(set(re.findall(r"\w{5,}", texts)))[::4]]
    searches = [searcher(search=SavedSearch(q=written)) for written in asked]
    shown = {id_of(reference): one for reference, one in told.items()}
    settings = Settings.model_validate({"database_url": desk.url.url("notify"), "kafka_bootstrap_servers": "unused"})
    notify = Database(settings, "notify")
    await notify.open()
    async with notify.transaction() as tx:
        pairs = await find_words(tx, shown, searches)
    await notify.close()
    found = {written: {one.reference for key, one in shown.items() if (key, written) in pairs} for written in asked}
    unlike = {written: found[written] for written in asked if found[written] != await listed(desk, "q", written)}
    assert unlike == {}
    assert len([written for written in asked if found[written]]) > len(asked) / 2


async def test_marks_are_told_and_kept_as_the_list_has_them(desk: Desk) -> None:
    """Chunk by chunk or all at once, the last that was told of a reform says what the list is filtered by."""
    said = [reform_encouraged(promising=it, encouraged_at=RELEASED_AT + timedelta(days=at)) for it, at in MARKS]
    marks = [event_of(it, id=id_of(f"mark {number}")) for number, it in enumerate(said)]
    events = [heard("accepted", 1), marks[0], marks[1], heard("corrected", 2), heard("retracted", 3), marks[2]]
    for event in (*events, marks[2], heard("reinstated", 4), marks[3]):
        await desk.hear(event)
    told = [data.get("reform", {}).get("promising") for *_, data in await desk.told()]
    assert told == [False, True, True, None, False, True]
    assert (await listed(desk, "promising", "true"), await listed(desk, "promising", "false")) == (
        {reference_of(1)},
        set(),
    )


async def test_both_read_words_by_the_same_functions(desk: Desk) -> None:
    """What one of the two changes, the other must change with it."""
    own, others = [await desk.admin.fetch(FUNCTIONS, schema) for schema in ("publish", "notify")]
    assert [tuple(row) for row in own] == [tuple(row) for row in others]
    assert len(own) == 3
