"""The checker sees a letter that went to others too early, and one that waits for nothing."""

from collections import Counter
from dataclasses import replace

import pytest

from tests.campaign.checker import Violation, check
from tests.campaign.evidence import Evidence, Letter, Told
from tests.campaign.test_checker import ONE, SUBMISSIONS, in_order

WAITS = "waiting-for-confirmation"


def _informed(state: str, *, vouched: bool, confirmed: bool) -> Evidence:
    """Put a letter to a point of contact beside the first receipt."""
    evidence = in_order()
    receipt, *others = evidence.outbox[SUBMISSIONS]
    told = [receipt._replace(data={**receipt.data, "contact_confirmed": vouched}), *others]
    told += [Told(len(told) + 1, "confirmed", "contact.confirmed.v1", ONE, {})] if confirmed else []
    letter = Letter("informed", "<informed>", receipt.event_id, "poc:CR", "poc-informed", state)
    mails = evidence.mails + Counter({"<informed>": 1} if state == "sent" else {})
    outbox = {**evidence.outbox, SUBMISSIONS: told}
    return replace(evidence, outbox=outbox, letters=[*evidence.letters, letter], mails=mails)


@pytest.mark.parametrize(
    ("state", "vouched", "confirmed", "seen"),
    [
        ("sent", True, False, False),
        ("sent", False, True, False),
        (WAITS, False, False, False),
        ("cancelled", False, False, False),
        ("sent", False, False, True),
        ("held", False, False, True),
        (WAITS, False, True, True),
        (WAITS, True, False, True),
    ],
)
def test_letter_to_others_goes_when_the_address_is_confirmed(
    state: str, vouched: bool, confirmed: bool, seen: bool
) -> None:
    """Neither before, nor never."""
    found = check(_informed(state, vouched=vouched, confirmed=confirmed))
    waiting = [violation for violation in found if violation.rule == "letter-waiting"]
    about = f"poc-informed to poc:CR about {in_order().outbox[SUBMISSIONS][0].event_id}: {state}"
    assert waiting == ([Violation("letter-waiting", about)] if seen else [])
