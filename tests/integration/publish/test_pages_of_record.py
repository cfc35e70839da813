"""What a reform's page tells beyond its text, months' reports, and stories that tell of reforms, on a real record."""

import re
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from operator import sub
from typing import Any

import pytest

from contracts.decisions import MonthReported
from contracts.event import Event
from contracts.notices import NoticeSent
from contracts.vocabulary import Value
from services.chassis.codec import encode
from services.publish.site.listing import MOST_ON_A_PAGE
from tests.browser.public import READ_AT, a_reform, fill, what_followed
from tests.controls.decisions import decision, month_reported, reform_encouraged
from tests.controls.envelope import event_of, id_of, reference_of
from tests.controls.evaluations import milestone_updated
from tests.controls.notices import notice, notice_sent
from tests.controls.proposals import proposal_in_english, ukraine
from tests.controls.publish import at, decision_id, heard
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


def words_on_it() -> list[Event[Any]]:
    """Say that the reform is promising and that it is not, and of a milestone one thing and another."""
    marks = [reform_encouraged(promising=it, encouraged_at=READ_AT + timedelta(hours=it)) for it in (False, True)]
    said = [
        milestone_updated(status=it, barrier=f"It is {it}.", confirmed_at=READ_AT) for it in ("limited", "complete")
    ]
    return [
        *(event_of(mark, id=id_of(f"mark {mark.promising}")) for mark in marks),
        *(event_of(word, id=id_of(word.status), time=READ_AT + timedelta(hours=2)) for word in said),
    ]


async def test_what_is_said_of_a_reform_leaves_its_trace(desk: Desk) -> None:
    """Each word stays in the history with its event, and the version stays the decision's."""
    await fill(desk)
    before = await desk.json(FIRST)
    told = words_on_it()
    await desk.hear(*told)
    found, history = await desk.json(FIRST), await desk.json(f"{FIRST}/history")
    assert (found["version"], found["published_at"]) == (before["version"], before["published_at"])
    ids = [str(event.id) for event in told]
    assert [one["event_id"] for one in history["traces"]][:4] == [*sorted(ids[2:], reverse=True), ids[1], ids[0]]
    assert [one["encouragement"]["promising"] for one in history["traces"][2:4]] == [True, False]
    page = (await desk.page(f"{FIRST}/history")).text
    assert [word in page for word in ("It is limited.", "It is complete.", *ids)] == [True] * 6
    assert "It is limited." in str(await desk.json(f"{FIRST}/history/texts/1"))
    then = await desk.json(f"{FIRST}/history?as_of=2027-06-30")
    assert then["traces"] == history["traces"][4:]


async def test_feeds_and_calendars_hear_of_what_is_said(desk: Desk) -> None:
    """It changes when an entry was last changed, and counts as another revision of an event."""
    await fill(desk)
    paths = ("/reforms.atom", "/milestones.ics", f"{FIRST}.json", "/reforms.jsonl")
    was = [(await desk.browser.get(path)).text for path in paths]
    await desk.hear(*words_on_it())
    now = [(await desk.browser.get(path)).text for path in paths]
    assert ["2027-07-01T14:00:00" in text for text in (*was, *now)] == [False] * 4 + [True, False, True, True]
    sequences = [[int(one) for one in re.findall(r"SEQUENCE:(\d+)", calendar)] for calendar in (was[1], now[1])]
    assert sorted(set(map(sub, sequences[1], sequences[0]))) == [0, 4]
    assert "LAST-MODIFIED:20270701T140000Z" in now[1]


async def test_citation_leads_to_what_was_read(desk: Desk) -> None:
    """To the day that is read, or the last one that is over; where it changed on the very day, to the page alone."""
    await fill(desk)
    then = (await desk.json(f"{FIRST}?as_of=2026-12-10"))["citation"]
    assert (then["read_on"], then["year"]) == ("2026-12-10", 2026)
    assert then["address"].endswith(f"{FIRST}?as_of=2026-12-10")
    today = (await desk.json(FIRST))["citation"]
    day_before = date.fromisoformat(today["read_on"]) - timedelta(days=1)
    assert today["address"].endswith(f"{FIRST}?as_of={day_before}")
    assert (await desk.json(f"{FIRST}?as_of={day_before}"))["changed_at"] == (await desk.json(FIRST))["changed_at"]
    now = await desk.admin.fetchval("SELECT now FROM publish.public_clock")
    await desk.hear(event_of(reform_encouraged(encouraged_at=now), id=id_of("just now"), time=now))
    assert (await desk.json(FIRST))["citation"]["address"].endswith(FIRST)


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


ASKED, ACCEPTED = 0, 24 * 30


def asked_and_answered() -> dict[str, Event[Any]]:
    """A reform was asked about in one month's batch, and accepted in the next: each link of its chain."""
    answered = replace(notice(20), delivery_id=id_of("receipt of the answer"), kind="answer", decision_id=None)
    outcome = replace(notice(20), decision_id=decision_id(ACCEPTED, 20))
    second = decision(20, round=2, month="2026-12", decided_at=at(ACCEPTED - 24))
    return {
        "question": heard("question", ASKED, 20),
        "answer": event_of(
            notice_sent(notice=answered, sent_at=at(24 * 5)),
            number=20, id=id_of("told of the answer"), causationid=id_of("clarified"), time=at(24 * 5),
        ),
        "accepted": heard("accepted", ACCEPTED, 20, decision=second),
        "outcome": event_of(notice_sent(notice=outcome, sent_at=at(ACCEPTED)), number=20, id=id_of("told of both")),
        "2026-11": event_of(month_reported(), id=id_of("reported")),
        "2026-12": event_of(report_of("2026-12"), id=id_of("reported next")),
    }  # fmt: skip


def report_of(month: str) -> MonthReported:
    """Give the report of another month, with the hash of its figures."""
    told = replace(month_reported(), month=month)
    figures = encode(told).partition(b',"report_hash":')[0] + b"}"
    return replace(told, report_hash=sha256(figures).hexdigest())


async def test_chain_goes_through_a_round_that_was_asked_and_answered(desk: Desk) -> None:
    """Question and answer with their events and months; the way shows both, with the days that each took."""
    told = asked_and_answered()
    await desk.hear(*told.values())
    chain, page = await desk.json("/reforms/OGC-2026-000020/provenance"), "/reforms/OGC-2026-000020"
    [asked] = chain["rounds"]
    assert (asked["round"], asked["month"], asked["event_id"]) == (1, "2026-11", str(told["question"].id))
    assert asked["answer_event_id"] == str(id_of("clarified"))
    assert [one["month"] for one in chain["batches"]] == ["2026-11", "2026-12"]
    assert chain["gaps"] == []
    steps = [(step["step"], step["days"]) for step in (await desk.json(page))["way"] if step["step"] != "letter"]
    assert steps[:4] == [("received", None), ("closed", 14), ("asked", 9), ("answered", 5)]
    assert [step for step, _ in steps[4:]] == ["closed", "decided", "published"]
    assert str(id_of("clarified")) in (await desk.page(f"{page}/provenance")).text
    assert "ended with a question" in (await desk.page(page)).text


@pytest.mark.parametrize(
    ("missing", "gap"), [("question", "question"), ("answer", "answer"), ("2026-11", "batch-report")]
)
async def test_link_that_an_earlier_round_lacks_is_named(desk: Desk, missing: str, gap: str) -> None:
    """By the page, and by the night, which asks the same."""
    await desk.hear(*(event for name, event in asked_and_answered().items() if name != missing))
    assert (await desk.json("/reforms/OGC-2026-000020/provenance"))["gaps"] == [gap]


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
