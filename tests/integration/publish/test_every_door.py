"""What every door of the public site keeps to, also one that is added tomorrow: a page has a twin for machines."""

from typing import Any

from fastapi.routing import APIRoute, iter_route_contexts
from httpx import Response

from tests.controls.decisions import month_reported
from tests.controls.envelope import event_of
from tests.controls.publish import heard
from tests.controls.stories import story_released
from tests.integration.publish.conftest import Desk
from tests.integration.publish.test_updating import link

EXAMPLES = {
    "/areas/{code}": "justice",
    "/members/{code}": "CR",
    "/stories/{reference}": "OGC-2026-000004",
    "{reference}": "OGC-2026-000001",
    "{month}": "2026-11",
    "{name}": "area",
}
"""What stands in an address in place of its parameter; of all addresses that begin so, or of any other."""

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


async def fill(desk: Desk) -> None:
    """A record in which something stands at every address."""
    await desk.hear(heard("accepted"), event_of(story_released(4), number=4), event_of(month_reported()))
    await desk.admin.execute("UPDATE platform.clock SET \"offset\" = '3 years'")


def is_page(answer: Response) -> bool:
    """Say whether it is for people."""
    return answer.headers["content-type"].startswith("text/html")


async def test_every_page_has_a_twin(desk: Desk) -> None:
    """The same address with .json: JSON whoever asks, described in OpenAPI with its shape."""
    await fill(desk)
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
