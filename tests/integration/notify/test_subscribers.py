"""Reports and saved searches to those who asked for them: one click ends them, and none go to who has ended them."""

from dataclasses import replace
from datetime import timedelta

from contracts.event import Event
from contracts.reforms import ReformEvent
from contracts.subscriptions import SavedSearch
from deploy.stack.mailbox import text_of
from services.notify.domain.planning import Told
from tests.controls import batches, reforms, stories
from tests.controls.envelope import MOMENT, RELEASED_AT, event_of, id_of, reference_of
from tests.controls.notify import on_reforms, on_reviews, on_submissions
from tests.integration.notify.conftest import Desk
from tests.integration.notify.vault import END, TOKEN

ONE_CLICK = ("List-Unsubscribe", "List-Unsubscribe-Post")
REPORTED: Event[Told] = event_of(batches.batch_reported(reported_at=MOMENT))


def told(data: Told, who: int = 1, number: int = 1) -> Event[Told]:
    """Tell of somebody's subscription."""
    subject = str(id_of(f"subscription {who}"))
    return replace(event_of(data), id=id_of(f"{type(data).__name__} {who} {number}"), subject=subject)


def confirmed(who: int, **overrides: object) -> Event[Told]:
    """Somebody wants the reports."""
    return told(stories.subscription_confirmed(who, **overrides), who)


async def test_letter_that_asks_is_none_that_can_be_unsubscribed(desk: Desk) -> None:
    """It holds the link that confirms, goes once however often it is heard; no report goes before it is followed."""
    asked = told(stories.subscription_requested())
    for _ in range(2):
        await desk.hear(on_submissions, [asked])
    await desk.hear(on_reviews, [REPORTED])
    await desk.go_once()
    [mail] = desk.server.taken
    assert f"https://forms.example.org/fr/subscribe/{asked.subject}/{TOKEN}" in text_of(mail)
    assert not any(name in mail for name in ONE_CLICK)
    [row] = await desk.rows()
    assert (row["kind"], row["recipient"], row["state"]) == (
        "subscription-confirm",
        f"subscriber:{asked.subject}",
        "sent",
    )
    assert "forms.example.org" not in str(dict(row))


async def test_report_goes_once_to_each_who_is_confirmed(desk: Desk) -> None:
    """With the headers of RFC 8058; hearing everything again sends nothing, also to newcomers."""
    await desk.hear(on_submissions, [confirmed(1), confirmed(2), told(stories.subscription_ended(), 2)])
    late = confirmed(3, confirmed_at=MOMENT + timedelta(seconds=1))
    await desk.hear(on_submissions, [late])
    await desk.hear(on_reviews, [REPORTED])
    await desk.go_once()
    [mail] = desk.server.taken
    own = str(id_of("subscription 1"))
    assert mail["List-Unsubscribe"] == f"<https://forms.example.org/subscriptions/{own}/unsubscribe/{END}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Content-Language"] == "fr"
    assert f"https://forms.example.org/fr/unsubscribe/{own}/{END}" in text_of(mail)
    assert "https://challenge.example.org/batches/2026-11" in text_of(mail)
    [row] = await desk.rows()
    assert END not in str(dict(row))
    [notice] = await desk.told()
    assert (notice["subject"], notice["data"]["notice"]["kind"]) == (own, "batch-report")
    assert notice["data"]["notice"].get("decision_id") is None

    await desk.hear(on_submissions, [confirmed(1), confirmed(4)])
    await desk.hear(on_reviews, [REPORTED, replace(REPORTED, id=id_of("told again"))])
    await desk.go_once()
    assert (len(desk.server.taken), len(await desk.rows())) == (1, 1)


async def test_letters_of_other_kinds_have_no_such_header(desk: Desk) -> None:
    """Decision letters are owed: nobody unsubscribes from an outcome."""
    await desk.owe("accepted")
    await desk.owe("received")
    await desk.go_once()
    assert len(desk.server.taken) == 2
    assert not [name for mail in desk.server.taken for name in ONE_CLICK if name in mail]


async def test_who_ends_before_it_is_sent_gets_nothing(desk: Desk) -> None:
    """Whether the end was heard, or only the vault knows of it yet."""
    await desk.hear(on_submissions, [confirmed(1), confirmed(2)])
    await desk.hear(on_reviews, [REPORTED])
    await desk.hear(on_submissions, [told(stories.subscription_ended(), 1)])
    assert sorted(await desk.states()) == ["cancelled", "pending"]
    desk.vault.submitter = None
    await desk.go_once()
    assert [(row["state"], row["detail"]) for row in await desk.rows()] == [("cancelled", "unsubscribed")] * 2
    assert (await desk.told(), desk.server.taken) == ([], [])


def heard(data: ReformEvent, number: int = 1) -> Event[ReformEvent]:
    """Tell of a reform."""
    return replace(event_of(data), id=id_of(f"{type(data).__name__} {number}"))


SEARCH = SavedSearch(country="CR", q="backlog")


async def test_saved_search_gets_one_letter_of_all_that_it_found(desk: Desk) -> None:
    """Each reform once, however often it is heard; nobody else is told, and who ends it is told no more."""
    await desk.hear(on_submissions, [confirmed(1, search=SEARCH), confirmed(2)])
    await desk.hear(on_submissions, [confirmed(3, search=replace(SEARCH, country="SN"))])
    events = [heard(reforms.reform_published(number), number) for number in (1, 2)]
    for _ in range(2):
        await desk.hear(on_reforms, events)
    await desk.go_once()
    [mail] = desk.server.taken
    own, text = str(id_of("subscription 1")), text_of(mail)
    assert mail["List-Unsubscribe"] == f"<https://forms.example.org/subscriptions/{own}/unsubscribe/{END}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert all(f"https://challenge.example.org/reforms/{reference_of(n)}" in text for n in (1, 2))
    assert "https://challenge.example.org/reforms?country=CR&q=backlog" in text
    assert f"https://forms.example.org/fr/unsubscribe/{own}/{END}" in text
    notices = [notice["data"]["notice"] for notice in await desk.told()]
    assert {(it["kind"], it["recipient"]) for it in notices} == {("search-digest", f"subscriber:{own}")}
    assert {it["caused_by"] for it in notices} == {str(event.id) for event in events}

    await desk.hear(on_submissions, [told(stories.subscription_ended(), 1)])
    await desk.hear(on_reforms, [*events, heard(reforms.reform_published(3), 3)])
    await desk.go_once()
    assert (len(desk.server.taken), len(await desk.rows())) == (1, 2)


async def test_saved_search_is_told_how_reforms_read_when_it_leaves(desk: Desk) -> None:
    """What was corrected is told anew, what was retracted not at all; what was told of a correction is not lost."""
    await desk.hear(on_submissions, [confirmed(1, search=SEARCH)])
    later = RELEASED_AT + timedelta(hours=1)
    entered, other = (heard(reforms.reform_published(number), number) for number in (1, 2))
    corrected = heard(reforms.reform_corrected(corrected_at=later))
    await desk.hear(on_reforms, [entered, other])
    await desk.hear(on_reforms, [corrected, heard(reforms.reform_retracted(2, retracted_at=later))])
    await desk.hear(on_reforms, [entered, other, corrected])
    rows = [(row["detail"], row["caused_by"]) for row in await desk.rows() if row["state"] == "cancelled"]
    assert sorted(rows) == sorted([("changed", entered.id), ("changed", other.id)])
    await desk.go_once()
    [mail] = desk.server.taken
    assert (reference_of(1) in text_of(mail), reference_of(2) in text_of(mail)) == (True, False)
    assert ("Inscrite au registre" in text_of(mail), "Corrigée" in text_of(mail)) == (True, False)
    again = heard(reforms.reform_corrected(corrected_at=later + timedelta(hours=1)), 2)
    await desk.hear(on_reforms, [again])
    await desk.go_once()
    assert "Corrigée" in text_of(desk.server.taken[-1])


async def test_mark_is_told_to_who_asks_and_taken_back_with_it(desk: Desk) -> None:
    """Called promising, and no longer, before the letter leaves: only who asked hears of it, and only what stands."""
    asks, asks_not = SavedSearch(promising=True), SavedSearch(promising=False, q="backlogs")
    await desk.hear(on_submissions, [confirmed(1, search=asks), confirmed(2, search=asks_not)])
    await desk.hear(on_submissions, [confirmed(3, search=SavedSearch(q="backlogs"))])
    times = [RELEASED_AT + timedelta(hours=hours) for hours in (1, 2)]
    marked = heard(reforms.reform_marked(marked_at=times[0]), 1)
    unmarked = heard(reforms.reform_marked(marked_at=times[1], promising=False), 2)
    for event in (heard(reforms.reform_published()), marked, unmarked):
        await desk.hear(on_reforms, [event])
    rows = {(row["submission_id"], row["caused_by"]): row["state"] for row in await desk.rows()}
    first, second, third = (str(id_of(f"subscription {who}")) for who in (1, 2, 3))
    entered = heard(reforms.reform_published()).id
    assert rows == {
        (first, marked.id): "cancelled",
        (second, entered): "cancelled",
        (second, unmarked.id): "pending",
        (third, entered): "pending",
    }
    await desk.go_once()
    assert len(desk.server.taken) == 2
    texts = " ".join(text_of(mail) for mail in desk.server.taken)
    assert texts.count("N’est plus jugée prometteuse") == texts.count("Inscrite au registre") == 1


async def test_who_ends_a_search_before_it_is_sent_gets_nothing(desk: Desk) -> None:
    """What it found is cancelled with it."""
    await desk.hear(on_submissions, [confirmed(1, search=SEARCH)])
    await desk.hear(on_reforms, [heard(reforms.reform_published())])
    await desk.hear(on_submissions, [told(stories.subscription_ended(), 1)])
    await desk.go_once()
    assert [(row["state"], row["detail"]) for row in await desk.rows()] == [("cancelled", "unsubscribed")]
    assert desk.server.taken == []
