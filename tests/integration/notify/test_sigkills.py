"""A SIGKILL at every point of sending: at each failpoint, each time that it is reached, and at each suspension.

``CAMPAIGN_KILLS`` says how many times each is tried at most. The campaign tries all, of each load, and writes what came
of it; `make test` tries each kind once, and kills at every suspension within its own process (`test_kills.py`).
"""

import json
import os
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.integration.notify.conftest import Desk
from tests.integration.notify.killing import DIGESTS, LOADS, Load, ends_of, faults, finish, kill_a_postman

LAST = Path(__file__).parents[2] / "campaign" / "kills.json"
FAILPOINTS = ("letters_claimed", "final_dot_intended", "final_dot_answered", "letters_settled")
MOST = int(os.environ.get("CAMPAIGN_KILLS", "1"))
EVERY = 1000
SUSPENSION = "suspension"


@pytest.mark.parametrize("load", LOADS if MOST >= EVERY else (DIGESTS,), ids=lambda load: load.name)
async def test_sigkill_at_every_point_tells_everybody_once_or_says_unknown(desk: Desk, load: Load) -> None:
    """Whatever was in hand: another postman finishes, and nobody is told twice or not at all."""
    started, kills, ends = time.monotonic(), Counter[str](), Counter[str]()
    for name in (*FAILPOINTS, SUSPENSION):
        for number in range(1, MOST + 1):
            point = {"DIES_AT": str(number)} if name == SUSPENSION else {"FAILPOINT": f"{name}:{number}"}
            died = await _kill(desk, load, point)
            found = await faults(desk)
            assert not found, f"killed at {point}: {found}"
            ends.update(f"{end.state}, {end.copies} copies" for end in await ends_of(desk))
            if not died:
                break
            kills[name] += 1
    assert all(kills[name] for name in (*FAILPOINTS, SUSPENSION))
    if MOST >= EVERY:
        _write(load, kills, ends, round(time.monotonic() - started))


async def _kill(desk: Desk, load: Load, point: dict[str, str]) -> bool:
    await load.lay(desk)
    died = kill_a_postman(desk.settings, PEOPLE=json.dumps(load.people), **point) != 0
    await finish(desk, what=f"{point}")
    return died


def _write(load: Load, kills: "Counter[str]", ends: "Counter[str]", seconds: int) -> None:
    last = json.loads(LAST.read_text()) if LAST.exists() else {}
    ran_on = datetime.now(UTC).date().isoformat()
    last[load.name] = {"ran_on": ran_on, "kills": dict(kills), "ends": dict(ends), "faults": 0, "seconds": seconds}
    LAST.write_text(json.dumps(last, indent=1) + "\n")
