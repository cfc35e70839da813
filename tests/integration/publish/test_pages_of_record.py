"""What a reform's page tells beyond its text, months' reports, and stories that tell of reforms, on a real record."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from contracts.notices import NoticeSent
from contracts.vocabulary import Value
from services.publish.site.listing import MOST_ON_A_PAGE
from tests.browser.public import READ_AT, a_reform, fill, what_followed
from tests.controls.decisions import month_reported
from tests.controls.envelope import event_of, id_of, reference_of
from tests.controls.proposals import proposal_in_english, ukraine
from tests.controls.publish import at, heard
from tests.controls.stories import story, story_released
from tests.integration.publish.conftest import Desk

FIRST = "/reforms/OGC-2026-000001"


async def test_reform_tells_its_way_and_how_it_stands(desk: Desk) -> None:
    """From receipt to the last change with the days between, letters by kind, progress, stories, and its citation."""
    await fill(desk)
    found = await desk.json(FIRST)
    told = [(step["step"], step["about"], step["days"]) for step in found["way"]]
    assert [one for one in told if one[0] != "letter"] == [
        ("received", None, None),
        ("closed", None, 11),
        ("decided", None, 7),
        ("published", None, 2),
        ("retouched", found["history"][-1]["why"], 1),
    ]
    assert [one[1] for one in told if one[0] == "letter"] == ["receipt", "outcome"]
    assert [one["status"] for one in found["progress"]["milestones"]] == ["substantial", None]
    assert [one["url"] for one in found["stories"]] == ["/stories/OGC-2026-000009"]
    assert f"{FIRST}" in found["citation"]["bibtex"]
    assert (found["version"], len(found["progress"]["awards"])) == (2, 1)


async def test_page_of_a_day_is_the_same_ever_after(desk: Desk) -> None:
    """What was said later is not on it; rendered that night or years later, it is the same, byte by byte."""
    await fill(desk)
    paths = [f"{path}?as_of=2026-12-10" for path in (FIRST, f"{FIRST}/history", f"{FIRST}/provenance", "/reforms")]
    then = [(await desk.page(path)).content for path in paths]
    assert b"Quezon" in then[3]
    assert "2026-12-11" not in then[0].decode()
    assert b"substantial" not in then[0]
    await desk.hear(heard("retracted", 60), event_of(month_reported(month="2026-10"), id=id_of("other month")))
    await desk.admin.execute(
        'UPDATE platform.clock SET "offset" = $1::timestamptz - now()', READ_AT + timedelta(days=2_000)
    )
    assert (await desk.page(FIRST)).status_code == 410
    assert [(await desk.page(path)).content for path in paths] == then


async def test_retracted_reform_has_no_chain_to_show(desk: Desk) -> None:
    """Its tombstone stands at every address of it; one that never was is not there."""
    await fill(desk)
    await desk.hear(heard("retracted", 60))
    for path in (f"{FIRST}/provenance", f"{FIRST}/provenance.json", f"{FIRST}/history"):
        assert (await desk.browser.get(path)).status_code == 410
    for path in ("/reforms/OGC-2026-000077/provenance", "/reforms/nonsense/provenance", f"{FIRST}/nonsense"):
        assert (await desk.browser.get(path)).status_code == 404


async def test_chain_leads_from_the_page_to_the_submission(desk: Desk) -> None:
    """Each link names the next; before the month is reported and anybody told, the chain says what is missing."""
    await desk.hear(heard("accepted", 1))
    early = await desk.json(f"{FIRST}/provenance")
    assert (early["gaps"], early["releases"]) == (["batch-report", "decision-letter"], [])
    await fill(desk)
    chain = await desk.json(f"{FIRST}/provenance")
    assert chain["gaps"] == []
    assert [one["version"] for one in chain["decisions"]] == [1, 2]
    assert [one["kind"] for one in chain["letters"]] == ["receipt"]
    batch = {"month": "2026-11", "event_id": str(id_of("reported")), "received": 6}
    assert chain["batches"] == [{**batch, "report_hash": month_reported().report_hash}]
    assert chain["decisions"][1]["event_id"] == str(heard("corrected", 30).id)
    assert [(one["url"], one["version"]) for one in chain["releases"]][-1] == ("/releases/2026-12", 2)
    for release in chain["releases"]:
        assert release["ended_at"] == (await desk.json(release["url"]))["release"]["ended_at"]
    told = [
        (str(one.id), str(one.data.notice.delivery_id)) for one in what_followed() if isinstance(one.data, NoticeSent)
    ]
    links = [*chain["decisions"][0]["letters"], *chain["decisions"][1]["letters"], *chain["letters"]]
    assert [(one["event_id"], one["delivery_id"]) for one in links] == told
    whole = str(chain) + (await desk.page(f"{FIRST}/provenance")).text
    assert "@example" not in whole


async def test_months_are_listed_and_reported(desk: Desk) -> None:
    """The newest first, each beside its neighbours, with its reforms; a month without a report is not there."""
    await fill(desk)
    october = replace(month_reported(), month="2026-10", areas=(), reasons=(), median_days_to_decision=None)
    await desk.hear(event_of(october, id=id_of("reported in October")))
    assert [one["month"] for one in (await desk.json("/batches"))["batches"]] == ["2026-11", "2026-10"]
    november = await desk.json("/batches/2026-11")
    assert (november["earlier"], november["later"], len(november["reforms"])) == ("2026-10", None, 6)
    assert november["report"]["report_hash"] == month_reported().report_hash
    assert (await desk.json("/batches/2026-10"))["later"] == "2026-11"
    assert november["all"] == "/reforms?batch=2026-11"
    then = await desk.json("/batches/2026-11?as_of=2026-12-12")
    assert then["all"] == "/reforms?batch=2026-11&as_of=2026-12-12"
    page = await desk.page("/batches/2026-10")
    assert "nothing was decided" in page.text
    assert "No reform of this month stands in the record." in page.text
    for path in ("/batches/2026-09", "/batches/2026-13", "/batches/nonsense", "/batches/2026-11?as_of=2026-12-01"):
        assert (await desk.browser.get(path)).status_code == 404, path
    assert (await desk.browser.get("/batches?area=justice")).status_code == 400


async def test_story_is_linked_to_the_reforms_that_it_names(desk: Desk) -> None:
    """By a reference in its text or an address among its links; never to one that is not public, and on its day."""
    await fill(desk)
    told = story(text=f"{reference_of(2)}, {reference_of(2)} y {reference_of(88)}.", links=())
    await desk.hear(event_of(story_released(10, story=told, released_at=at(50)), number=10, id=id_of("tells")))
    ninth, tenth = [await desk.json(f"/stories/{reference_of(number)}") for number in (9, 10)]
    assert [one["reference"] for one in ninth["reforms"]] == [reference_of(1), reference_of(3)]
    assert [one["reference"] for one in tenth["reforms"]] == [reference_of(2)]
    assert [one["reference"] for one in (await desk.json("/reforms/OGC-2026-000002"))["stories"]] == [reference_of(10)]
    before: Any = await desk.json("/reforms/OGC-2026-000002?as_of=2026-12-10")
    assert before["stories"] == []
    assert await desk.parked() == []


async def test_address_holds_only_what_was_chosen(desk: Desk) -> None:
    """A form's empty fields are left out for people; machines are answered at once, and nonsense is still refused."""
    moved = await desk.page("/reforms?q=&area=justice&lang=fr&cursor=")
    assert (moved.status_code, moved.headers["location"]) == (303, "/reforms?area=justice&lang=fr")
    assert (await desk.page("/stories?area=&q=")).headers["location"] == "/stories"
    assert (await desk.browser.get("/reforms?q=&area=justice")).status_code == 200
    assert (await desk.page("/reforms?colour=")).status_code == 400
    assert (await desk.page("/reforms?q=&colour=")).headers["location"] == "/reforms?colour="


async def test_long_list_makes_no_long_page(desk: Desk) -> None:
    """A page shows no more than one reads, and leads on; JSON has as many as it is asked for."""
    text = proposal_in_english(title="A Title as Long as Those of Real Reforms Are, with All that They Promise to Do")
    await desk.hear(*(a_reform(number, text, ukraine()) for number in range(1, 61)))
    page = await desk.page("/reforms?limit=100&q=agency")
    assert page.text.count('class="area-anti-corruption"') == MOST_ON_A_PAGE
    assert "Older reforms" in page.text
    assert len(page.content) < 50_000
    assert len((await desk.json("/reforms?limit=100"))["reforms"]) == 60


async def test_texts_stand_whole_where_a_page_has_no_room(desk: Desk) -> None:
    """A page stays small and leads on; the pages of texts hold every word, go when the reform goes, and no further."""
    words = " ".join(f"word{number}" for number in range(2_000))
    long = proposal_in_english(description=words, problems=words, values={Value.TRANSPARENCY: words})
    await desk.hear(a_reform(1, long, ukraine()), a_reform(2, proposal_in_english(), ukraine()))
    page = await desk.page("/reforms/OGC-2026-000001")
    assert len(page.content) < 50_000
    assert "word1999" not in page.text
    assert 'href="/reforms/OGC-2026-000001/texts/1"' in page.text
    texts: list[dict[str, Any]] = []
    address = "/reforms/OGC-2026-000001/texts/1"
    while address:
        assert len((await desk.page(address)).content) < 50_000
        told = await desk.json(f"{address}.json")
        texts, address = texts + told["texts"], told["next"]
    assert "".join(text["text"] for text in texts if text["field"] == "description") == words
    assert "/texts/" not in (await desk.page("/reforms/OGC-2026-000002")).text
    for nothing in ("OGC-2026-000001/texts/99", "OGC-2026-000001/texts/0", "OGC-2026-000009/texts/1", "x/texts/1"):
        assert (await desk.page(f"/reforms/{nothing}")).status_code == 404
    assert (await desk.page("/stories/OGC-2026-000001/texts/1")).status_code == 404
