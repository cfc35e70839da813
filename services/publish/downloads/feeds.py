"""Writes feeds of reforms: Atom (RFC 4287) and JSON Feed 1.1, with ids that stay and times of the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from services.publish.downloads.direction import unturned
from services.publish.downloads.readme import ATTRIBUTION, LICENSE_URL
from services.publish.downloads.taken import Taken
from services.publish.downloads.xml import in_xml

TAG = "tag:opengovpartnership.org,2023:challenge/reforms"
"""What the ids of feeds and entries begin with (RFC 4151): they stay whatever becomes of addresses."""

SUMMARY_CHARACTERS = 600
ATOM = "application/atom+xml; charset=utf-8"
JSON_FEED = "application/feed+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One page of a feed, newest first. Addresses are whole; ``listed`` is the page for people.

    ``query`` is what the feed was asked, and ``updated`` when the record last changed.
    """

    title: str
    subtitle: str
    language: str
    query: str
    own: str
    listed: str
    next: str | None
    updated: datetime
    entries: Sequence[Taken]


def write_atom(feed: Feed) -> bytes:
    """Write a feed as Atom."""
    root = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": feed.language})
    _say(root, "id", _id_of(feed))
    _say(root, "title", feed.title)
    _say(root, "subtitle", feed.subtitle)
    _say(root, "updated", _instant(feed.updated))
    _say(root, "rights", f"CC BY 4.0, {LICENSE_URL}")
    _say(SubElement(root, "author"), "name", ATTRIBUTION)
    _link(root, "self", feed.own, ATOM.partition(";")[0])
    _link(root, "alternate", feed.listed, "text/html")
    if feed.next:
        _link(root, "next", feed.next, ATOM.partition(";")[0])
    for taken in feed.entries:
        _enter(root, taken)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def write_json_feed(feed: Feed) -> dict[str, Any]:
    """Give a feed as JSON Feed has it."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": unturned(feed.title),
        "description": unturned(feed.subtitle),
        "language": feed.language,
        "home_page_url": feed.listed,
        "feed_url": feed.own,
        **({"next_url": feed.next} if feed.next else {}),
        "authors": [{"name": ATTRIBUTION}],
        "items": [_item(taken) for taken in feed.entries],
    }


def _enter(root: Element, taken: Taken) -> None:
    reform = taken.record.reform
    entry = SubElement(root, "entry", {"xml:lang": reform.proposal.language})
    _say(entry, "id", f"{TAG}/{taken.reference}")
    _say(entry, "title", reform.published_title)
    _say(entry, "published", _instant(taken.published_at))
    _say(entry, "updated", _instant(taken.changed_at))
    _say(SubElement(entry, "author"), "name", reform.proposal.lead_institution)
    _link(entry, "alternate", taken.url, "text/html")
    SubElement(entry, "category", {"term": reform.assigned_area.value})
    _say(entry, "summary", _summary(reform.proposal.description))


def _item(taken: Taken) -> dict[str, Any]:
    reform = taken.record.reform
    return {
        "id": f"{TAG}/{taken.reference}",
        "url": taken.url,
        "title": unturned(reform.published_title),
        "content_text": unturned(_summary(reform.proposal.description)),
        "language": reform.proposal.language,
        "date_published": _instant(taken.published_at),
        "date_modified": _instant(taken.changed_at),
        "authors": [{"name": unturned(reform.proposal.lead_institution)}],
        "tags": [reform.assigned_area.value],
    }


def _id_of(feed: Feed) -> str:
    return f"{TAG}?{feed.query}" if feed.query else TAG


def _say(within: Element, name: str, text: str) -> None:
    SubElement(within, name).text = in_xml(unturned(text))


def _link(within: Element, relation: str, address: str, media_type: str) -> None:
    SubElement(within, "link", {"rel": relation, "type": media_type, "href": in_xml(address)})


def _instant(when: datetime) -> str:
    return when.isoformat().replace("+00:00", "Z")


def _summary(text: str) -> str:
    if len(text) <= SUMMARY_CHARACTERS:
        return text
    return text[:SUMMARY_CHARACTERS].rpartition(" ")[0] + " …"
