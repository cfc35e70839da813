"""The page behind the link of a letter: what stands, what is said anew, and when it is closed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from httpx import Response

from contracts.event import Event
from services.chassis.doors.passes import make_pass
from services.notify.words.updates import PURPOSE
from services.publish.site.updating import PER_HOUR
from tests.controls.decisions import reform
from tests.controls.envelope import reference_of
from tests.controls.evaluations import milestone_updated
from tests.controls.publish import heard
from tests.integration.publish.conftest import UPDATES_KEY, Desk
from tests.integration.publish.test_folds import told as as_told
from tests.integration.publish.test_importing import told

LAW = "Publicación del primer tablero de tiempos"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SAID = {
    "status-1": "limited",
    "evidence-1": "https://example.org/a?b=1",
    "barrier-1": "El presupuesto <b>.\r\n",
    "do": "tell",
}


def link(number: int = 1, *, for_days: int = 30, key: bytes = UPDATES_KEY) -> str:
    """Give the page of a reform as its holder's letter does."""
    until = datetime.now(UTC) + timedelta(days=for_days)
    return f"/updates/{make_pass(key, PURPOSE, reference_of(number), until)}"


async def send(desk: Desk, path: str, **fields: str) -> Response:
    """Send the form as a browser does."""
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    return await desk.browser.post(path, content=urlencode(named), headers=FORM)


@pytest.fixture
async def page(desk: Desk) -> str:
    """A reform stands, and its holder has the link."""
    await desk.hear(heard("accepted", 0))
    return link()


async def said(desk: Desk) -> list[Event[Any]]:
    """Let publish hear what was said, and give it."""
    events = await told(desk)
    await desk.hear(*events)
    return events


async def test_holder_says_how_it_goes(desk: Desk, page: str) -> None:
    """Of one milestone, in the institution's name; the thanks say so, and the reform's page shows it."""
    shown = await desk.page(page)
    assert (shown.status_code, LAW in shown.text) == (200, True)
    thanks = await send(desk, page, **SAID)
    assert (thanks.status_code, thanks.headers["location"]) == (303, f"{page}?told=1")
    assert "in a moment" in (await desk.page(thanks.headers["location"])).text
    (event,) = await said(desk)
    assert event.data == milestone_updated(
        status="limited",
        evidence="https://example.org/a?b=1",
        barrier="El presupuesto <b>.",
        confirmed_at=event.data.confirmed_at,
    )
    assert timedelta() <= event.time - event.data.confirmed_at < timedelta(minutes=1)
    milestones = (await desk.json(f"/reforms/{reference_of()}"))["progress"]["milestones"]
    assert [(one["status"], one["freshness"]) for one in milestones] == [("limited", "fresh"), (None, None)]
    again = (await desk.page(page)).text
    assert '<option value="limited" selected>' in again
    assert "El presupuesto &lt;b&gt;." in again


async def test_nothing_changed_is_confirmed(desk: Desk, page: str) -> None:
    """All that stands is said again, and whatever else is in the form is not."""
    old = milestone_updated(confirmed_at=datetime(2025, 1, 1, tzinfo=UTC))
    await desk.hear(as_told(old, 1))
    before = (await desk.json(f"/reforms/{reference_of()}"))["progress"]["milestones"][0]
    await send(desk, page, do="confirm", **{"status-2": "complete"})
    (event,) = await said(desk)
    after = (await desk.json(f"/reforms/{reference_of()}"))["progress"]["milestones"][0]
    assert (before["freshness"], after["freshness"]) == ("amber", "fresh")
    assert (event.data.milestone, event.data.status, event.data.barrier) == (1, old.status, old.barrier)


async def test_word_on_a_milestone_that_is_gone_stands_apart(desk: Desk, page: str) -> None:
    """Its number is another's now, of which nothing was said: neither the reform's page nor the holder's says so."""
    gone = milestone_updated(title="Un estudio que se retiró", status="complete")
    await desk.hear(as_told(gone, 1))
    progress = (await desk.json(f"/reforms/{reference_of()}"))["progress"]
    assert [one["status"] for one in progress["milestones"]] == [None, None]
    assert [(one["title"], one["status"]) for one in progress["former_milestones"]] == [(gone.title, "complete")]
    shown = (await desk.page(f"/reforms/{reference_of()}")).text.partition("milestones that the reform no longer has")
    assert (gone.title in shown[0], gone.title in shown[2]) == (False, True)
    assert '<option value="complete" selected>' not in (await desk.page(page)).text


@pytest.mark.usefixtures("page")
async def test_word_on_a_milestone_that_was_renamed_stays_with_it(desk: Desk) -> None:
    """A correction of its title alone: the page says under which name it was said; of a day before, nothing."""
    await desk.hear(as_told(milestone_updated(status="complete"), 1))
    first, *others = reform().proposal.milestones
    renamed = replace(reform().proposal, milestones=(replace(first, title="El tablero"), *others))
    await desk.hear(heard("corrected", 24 * 40, reform=reform(proposal=renamed)))
    await desk.admin.execute("UPDATE platform.clock SET \"offset\" = '3 years'")
    for query, expected in (
        ("", ("El tablero", "complete", LAW)),
        ("?as_of=2027-03-01", ("El tablero", "complete", LAW)),
        ("?as_of=2026-12-30", (LAW, "complete", None)),
    ):
        one, _ = (await desk.json(f"/reforms/{reference_of()}{query}"))["progress"]["milestones"]
        assert (one["title"], one["status"], one["said_under"]) == expected, query
    assert "Said under its earlier name" in (await desk.page(f"/reforms/{reference_of()}")).text
    lines = (await desk.browser.get("/reforms.jsonl")).text
    assert ("said_under" in lines, LAW in lines) == (True, True)


async def test_button_pressed_twice_says_it_once(desk: Desk, page: str) -> None:
    """Within a minute the same is the same, and is not thanked for twice; what is changed back is another word."""
    minute = datetime.now(UTC).minute
    sent = [await send(desk, page, **{**SAID, "status-1": it}) for it in ("limited", "limited", "complete", "limited")]
    counts = [one.headers["location"].rpartition("=")[2] for one in sent]
    assert counts == ["1", "0", "1", "1"] or datetime.now(UTC).minute != minute
    statuses = [event.data.status for event in await said(desk)]
    assert statuses == ["limited", "complete", "limited"] or datetime.now(UTC).minute != minute
    assert '<option value="limited" selected>' in (await desk.page(page)).text
    assert "told already" in (await desk.page(f"{page}?told=0")).text


async def test_links_of_a_reform_have_a_pace(desk: Desk, page: str) -> None:
    """Beyond it nothing is told, what was typed is still there, and it is said when to come again; looking is free."""
    sent = [await send(desk, page, **{**SAID, "barrier-1": f"budget {at}"}) for at in range(PER_HOUR + 2)]
    assert [one.status_code for one in sent] == [*[303] * PER_HOUR, 429, 429]
    assert (int(sent[-1].headers["retry-after"]) > 60, sent[-1].headers["cache-control"]) == (True, "no-store")
    assert f"budget {PER_HOUR + 1}" in sent[-1].text
    assert "send it again later" in sent[-1].text
    assert (await desk.page(page)).status_code == 200
    assert len(await told(desk)) == PER_HOUR


async def test_same_answer_is_one_for_an_hour(desk: Desk, page: str) -> None:
    """Whatever minute it is; not after somebody else spoke, nor an hour later."""

    async def told_of(offset: str) -> str:
        await desk.admin.execute('UPDATE platform.clock SET "offset" = $1::text::interval', offset)
        return (await send(desk, page, **SAID)).headers["location"].rpartition("=")[2]

    assert [await told_of(offset) for offset in ("0", "5 minutes", "55 minutes")] == ["1", "0", "0"]
    (event,) = await said(desk)
    assert await told_of("56 minutes") == "0"
    await desk.hear(as_told(milestone_updated(confirmed_at=event.time, by="irm"), 1))
    assert await told_of("57 minutes") == "1"
    assert await told_of("58 minutes") == "0"
    assert await told_of("2 hours") == "1"


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"evidence-1": "http://example.org"}, "evidence-1", "begins with https://"),
        ({"barrier-1": "ask ana@example.org"}, "barrier-1", "names no person"),
        ({"barrier-1": "a\x00b"}, "barrier-1", "cannot be shown"),
        ({"barrier-1": "a\u202eb"}, "barrier-1", "direction of writing"),
        ({"barrier-1": "word " * 401}, "barrier-1", "too long"),
        ({"status-1": "done"}, "status-1", "one of the answers"),
        ({"status-1": ""}, "status-1", "how far it has come"),
    ],
)
async def test_form_with_faults_is_shown_again(
    desk: Desk, page: str, fields: dict[str, str], field: str, words: str
) -> None:
    """With what was typed, the fault said and its field marked; nothing of it is taken in."""
    refused = await send(desk, page, **{**SAID, "status-2": "complete", **fields})
    assert refused.status_code == 422
    assert f'href="#{field}"' in refused.text
    assert words in refused.text.replace("&#39;", "’")
    assert refused.text.count('aria-invalid="true"') == 1
    assert '<option value="complete" selected>' in refused.text
    assert await told(desk) == []


async def test_form_that_says_nothing_says_so(desk: Desk, page: str) -> None:
    """And so does a confirmation of nothing."""
    for fields in ({"do": "tell", "status-9": "complete"}, {"do": "confirm"}):
        refused = await send(desk, page, **fields)
        assert (refused.status_code, "Nothing was said" in refused.text) == (422, True)
    assert await told(desk) == []


async def test_page_opens_by_its_link_alone(desk: Desk, page: str) -> None:
    """Changed, over, of another key, of no reform, of one that was retracted: said on a page, in the reader's words."""
    await desk.hear(heard("accepted", 0, 2), heard("retracted", 1, 2))
    over = f"/updates/{make_pass(UPDATES_KEY, PURPOSE, reference_of(), datetime(2025, 1, 1, tzinfo=UTC))}"
    for path, status, words in (
        (page[:-1], 404, "leads nowhere"),
        (link(key=b"o" * 32), 404, "leads nowhere"),
        (link(3), 404, "leads nowhere"),
        (over, 410, "no longer open"),
        (link(2), 410, "no longer in the public record"),
    ):
        assert ((shown := await desk.page(path)).status_code, words in shown.text) == (status, True), path
        assert ((shown := await send(desk, path, **SAID)).status_code, words in shown.text) == (status, True), path
    assert "n’est plus ouvert" in (await desk.page(f"{over}?lang=fr")).text
    assert await told(desk) == []


async def test_twin_gives_what_is_asked_about(desk: Desk, page: str) -> None:
    """Each milestone as it stands; kept by nobody, closed as the page is, and nothing can be said there."""
    await desk.hear(heard("accepted", 0, 2), heard("retracted", 1, 2), as_told(milestone_updated(), 1))
    twin = await desk.page(f"{page}.json")
    shown = twin.json()
    assert (twin.status_code, shown["reference"], shown["url"]) == (200, reference_of(), f"/reforms/{reference_of()}")
    assert shown["milestones"] == (await desk.json(shown["url"]))["progress"]["milestones"]
    over = f"/updates/{make_pass(UPDATES_KEY, PURPOSE, reference_of(), datetime(2025, 1, 1, tzinfo=UTC))}"
    refused = {
        f"{page[:-1]}.json": (404, "not-found"),
        f"{link(2)}.json": (410, "retracted"),
        f"{over}.json": (410, "over"),
        f"{page}.json?told=1": (400, "unknown-filter"),
        f"{page}.json?lang=tlh": (400, "value"),
    }
    given = {path: await desk.page(path) for path in refused}
    assert {path: (one.status_code, one.json()["code"]) for path, one in given.items()} == refused
    assert {one.headers["cache-control"] for one in (twin, *given.values())} == {"no-store"}
    assert (await send(desk, f"{page}.json", **SAID)).status_code == 405
    assert await told(desk) == []


async def test_body_that_is_no_form_is_refused(desk: Desk, page: str) -> None:
    """On a page too: nobody but a browser comes here."""
    for content, headers, status in (
        (b"{}", {"Content-Type": "application/json"}, 415),
        (b"x" * 70_000, FORM, 413),
        (b"&".join(b"a=1" for _ in range(4_000)), FORM, 400),
        (b"barrier-1=%ff", FORM, 400),
        (b"barrier-1=\xff", FORM, 400),
    ):
        refused = await desk.browser.post(page, content=content, headers=headers)
        assert (refused.status_code, "did not arrive whole" in refused.text) == (status, True)


@pytest.mark.parametrize("language", ["en", "fr", "es"])
async def test_page_is_kept_by_nobody_and_speaks_three_languages(desk: Desk, page: str, language: str) -> None:
    """Its address is a key: it is not cached, not listed, and no page that it leads to learns it."""
    shown = await desk.page(f"{page}?lang={language}")
    kept = (shown.headers["cache-control"], shown.headers["referrer-policy"], shown.headers["x-robots-tag"])
    assert kept == ("no-store", "no-referrer", "noindex")
    assert f'<html lang="{language}">' in shown.text
    refused = await send(desk, f"{page}?lang={language}", do="tell")
    assert (refused.status_code, f'<html lang="{language}">' in refused.text) == (422, True)
