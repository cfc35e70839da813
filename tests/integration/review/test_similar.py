"""Possible duplicates are shown to whoever reviews, with the reasons; nothing follows from them by itself."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from contracts.submissions import MemberAtReceipt, Milestone
from contracts.vocabulary import Channel
from services.review.comparing import compare_due
from tests.controls.envelope import event_of, submission_id
from tests.controls.proposals import proposal
from tests.controls.submissions import submission_amended, submission_received, withdrawal_requested
from tests.integration.review.conftest import Desk, bearer


class Said(NamedTuple):
    """What an institution of a member says of its action: what else is given overrides the example."""

    member: str
    title: str
    institution: str
    more: dict[str, Any] = {}  # noqa: RUF012 - read only


def _due(*dates: date) -> dict[str, Any]:
    return {"milestones": tuple(Milestone(title=f"Step {number}", due=due) for number, due in enumerate(dates))}


NOTHING_DUE: dict[str, Any] = {"milestones": ()}
IN_SPRING = _due(date(2027, 3, 31), date(2027, 11, 30))

ALIKE: dict[str, tuple[Said, Said, set[str]]] = {
    "accents-and-punctuation": (
        Said("CR", "Reducción del rezago judicial: ¿cuánto tarda la justicia?", "Corte Suprema de Justicia"),
        Said("CR", "REDUCCION DEL REZAGO JUDICIAL - cuanto tarda la justicia", "Corte Suprema de Justícia"),
        {"title", "institution"},
    ),
    "french-reworded": (
        Said("SN", "Adopter le projet de loi sur l’accès à l’information", "Ministère de la Justice"),
        Said("SN", "Adoption du projet de loi sur l'accès à l'information publique", "Ministère de la Justice (Dakar)"),
        {"title", "institution"},
    ),
    "english-typos": (
        Said("UA", "Implement a Whole\u2011of\u2011Government Anti\u2011Corruption Strategy", "National Agency (NACP)"),
        Said("UA", "Implementing a whole of goverment anticorruption stratgey", "Ministry of Justice"),
        {"title"},
    ),
    "another-script": (
        Said("UA", "Прозорість публічних закупівель громад", "Міністерство економіки України"),
        Said("UA", "Прозорість публичних закупівель громади", "Міністерство економіки"),
        {"title", "institution"},
    ),
    "script-and-its-transcription": (
        Said("UA", "Реєстр бенефіціарних власників", "Мін'юст"),
        Said("UA", "Reyestr benefitsiarnykh vlasnykiv", "Ministry of Justice"),
        {"title"},
    ),
    "same-commitment-in-two-languages": (
        Said("SN", "Adopter la loi d’accès à l’information", "Ministère de la Justice", {"commitment_id": "SN0013"}),
        Said("SN", "Right to know", "Office of the President", {"commitment_id": "SN0013"}),
        {"same-commitment"},
    ),
    "same-commitment-extended": (
        Said("FI", "Avoin päätöksenteko", "Valtiovarainministeriö", {"extends": "FI0035"}),
        Said("FI", "Citizens read the drafts", "City of Tampere", {"extends": "FI0035"}),
        {"same-extends"},
    ),
    "same-dates-in-two-languages": (
        Said("CA", "Registre public des bénéficiaires effectifs", "Ministère des Finances du Canada", IN_SPRING),
        Said("CA", "Who owns companies", "Department of Finance Canada", IN_SPRING),
        {"timetable"},
    ),
    "across-members": (
        Said("CO", "Mejoramiento de la infraestructura educativa de Cali con veeduría", "Alcaldía de Cali"),
        Said("COCAL", "Mejoramiento de la infraestructura educativa de Cali, con veedurías", "Alcaldia de Cali"),
        {"title", "institution"},
    ),
}

APART: dict[str, tuple[Said, Said]] = {
    "two-institutions-of-one-member-in-one-area": (
        Said("CR", "Presupuestos abiertos en los hospitales públicos", "Caja Costarricense de Seguro Social"),
        Said("CR", "Auditorías ciudadanas de la obra pública", "Contraloría General de la República"),
    ),
    "two-actions-of-one-institution": (
        Said("SN", "Publier les contrats miniers et leurs avenants", "Ministère des Mines et de la Géologie"),
        Said("SN", "Créer un conseil consultatif des jeunes", "Ministère des Mines et de la Géologie"),
    ),
    "usual-words-across-members": (
        Said("GH", "Open data portal for public contracts", "Ministry of Finance"),
        Said("KE", "Open budget portal for the counties", "Ministry of Finance"),
    ),
    "start-and-end-of-one-plan": (
        Said("FI", "Plain language in every decision", "Ministry of Finance", NOTHING_DUE),
        Said("FI", "Whistleblowers are heard", "Ministry of Finance", NOTHING_DUE),
    ),
    "dates-across-members": (
        Said("GH", "Citizens' budget hearings", "Ministry of Finance", IN_SPRING),
        Said("KE", "Whistleblowers are heard", "Ministry of Finance", IN_SPRING),
    ),
}


def _received(number: int, said: Said, **overrides: Any) -> Any:
    dates = {} if "milestones" in said.more else _due(date(2027, 1, number))
    text = proposal(title=said.title, lead_institution=said.institution, **dates, **said.more)
    member = MemberAtReceipt(code=said.member, name=said.member, kind="national")
    return event_of(submission_received(number, proposal=text, member=member, **overrides), number=number)


async def _similar(desk: Desk, number: int, **query: int) -> list[dict[str, Any]]:
    answer = await desk.client.get(_path(number), params=query, headers=bearer("reader"))
    found = answer.raise_for_status().json()
    assert found["compared"]
    return list(found["candidates"])


def _path(number: int) -> str:
    return f"/items/{submission_id(number)}/1/similar"


def _codes(candidate: dict[str, Any]) -> set[str]:
    return {reason["code"] for reason in candidate["why"]}


@pytest.mark.parametrize("case", ALIKE)
async def test_two_that_look_alike_are_shown_to_each_other(desk: Desk, case: str) -> None:
    """Whatever the language, the accents, the script; with the reasons, and from both sides."""
    first, second, why = ALIKE[case]
    await desk.hear(_received(1, first), _received(2, second, channel=Channel.RECOGNITION))
    assert await compare_due(desk.database, 10) == 2
    for here, there in ((1, 2), (2, 1)):
        [candidate] = await _similar(desk, here)
        assert (UUID(candidate["submission_id"]), _codes(candidate)) == (submission_id(there), why)
        assert candidate["same_member"] == (first.member == second.member)
        assert 0 < candidate["score"] <= 1


@pytest.mark.parametrize("case", APART)
async def test_two_that_are_not_alike_are_not_shown(desk: Desk, case: str) -> None:
    """Neither a member, nor an area, nor an institution, nor the dates of a plan alone make a duplicate."""
    first, second = APART[case]
    await desk.hear(_received(1, first), _received(2, second))
    assert await compare_due(desk.database, 10) == 2
    assert await _similar(desk, 1) == await _similar(desk, 2) == []


async def test_own_member_comes_first_and_the_likest_first_in_it(desk: Desk) -> None:
    """In an order that a reader can follow, and no more of them than asked for."""
    title = "Publicar los contratos de obra pública con sus pagos"
    others = [
        Said("CO", title, "Hacienda"),
        Said("CR", "Publicar los contratos de la obra pública", "Hacienda"),
        Said("CR", title, "Hacienda"),
    ]
    await desk.hear(_received(1, Said("CR", title, "Hacienda")), *(_received(n, s) for n, s in enumerate(others, 2)))
    await compare_due(desk.database, 10)
    assert [c["reference"][-1] for c in await _similar(desk, 1)] == ["4", "3", "2"]
    assert [c["reference"][-1] for c in await _similar(desk, 1, limit=2)] == ["4", "3"]


async def test_what_is_compared_is_the_latest_text(desk: Desk) -> None:
    """An amendment makes two alike, another one tells them apart again; what is withdrawn is shown as such."""
    said = Said("CR", "Auditorías ciudadanas de la obra pública", "Contraloría")
    await desk.hear(_received(1, said), _received(2, Said("CR", "Un consejo de jóvenes", "Cultura")))
    await compare_due(desk.database, 10)
    assert await _similar(desk, 1) == []
    text = proposal(title=said.title, lead_institution=said.institution)
    await desk.hear(event_of(submission_amended(proposal=text), number=2), event_of(withdrawal_requested(), number=2))
    assert await compare_due(desk.database, 10) == 1
    [candidate] = await _similar(desk, 1)
    assert (candidate["state"], candidate["title"]) == ("withdrawn", said.title)


async def test_an_announced_resubmission_is_named(desk: Desk) -> None:
    """Who submits again and says so is found from both sides, whatever has changed."""
    again = Said("CR", "Un consejo de jóvenes", "Cultura", {"resubmission_of": "OGC-2026-000001"})
    await desk.hear(_received(1, Said("CR", "Auditorías ciudadanas", "Contraloría")), _received(2, again))
    await compare_due(desk.database, 10)
    for number in (1, 2):
        [candidate] = await _similar(desk, number)
        assert _codes(candidate) == {"resubmission"}


async def test_door_says_when_nothing_was_compared_yet(desk: Desk) -> None:
    """No silence that could be taken for a clean bill; and it opens for readers only."""
    await desk.hear(_received(1, Said("CR", "Un consejo de jóvenes", "Cultura")))
    assert await desk.look(_path(1)) == {"compared": False, "candidates": []}
    assert (await desk.client.get(_path(1))).status_code == 401
    unknown = await desk.client.get(_path(9), headers=bearer("reader"))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-item")


async def test_work_is_done_chunk_by_chunk_and_again_after_a_loss(desk: Desk) -> None:
    """The table holds nothing of its own: emptied, it is made anew from what was told."""
    said = [Said("CR", f"Publicar los contratos de obra número {number}", "Hacienda") for number in range(5)]
    await desk.hear(*(_received(number, one) for number, one in enumerate(said, 1)))
    assert [await compare_due(desk.database, 2) for _ in range(4)] == [2, 2, 1, 0]
    before = await desk.rows("SELECT * FROM likeness ORDER BY submission_id")
    await desk.rows("TRUNCATE likeness")
    await desk.rows("INSERT INTO likeness_due SELECT DISTINCT submission_id FROM item")
    await compare_due(desk.database, 10)
    assert await desk.rows("SELECT * FROM likeness ORDER BY submission_id") == before
    assert len(before) == 5
