"""The rooms of the public site beside the record itself: areas, pictures, and the pages that explain."""

import pytest

from contracts.vocabulary import Area
from tests.controls.decisions import reform
from tests.controls.envelope import event_of
from tests.controls.publish import heard
from tests.controls.stories import story_released
from tests.integration.publish.conftest import Desk

CHARTS = ("area", "region", "month", "level", "tagging")
PICTURES = ("/map.svg", "/land.svg", *(f"/charts/{name}.svg" for name in CHARTS))


async def test_areas_are_told_in_order_with_their_reforms(desk: Desk) -> None:
    """All ten, also those without a reform; each with its newest reforms and stories, and the advice."""
    await desk.hear(heard("accepted"), heard("accepted", 1, number=2), event_of(story_released(9), number=9))
    told = (await desk.json("/areas.json"))["areas"]
    assert [one["code"] for one in told] == list(Area)
    area = Area(reform().assigned_area)
    assert {one["code"]: one["reforms"] for one in told if one["reforms"]} == {area: 2}
    page = await desk.json(f"/areas/{area}.json")
    assert [one["reference"] for one in page["newest"]] == ["OGC-2026-000002", "OGC-2026-000001"]
    assert page["guide"].startswith("https://www.opengovpartnership.org/")
    then = await desk.json(f"/areas/{area}.json?as_of=2026-11-01")
    lists = [f"/{kind}?area={area}&as_of=2026-11-01" for kind in ("reforms", "stories")]
    assert (then["newest"], [then["all"], then["all_stories"]]) == ([], lists)
    assert (await desk.page("/areas/cheese")).status_code == 404


@pytest.mark.parametrize("path", PICTURES)
async def test_pictures_may_be_shown_anywhere_and_run_nothing(desk: Desk, path: str) -> None:
    """SVG with a policy of its own, kept by browsers for as long as the record stands."""
    await desk.hear(heard("accepted"))
    given = await desk.page(path)
    assert (given.status_code, given.headers["content-type"]) == (200, "image/svg+xml")
    assert given.headers["content-security-policy"].startswith("default-src 'none'")
    assert given.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "<script" not in given.text
    assert (
        "etag" not in given.headers
        or (await desk.page(path, **{"If-None-Match": given.headers["etag"]})).status_code == 304
    )


async def test_pictures_are_asked_for_in_vain_with_a_clear_problem(desk: Desk) -> None:
    """One that there is not, and a day that is none."""
    assert (await desk.page("/charts/cheese.svg")).status_code == 404
    assert (await desk.page("/charts/area.svg?as_of=yesterday")).status_code == 400
    assert (await desk.page("/map.svg?colour=red")).status_code == 400


async def test_chart_changes_with_record_and_language(desk: Desk) -> None:
    """Its tag changes too, so that nobody is shown an old one."""
    before = await desk.page("/charts/area.svg")
    await desk.hear(heard("accepted"))
    after, french = await desk.page("/charts/area.svg"), await desk.page("/charts/area.svg?lang=fr")
    assert before.headers["etag"] != after.headers["etag"] != french.headers["etag"]
    assert before.text != after.text
    assert "Réformes par domaine" in french.text


@pytest.mark.parametrize("page", ["about", "method", "api", "terms", "privacy"])
async def test_explaining_pages_speak_three_languages(desk: Desk, page: str) -> None:
    """As pages and as JSON, by the address or by the reader's wish, and say which."""
    told = {language: await desk.json(f"/{page}.json?lang={language}") for language in ("en", "fr", "es")}
    assert [one["language"] for one in told.values()] == ["en", "fr", "es"]
    assert len({one["lead"] for one in told.values()}) == 3
    wished = await desk.page(f"/{page}", **{"Accept-Language": "es-MX, en;q=0.5"})
    assert wished.headers["content-language"] == "es"
    assert "Accept-Language" in wished.headers["vary"]
    assert told["es"]["title"] in wished.text


@pytest.mark.parametrize("query", ["lang=xx", "lang=en&lang=fr"])
async def test_language_that_is_none_of_ours_is_a_clear_problem(desk: Desk, query: str) -> None:
    """Named, as every other wrong value is; a page says it in the language that the browser wishes for."""
    assert (await desk.browser.get(f"/?{query}")).json()["errors"][0]["field"] == "lang"
    assert (await desk.page(f"/?{query}")).status_code == 400


async def test_unknown_address_answers_a_browser_with_a_page(desk: Desk) -> None:
    """And a machine with a problem."""
    page, told = await desk.page("/nowhere/at/all"), await desk.browser.get("/nowhere/at/all")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert told.headers["content-type"] == "application/problem+json"
