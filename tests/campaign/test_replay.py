"""Replaying decisions with a mailbox attached sends nothing: a few in each run of the tests, 100,000 when asked."""

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path

from deploy.stack.stack import Stack
from tests.campaign.replaying import Replayed, replayed
from tests.conftest import TestDatabase

LAST = Path(__file__).with_name("replay.json")
COUNT = int(os.environ.get("CAMPAIGN_REPLAYED", "300"))
WITHIN_SECONDS = 60 + COUNT / 20


async def test_replayed_decisions_send_nothing(stack: Stack, database: TestDatabase, topic_prefix: str) -> None:
    """Neither when Kafka has forgotten how far the group was, nor when notify itself has."""
    started = time.monotonic()
    async with replayed(stack, database.admin_url, topic_prefix) as notify:
        await notify.told(COUNT)
        notify.start()
        await notify.heard(COUNT, within_seconds=WITHIN_SECONDS)
        before, taken = await notify.ledger(), notify.mailbox.heard.copy()
        assert taken.total() == len(taken) > COUNT / 2, "each letter once"
        for forgets_itself in (False, True):
            await _hears_all_again(notify, forgets_itself=forgets_itself)
            assert notify.mailbox.heard == taken
            assert await notify.ledger() == before
    if COUNT >= 100_000:
        _write(letters=taken.total(), seconds=round(time.monotonic() - started))


async def _hears_all_again(notify: Replayed, *, forgets_itself: bool) -> None:
    notify.stop()
    await notify.forget_offsets()
    if forgets_itself:
        await notify.forget_positions()
    notify.start()
    await notify.heard(COUNT, within_seconds=WITHIN_SECONDS)


def _write(*, letters: int, seconds: int) -> None:
    ran_on = datetime.now(UTC).date().isoformat()
    found = {
        "ran_on": ran_on,
        "decisions": COUNT,
        "letters": letters,
        "sent_again": 0,
        "replays": 2,
        "seconds": seconds,
    }
    LAST.write_text(json.dumps({**found, "seconds": seconds}, indent=1) + "\n")


def test_the_last_campaign_is_checked_in() -> None:
    """With its day, and how many were heard again."""
    last = json.loads(LAST.read_text())
    assert last["decisions"] >= 100_000
    assert last["letters"] > last["decisions"] / 2
    assert last["sent_again"] == 0
