"""Asking those who answer for reforms how they are going: shown beforehand, asked once."""

import hashlib
import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from contracts.event import Event
from contracts.vocabulary import Effect
from services.chassis.doors.auth import TokenBook
from services.chassis.doors.web import answer_errors
from services.chassis.settings import Token
from services.notify.api.campaigns import make_campaign_door
from services.notify.domain.planning import Told
from services.notify.postman.contacts import Vault
from services.notify.postman.reaching import make_reach
from tests.controls import decisions, reviews, submissions
from tests.controls.envelope import event_of
from tests.controls.notify import handler_of
from tests.controls.proposals import proposal
from tests.integration.notify.conftest import Desk
from tests.integration.notify.vault import ref_of

HOLDER = {"name": "Marta", "address": "marta@example.org", "language": "fr"}
MID_TERM = {"name": "2027-mid-term", "stage": "mid-term", "since": "2027-01-01", "until": "2027-12-31"}
LASTS = {"starts_on": date(2026, 6, 1), "ends_on": date(2028, 6, 1)}


@pytest.fixture
async def client(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    """An operator at the door, and by another token somebody who is none."""
    app = FastAPI()
    may = {"operator": {"operate"}, "reader": {"notices:read"}}
    app.state.tokens = TokenBook(
        [
            Token(sha256=hashlib.sha256(who.encode()).hexdigest(), actor_ref=f"{who}:1", scopes=frozenset(scopes))
            for who, scopes in may.items()
        ]
    )
    answer_errors(app)
    app.include_router(make_campaign_door(desk.database, make_reach(Vault(desk.vault.client()))))
    headers = {"Authorization": "Bearer operator"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://notify", headers=headers) as made:
        yield made


async def test_campaign_asks_who_answers_for_the_reform_once(desk: Desk, client: httpx.AsyncClient) -> None:
    """The commitment's own contact, or who sent it in; whoever is asked again under the same name is not."""
    await _hear(desk, _received(1, holder_ref=ref_of(HOLDER)), _accepted(1), _received(2), _accepted(2))
    desk.vault.pocs = [HOLDER]
    shown = await _ask(client, dry_run=True)
    assert {(it["reference"], it["whom"], it["reachable"], it["state"]) for it in shown["requests"]} == {
        ("OGC-2026-000001", "holder", True, None),
        ("OGC-2026-000002", "submitter", True, None),
    }
    assert await _requests(desk) == []
    for _ in range(2):
        assert {it["state"] for it in (await _ask(client))["requests"]} == {"pending"}
    while await desk.go_once():
        pass
    assert [row["state"] for row in await _requests(desk)] == ["sent", "sent"]
    assert {it["state"] for it in (await _ask(client))["requests"]} == {"sent"}
    asked = [mail for mail in desk.server.taken if "OGC-2026-000001" in str(mail["Subject"])]
    [to_holder] = [mail for mail in asked if "marta" in str(mail["To"])]
    assert "où en est la réforme OGC-2026-000001" in str(to_holder["Subject"])


async def test_only_reforms_that_stand_and_whose_time_it_is_are_asked(desk: Desk, client: httpx.AsyncClient) -> None:
    """Neither what was declined or retracted, nor what is half over another year; the end has a campaign of its own."""
    await _hear(desk, *(_received(n) for n in (1, 2, 3)), _received(4, ends_on=date(2033, 6, 1)))
    await _hear(desk, _accepted(1), event_of(decisions.submission_declined(), number=2), _accepted(3), _accepted(4))
    await _hear(desk, event_of(decisions.submission_retracted(), number=3))
    assert [it["reference"] for it in (await _ask(client))["requests"]] == ["OGC-2026-000001"]
    end = {"name": "2028-end", "stage": "end-of-term", "since": "2028-06-01", "until": "2028-06-01"}
    assert [it["reference"] for it in (await _ask(client, **end))["requests"]] == ["OGC-2026-000001"]


@pytest.mark.parametrize(
    ("ending", "why"),
    [
        (decisions.submission_retracted(), "no-reform"),
        (decisions.submission_retracted(effect=Effect.SILENT), "no-reform"),
        (decisions.decision_corrected_to_declined(), "no-reform"),
        (reviews.withdrawal_accepted(), "withdrawn"),
    ],
)
async def test_nobody_is_asked_about_a_reform_that_is_no_more(
    desk: Desk, client: httpx.AsyncClient, ending: Any, why: str
) -> None:
    """The request that waits is cancelled, by whichever way the reform ended; others go. One that comes late, too."""
    await _hear(desk, _received(1), _accepted(1), _received(2), _accepted(2))
    await _ask(client)
    await _hear(desk, event_of(ending))
    assert [(it["state"], it["detail"]) for it in await _requests(desk)].count(("cancelled", why)) == 1
    assert sorted(it["state"] for it in await _requests(desk)) == ["cancelled", "pending"]
    await _hear(desk, event_of(reviews.update_requested()))
    assert sorted(it["state"] for it in await _requests(desk)) == ["cancelled", "cancelled", "pending"]


async def test_retraction_heard_again_cancels_nothing_of_a_reform_that_stands_again(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """Its own letters are here: whatever is asked by now is asked after the reinstatement."""
    retracted, reinstated = event_of(decisions.submission_retracted()), event_of(decisions.submission_reinstated())
    await _hear(desk, _received(1), _accepted(1), retracted, reinstated)
    await _ask(client)
    await _hear(desk, retracted, reinstated)
    assert [it["state"] for it in await _requests(desk)] == ["pending"]


async def test_reform_retracted_while_the_vault_is_asked_is_not_asked_about(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """Between looking and entering there is time for a retraction: what does not stand by then is left out."""
    await _hear(desk, _received(1), _accepted(1), _received(2), _accepted(2))
    desk.vault.meanwhile = lambda: _hear(desk, event_of(decisions.submission_retracted()))
    await _ask(client)
    assert [json.loads(it["words"])["reference"] for it in await _requests(desk)] == ["OGC-2026-000002"]


async def test_unreachable_are_listed_and_wait_for_a_person(desk: Desk, client: httpx.AsyncClient) -> None:
    """Their letters are in the ledger, held: never dropped. A reform whose days are not known is named."""
    desk.vault.submitter = None
    await _hear(desk, _received(1), _accepted(1), _accepted(5))
    found = await _ask(client)
    assert [it["reachable"] for it in found["requests"]] == [False]
    assert found["undated"] == [_accepted(5).subject]
    await desk.go_once()
    assert [(row["state"], row["detail"]) for row in await _requests(desk)] == [("held", "address-erased")]


async def test_vault_that_is_away_asks_nobody(desk: Desk, client: httpx.AsyncClient) -> None:
    """Who cannot be reached would not be known: it says so, and enters nothing."""
    await _hear(desk, _received(1), _accepted(1))
    desk.vault.status = 503
    answer = await client.post("/campaigns", json=MID_TERM)
    assert (answer.status_code, answer.json()["code"]) == (503, "vault-503")
    assert await _requests(desk) == []


@pytest.mark.parametrize(
    "wrong", [{"name": "Mid term"}, {"stage": "later"}, {"since": "2028-01-01"}, {"until": "soon"}, {"more": 1}]
)
async def test_campaign_that_makes_no_sense_is_refused(client: httpx.AsyncClient, wrong: dict[str, Any]) -> None:
    """With what does not fit; and nobody but an operator asks."""
    assert (await client.post("/campaigns", json={**MID_TERM, **wrong})).status_code in {400, 422}
    reader = {"Authorization": "Bearer reader"}
    assert (await client.post("/campaigns", json=MID_TERM, headers=reader)).status_code == httpx.codes.FORBIDDEN


async def _ask(client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    answer = await client.post("/campaigns", json={**MID_TERM, **asked})
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


def _received(number: int, holder_ref: str | None = None, **text: Any) -> Event[Told]:
    told = submissions.submission_received(number, holder_ref=holder_ref, proposal=proposal(**{**LASTS, **text}))
    return event_of(told, number=number)


def _accepted(number: int) -> Event[Told]:
    return event_of(decisions.submission_accepted(number), number=number)


async def _hear(desk: Desk, *events: Event[Told]) -> None:
    for event in events:
        await desk.hear(handler_of(event), [event])


async def _requests(desk: Desk) -> list[Any]:
    return [row for row in await desk.rows() if row["kind"] == "update-request"]
