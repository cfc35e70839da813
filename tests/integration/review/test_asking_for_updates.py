"""The IRM asks for the holder of a reform to be asked: told and noted, for reforms alone."""

from uuid import UUID

from tests.integration.review.conftest import Desk, received
from tests.integration.review.staff import signed_in


async def test_a_wish_for_an_update_is_told_and_noted(desk: Desk) -> None:
    """Before the release there is no reform; afterwards the wish stands in its history, and changes nothing."""
    event = received(1)
    await desk.hear(event)
    await desk.close()
    path = f"/items/{event.subject}/1"
    wish = {"why": "The second milestone is past."}
    early = await desk.ask(f"{path}/ask-update", wish, who="irm")
    assert (early.status_code, early.json()["code"]) == (409, "not-a-reform")
    await desk.accept(UUID(event.subject))
    await desk.release()
    before = await desk.look(path)
    asked = await desk.ask(f"{path}/ask-update", wish, who="irm")
    assert (asked.status_code, asked.json()["requested_by"]) == (201, "irm:1")
    assert (await desk.ask(f"{path}/ask-update", {"why": "\u0007"}, who="irm")).status_code == 422
    assert (await desk.ask(f"/items/{received(2).subject}/1/ask-update", wish, who="irm")).status_code == 404
    after = await desk.look(path)
    assert [after[name] for name in ("state", "revision")] == [before[name] for name in ("state", "revision")]
    assert [remark["type"] for remark in after["history"]][-1] == "update.requested.v1"
    [told] = [one for one in await desk.told("reviews") if one["type"].endswith("update.requested.v1")]
    assert (told["subject"], told["data"]["why"], told["data"]["requested_by"]) == (
        str(event.subject),
        wish["why"],
        "irm:1",
    )


async def test_the_desk_asks_for_updates_of_reforms(desk: Desk) -> None:
    """A page for the IRM, led to from the item's; what was typed stays where it does not fit."""
    event = received(1)
    await desk.hear(event)
    await desk.close()
    item = f"/desk/items/{event.subject}/1"
    async with signed_in(desk, "irm") as person, signed_in(desk, "support-unit") as other:
        assert "nobody to ask" in (await person.get(f"{item}/ask-update")).text
        early = await person.post(f"{item}/ask-update", {"why": "So soon?"})
        assert (early.status_code, "nobody to ask" in early.text) == (409, True)
        await desk.accept(UUID(event.subject))
        await desk.release()
        assert f'href="{item}/ask-update"' in (await person.get(item)).text
        assert f'href="{item}/ask-update"' not in (await other.get(item)).text
        for why in ("", "\u0007 what <b>", "x" * 20_001):
            refused = await person.post(f"{item}/ask-update", {"why": why})
            assert (refused.status_code, "at most 20,000" in refused.text) == (422, True)
        assert "what &lt;b&gt;" in (await person.post(f"{item}/ask-update", {"why": "\u0007 what <b>"})).text
        assert (await person.post(f"{item}/ask-update", {"why": "How is it?"})).status_code == 303
        shown = (await person.get(f"{item}/ask-update")).text
        assert ("How is it?" in shown, person.actor_ref in shown) == (True, True)
