"""What changes between a claim and a next try: a poisoned answer, another address, an erasure, a correction."""

import json
from dataclasses import dataclass, field

import httpx
import pytest

from contracts.event import Event
from services.notify.domain.planning import Told
from services.notify.store import ledger
from tests.controls import decisions
from tests.controls.envelope import event_of, id_of
from tests.controls.notify import on_decisions
from tests.harness.nasty_mail import address_at
from tests.integration.notify.conftest import Desk
from tests.integration.notify.killing import Load, person
from tests.integration.notify.vault import FakeVault, ref_of

POISON = "poison@example.org"


@dataclass
class PoisonedVault(FakeVault):
    """Of one person it says what makes no sense."""

    poison: dict[str, object] = field(default_factory=lambda: {"contact": {"name": 7}, "is_erased": "perhaps"})

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer, with poison in the place of one contact."""
        said, refs = super().answer(request).json(), json.loads(request.content)["contacts"]
        poisoned = [ref == ref_of(person(POISON)) for ref in refs]
        said["contacts"] = [self.poison if bad else it for bad, it in zip(poisoned, said["contacts"], strict=True)]
        return httpx.Response(200, json=said)


async def test_poisoned_answer_puts_off_one_letter_only(desk: Desk) -> None:
    """Those that are asked for with it do not share its fate."""
    desk.vault = PoisonedVault()
    people = ("ana@example.org", POISON, "eva@example.org")
    await Load(name="poison", told="accepted", people=people, times=3).lay(desk)
    await desk.go_once()
    stands = {row["contact_ref"]: (row["state"], row["detail"]) for row in await desk.rows()}
    assert stands == {
        ref_of(person(address)): ("failed-temporarily", "vault-unreadable") if address == POISON else ("sent", None)
        for address in people
    }


async def test_address_that_changed_is_written_to_at_the_next_try(desk: Desk) -> None:
    """Nobody else: the address is asked anew each time, and kept nowhere."""
    desk.vault.submitter = person(address_at("rcpt-450"))
    await desk.owe()
    await desk.go_once()
    desk.vault.submitter = person("new@example.org")
    await desk.make_due()
    await desk.go_once()
    assert await desk.states() == ["sent"]
    assert desk.server.recipients == [("new@example.org",)]


async def test_contact_erased_between_tries_is_not_written_to(desk: Desk) -> None:
    """The letter becomes somebody's task."""
    desk.vault.submitter = person(address_at("rcpt-450"))
    await desk.owe()
    await desk.go_once()
    desk.vault.submitter = None
    await desk.make_due()
    await desk.go_once()
    assert await desk.states() == ["held"]
    assert desk.server.taken == []


@pytest.mark.parametrize(
    ("to", "before", "after"),
    [
        ("", "pending", "cancelled"),
        (address_at("rcpt-450"), "failed-temporarily", "cancelled"),
        ("not an address", "held", "cancelled"),
        (address_at("rcpt-550"), "failed", "failed"),
        (address_at("taken-hang-up"), "unknown", "unknown"),
        ("ana@example.org", "sent", "sent"),
    ],
)
async def test_correction_finds_a_letter_in_each_state(desk: Desk, to: str, before: str, after: str) -> None:
    """What was surely not sent falls, what was or may have been stays as it is; the correction is told after it."""
    [letter] = await desk.owe()
    if to:
        desk.vault.submitter = person(to)
        await desk.go_once()
    assert await desk.states() == [before]
    async with desk.database.transaction() as tx:
        await ledger.cancel_letters(tx, {letter.submission_id: id_of("a correction")})
    assert await desk.states() == [after]
    copies = len(desk.server.taken)
    corrected: Event[Told] = event_of(decisions.decision_corrected_to_declined())
    await desk.hear(on_decisions, [corrected])
    desk.vault.submitter = person("ana@example.org")
    await desk.make_due()
    await desk.go_once()
    assert len(desk.server.taken) == copies + 1
    told = {row["kind"]: row["state"] for row in await desk.rows() if row["recipient"] == "submitter"}
    assert told == {"outcome": after, "correction": "sent"}
