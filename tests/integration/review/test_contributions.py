"""Stories and nominations on a real Postgres: kept apart, listed, and a story released once; never in a batch."""

from typing import Any

from contracts.event import Event
from tests.controls.envelope import event_of, submission_id
from tests.controls.proposals import senegal
from tests.controls.stories import nomination_received, story_released, story_shared
from tests.integration.review.conftest import Desk, bearer, received


def shared(number: int, **overrides: Any) -> Event[Any]:
    """The story of this number."""
    return event_of(story_shared(number, **overrides), number=number)


def nominated(number: int, **overrides: Any) -> Event[Any]:
    """The nomination of this number."""
    return event_of(nomination_received(number, **overrides), number=number)


async def test_stories_and_nominations_are_never_in_a_batch(desk: Desk) -> None:
    """Heard among submissions, before and after: the batch seals with what is reviewed, and lists nothing else."""
    await desk.hear(shared(11), received(1), nominated(12), received(2), shared(13))
    await desk.hear(shared(14), nominated(15))
    await desk.close()
    assert (await desk.batch())["state"] == "sealed"
    listed = {line.split()[0] for line in (await desk.manifest()).decode().splitlines()}
    assert listed == {str(submission_id(1)), str(submission_id(2))}
    items = (await desk.look("/batches/2026-11/items"))["items"]
    assert {item["submission_id"] for item in items} == listed
    [found] = await desk.rows(
        "SELECT (SELECT count(*) FROM story) AS stories, (SELECT count(*) FROM nomination) AS nominations,"
        " (SELECT count(*) FROM told) AS told"
    )
    assert found == {"stories": 3, "nominations": 2, "told": 2}


async def test_story_is_released_once(desk: Desk) -> None:
    """By who may decide; it is told with its story as its cause, and who shared it is not shown."""
    event = shared(4)
    await desk.hear(event)
    path = f"/stories/{event.subject}"
    assert (await desk.look(path))["state"] == "shared"
    forbidden = await desk.ask(f"{path}/release", who="assessor")
    assert (forbidden.status_code, forbidden.json()["code"]) == (403, "forbidden")
    released = await desk.do(f"{path}/release")
    assert (released["state"], released["released_by"]) == ("released", "support-unit:1")
    again = await desk.ask(f"{path}/release")
    assert (again.status_code, again.json()["code"]) == (409, "already-released")
    [told] = await desk.told("decisions")
    assert told["type"].endswith("story.released.v1")
    assert (told["subject"], told["causationid"], told["correlationid"]) == (
        event.subject,
        str(event.id),
        str(event.id),
    )
    expected = story_released()
    assert (told["data"]["reference"], told["data"]["contact_ref"]) == (expected.reference, expected.contact_ref)
    assert told["data"]["story"]["text"] == expected.story.text


async def test_stories_are_listed_by_state(desk: Desk) -> None:
    """The newest first, page by page."""
    events = [shared(number, member=senegal() if number == 2 else None) for number in (1, 2, 3)]
    await desk.hear(*events)
    await desk.do(f"/stories/{events[1].subject}/release")
    path, seen = "/stories?limit=2", []
    while path:
        page = await desk.look(path)
        seen += [story["submission_id"] for story in page["stories"]]
        path = f"/stories?limit=2&cursor={page['next']}" if page["next"] else ""
    assert seen == sorted((event.subject for event in events), reverse=True)
    [released] = (await desk.look("/stories?state=released"))["stories"]
    assert (released["submission_id"], released["member"]["code"]) == (events[1].subject, "SN")
    assert len((await desk.look("/stories?state=shared"))["stories"]) == 2


async def test_nominations_are_listed_by_round(desk: Desk) -> None:
    """They are for staff alone: nothing is told of them."""
    await desk.hear(nominated(6), nominated(7, award_round="2027-all"))
    [found] = (await desk.look("/nominations?award_round=2027-all"))["nominations"]
    assert (await desk.look(f"/nominations/{found['submission_id']}")) == found
    assert found["nomination"]["government"] == "Costa Rica"
    assert len((await desk.look("/nominations"))["nominations"]) == 2
    assert await desk.told() == []


async def test_doors_are_for_who_may_read(desk: Desk) -> None:
    """And say what is not there."""
    for path, code in (("/stories", "unknown-story"), ("/nominations", "unknown-nomination")):
        assert (await desk.client.get(path)).status_code == 401
        assert (await desk.client.get(path, headers=bearer("host"))).status_code == 403
        missing = await desk.client.get(f"{path}/{submission_id(9)}", headers=bearer("reader"))
        assert (missing.status_code, missing.json()["code"]) == (404, code)
    assert (await desk.ask(f"/stories/{submission_id(9)}/release")).status_code == 404
