"""What other sites show of the record: frames without script that any site may hold, and how oEmbed finds them."""

import re
from html import unescape
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

from tests.controls.publish import heard, story
from tests.integration.publish.conftest import Desk

FIRST = "/embed/reforms/OGC-2026-000001"
PAGE = "http://publish/reforms/OGC-2026-000001"


async def test_frame_may_stand_on_any_site_and_runs_nothing(desk: Desk) -> None:
    """Also when it is asked for again, is retracted, or makes no sense; every other page may stand in no frame."""
    await desk.hear(*story("accepted"), heard("accepted", 1, 2), heard("retracted", 2, 2))
    first = await desk.page(FIRST)
    answers = {
        200: [first, await desk.page("/embed/reforms?area=access-to-information&lang=fr")],
        304: [await desk.page(FIRST, **{"If-None-Match": first.headers["etag"]})],
        400: [await desk.page("/embed/reforms?area=cheese"), await desk.page(f"{FIRST}?area=justice")],
        404: [await desk.page("/embed/reforms/OGC-2026-000009"), await desk.page("/embed/reforms/%00")],
        410: [await desk.page("/embed/reforms/OGC-2026-000002")],
    }
    for status, given in answers.items():
        for one in given:
            policy = one.headers["content-security-policy"]
            assert one.status_code == status
            assert "frame-ancestors *" in policy
            assert "script-src" not in policy
            assert "<script" not in one.text
    assert "Reduce the Backlog of Court Cases" in first.text
    assert 'target="_blank"' in first.text
    assert "frame-ancestors 'none'" in (await desk.page("/reforms")).headers["content-security-policy"]


async def test_frame_of_a_list_shows_what_is_asked_for(desk: Desk) -> None:
    """The first few, or as many as are asked for; and leads to all of them."""
    await desk.hear(*(heard("accepted", number, number) for number in range(1, 8)))
    shown = [await desk.page(f"/embed/reforms{query}") for query in ("", "?limit=2", "?area=civic-space")]
    assert [len(set(re.findall(r'href="/reforms/(OGC-[0-9-]+)"', page.text))) for page in shown] == [5, 2, 0]
    assert 'href="/reforms?area=civic-space"' not in shown[0].text
    assert "No reform matches." in shown[2].text


async def test_frames_have_twins_for_machines(desk: Desk) -> None:
    """What a frame shows, as JSON that may be framed by nobody; whoever asks the frame itself is given a page."""
    await desk.hear(*(heard("accepted", number, number) for number in range(1, 4)), heard("retracted", 4, 2))
    listed, one = await desk.page("/embed/reforms.json?limit=1&member=CR"), await desk.page(f"{FIRST}.json")
    assert [found["reference"] for found in listed.json()["reforms"]] == ["OGC-2026-000003"]
    assert one.json() == (await desk.json("/reforms.json?limit=3"))["reforms"][-1]
    assert "frame-ancestors 'none'" in one.headers["content-security-policy"]
    asked = {"/embed/reforms/OGC-2026-000002.json": "retracted", "/embed/reforms/OGC-2026-000009.json": "not-found",
             "/embed/reforms.json?area=cheese": "value", f"{FIRST}.json?limit=3": "unknown-filter"}  # fmt: skip
    assert {path: (await desk.page(path)).json()["code"] for path in asked} == asked
    plain = await desk.browser.get(FIRST)
    assert plain.headers["content-type"].startswith("text/html")


async def ask(desk: Desk, url: str, more: str = "") -> Any:
    """Ask how an address is shown."""
    return await desk.browser.get(f"/oembed?url={quote(url, safe='')}{more}")


async def test_oembed_tells_how_an_address_is_shown(desk: Desk) -> None:
    """As JSON and as XML; within the bounds that the site sets, whatever else it sends; and the frame is there."""
    await desk.hear(*story("accepted"))
    told = (await ask(desk, PAGE, "&maxwidth=320&maxheight=9999&dnt=1")).json()
    assert (told["type"], told["version"], told["title"]) == ("rich", "1.0", "Reduce the Backlog of Court Cases")
    assert (told["width"], told["height"]) == (320, 240)
    (source,) = re.findall(r'src="([^"]+)"', told["html"])
    assert (await desk.page(unescape(source))).status_code == 200
    xml = await ask(desk, PAGE, "&format=xml&maxwidth=320")
    assert xml.headers["content-type"] == "text/xml; charset=utf-8"
    assert {one.tag: one.text for one in ET.fromstring(xml.content)} == {  # noqa: S314 - it is ours
        name: str(value) for name, value in told.items()
    }
    listed = (await ask(desk, "/reforms?area=justice&level=local")).json()
    assert 'src="/embed/reforms?area=justice&amp;level=local"' in listed["html"]
    assert (await ask(desk, f"{PAGE}?fbclid=x&utm_source=y")).json() == (await ask(desk, PAGE)).json()


async def test_oembed_refuses_what_cannot_be_shown(desk: Desk) -> None:
    """Addresses of others, pages that are no reform, lists that make no sense, forms that nobody writes."""
    await desk.hear(*story("accepted", "retracted"))
    refused = {
        ("https://example.org/reforms/OGC-2026-000001", ""): (404, "not-found"),
        ("http://publish/about", ""): (404, "not-found"),
        ("http://publish/reforms/OGC-2026-000009", ""): (404, "not-found"),
        ("http://[publish/reforms", ""): (404, "not-found"),
        (PAGE, ""): (410, "retracted"),
        (PAGE, "&format=yaml"): (400, "value"),
        (PAGE, "&maxwidth=-1"): (400, "value"),
        ("/reforms?area=cheese", ""): (400, "value"),
        ("", ""): (400, "missing"),
    }
    for (url, more), expected in refused.items():
        told = await ask(desk, url, more)
        assert (told.status_code, told.json()["code"]) == expected, url
        assert (await desk.browser.head(told.request.url.raw_path.decode())).status_code == expected[0], url
