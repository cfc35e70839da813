"""The last campaign of kills is checked in: where postmen were killed by SIGKILL, and how every delivery ended."""

import json
from pathlib import Path

import pytest

from tests.integration.notify.killing import LOADS

LAST = Path(__file__).with_name("kills.json")
FAILPOINTS = {"letters_claimed", "final_dot_intended", "final_dot_answered", "letters_settled"}
ENDS = {"sent, 1 copies", "unknown, 0 copies", "unknown, 1 copies"}


@pytest.mark.parametrize("load", [load.name for load in LOADS])
def test_the_last_campaign_is_checked_in(load: str) -> None:
    """With its day; at every failpoint and every suspension; and nobody was told twice, or not at all."""
    last = json.loads(LAST.read_text())[load]
    assert last["kills"].keys() == FAILPOINTS | {"suspension"}
    assert last["kills"]["suspension"] >= 50
    assert last["ends"].keys() == ENDS
    assert last["faults"] == 0
    assert {"ran_on", "seconds"} <= last.keys()
