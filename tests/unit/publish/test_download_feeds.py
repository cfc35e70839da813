"""Feeds and the calendar: read by others' programs, the same bytes for the same record, nothing in them breaks them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from feedparser.api import parse
from icalendar import Calendar

from contracts.submissions import Milestone
from services.publish.downloads.calendar import write_calendar
from services.publish.downloads.feeds import SUMMARY_CHARACTERS, TAG, Feed, write_atom, write_json_feed
from tests.controls.downloads import taken
from tests.controls.envelope import RELEASED_AT

SITE = "https://reforms.example.org"
HOSTILE = "<script>alert(1)</script>]]>&\x0b\ufffe;,:\\"


def feed(**told: Any) -> Feed:
    """A feed of two reforms, one of which was corrected."""
    later = RELEASED_AT + timedelta(days=3)
    example = Feed(
        title="Reforms",
        subtitle="Area: Justice",
        language="en",
        query="area=justice",
        own=f"{SITE}/reforms.atom?area=justice",
        listed=f"{SITE}/reforms?area=justice",
        next=f"{SITE}/reforms.atom?area=justice&cursor=1",
        updated=later,
        entries=[replace(taken(2), changed_at=later, version=2), taken(1)],
    )
    return replace(example, **told)


def test_atom_is_read_by_others() -> None:
    """With its ids, its links, whose it is, and when each entry was published and changed."""
    found = parse(write_atom(feed()))
    assert not found.bozo
    assert found.version == "atom10"
    assert (found.feed.id, found.feed.language) == (f"{TAG}?area=justice", "en")
    links = {link.rel: link.href for link in found.feed.links}
    assert links == {"self": feed().own, "alternate": feed().listed, "next": feed().next}
    first, second = found.entries
    assert (first.id, first.link) == (f"{TAG}/OGC-2026-000002", f"{SITE}/reforms/OGC-2026-000002")
    assert first.title_detail.language == "es"
    assert first.author == "Presidencia de la Corte Suprema de Justicia"
    assert first.updated > first.published == second.published == second.updated
    assert [tag.term for tag in first.tags] == ["access-to-information"]


def test_atom_has_what_its_standard_asks_for() -> None:
    """RFC 4287, 4.1: one id, title and updated each; an author; entries in which nobody's text is markup."""
    entry = taken(description=HOSTILE, lead_institution=HOSTILE)
    found = parse(write_atom(feed(title=HOSTILE, entries=[entry])), sanitize_html=False)
    assert not found.bozo
    assert found.entries[0].summary == HOSTILE.replace("\x0b", "\ufffd").replace("\ufffe", "\ufffd")
    for one in (found.feed, *found.entries):
        assert all(one[name] for name in ("id", "title", "updated", "author"))


def test_json_feed_has_the_same() -> None:
    """Each entry under the same id, and nothing cut in a word."""
    told = write_json_feed(feed(entries=[taken(description="palabra " * 200)]))
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert (told["feed_url"], told["next_url"]) == (feed().own, feed().next)
    (item,) = told["items"]
    assert (item["id"], item["language"]) == (f"{TAG}/OGC-2026-000001", "es")
    assert item["content_text"].endswith("palabra …")
    assert len(item["content_text"]) <= SUMMARY_CHARACTERS + 2
    assert "next_url" not in write_json_feed(feed(next=None))


def test_calendar_is_read_by_others() -> None:
    """A day for each milestone, folded lines, ids that stay, and no time but the record's."""
    title = "Metas, acordadas; con la «mesa» ciudadana: " + "muy " * 40
    told = taken(
        milestones=(Milestone(title=title, due=date(2027, 12, 31)), Milestone(title="b", due=date(2028, 1, 1)))
    )
    written = write_calendar("Milestones", [replace(told, version=3, revision=3)])
    assert written == write_calendar("Milestones", [replace(told, version=3, revision=3)])
    assert max(map(len, written.split(b"\r\n"))) <= 75
    events = Calendar.from_ical(written).walk("VEVENT")
    assert [str(event["UID"]) for event in events] == [
        f"OGC-2026-000001-{number}@challenge.opengovpartnership.org" for number in (1, 2)
    ]
    first = events[0]
    assert first["SUMMARY"] == f"{title} (Costa Rica)"
    assert first["SUMMARY"].params["LANGUAGE"] == "es"
    assert (first.decoded("DTSTART"), first.decoded("DTEND")) == (date(2027, 12, 31), date(2028, 1, 1))
    assert (first.decoded("DTSTAMP"), first["SEQUENCE"]) == (RELEASED_AT, 2)
    assert str(first["URL"]) == told.url


def test_calendar_takes_no_line_of_anybody() -> None:
    """What someone typed stays inside its property."""
    told = taken(milestones=(Milestone(title="a\r\nATTENDEE:mailto:x@example.org\nb", due=date(2027, 1, 1)),))
    (event,) = Calendar.from_ical(write_calendar("x", [told])).walk("VEVENT")
    assert "ATTENDEE" not in event
