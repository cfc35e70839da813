"""Who is behind an item is asked of the vault when someone may see it, and each look is recorded."""

import pytest

from tests.controls.envelope import submission_id
from tests.integration.review.conftest import Desk, bearer, received

PATH = f"/items/{submission_id(1)}/1/contact"
THERE, ERASED, AWAY = (f"01a1e800-0000-7000-8000-00000000000{end}" for end in ("1", "a", "f"))


async def test_contact_is_shown_to_whoever_may_see_it(desk: Desk) -> None:
    """Submitter and holder as the vault has them now; in the item's history stands who looked."""
    await desk.hear(received(1, contact_ref=THERE, holder_ref=ERASED))
    answer = await desk.client.get(PATH, headers=bearer("host"))
    assert answer.json() == {
        "submitter": {"name": "Ana Rojas", "address": "ana@example.org", "language": "es"},
        "holder": None,
    }
    item = await desk.look(f"/items/{submission_id(1)}/1")
    assert [(one["by"], one["type"]) for one in item["history"]] == [("support-unit:2", "contact.shown")]
    assert "example.org" not in str(item)


@pytest.mark.parametrize(("who", "code"), [("reader", 403), ("decider", 403), ("nobody", 401)])
async def test_contact_is_shown_to_nobody_else(desk: Desk, who: str, code: int) -> None:
    """To review an item is not to know who is behind it; and who was refused has seen nothing."""
    await desk.hear(received(1, contact_ref=THERE))
    assert (await desk.client.get(PATH, headers=bearer(who))).status_code == code
    assert await desk.rows("SELECT FROM history") == []


async def test_look_is_recorded_though_the_vault_is_away(desk: Desk) -> None:
    """What is recorded may be too much, and never too little."""
    await desk.hear(received(1, contact_ref=AWAY, holder_ref=None))
    answer = await desk.client.get(PATH, headers=bearer("host"))
    assert (answer.status_code, answer.json()["code"]) == (503, "vault-away")
    assert len(await desk.rows("SELECT FROM history WHERE type = 'contact.shown'")) == 1
