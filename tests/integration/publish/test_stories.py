"""Stories on a real record: shown when they are released, listed, filtered, and never counted."""

from datetime import timedelta
from typing import Any

from contracts.vocabulary import Area
from tests.controls.envelope import RELEASED_AT, event_of, id_of, reference_of
from tests.controls.proposals import senegal
from tests.controls.publish import heard
from tests.controls.stories import story, story_released
from tests.integration.publish.conftest import Desk

FIRST = "/stories/OGC-2026-000004"


def released(number: int, **told: Any) -> Any:
    """The release of the example story of this number."""
    at = RELEASED_AT + timedelta(hours=number)
    return event_of(story_released(number, released_at=at, **told), number=number, id=id_of(f"released {number}"))


async def test_released_story_is_shown(desk: Desk) -> None:
    """Beside the reforms of the same chunk: in the list, on its page, as JSON; in no counter and not among them."""
    await desk.hear(heard("accepted", 0), released(4))
    listed = await desk.json("/stories")
    assert [(one["reference"], one["url"], one["area"]) for one in listed["stories"]] == [
        ("OGC-2026-000004", FIRST, "fiscal-openness")
    ]
    record = (await desk.json(FIRST))["record"]
    assert record["story"]["about"] == "Commune de Bafoussam (Cameroun)"
    assert set(record) == {"reference", "shared_at", "released_at", "member", "story"}
    page, pages = await desk.page(FIRST), await desk.page("/stories")
    assert (page.status_code, pages.status_code) == (200, 200)
    assert "les habitant·e·s lisent enfin le budget" in page.text
    assert FIRST in pages.text
    assert (await desk.json("/"))["totals"] == {"countries": 1, "localities": 0, "reforms": 1}
    assert len((await desk.json("/reforms"))["reforms"]) == 1
    assert (await desk.page("/reforms/OGC-2026-000004")).status_code == 404
    assert len(await desk.told()) == 1


async def test_what_does_not_stand_hides_no_reform_that_a_story_tells_of(desk: Desk) -> None:
    """However many references it names that nobody ever had, or that were retracted."""
    named = " ".join(reference_of(number) for number in range(10, 31))
    await desk.hear(heard("accepted", 0, 11), heard("accepted", 1, 30), heard("retracted", 2, 11))
    await desk.hear(released(4, story=story(text=f"{story().text} {named}")))
    assert [one["reference"] for one in (await desk.json(FIRST))["reforms"]] == [reference_of(30)]


async def test_story_heard_again_is_one_story(desk: Desk) -> None:
    """A log that was written anew tells it again under its number."""
    await desk.hear(released(4))
    await desk.hear(released(4, story=story(title="Another title under the same id")))
    listed = await desk.json("/stories")
    assert [one["title"] for one in listed["stories"]] == [story().title]
    assert await desk.parked() == []


async def test_stories_are_listed_page_by_page_and_filtered(desk: Desk) -> None:
    """Newest first; by area and by member; what makes no sense is refused."""
    await desk.hear(
        released(4),
        released(5, member=senegal(), story=story(area=Area.JUSTICE)),
        released(6, story=story(area=Area.JUSTICE)),
    )
    path, seen = "/stories?limit=2", []
    while path:
        found = await desk.json(path)
        seen += [one["reference"] for one in found["stories"]]
        path = found["next"]
    assert seen == [reference_of(number) for number in (6, 5, 4)]
    by_area = await desk.json("/stories?area=justice")
    by_member = await desk.json("/stories.json?member=SN")
    assert [len(found["stories"]) for found in (by_area, by_member)] == [2, 1]
    assert (await desk.json("/stories?level=national"))["code"] == "unknown-filter"


async def test_unreleased_story_is_not_there(desk: Desk) -> None:
    """Its address answers as one that never was."""
    for path in (FIRST, "/stories/OGC-2026-999999", "/stories/nonsense"):
        page = await desk.page(path)
        assert page.status_code == 404
        assert "There is no story at this address." in page.text
    assert "No story has been released yet." in (await desk.page("/stories")).text
