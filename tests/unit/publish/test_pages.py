"""How the pages read: every text escaped and in its language, nothing from elsewhere, enough contrast."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contracts.vocabulary import Area, Value
from services.chassis.doors.web import Problem
from services.publish.domain.excerpts import Piece
from services.publish.domain.reforms import fold
from services.publish.site import wording
from services.publish.site.front import glance_of
from services.publish.site.listing import Choices, chips_of
from services.publish.site.pages import STYLE, Pages
from services.publish.site.query import Asked
from services.publish.site.reform import Found, Setting, page_of
from services.publish.site.shapes import Front, Listing, ReformPage, Summary, summary_of
from services.publish.store.listing import Filters
from services.publish.store.lists import Listed
from services.publish.store.reforms import Change, Story
from services.publish.store.tallies import Locality, Totals
from tests.controls.publish import at, reform_page, story

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}{% raw %} javascript:alert(1) &amp;"
PAGES = Pages("edition", ZoneInfo("UTC"))
SETTING = Setting(date(2026, 12, 31), ZoneInfo("UTC"), "https://public.example".__add__)
ENGLISH = wording.Wording("en", ZoneInfo("UTC"))
AREAS = ENGLISH.areas
TOLD = {"country": {"CR": 1, "UK": 9, "ZZ": 2}, "area": {"justice": 12}, "batch": {"2026-10": 2, "2026-12": 10}}


class Reader(HTMLParser):
    """Reads a page as a browser does: its elements with what they say, and its text."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Give what all elements of a name say."""
        return [attributes for name, attributes in self.elements if name == tag]


def page_after(*names: str) -> ReformPage:
    """Give the page of the example reform after these decisions."""
    entries, _ = fold({}, story(*names))
    told = tuple(
        Change(entry.version, entry.decision_id, entry.entered_at, entry.published_at, entry.effect, entry.why)
        for entry in entries
    )
    first, last = entries[0].document, entries[-1].document
    assert first is not None
    assert last is not None
    return page_of(Found(story=Story(told, last), document=last, first=first), SETTING)


def summary(page: ReformPage) -> Summary:
    """Give the same reform as the list shows it."""
    return summary_of(Listed(page.published_at, page.record))


def reform(page: ReformPage) -> Reader:
    """Read a reform's page."""
    return Reader(PAGES.write("reform", it=page))


def hostile_page() -> ReformPage:
    """Give a page on which every text that an institution writes is hostile."""
    return reform_page(
        page_after("accepted"),
        title=HOSTILE,
        description=f"{HOSTILE}\n\n{HOSTILE}",
        problems=HOSTILE,
        values={Value.TRANSPARENCY: HOSTILE},
        jurisdiction=HOSTILE,
        lead_institution=HOSTILE,
        supporting_institutions=(HOSTILE,),
        partners=(HOSTILE,),
        plan=HOSTILE,
    )


@cache
def every_page() -> Mapping[str, Reader]:
    """Give every kind of page, with a hostile reform in it."""
    page = hostile_page()
    listed = summary(page)
    members = {"CR": HOSTILE}
    gone = Problem(410, "retracted", HOSTILE, reference="OGC-2026-000001", retracted_at=at(0).isoformat())
    wrong = Problem(400, "value", HOSTILE, [{"code": "value", "field": HOSTILE, "detail": HOSTILE}])
    asked = Asked(Filters(q=HOSTILE, institution=HOSTILE, member="CR", retagged=True))
    filtered = {
        "asked": asked,
        "whole": SETTING.whole,
        "saving": None,
        "chips": chips_of(asked),
        "choices": Choices(
            {"region": {HOSTILE: 1}, "country": {"CR": 1}}, members, [Locality("CRX", HOSTILE, "CR", 1)]
        ),
        "excerpts": {listed.reference: (Piece(HOSTILE, found=True),)},
    }
    written: dict[str, tuple[str, dict[str, Any]]] = {
        "front": ("front", {"it": Front(Totals(1, 0, 1), [listed]), **glance_of(TOLD, ENGLISH)}),
        "list": (
            "listing",
            {"it": Listing([listed], "/reforms?cursor=x"), **filtered},
        ),
        "reform": ("reform", {"it": page}),
        "retracted": ("retracted", {"it": gone}),
        "problem": ("problem", {"it": wrong}),
        "not found": ("problem", {"it": Problem(404, "not-found", "There is no reform at this address.")}),
    }
    return {name: Reader(PAGES.write(template, **context)) for name, (template, context) in written.items()}


KINDS = ["front", "list", "reform", "retracted", "problem", "not found"]


@pytest.mark.parametrize("name", KINDS)
def test_hostile_text_stays_text(name: str) -> None:
    """Whatever was written into a form is read on the page, and does nothing."""
    page = every_page()[name]
    assert {tag for tag, _ in page.elements} & {"script", "iframe", "object", "style", "base"} == set()
    assert [said["src"] for said in page.all("img") if not (said["src"] or "").startswith("/charts/")] == []
    assert [key for _, said in page.elements for key in said if key.startswith("on") or key == "style"] == []
    assert name == "not found" or "<script>alert(1)</script>" in page.text
    assert "49" not in page.text


@pytest.mark.parametrize("name", KINDS)
def test_page_takes_nothing_from_elsewhere(name: str) -> None:
    """Every address on a page is one of this site, but for the licence to which the footer links."""
    addresses = [
        said[key] or ""
        for tag, said in every_page()[name].elements
        for key in ("href", "src", "action")
        if key in said and (tag, said[key]) != ("a", "https://creativecommons.org/licenses/by/4.0/")
    ]
    assert [address for address in addresses if not re.match(r"/(?!/)|#", address)] == []


@pytest.mark.parametrize("name", KINDS)
def test_page_can_be_walked_by_ear_and_keyboard(name: str) -> None:
    """A language, a title, one heading of the first order, no order left out, landmarks, and a way past the top."""
    page = every_page()[name]
    orders = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert page.all("html") == [{"lang": "en"}]
    assert orders.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(orders))
    assert {"header", "nav", "main", "footer", "title"} <= {tag for tag, _ in page.elements}
    assert page.all("a")[0] == {"class": "skip", "href": "#main"}


@pytest.mark.parametrize("name", KINDS)
def test_ids_are_unique_and_labels_lead_to_them(name: str) -> None:
    """Each id stands once, and what is labelled by one finds it."""
    page = every_page()[name]
    ids = [said["id"] for _, said in page.elements if "id" in said]
    wanted = [said[key] for _, said in page.elements for key in ("for", "aria-labelledby") if key in said]
    assert len(ids) == len(set(ids))
    assert set(wanted) <= set(ids)


def test_texts_are_marked_with_their_language() -> None:
    """The institution's text is in its language, the Support Unit's title in English."""
    page = reform(page_after("accepted"))
    prose = [said["lang"] for tag, said in page.elements if tag == "div" and said.get("class") == "prose"]
    assert prose == ["es"] * 4
    assert page.all("h1")[0]["lang"] == "en"
    assert page.all("q")[0]["lang"] == "es"
    assert "Reducción del rezago judicial: ¿cuánto tarda la justicia?" in page.text


def test_reform_says_why_it_was_accepted() -> None:
    """Criterion by criterion with its reason, the version, and both areas with the reason for the other."""
    text = reform(page_after("accepted")).text
    for expected in (
        "The action is ongoing or planned, with future milestones.",
        "Milestones until 2027, each with its date.",
        "2025-11",
        "Declared as Justice, assigned by the Support Unit to Access to Information",
        "The courts' data are its heart.",
        "Decided, in the batch of November 2026",
    ):
        assert expected in text


def test_unknown_version_of_the_criteria_shows_their_codes() -> None:
    """A decision may name a version that this edition does not hold: its codes then stand for themselves."""
    page = page_after("accepted")
    text = reform(replace(page, record=replace(page.record, criteria_version="1999-01"))).text
    assert "thematic-relevance" in text


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("accepted",), ["published"]),
        (("accepted", "corrected"), ["published", "the same day Small correction"]),
        (("accepted", "accepted"), ["published", "the same day Corrected"]),
        (("accepted", "retracted", "accepted"), ["published", "Taken off the record", "Published again"]),
    ],
)
def test_history_tells_every_change(names: tuple[str, ...], expected: list[str]) -> None:
    """What changed since publication is on the page, with its reasons."""
    page = page_after(*names)
    text = " ".join(reform(page).text.rpartition("Its way here")[2].partition("At a glance")[0].split())
    assert re.search(".*".join(expected), text)
    assert all(item.why is None or item.why in text for item in page.history)


@pytest.mark.parametrize(("zone", "reads"), [("UTC", "10 December 2026"), ("Asia/Tokyo", "11 December 2026")])
def test_days_are_those_of_the_declared_zone(zone: str, reads: str) -> None:
    """Late in the afternoon of UTC it is the next day in Tokyo; a date that was written as a date stays that date."""
    page = page_after("accepted")
    read = Reader(Pages("edition", ZoneInfo(zone)).write("reform", it=page)).text.replace("\u00a0", " ")
    assert re.search(f"{reads} [0-9]+ days? later Released with its batch, and published", " ".join(read.split()))
    assert f"Months and days are those of {zone}." in read
    assert wording.Wording("en", ZoneInfo(zone)).day(date(2026, 12, 10)) == "10\u00a0December 2026"


def test_list_names_place_level_and_institution() -> None:
    """A reform in the list says where it is from, at what level, by whom, since when."""
    text = " ".join(every_page()["front"].text.split())
    assert "National · published 10 December 2026" in text
    page = summary(reform_page(page_after("accepted"), jurisdiction="Córdoba (Province), Argentina"))
    assert page.place == "Córdoba (Province), Argentina"


def test_every_area_has_its_colour() -> None:
    """The style sheet knows all areas."""
    style = STYLE.read_text()
    assert [code for code in AREAS if f".area-{code} {{ --hue" not in style] == []
    assert set(AREAS) == {area.value for area in Area}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_hues_of_areas_stand_out(scheme: int) -> None:
    """Three to one against every ground that they lie on, by day and by night (WCAG 1.4.11)."""
    sheet = STYLE.read_text()
    grounds = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)[scheme]))
    hues = [re.findall(rf"\.area-{code} \{{ --hue: (#[0-9a-f]{{6}})", sheet)[scheme] for code in AREAS]
    weak = [hue for hue in hues for ground in ("paper", "sheet") if contrast(hue, grounds[ground]) < 3]
    assert len(hues) == len(AREAS)
    assert weak == []


def luminance(colour: str) -> float:
    """Compute the relative luminance of a colour, as WCAG defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Compute the contrast of two colours."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_have_enough_contrast(scheme: int) -> None:
    """Text has 4.5 to 1 on every ground that it stands on, borders of fields and the focus 3 to 1 (WCAG 2.2 AA)."""
    sheet = STYLE.read_text()
    blocks = re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", blocks[scheme]))
    for ground in ("paper", "sheet", "soft"):
        for ink in ("ink", "quiet", "deep"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
        assert contrast(colours["field"], colours[ground]) >= 3, ground
        assert contrast(colours["focus"], colours[ground]) >= 3, ground
    assert contrast(colours["note-ink"], colours["note"]) >= 4.5
    assert contrast(colours["deep-ink"], colours["deep"]) >= 4.5
