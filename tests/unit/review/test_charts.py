"""The month's charts: what they say, that they run nothing, and that they can be seen by day and by night."""

from xml.etree import ElementTree as ET

import pytest

from services.review.desk.charts import COLOURS, DAY, NIGHT, ON_COLOUR, draw_bars, draw_columns

SVG = "{http://www.w3.org/2000/svg}"
BARS = [("No milestone <lies> ahead & more", 4.0), ("Not the institution’s own", 2.0), ("Autre « raison »", 0.0)]
COLUMNS = {"Accepted": [3.0, 4.0], "Declined": [0.0, 1.0]}


@pytest.mark.parametrize(
    "drawn",
    [
        draw_bars("Reasons", "Why <items> were declined.", BARS),
        draw_bars("Reasons", "Why <items> were declined.", []),
        draw_columns("Reasons", "Why <items> were declined.", ["2026-09", "2026-10"], COLUMNS),
        draw_columns("Reasons", "Why <items> were declined.", [], {}),
    ],
    ids=["bars", "no bars", "columns", "no columns"],
)
def test_a_chart_says_what_it_shows_and_holds_nothing_that_runs(drawn: bytes) -> None:
    """Title and description are in it, and are its name; scripts and addresses elsewhere are not."""
    root = read(drawn)
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "chart-title chart-about")
    told = {node.get("id"): node.text for node in root if node.get("id")}
    assert told == {"chart-title": "Reasons", "chart-about": "Why <items> were declined."}
    assert [node.tag for node in root.iter() if node.tag in {f"{SVG}script", f"{SVG}image", f"{SVG}a"}] == []
    assert b"http" not in drawn.replace(b"http://www.w3.org/", b"")


def test_a_chart_shows_names_and_figures() -> None:
    """Every name as it is, and every figure beside its bar."""
    texts = {(node.text or "").strip() for node in read(draw_bars("R", "…", BARS)).iter(f"{SVG}text")}
    assert texts >= {name for name, _ in BARS} | {"4", "2", "0"}


def test_a_long_name_leaves_room_for_its_bar() -> None:
    """Cut between words, and seen to be cut; the table beside it has the whole."""
    told = draw_bars(
        "R", "…", [("The action is not owned and implemented by a public-sector institution.", 1)]
    ).decode()
    assert ">The action is not owned and implemented by …</text>" in told


def test_a_chart_is_the_same_whenever_it_is_drawn() -> None:
    """No chance and no date in it."""
    assert draw_bars("R", "…", BARS) == draw_bars("R", "…", BARS)
    assert b"Generated" not in draw_bars("R", "…", BARS)


@pytest.mark.parametrize("colour", COLOURS)
def test_a_colour_stands_out(colour: str) -> None:
    """Three to one from the paper, by day and by night, and four and a half to one from the figures on it."""
    assert contrast(colour, DAY) >= 3
    assert contrast(colour, NIGHT) >= 3
    assert contrast(colour, ON_COLOUR) >= 4.5


def read(drawn: bytes) -> ET.Element:
    """Read a drawing."""
    return ET.fromstring(drawn)  # noqa: S314 - our own


def contrast(one: str, other: str) -> float:
    """Say how much two colours differ, as WCAG counts."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
