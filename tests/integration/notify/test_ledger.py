"""The ledger: rows before letters, once each."""

import json
from collections.abc import Sequence
from typing import Any, get_args

import pytest

from contracts.notices import NoticeKind
from contracts.vocabulary import Effect
from deploy.stack.mailbox import text_of
from services.notify import handlers
from services.notify.domain.planning import Plan, plan
from services.notify.handlers import PLANNED_AT_ONCE
from tests.controls import decisions, submissions
from tests.controls.envelope import event_of, id_of
from tests.controls.notify import handler_of, on_decisions, on_submissions, told_events
from tests.integration.notify.conftest import Desk
from tests.integration.notify.vault import SECRET, TOKEN


async def test_chunk_heard_twice_owes_the_same(desk: Desk) -> None:
    """Told twice, owed once."""
    received = [event_of(submissions.submission_received(n), number=n) for n in range(1, 20)]
    await desk.hear(on_submissions, received)
    once = await desk.rows()
    await desk.hear(on_submissions, received)
    assert await desk.rows() == once
    assert len(once) == 2 * len(received)


async def test_each_letter_keeps_the_words_of_its_own_event(desk: Desk) -> None:
    """A chunk's texts travel once each, and find the letters of their event again."""
    received = [event_of(submissions.submission_received(n), number=n) for n in range(1, 20)]
    await desk.hear(on_submissions, received)
    kept = [(row["submission_id"], json.loads(row["words"])["reference"]) for row in await desk.rows()]
    told = [(event.subject, event.data.reference) for event in received]
    assert len(set(told)) == len(received)
    assert sorted(kept) == sorted(told * 2)


async def test_ledger_holds_no_name_no_address_and_no_link(desk: Desk) -> None:
    """Before and after sending: whom a letter went to, and what opens the submission, is known to intake alone."""
    desk.vault.to_confirm = True
    await desk.owe("received-unconfirmed")
    await desk.go_once()
    assert await desk.states() == ["sent"]
    [mail] = desk.server.taken
    kept = str([tuple(row.values()) for row in await desk.rows()]) + str(await desk.told())
    for told in ("Ana Rojas", "ok@example.org", SECRET, TOKEN):
        assert told in f"{mail['To']} {text_of(mail)}"
        assert told not in kept


async def test_correction_cancels_what_was_not_sent(desk: Desk) -> None:
    """An outcome that still waits is not sent any more; the correction takes its place."""
    await desk.hear(on_decisions, [event_of(decisions.submission_accepted())])
    await desk.hear(on_decisions, [event_of(decisions.decision_corrected_to_declined())])
    states = {
        (row["kind"], row["recipient"]): row["state"] for row in await desk.rows() if row["kind"] != "poc-outcome"
    }
    assert states == {("outcome", "submitter"): "cancelled", ("correction", "submitter"): "pending"}
    await desk.go_once()
    assert [str(mail["Subject"]).partition(":")[2] for mail in desk.server.taken] == [
        " corrección de la decisión sobre su envío OGC-2026-000001"
    ]


async def test_correction_leaves_sent_letters_and_receipts_alone(desk: Desk) -> None:
    """What was sent was sent, and a receipt is about no decision."""
    await desk.hear(on_decisions, [event_of(decisions.submission_accepted())])
    await desk.go_once()
    await desk.hear(on_submissions, [event_of(submissions.submission_received())])
    await desk.hear(on_decisions, [event_of(decisions.decision_corrected_to_declined())])
    states = {row["kind"]: row["state"] for row in await desk.rows() if row["recipient"] == "submitter"}
    assert states == {"outcome": "sent", "receipt": "pending", "correction": "pending"}


async def test_held_letter_to_a_point_of_contact_falls_with_its_decision(desk: Desk) -> None:
    """A task that a correction has overtaken leaves the list."""
    await desk.hear(on_submissions, [event_of(submissions.submission_received())])
    await desk.admin.execute("TRUNCATE notify.letter")
    await desk.hear(on_decisions, [event_of(decisions.submission_accepted())])
    await desk.go_once()
    assert sorted(await desk.states()) == ["held", "sent"]
    await desk.hear(on_decisions, [event_of(decisions.submission_retracted())])
    assert sorted(await desk.states()) == ["cancelled", "pending", "pending", "sent"]


async def test_reversing_twice_sends_two_letters_and_replaying_none(desk: Desk) -> None:
    """Each reversal that is not silent is told, once; hearing all of it again tells nobody anything."""
    accepted = event_of(decisions.submission_accepted())
    retracted = event_of(decisions.submission_retracted())
    reinstated = event_of(decisions.submission_reinstated())
    silent = event_of(decisions.submission_retracted(effect=Effect.SILENT), id=id_of("silent"))
    for event in (accepted, retracted, reinstated, silent):
        await desk.hear(on_decisions, [event])
        await desk.go_once()
    told = [event["data"]["notice"]["kind"] for event in await desk.told()]
    assert told == ["outcome", "retraction", "correction"]
    assert "La institución confirma que la reforma continúa." in text_of(desk.server.taken[-1])
    await desk.hear(on_decisions, [accepted, retracted, reinstated, silent])
    assert await desk.go_once() == 0
    assert (len(desk.server.taken), len(await desk.told())) == (3, 3)


async def test_silent_correction_changes_nothing(desk: Desk) -> None:
    """Nobody is told of a typo, and what is owed stays owed."""
    await desk.hear(on_decisions, [event_of(decisions.submission_accepted())])
    before = await desk.rows()
    await desk.hear(on_decisions, [event_of(decisions.decision_corrected(effect=Effect.SILENT))])
    assert await desk.rows() == before


async def test_thousands_of_letters_are_entered_by_few_statements(desk: Desk) -> None:
    """A chunk costs one round trip for what is known of its submissions, and one for every 250 events."""
    events = [event_of(decisions.submission_accepted(n), number=n) for n in range(1, 1001)]
    async with desk.database.transaction() as tx:
        statements = await _count_statements(tx, on_decisions, events)
    assert statements == 1 + 1000 / PLANNED_AT_ONCE
    assert len(await desk.rows("delivery_id")) == 2000


async def test_correction_late_in_a_chunk_cancels_what_its_beginning_owes(desk: Desk) -> None:
    """Though the letter is written while the correction is still planned."""
    events = [event_of(decisions.submission_accepted(n), number=n) for n in range(1, PLANNED_AT_ONCE + 2)]
    await desk.hear(on_decisions, [*events, event_of(decisions.decision_corrected_to_declined())])
    rows = await desk.rows("kind, state, submission_id")
    ours = {(row["kind"], row["state"]) for row in rows if row["submission_id"] == str(id_of("submission 1"))}
    assert {("outcome", "cancelled"), ("correction", "pending")} <= ours, ours


async def test_trouble_late_in_a_chunk_leaves_nothing_of_its_beginning(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told as it is, and the next chunk is heard as if it had not been."""
    events = [event_of(decisions.submission_accepted(n), number=n) for n in range(1, PLANNED_AT_ONCE + 2)]

    late = "the last part"

    def plan_a_part(part: Sequence[Any], *known: Any) -> Plan:
        if len(part) == 1:
            raise ValueError(late)
        return plan(part, *known)

    monkeypatch.setattr(handlers, "plan", plan_a_part)
    with pytest.raises(ValueError, match=late):
        await desk.hear(on_decisions, events)
    assert await desk.rows() == []
    monkeypatch.undo()
    await desk.hear(on_decisions, events[:1])
    assert len(await desk.rows()) == 2


async def _count_statements(tx: object, hears: object, events: object) -> int:
    counted = _Counting(tx)
    await hears.handler(events, counted)  # type: ignore[attr-defined]
    return counted.statements


class _Counting:
    """Passes statements on to a transaction, and counts them."""

    def __init__(self, tx: object) -> None:
        self.statements = 0
        self._tx = tx

    def __getattr__(self, name: str) -> object:
        found = getattr(self._tx, name)
        self.statements += name in {"execute", "fetch", "fetchrow", "fetchval"}
        return found


async def test_every_event_that_is_told_can_be_kept(desk: Desk) -> None:
    """Each sort of event, each kind of letter, in one database."""
    for event in told_events().values():
        await desk.hear(handler_of(event), [event])
    kinds = {row["kind"] for row in await desk.rows("kind")}
    no_event_alone_says_to_whom = {"delay", "batch-report", "search-digest"}
    assert kinds == set(get_args(NoticeKind)) - no_event_alone_says_to_whom
