"""The page of an item: what it shows, what its forms do, and how what does not fit is told where it belongs."""

import re
from html import unescape
from typing import Any
from uuid import UUID

import httpx

from services.review.comparing import compare_due
from services.review.domain.problems import SENTENCES
from services.review.flagging import flag_due
from tests.conftest import TestDatabase
from tests.controls.envelope import event_of
from tests.controls.proposals import proposal
from tests.controls.reviews import CRITERIA
from tests.controls.submissions import submission_amended
from tests.integration.review.conftest import Desk, Log, assessment, open_desk, received
from tests.integration.review.staff import Person, signed_in

Cases = list[tuple[dict[str, str], dict[str, str]]]
"""What is typed, and what is told at which field."""

THERE, AWAY = (f"01a1e800-0000-7000-8000-00000000000{end}" for end in ("1", "f"))
WHY = "Looked at twice: « œ »."


async def seal(desk: Desk, many: int = 1) -> list[str]:
    """Let submissions come in and their month be closed; give the addresses of their pages, in the queue's order."""
    await desk.hear(*(received(number) for number in range(1, many + 1)))
    await desk.close()
    rows = await desk.rows("SELECT submission_id, round FROM item ORDER BY month, submission_id, round")
    return [f"/desk/items/{row['submission_id']}/{row['round']}" for row in rows]


async def send(person: Person, path: str, form: str, do: str = "stay", **fields: Any) -> httpx.Response:
    """Open an item's page, and send one of its forms with what stands in it and what is typed (``area_reason=``)."""
    page = (await person.get(path)).text
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision, f"no form stands on {path}"
    typed = {name.replace("__", "."): value for name, value in fields.items()}
    return await person.post(f"{path}/{form}", {"revision": revision[1], "do": do, **typed})


def fields_of(page: httpx.Response) -> dict[str, str]:
    """Give what stands in the fields of texts, of all forms of a page, by their ids."""
    found = re.findall(r'<textarea id="([^"]+)"[^>]*>\n(.*?)</textarea>', page.text, re.DOTALL)
    return {name: unescape(text) for name, text in found}


def messages_of(page: httpx.Response) -> dict[str, str]:
    """Give the messages at their fields."""
    found = re.findall(r'<p class="error" id="([^"]+)-error">Please note: (.*?)</p>', page.text)
    return {name: unescape(text) for name, text in found}


def all_met(area: str = "justice", **more: Any) -> dict[str, Any]:
    """Give the fields of an assessment in which everything is met."""
    return {**{f"verdict__{code}": "met" for code in CRITERIA}, "reason": WHY, "area": area, **more}


async def view(desk: Desk, path: str) -> dict[str, Any]:
    """Show an item as the API does."""
    return await desk.look(path.removeprefix("/desk"))


async def test_everything_stands_on_one_page(desk: Desk) -> None:
    """Text in its language, areas with their scope, difference, flags, duplicates side by side; never the contact."""
    first = received(1, proposal=proposal(milestones=()))
    told = submission_amended(proposal=proposal(title="Reducción del rezago, ahora sí", milestones=()))
    other = received(2, proposal=proposal(title="Reducción del rezago", lead_institution="Ministerio de Justicia"))
    await desk.hear(first, event_of(told), other)
    await desk.close()
    await compare_due(desk.database, 10)
    await flag_due(desk.database, 10)
    path = f"/desk/items/{first.subject}/1"
    async with signed_in(desk, "viewer") as person:
        shown = unescape((await person.get(path)).text)
    assert '<h1 lang="es">Reducción del rezago, ahora sí</h1>' in shown
    assert "Advance people-centered justice reforms." in shown
    assert re.search(r"<del>[^<]*judicial: ¿cuánto tarda la justicia\?</del>", shown)
    assert re.search(r"<ins>[^<]*ahora sí</ins>", shown)
    assert '<span class="flag">timing</span>' in shown
    assert "alike title" in shown
    assert other.data.reference in shown
    assert "Other institutions of this member work in this area" in shown
    assert "Ministerio de Justicia" in shown
    assert "<form" in shown
    assert "/assess" not in shown
    assert first.data.contact_ref not in shown


async def test_an_assessment_is_kept_and_leads_on(desk: Desk) -> None:
    """Verdicts and reasons of their own stay; the rest is met, for the reason for all; the next item follows."""
    one, two, three = await seal(desk, 3)
    async with signed_in(desk, "data-team") as person:
        typed = {"verdict__timing": "not-met", "reason__timing": "All is over.", "reason": WHY, "area": "justice"}
        led = await send(person, one, "assess", "rest-met", **typed)
        assert led.status_code == 303
        assert led.headers["location"].startswith(f"{two}?done=assess&of=")
        behind = await send(person, three, "assess", "next", **all_met())
        assert behind.headers["location"] == "/desk/queue"
    found = {said["code"]: said for said in (await view(desk, one))["assessment"]["findings"]}
    assert found["timing"] == {"code": "timing", "verdict": "not-met", "reason": "All is over."}
    assert found["member"] == {"code": "member", "verdict": "met", "reason": WHY}


async def test_the_same_search_goes_on(desk: Desk) -> None:
    """What the queue was asked for is carried along, with its order, and says which item follows."""
    one, two, three = await seal(desk, 3)
    async with signed_in(desk, "data-team") as person:
        await send(person, two, "assess", **all_met())
        led = await send(person, one, "assess", "next", q="status:in-review", **all_met())
        back = await send(person, three, "assess", "next", q="status:open", sort="newest", **all_met())
        lost = await send(person, three, "assess", "next", q="state:nonsense", **all_met())
    assert led.headers["location"].partition("?")[::2] == (
        three,
        "q=status%3Ain-review&done=assess&of=" + one.removeprefix("/desk/items/").replace("/", "%2F"),
    )
    assert back.headers["location"].startswith(f"{two}?q=status%3Aopen&sort=newest&done=assess")
    assert lost.headers["location"] == "/desk/queue?q=state%3Anonsense"


AMISS_IN_ASSESSMENTS: Cases = [
    ({"verdict__timing": ""}, {"assess-verdict.timing": "Mark this: met, not met or unclear."}),
    (
        {"reason": "", **{f"reason__{code}": WHY for code in CRITERIA[1:]}},
        {"assess-reason.public-owner": "Say why."},
    ),
    ({"area": "anti-corruption"}, {"assess-area_reason": "Say why the area is not the declared one."}),
    ({"question": "\x07"}, {"assess-question": "There are characters here that no text may have."}),
]


async def test_what_is_amiss_stands_at_its_field(desk: Desk) -> None:
    """In words; what was typed is still there; nothing was changed."""
    (path,) = await seal(desk)
    async with signed_in(desk, "data-team") as person:
        for typed, told in AMISS_IN_ASSESSMENTS:
            answer = await send(
                person, path, "assess", **{**all_met(area_reason="", question="¿Desde cuándo?"), **typed}
            )
            assert (answer.status_code, messages_of(answer)) == (422, told)
            assert fields_of(answer)["assess-reason"] == typed.get("reason", WHY)
    assert (await view(desk, path))["assessment"] is None


async def test_a_stale_form_shows_what_changed(desk: Desk) -> None:
    """What was typed is kept beside it; sent again it counts."""
    (path,) = await seal(desk)
    async with signed_in(desk, "data-team") as person:
        await desk.do(f"{path.removeprefix('/desk')}/assessment", assessment(timing="unclear"))
        typed = {name.replace("__", "."): value for name, value in all_met(reason="Mine.").items()}
        stale = await person.post(f"{path}/assess", {"revision": "0", "do": "next", **typed})
        assert stale.status_code == 409
        assert "Somebody changed this item while you worked on it" in stale.text
        assert re.search(r"<dt>Timing</dt>.*?nothing.*?unclear", stale.text, re.DOTALL)
        assert fields_of(stale)["assess-reason"] == "Mine."
        again = await send(person, path, "assess", **all_met(reason="Mine."))
    assert again.status_code == 303
    assert (await view(desk, path))["assessment"]["findings"][3]["verdict"] == "met"


async def test_three_things_are_decided(desk: Desk) -> None:
    """Overruled with a reason, tagged otherwise, accepted under an editorial title with a personal note."""
    (path,) = await seal(desk)
    await desk.do(f"{path.removeprefix('/desk')}/assessment", assessment(timing="not-met"))
    async with signed_in(desk, "support-unit") as person:
        typed = {
            "area": "anti-corruption",
            "area_reason": "Integrity first.",
            "outcome": "accepted",
            "note": "¡Gracias!",
        }
        refused = await send(person, path, "decide", **typed)
        assert messages_of(refused) == {"decide-outcome": "It can be accepted only when everything is met."}
        assert fields_of(refused)["decide-note"] == "¡Gracias!"
        overruled = {"verdict__timing": "met", "reason__timing": "See the milestones."}
        done = await send(person, path, "decide", **typed, **overruled, published_title="Courts on time")
        assert done.status_code == 303
        shown = unescape((await person.get(path)).text)
    decided = (await view(desk, path))["decision"]
    assert decided["outcome"] == {"published_title": "Courts on time"}
    assert decided["tagging"]["area"] == "anti-corruption"
    assert [one["first_verdict"] for one in decided["relevance"]["overrules"]] == ["not-met"]
    assert "Timing: found not met, decided met." in shown


AMISS_IN_DECISIONS: Cases = [
    ({}, {"decide-outcome": "Choose: accept, decline or ask."}),
    ({"outcome": "declined"}, {"decide-reason_codes": "Choose at least one reason."}),
    ({"outcome": "clarification"}, {"decide-question": "Write the question: the assessment proposes none."}),
    ({"outcome": "accepted", "verdict__member": "unclear"}, {"decide-reason.member": "Say why."}),
    (
        {"outcome": "declined", "reason_codes": "already-finished"},
        {"decide-outcome": "It can be declined only when something is not met."},
    ),
]


async def test_a_decision_that_does_not_hold_is_told(desk: Desk) -> None:
    """At the field where it can be mended."""
    (path,) = await seal(desk)
    await desk.do(f"{path.removeprefix('/desk')}/assessment", assessment())
    async with signed_in(desk, "support-unit") as person:
        for typed, told in AMISS_IN_DECISIONS:
            assert messages_of(await send(person, path, "decide", **typed)) == told
    assert (await view(desk, path))["decision"] is None


WHOSE = {"jurisdiction": "Curridabat", "locality": "CR-CURRIDABAT", "lead_institution": "Municipalidad de Curridabat"}
SAID = ("Marked as promising", "The minister resigned.", "Never begun.", "Reinstated", "A grant")


async def test_what_comes_after_the_decision(desk: Desk) -> None:
    """Held back and not; released, encouraged, corrected, retracted and reinstated: each by its form."""
    (path,) = await seal(desk)
    await desk.accept(UUID(path.split("/")[3]))
    async with signed_in(desk, "support-unit") as person:
        for form, typed, state in (
            ("hold", {"reason": "The minister resigned."}, "held-back"),
            ("unhold", {"reason": "She did not."}, "decided"),
        ):
            assert (await send(person, path, form, **typed)).status_code == 303
            assert (await view(desk, path))["state"] == state
        await desk.release()
        steps: list[tuple[str, dict[str, Any], str]] = [
            ("encourage", {"promising": "yes", "support": "A grant\n\nAn award", "why": "Built together."}, "accepted"),
            (
                "correct",
                {"outcome": "accepted", "published_title": "A", "effect": "silent", "why": "Typo."}
                | {**WHOSE, "member_type": "other-local"},
                "accepted",
            ),
            ("retract", {"effect": "correction", "why": "Never begun."}, "retracted"),
            ("reinstate", {"effect": "correction", "why": "It was begun."}, "accepted"),
        ]
        for form, typed, state in steps:
            missing = await send(person, path, form, **{name: "" for name in typed if name != "promising"})
            assert form == "encourage" or missing.status_code == 422
            assert (await send(person, path, form, **typed)).status_code == 303
            assert (await view(desk, path))["state"] == state
        shown = unescape((await person.get(path)).text)
    assert [text for text in (*SAID, *WHOSE.values()) if text not in shown] == []


async def test_a_question_is_proposed_asked_and_waited_for(desk: Desk) -> None:
    """What the assessment proposes stands in the form of the decision; released, the page says until when."""
    (path,) = await seal(desk)
    async with signed_in(desk, "support-unit") as person:
        await send(person, path, "assess", **all_met(verdict__timing="unclear", question="¿Hasta cuándo?"))
        opened = await person.get(path)
        assert fields_of(opened)["decide-question"] == "¿Hasta cuándo?"
        assert (await send(person, path, "decide", outcome="clarification", question="")).status_code == 303
        await desk.release()
        shown = unescape((await person.get(path)).text)
    assert (await view(desk, path))["decision"]["outcome"] == {"question": "¿Hasta cuándo?"}
    assert "Answer until" in shown


async def test_somebody_who_may_not_is_told_why(database: TestDatabase) -> None:
    """Who assessed may not decide where four eyes are asked for; what they typed is kept."""
    async with open_desk(database, Log(), review_four_eyes=True) as desk, signed_in(desk, "support-unit") as person:
        (path,) = await seal(desk)
        await send(person, path, "assess", **all_met())
        answer = await send(person, path, "decide", outcome="accepted", note="¡Gracias!")
    assert answer.status_code == 409
    assert SENTENCES["same-person"]["en"] in unescape(answer.text)
    assert fields_of(answer)["decide-note"] == "¡Gracias!"


async def test_a_form_that_came_too_late_loses_nothing(desk: Desk) -> None:
    """The batch was released meanwhile: the page says so, and what was typed stands in the form that is gone."""
    (path,) = await seal(desk)
    await desk.accept(UUID(path.split("/")[3]))
    await desk.release()
    async with signed_in(desk, "support-unit") as person:
        late = await send(person, path, "assess", **all_met(reason="Typed for an hour."))
    assert late.status_code == 409
    assert fields_of(late)["assess-reason"] == "Typed for an hour."


async def test_the_contact_is_shown_on_demand(desk: Desk) -> None:
    """To those who may, once it stands in the history that they looked; the page stays when the vault is away."""
    await desk.hear(*(received(n, contact_ref=ref, holder_ref=None) for n, ref in ((1, THERE), (2, AWAY))))
    path, away = (f"/desk/items/{received(number).subject}/1" for number in (1, 2))
    async with signed_in(desk, "data-team") as person:
        assert "ana@example.org" not in (await person.get(path)).text
        shown = await person.post(f"{path}/contact")
        assert "ana@example.org" in shown.text
        assert "Saw the contact" in (await person.get(path)).text
        nothing = await person.post(f"{away}/contact")
        assert (nothing.status_code, "The vault does not answer now." in nothing.text) == (503, True)
    async with signed_in(desk, "viewer") as person:
        assert "Show the contact" not in (await person.get(path)).text
