"""What became of a letter, in a sentence."""

import pytest

from services.notify.domain.delivery import State
from services.notify.domain.explaining import REASONS, SENTENCES, explain


def test_every_state_has_its_sentence() -> None:
    """Nobody has to know our codes."""
    assert set(SENTENCES) == {state.value for state in State}


@pytest.mark.parametrize(
    ("state", "detail", "says"),
    [
        ("sent", None, "The receiving mail server took it."),
        ("cancelled", "superseded", "It was not sent, and will not be. A later decision took its place."),
        ("held", "no-contact", "It waits for a person. Nobody is known whom it could go to."),
        ("failed", "550 5.1.1", "It could not be delivered. Code: 550 5.1.1."),
        ("unknown", "outcome-unknown", SENTENCES["unknown"]),
    ],
)
def test_reason_follows_what_became_of_it(state: str, detail: str | None, says: str) -> None:
    """In words where the code is ours; a mail server's code stands for itself."""
    assert explain(state, detail) == says


def test_every_reason_is_a_sentence() -> None:
    """It begins and ends as one."""
    assert all(said[0].isupper() and said.endswith(".") for said in REASONS.values())
