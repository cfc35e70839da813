"""Whoever reviews sees the version that is frozen, every other one, and what differs between them."""

from datetime import timedelta
from typing import Any

from tests.controls.envelope import ANSWERED_AT, MOMENT, event_of, submission_id
from tests.controls.proposals import proposal
from tests.controls.submissions import submission_amended, submission_clarified
from tests.integration.review.conftest import Desk, another, assessment, bearer, received

NEXT = "2027-01"
ITEM = f"/items/{submission_id(1)}"


def _amended(version: int, **text: Any) -> Any:
    told = submission_amended(
        version=version, amended_at=MOMENT + timedelta(days=version), proposal=proposal(**text), flags=()
    )
    return another(event_of(told, number=1), f"version {version}")


def _fields(version: dict[str, Any]) -> list[str]:
    return [change["field"] for change in version["changes"]]


async def _asked(desk: Desk) -> None:
    """An item that was amended twice, sealed, and asked about."""
    await desk.hear(received(1), _amended(2, title="Menos rezago"), _amended(3, title="Menos rezago", extends="CR0101"))
    await desk.close()
    await desk.do(f"{ITEM}/1/assessment", assessment(timing="unclear"))
    await desk.do(f"{ITEM}/1/decision", {"outcome": "clarification", "question": "¿Desde cuándo?"})
    await desk.release()


async def test_versions_of_a_month_that_is_not_over_stand_but_are_not_frozen(desk: Desk) -> None:
    """Each says what it changed; the latest stands, until another comes or the batch is sealed."""
    await desk.hear(received(1), _amended(2, title="Menos rezago"))
    await desk.hear(_amended(3, title="Menos rezago", extends="CR0101"))
    found = (await desk.look(f"{ITEM}/1/versions"))["versions"]
    assert [(one["version"], one["kind"], one["stands"], one["frozen"]) for one in found] == [
        (1, "received", False, False),
        (2, "amended", False, False),
        (3, "amended", True, False),
    ]
    assert [_fields(one) for one in found] == [[], ["title"], ["extends"]]
    await desk.close()
    frozen = (await desk.look(f"{ITEM}/1/versions"))["versions"]
    assert [one["frozen"] for one in frozen] == [False, False, True]


async def test_difference_is_from_the_round_before(desk: Desk) -> None:
    """In the first round from what was received, in the next from what was reviewed before; or between any two."""
    await _asked(desk)
    first = await desk.look(f"{ITEM}/1/difference")
    assert (first["before"], first["after"], _fields(first)) == (1, 3, ["title", "extends"])
    text = proposal(title="Menos rezago", extends="CR0101", problems="Otros problemas.")
    answer = submission_clarified(
        round=2, version=4, month=NEXT, answered_at=ANSWERED_AT, proposal=text, answer="Desde enero."
    )
    await desk.hear(event_of(answer, number=1))
    second = await desk.look(f"{ITEM}/2/difference")
    assert (second["before"], second["after"], _fields(second)) == (3, 4, ["problems"])
    assert second["changes"][0]["stretches"][-1] == {"kind": "added", "text": "Otros problemas."}
    chosen = await desk.look(f"{ITEM}/2/difference?before=2&after=1")
    assert (chosen["before"], chosen["after"], _fields(chosen)) == (2, 1, ["title"])
    versions = (await desk.look(f"{ITEM}/2/versions"))["versions"]
    assert [(one["version"], one["round"], one["stands"], one["frozen"]) for one in versions] == [
        (1, 1, False, False),
        (2, 1, False, False),
        (3, 1, True, True),
        (4, 2, True, False),
    ]
    assert versions[-1]["answer"] == "Desde enero."


async def test_the_first_round_shows_nothing_of_the_second(desk: Desk) -> None:
    """What stood under review is shown as it stood."""
    await _asked(desk)
    answer = submission_clarified(
        round=2, version=4, month=NEXT, answered_at=ANSWERED_AT, proposal=proposal(), answer="Sí"
    )
    await desk.hear(event_of(answer, number=1))
    assert [one["version"] for one in (await desk.look(f"{ITEM}/1/versions"))["versions"]] == [1, 2, 3]


async def test_versions_that_are_not_there_are_refused(desk: Desk) -> None:
    """By their names; and the doors open for readers only."""
    await desk.hear(received(1))
    for path, code in (("1/difference?after=7", "unknown-version"), ("2/versions", "unknown-item")):
        answer = await desk.client.get(f"{ITEM}/{path}", headers=bearer("reader"))
        assert (answer.status_code, answer.json()["code"]) == (404, code)
        assert (await desk.client.get(f"{ITEM}/{path}")).status_code == 401
