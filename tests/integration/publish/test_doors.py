"""The public doors on a real record: what appears, what does not, and how questions that make no sense are answered."""

from dataclasses import replace
from typing import Any

from contracts.decisions import ReformEncouraged
from contracts.event import Event
from tests.controls.decisions import decision, reform, reform_encouraged, submission_accepted
from tests.controls.envelope import event_of, id_of
from tests.controls.proposals import costa_rica, proposal
from tests.controls.publish import at, heard, story
from tests.integration.publish.conftest import Desk

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"
FIRST = "/reforms/OGC-2026-000001"


async def enter(desk: Desk, number: int, *, released: int | None = None, **told: Any) -> None:
    """Enter a reform into the record, released at this step; ``told`` is of its member."""
    step = number if released is None else released
    decided = decision(number, member=costa_rica(**told), released_at=at(step))
    await desk.hear(replace(heard("accepted", step, number), data=submission_accepted(number, decision=decided)))


async def test_accepted_appears(desk: Desk) -> None:
    """An accepted submission stands in the list and has its page, as page and as JSON."""
    await desk.hear(*story("accepted"))
    listed = await desk.json("/reforms")
    assert [(one["reference"], one["title"], one["url"]) for one in listed["reforms"]] == [
        ("OGC-2026-000001", "Reduce the Backlog of Court Cases", FIRST)
    ]
    found = await desk.json(FIRST)
    assert (found["state"], found["record"]["reform"]["assigned_area"]) == ("published", "access-to-information")
    page = await desk.page(FIRST)
    assert page.status_code == 200
    assert "Reducción del rezago judicial" in page.text


async def test_not_accepted_does_not_appear(desk: Desk) -> None:
    """Of a submission that was declined or asked about, the public sees nothing, not even that it is there."""
    await desk.hear(heard("accepted", 0, number=2), heard("declined", 1), heard("question", 2, number=3))
    assert [one["reference"] for one in (await desk.json("/reforms"))["reforms"]] == ["OGC-2026-000002"]
    nowhere = "/reforms/OGC-2026-000077"
    never = (await desk.page(nowhere)).text
    for path in (FIRST, "/reforms/OGC-2026-000003"):
        page = await desk.page(path)
        assert (page.status_code, page.text.replace(path, nowhere)) == (404, never)


async def test_retracted_keeps_a_page_that_says_so(desk: Desk) -> None:
    """A retracted reform leaves the list; its address answers 410 with the reason, and nothing of its text."""
    await desk.hear(*story("accepted", "retracted"))
    assert (await desk.json("/reforms"))["reforms"] == []
    page, told = await desk.page(FIRST), await desk.browser.get(FIRST)
    assert (page.status_code, told.status_code) == (410, 410)
    assert "La institución lo solicitó" in page.text
    assert "Poder Judicial" not in page.text
    assert told.headers["content-type"] == "application/problem+json"
    assert (told.json()["code"], told.json()["reference"]) == ("retracted", "OGC-2026-000001")
    assert "ETag" not in told.headers


async def test_corrected_reads_anew_and_says_why(desk: Desk) -> None:
    """After a correction the address is the same, the member another, and the reason on the page."""
    await desk.hear(*story("accepted", "corrected"))
    found = await desk.json(FIRST)
    assert found["record"]["member"]["name"] == "San José, Costa Rica"
    assert [(one["change"], one["effect"]) for one in found["history"]] == [
        ("published", None),
        ("corrected", "silent"),
    ]
    assert "the action is the locality&#39;s own" in (await desk.page(FIRST)).text


async def test_counters_count_entities(desk: Desk) -> None:
    """Two reforms of one country are one country; retracted ones count no more."""
    await enter(desk, 1)
    await enter(desk, 2)
    await enter(desk, 3, code="UA", name="Ukraine")
    await enter(desk, 4, code="PHQZT", name="Quezon City", kind="local")
    await desk.hear(heard("retracted", 9, number=3))
    assert (await desk.json("/"))["totals"] == {"countries": 1, "localities": 1, "reforms": 3}


async def test_list_is_walked_page_by_page(desk: Desk) -> None:
    """Newest first, each reform once, also where many were released together and others come meanwhile."""
    for number in range(1, 8):
        await enter(desk, number, released=number // 3)
    path, seen = "/reforms?limit=2", []
    while path:
        found = await desk.json(path)
        seen += [one["reference"][-1] for one in found["reforms"]]
        path = found["next"]
        if len(seen) == 2:
            await enter(desk, 9, released=20)
    assert seen == ["7", "6", "5", "4", "3", "2", "1"]


async def test_json_twin_leads_on_to_its_like(desk: Desk) -> None:
    """The next page of the JSON list is JSON for browsers too."""
    for number in (1, 2):
        await enter(desk, number)
    found = (await desk.page("/reforms.json?limit=1")).json()
    assert (await desk.page(found["next"])).headers["content-type"] == "application/json"


FILTERED = {
    "member=UA": ["3"],
    "area=access-to-information": ["4", "3", "1"],
    "area=justice": [],
    "level=local": ["4"],
    "level=national&member=CR": ["1"],
    "member=ZZ": [],
}
"""What is asked of three reforms, and which of them are the answer."""


async def test_filters(desk: Desk) -> None:
    """Area, member and level, alone and together; a member without reforms has an empty list."""
    await enter(desk, 1)
    await enter(desk, 3, code="UA", name="Ukraine")
    await enter(desk, 4, code="PHQZT", name="Quezon City", kind="local")
    found = {query: await desk.json(f"/reforms?{query}") for query in FILTERED}
    assert {query: [one["reference"][-1] for one in listed["reforms"]] for query, listed in found.items()} == FILTERED
    assert [(await desk.page(f"/reforms?{query}")).status_code for query in FILTERED] == [200] * len(FILTERED)


async def test_tag_holds_until_something_changes(desk: Desk) -> None:
    """Who has the page is told so, until the record changes; a tag of another address is worth nothing."""
    await desk.hear(heard("accepted"))
    first = await desk.page(FIRST)
    tag = first.headers["etag"]
    again = await desk.page(FIRST, **{"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (await desk.page("/reforms", **{"If-None-Match": tag})).status_code == 200
    assert (await desk.page("/reforms/OGC-2026-000077", **{"If-None-Match": tag})).status_code == 404
    await desk.hear(heard("corrected", 1))
    changed = await desk.page(FIRST, **{"If-None-Match": tag})
    assert (changed.status_code, changed.headers["etag"] == tag) == (200, False)
    assert "last-modified" in changed.headers


async def test_tag_changes_when_a_parked_event_is_replayed(desk: Desk) -> None:
    """A replay changes the record without moving the position: the tag knows all the same."""
    await desk.hear(heard("accepted"))
    tag = (await desk.page(FIRST)).headers["etag"]
    await desk.admin.execute(
        "INSERT INTO publish.parked_event (source_topic, partition, seq, subject, reason, error, parked_at, settled_at,"
        " settlement) VALUES ('decisions', 0, 1, 's', 'data', 'e', now(), now(), 'replayed')"
    )
    assert (await desk.page(FIRST)).headers["etag"] != tag


async def test_hostile_text_is_encoded(desk: Desk) -> None:
    """Script in every text: encoded on every page, untouched in the JSON, and the policy forbids it anyway."""
    text = proposal(
        title=HOSTILE, description=HOSTILE, problems=HOSTILE, jurisdiction=HOSTILE, lead_institution=HOSTILE
    )
    accepted = submission_accepted(reform=reform(published_title=HOSTILE, area_reason=HOSTILE, proposal=text))
    await desk.hear(replace(heard("accepted"), data=accepted))
    for path in ("/", "/reforms", FIRST):
        page = await desk.page(path)
        assert "&lt;script&gt;alert(1)" in page.text
        assert "<script>" not in page.text
        assert "<img src=x" not in page.text
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert (await desk.json(FIRST))["record"]["reform"]["published_title"] == HOSTILE


NONSENSE = {
    "/reforms?colour=red": (400, "unknown-filter"),
    "/reforms?area=cheese": (400, "value"),
    "/reforms?member=%00": (400, "value"),
    "/reforms?limit=1000000": (400, "value"),
    "/reforms?limit=1&limit=2": (400, "repeated"),
    "/reforms?cursor=x": (400, "value"),
    "/reforms?cursor=fffffffffffff.OGC-2026-000001.00000000": (400, "cursor"),
    "/reforms?%ff=%fe": (400, "unknown-filter"),
    "/reforms/%00": (404, "not-found"),
    "/reforms/%ff": (404, "not-found"),
    "/reforms/OGC-2026-%D9%A1%D9%A2%D9%A3456": (404, "not-found"),
    "/reforms/ogc-2026-000001": (404, "not-found"),
    "/reforms/OGC-2026-000001.json.json": (404, "not-found"),
}
"""What cannot be asked, and how that is answered."""


async def test_question_that_makes_no_sense_is_a_clear_problem(desk: Desk) -> None:
    """Never a failure of ours: a problem that names what is wrong, and a page for people."""
    await desk.hear(*story("accepted"))
    told = {path: await desk.browser.get(path) for path in NONSENSE}
    assert {path: (answer.status_code, answer.json()["code"]) for path, answer in told.items()} == NONSENSE
    shown = {path: await desk.page(path) for path in NONSENSE if not path.endswith(".json")}
    assert {path: page.status_code for path, page in shown.items()} == {path: NONSENSE[path][0] for path in shown}
    assert {page.headers["content-type"] for page in shown.values()} == {"text/html; charset=utf-8"}


async def test_head_answers_as_get_does(desk: Desk) -> None:
    """A HEAD says what a GET would."""
    await desk.hear(*story("accepted"))
    for path in ("/", "/reforms", FIRST, f"{FIRST}.json", "/site.css"):
        head, get = await desk.browser.head(path), await desk.browser.get(path)
        assert (head.status_code, head.headers.get("etag")) == (200, get.headers.get("etag"))


async def test_nothing_can_be_changed(desk: Desk) -> None:
    """The doors only show, to the scripts of any site too."""
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        assert (await desk.browser.request(method, "/reforms")).status_code == 405
    asking = {"Origin": "https://elsewhere.example", "Access-Control-Request-Headers": "if-none-match"}
    for method, status in (("GET", 200), ("HEAD", 200), ("POST", 400)):
        asked = {**asking, "Access-Control-Request-Method": method}
        assert (await desk.browser.options("/reforms.json", headers=asked)).status_code == status
    for path in ("/reforms", "/reforms.json?area=cheese", "/nowhere"):
        assert (await desk.page(path, **asking)).headers["access-control-allow-origin"] == "*"


async def test_slash_behind_an_address_is_no_way_to_another_host(desk: Desk) -> None:
    """It leads to the same address without it, whatever host was named."""
    told = await desk.page("/reforms/?area=justice", Host="evil.example")
    assert (told.status_code, told.headers["location"]) == (308, "/reforms?area=justice")


async def test_empty_record_has_its_pages(desk: Desk) -> None:
    """Before the first release the pages say so."""
    for path in ("/", "/reforms"):
        page = await desk.page(path)
        assert page.status_code == 200
        assert "been published yet" in page.text
    assert await desk.json("/") == {"totals": {"countries": 0, "localities": 0, "reforms": 0}, "newest": []}


def encouraged(step: int, **overrides: Any) -> Event[ReformEncouraged]:
    """What the Support Unit says of the first reform, as the ``step``-th."""
    return event_of(reform_encouraged(**overrides), id=id_of(f"encouraged {step}"))


async def test_a_promising_reform_says_so(desk: Desk) -> None:
    """With the support it was given; through a retraction, until it is said otherwise, and nobody is named."""
    await desk.hear(*story("accepted"), encouraged(1), encouraged(2, support=("An award of 2027.",)))
    shown = await desk.json(FIRST)
    assert (shown["promising"], shown["support"]) == (True, ["An award of 2027."])
    page = await desk.page(FIRST)
    assert "calls this reform promising" in page.text
    assert "An award of 2027." in page.text
    assert "support-unit:1" not in page.text + str(shown)
    assert len(await desk.told()) == 2, "it entered, and is promising: no other change"
    await desk.hear(heard("retracted", 1))
    assert (await desk.page(FIRST)).status_code == 410
    await desk.hear(heard("reinstated", 2))
    back = await desk.json(FIRST)
    assert (back["promising"], back["history"][-1]["change"]) == (True, "published")
    assert (back["published_at"], back["version"]) == (shown["published_at"], 3), "first public for ever"
    await desk.hear(encouraged(3, promising=False, support=(), why=None))
    assert (await desk.json(FIRST))["promising"] is False
    assert "promising" not in (await desk.page(FIRST)).text
