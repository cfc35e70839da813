"""What every door of the public site keeps to, also one that is added tomorrow: twins for machines, and past days."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from httpx import Response

from contracts.reference import InForce, in_force
from services.publish.site import prose
from tests.controls.decisions import month_reported, reform
from tests.controls.envelope import event_of, id_of
from tests.controls.publish import at, heard
from tests.controls.stories import story, story_released
from tests.integration.publish.conftest import Desk
from tests.integration.publish.test_updating import link

EXAMPLES = {
    "{page}": "1",
    "/areas/{code}": reform().assigned_area,
    "/members/{code}": "CR",
    "/stories/{reference}": "OGC-2026-000004",
    "{reference}": "OGC-2026-000001",
    "/releases/{month}": "2026-12",
    "{month}": "2026-11",
    "{name}": "area",
}
"""What stands in an address in place of its parameter; of all addresses that begin so, or of any other."""

WITHOUT_DAYS = {
    **dict.fromkeys(("/site.css", "/icon.svg", "/land.svg"), "a file of this edition of the site"),
    **dict.fromkeys(("/asyncapi", "/asyncapi.json"), "what is told on the topics by this edition"),
    **dict.fromkeys(
        (f"/{page}{twin}" for page in ("about", "api", "terms", "privacy") for twin in ("", ".json")),
        "words of this edition, and nothing of the record",
    ),
    **dict.fromkeys(("/updates/{token}", "/updates/{token}.json"), "asks somebody how it goes today"),
    "/oembed": "the day stands in the address that is asked about",
}
"""What cannot be read as it stood on a day, and why: a door that is none of these must answer for any day."""
NEVER_CHANGING = {f"/stories/{{reference}}/texts/{{page}}{twin}" for twin in ("", ".json")}
"""What a story says stays as it is."""
FILES = {"/site.css", "/icon.svg", "/land.svg", "/asyncapi", "/asyncapi.json"}
"""Those that look at nothing that is asked."""
DAY = "as_of=2026-12-12"
LATER = 24 * 40

ASKED = {"/oembed": "?url=/reforms", "/search.json": "?q=backlog"}
"""What must be asked where nothing is answered otherwise."""


def paths_of(desk: Desk) -> list[str]:
    """Give the path of every door that can be read."""
    doors = [door for door in iter_route_contexts(desk.app.routes) if isinstance(door.original_route, APIRoute)]
    return sorted({str(door.path) for door in doors if "GET" in (door.methods or ())})


def address_of(path: str) -> str:
    """Give an address at this path where something stands."""
    for place, value in {**EXAMPLES, "{token}": link(for_days=9_999).rpartition("/")[2]}.items():
        begin, name, end = place.partition("{")
        if path.startswith(begin) and f"{name}{end}" in path:
            path = path.replace(f"{name}{end}", value)
    assert "{" not in path, f"no example for {path}"
    return f"{path}{ASKED.get(path, '')}"


async def fill(desk: Desk, now: datetime) -> None:
    """A record in which something stands at every address."""
    told = story_released(4, story=story(text="OGC-2026-000001"))
    await desk.hear(heard("accepted"), event_of(told, number=4), event_of(month_reported()))
    await be(desk, now)


async def be(desk: Desk, now: datetime) -> None:
    """Let it be a moment in this desk's system."""
    await desk.admin.execute('UPDATE platform.clock SET "offset" = $1::timestamptz - now()', now)


def on_day(path: str, day: str = DAY) -> str:
    """Give an address at this path as of a day."""
    address = address_of(path)
    return f"{address}{'&' if '?' in address else '?'}{day}"


async def read(desk: Desk, addresses: Mapping[str, str]) -> dict[str, tuple[int, bytes]]:
    """Give what is answered at the address of each path."""
    given = {path: await desk.page(address) for path, address in addresses.items()}
    return {path: (one.status_code, one.content) for path, one in given.items()}


def is_page(answer: Response) -> bool:
    """Say whether it is for people."""
    return answer.headers["content-type"].startswith("text/html")


async def test_every_page_has_a_twin(desk: Desk) -> None:
    """The same address with .json: JSON whoever asks, described in OpenAPI with its shape."""
    await fill(desk, datetime(2029, 1, 1, tzinfo=UTC))
    given = {path: await desk.page(address_of(path)) for path in paths_of(desk)}
    assert {path: one.status_code for path, one in given.items() if one.status_code != 200} == {}
    pages = {path for path, one in given.items() if is_page(one)}
    assert len(pages) > 20
    twins = {path: "/index.json" if path == "/" else f"{path}.json" for path in pages}
    assert {path for path, twin in twins.items() if twin not in given} == set()
    assert {path for path, twin in twins.items() if given[twin].headers["content-type"] != "application/json"} == set()
    described = desk.app.openapi()["paths"]
    shaped = {path for path in described if "$ref" in schema_of(described[path].get("get", {}))}
    assert {twin for twin in twins.values() if twin not in shaped} == {"/asyncapi.json"}


def schema_of(door: dict[str, Any]) -> dict[str, Any]:
    """Give the shape of what a door answers with, as OpenAPI tells it."""
    content = door.get("responses", {}).get("200", {}).get("content", {})
    shape: dict[str, Any] = content.get("application/json", {}).get("schema", {})
    return shape


async def test_every_door_answers_for_a_past_day(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read on that day is read for ever, byte for byte, whatever comes and changes meanwhile."""
    monkeypatch.setattr(prose, "in_force", criteria_of_each_month)
    await fill(desk, datetime(2026, 12, 20, tzinfo=UTC))
    paths = [path for path in paths_of(desk) if path not in WITHOUT_DAYS]
    now, then = {path: address_of(path) for path in paths}, {path: on_day(path) for path in paths}
    before, before_then = await read(desk, now), await read(desk, then)
    await desk.hear(
        heard("corrected", LATER),
        heard("accepted", LATER, 2),
        event_of(story_released(5, released_at=at(LATER)), number=5, id=id_of("another story")),
        event_of(month_reported(month="2026-12"), time=at(LATER), id=id_of("another month")),
    )
    await be(desk, datetime(2029, 1, 1, tzinfo=UTC))
    after, after_then = await read(desk, now), await read(desk, then)
    assert {path for path in paths if before[path] == after[path]} == NEVER_CHANGING
    assert {path for path in paths if before_then[path] != after_then[path]} == set()
    not_over = {path: given[0] for path, given in after_then.items() if given[0] != 200}
    assert not_over == dict.fromkeys(("/releases/{month}", "/releases/{month}.json", "/releases/{month}.zip"), 404)


async def test_no_door_passes_over_a_day(desk: Desk) -> None:
    """What cannot be read as of a day says so; whatever can, refuses one before the Challenge began."""
    await fill(desk, datetime(2029, 1, 1, tzinfo=UTC))
    paths = paths_of(desk)
    assert set(WITHOUT_DAYS) <= set(paths)
    refused = await read(desk, {path: on_day(path, "as_of=2023-10-31") for path in paths})
    assert {path for path, given in refused.items() if given[0] != 400} == FILES | {"/oembed"}
    unasked = await read(desk, {path: on_day(path) for path in WITHOUT_DAYS})
    assert {path for path, given in unasked.items() if given[0] != 400} == FILES | {"/oembed"}
    day = "/oembed?url=%2Freforms%2FOGC-2026-000001%3Fas_of%3D2026-1"
    assert [(await desk.page(f"{day}{rest}")).status_code for rest in ("2-12", "1-12", "3-99")] == [200, 404, 400]


def criteria_of_each_month(month: str) -> InForce:
    """Let each month have criteria of its own."""
    force = in_force(month)
    return force._replace(criteria=replace(force.criteria, version=f"those of {month}"))
