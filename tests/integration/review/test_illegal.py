"""Every state and every command, at the doors: what cannot be is refused by its code, and nothing has changed."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import httpx
import pytest

from services.review.domain.batches import BATCH_TABLE
from services.review.domain.transitions import TABLE
from tests.conftest import TestDatabase
from tests.controls.envelope import MONTH, event_of, submission_id
from tests.controls.submissions import withdrawal_requested
from tests.integration.review.conftest import Desk, Log, assessment, bearer, open_desk, received

SEALED, LEAVING, OPEN, REPORTED = "2026-12", "2027-01", "2027-04", "2026-10"
EFFECT = {"effect": "silent", "why": "It was seen again."}
ACCEPT = {"outcome": "accepted"}
ASK = {"outcome": "clarification", "question": "When?"}

COMMANDS: Mapping[str, tuple[str, Any]] = {
    "Assess": ("assessment", assessment()),
    "Decide": ("decision", ACCEPT),
    "HoldBack": ("hold", {"reason": "A call is waited for."}),
    "Unhold": ("unhold", {"reason": "They called."}),
    "Release": ("release", None),
    "Correct": ("correction", {**EFFECT, "decision": ACCEPT}),
    "Retract": ("retraction", EFFECT),
    "Reinstate": ("reinstatement", EFFECT),
    "Encourage": ("encouragement", {"promising": True}),
}
"""The doors of an item; a withdrawal comes by no door."""

BATCH_COMMANDS: Mapping[str, tuple[str, Any]] = {"OrderRelease": ("release", None), "TellReport": ("report", {})}
"""The doors of a batch; it is sealed, and its release finished, by no door."""


class Place(NamedTuple):
    """Which round of which submission."""

    number: int
    round: int = 1

    @property
    def path(self) -> str:
        """The path of its doors."""
        return f"/items/{submission_id(self.number)}/{self.round}"


ITEMS: Mapping[str, Place] = {
    "Accepted": Place(1),
    "Declined": Place(2),
    "Asked": Place(3),
    "Retracted": Place(4),
    "HeldOver": Place(5),
    "InReview": Place(6),
    "Assessed": Place(7),
    "Decided": Place(8),
    "HeldBack": Place(9),
    "Withdrawn": Place(10),
    "Departing": Place(11),
    "Entered": Place(12),
    "Unanswered": Place(3, 2),
}
BATCHES = {"Open": OPEN, "Sealed": SEALED, "Releasing": LEAVING, "Released": MONTH, "Reported": REPORTED}


@pytest.fixture
async def whole(database: TestDatabase) -> AsyncIterator[Desk]:
    """One item and one batch in each state."""
    async with open_desk(database, Log()) as desk:
        await _fill(desk)
        for state, place in ITEMS.items():
            assert (await desk.look(place.path))["state"].replace("-", "") == state.lower()
        for state, month in BATCHES.items():
            assert (await desk.batch(month))["state"] == state.lower()
        yield desk


async def _fill(desk: Desk) -> None:
    await desk.close(REPORTED, datetime(2026, 11, 1, tzinfo=UTC))
    await desk.release(REPORTED)
    await desk.do(f"/batches/{REPORTED}/report", {"reason": "Nobody was to be told."})
    await _release_a_month(desk)
    answer_by = datetime.fromisoformat((await desk.look(ITEMS["Asked"].path))["answer_by"])
    await desk.hear(*(received(number, month=SEALED) for number in range(6, 11)))
    await desk.hear(received(11, month=LEAVING), received(12, month=OPEN))
    await desk.close(SEALED, datetime(2027, 1, 1, tzinfo=UTC))
    await desk.close(LEAVING, datetime(2027, 2, 1, tzinfo=UTC))
    await desk.close("2027-03", answer_by)
    await desk.do(f"{ITEMS['Assessed'].path}/assessment", assessment())
    for state in ("Decided", "HeldBack", "Departing"):
        await desk.accept(submission_id(ITEMS[state].number))
    await desk.do(f"{ITEMS['HeldBack'].path}/hold", COMMANDS["HoldBack"][1])
    await desk.hear(event_of(withdrawal_requested(), number=ITEMS["Withdrawn"].number))
    await desk.do(f"/batches/{LEAVING}/release")


async def _release_a_month(desk: Desk) -> None:
    await desk.hear(*(received(number) for number in range(1, 6)))
    await desk.close()
    for state in ("Accepted", "Retracted", "HeldOver"):
        await desk.accept(submission_id(ITEMS[state].number))
    await desk.do(f"{ITEMS['HeldOver'].path}/hold", COMMANDS["HoldBack"][1])
    await desk.do(f"{ITEMS['Declined'].path}/assessment", assessment(timing="not-met"))
    reason = {"outcome": "declined", "reason_codes": ["no-future-milestones"]}
    await desk.do(f"{ITEMS['Declined'].path}/decision", reason)
    await desk.do(f"{ITEMS['Asked'].path}/assessment", assessment(timing="unclear"))
    await desk.do(f"{ITEMS['Asked'].path}/decision", ASK)
    await desk.release()
    await desk.do(f"{ITEMS['Retracted'].path}/retraction", EFFECT)


TABLES = "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'review' ORDER BY tablename"


async def _everything(desk: Desk) -> dict[str, Any]:
    """Give a hash of all that review keeps and has told, table by table."""
    names = [row["name"] for row in await desk.rows(TABLES)]
    hashed = ", ".join(
        f"(SELECT md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM {name} t) AS {name}" for name in names
    )
    (row,) = await desk.rows(f"SELECT {hashed}")
    return row


def _illegal() -> Iterator[tuple[str, str, str]]:
    for state, row in TABLE.items():
        for command, cell in row.items():
            if isinstance(cell, str) and command.__name__ in COMMANDS:
                yield state.__name__, command.__name__, cell


async def test_every_illegal_pair_of_an_item_is_refused_by_its_code(whole: Desk) -> None:
    """By the code that the table names; not a row has changed, nothing is told."""
    before = await _everything(whole)
    for state, command, code in _illegal():
        door, body = COMMANDS[command]
        refusal = await whole.ask(f"{ITEMS[state].path}/{door}", body)
        assert (state, command, *_told(refusal)) == (state, command, 409, code)
    assert await _everything(whole) == before


async def test_every_command_is_refused_in_every_state_when_it_is_stale_or_not_theirs(whole: Desk) -> None:
    """Whoever saw another revision, whoever has no token, whoever may only read; legal or not."""
    before = await _everything(whole)
    for state, place in ITEMS.items():
        for command, (door, body) in COMMANDS.items():
            path, said = f"{place.path}/{door}", (state, command)
            stale = {**bearer("decider"), "If-Match": '"99"'}
            assert (*said, *_told(await whole.client.post(path, json=body, headers=stale))) == (*said, 409, "stale")
            assert (*said, *_told(await whole.client.post(path, json=body))) == (*said, 401, "token-missing")
            assert (*said, *_told(await whole.ask(path, body, who="reader"))) == (*said, 403, "forbidden")
    assert await _everything(whole) == before


async def test_every_illegal_pair_of_a_batch_is_refused_by_its_code(whole: Desk) -> None:
    """A second release, one before the batch is sealed, figures of what is not released, and told twice."""
    before = await _everything(whole)
    tried = 0
    for state, row in BATCH_TABLE.items():
        for command, code in row.items():
            if isinstance(code, str) and command.__name__ in BATCH_COMMANDS:
                door, body = BATCH_COMMANDS[command.__name__]
                refusal = await whole.ask(f"/batches/{BATCHES[state.__name__]}/{door}", body)
                assert (state, command, *_told(refusal)) == (state, command, 409, code)
                tried += 1
    assert tried == 8
    assert await _everything(whole) == before


CONTENT: tuple[tuple[str, str, Any, str], ...] = (
    ("InReview", "assessment", assessment("astrology"), "invalid"),
    ("InReview", "assessment", {**assessment(), "findings": assessment()["findings"][:-1]}, "findings-incomplete"),
    ("Assessed", "decision", {"outcome": "declined", "reason_codes": ["unheard-of"]}, "unknown-reason-code"),
    ("Assessed", "decision", {"outcome": "declined", "reason_codes": ["no-answer"]}, "not-unanswered"),
    ("Assessed", "decision", {"outcome": "shelved"}, "invalid"),
    ("Accepted", "correction", {**EFFECT, "effect": "loud", "decision": ACCEPT}, "invalid"),
    ("Accepted", "correction", {**EFFECT, "decision": ASK}, "invalid"),
    ("Accepted", "retraction", {"effect": "silent"}, "invalid"),
)


async def test_unknown_codes_and_half_contents_are_refused_where_the_command_is_legal(whole: Desk) -> None:
    """Named, and nothing has changed."""
    before = await _everything(whole)
    unanswered = await whole.ask(f"{ITEMS['Unanswered'].path}/decision", ACCEPT)
    assert _told(unanswered) == (409, "not-assessed")
    for state, door, body, code in CONTENT:
        assert (state, body, *_told(await whole.ask(f"{ITEMS[state].path}/{door}", body))) == (state, body, 422, code)
    assert await _everything(whole) == before


async def test_the_comparison_sees_what_changes(whole: Desk) -> None:
    """Else the tests above would say little: a legal command changes item, history and outbox."""
    before = await _everything(whole)
    await whole.do(f"{ITEMS['InReview'].path}/hold", COMMANDS["HoldBack"][1])
    after = await _everything(whole)
    assert {"item", "history", "outbox"} <= {name for name in after if after[name] != before[name]}


def test_the_doors_are_those_of_the_table() -> None:
    """A command of an item that has no door here is a withdrawal."""
    assert {command.__name__ for row in TABLE.values() for command in row} == {*COMMANDS, "Withdraw"}
    assert {state.__name__ for state in TABLE} == ITEMS.keys()
    assert {state.__name__ for state in BATCH_TABLE} == BATCHES.keys()
    assert len(list(_illegal())) > 70


def _told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]
