"""Addresses that are passed on lead to the pages that were meant, without the marks of who passed them on."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from fastapi import Request

from services.publish.site.pages import Pages
from services.publish.site.tidying import untracked

SITE = "https://reforms.example.org"
PAGES = Pages("edition", ZoneInfo("UTC"), SITE)


def asking(path: str, query: str) -> Request:
    """Ask for an address, naming a host that is not ours."""
    return Request(
        {"type": "http", "method": "GET", "scheme": "http", "server": ("evil.example", 80), "root_path": "",
         "path": path, "query_string": query.encode(), "headers": [(b"host", b"evil.example")]}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "then"),
    [
        ("fbclid=x", "/reforms/%C3%A9"),
        ("utm_source=x&lang=fr&UTM_Medium=y", "/reforms/%C3%A9?lang=fr"),
        ("mc_cid=1&as_of=2026-12-31&gclid=2&msclkid=3&_hsenc=4", "/reforms/%C3%A9?as_of=2026-12-31"),
        ("lang=fr", None),
        ("colour=red&utm=1&clid=2&mc=3", None),
    ],
)
def test_marks_of_who_passed_a_link_on_are_dropped(query: str, then: str | None) -> None:
    """For ever, at no named host; what is no such mark stays, to be refused where it is none of ours."""
    led = untracked(asking("/reforms/é", query))
    assert (led and (led.status_code, led.headers["location"])) == (then and (308, then))


def test_pages_name_their_oembed_by_whole_addresses() -> None:
    """Who finds them reads them elsewhere: of the site as it is configured, each parameter once encoded."""
    made = PAGES._environments["en"].from_string(
        '{% from "taking.html.jinja" import follow_list with context %}{{ follow_list(query) }}'
    )
    page = made.render(query={"area": "justice", "level": "local", "limit": "5"})
    found = re.findall(r'type="[a-z/]+\+oembed" href="([^"]+)"', page)
    assert len(found) == 2
    for href in found:
        address = urlsplit(unescape(href))
        assert f"{address.scheme}://{address.netloc}{address.path}" == f"{SITE}/oembed"
        assert parse_qs(address.query)["url"] == [f"{SITE}/reforms?area=justice&level=local"]
