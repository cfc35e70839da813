"""How the record's figures are told: as rows of a table, as a chart, and on a map of the world."""

import re
from datetime import date
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

import pytest

from contracts.reference import Language
from services.publish.site.charts import COLOURS, DAY, NIGHT
from services.publish.site.counting import statistics_of, taggings_of
from services.publish.site.figures import CHARTS, countries_of, draw, figure_of, figures_of, months_between, shade_of
from services.publish.site.front import NEWEST, glance_of
from services.publish.site.pictures import draw_land, draw_map
from services.publish.site.query import Asked
from services.publish.site.reader import Reader as Visitor
from services.publish.site.shapes import Front
from services.publish.site.wording import LANGUAGES, Wording
from services.publish.site.world import world
from services.publish.site.world.making import place
from services.publish.store.listing import Filters
from services.publish.store.tallies import Totals
from tests.unit.publish.test_pages import PAGES, Reader, contrast, page_after, summary

ENGLISH = Wording("en", ZoneInfo("UTC"))
TOLD = {
    "area": {"justice": 3, "civic-space": 1},
    "region": {"Americas": 3, "Atlantis <b>": 1},
    "batch": {"2026-11": 3, "2027-01": 1},
    "level": {"national": 3, "local-non-member": 1},
    "tagging": {"justice>justice": 2, "justice>civic-space": 1, "civic-space>justice": 1},
    "country": {"CR": 1, "UK": 9, "SC": 2, "ZZ": 3},
}


def test_rows_have_every_kind_also_those_without_a_reform() -> None:
    """Ten areas in OGP's order, four regions and whatever else is told, three levels, half a year without a gap."""
    told = figures_of(TOLD, ENGLISH)
    assert [len(told[name].rows) for name in CHARTS] == [10, 5, 6, 3, 10]
    assert [(row.name, row.values) for row in told["month"].rows][3:] == [
        ("Nov 2026", (3,)),
        ("Dec 2026", (0,)),
        ("Jan 2027", (1,)),
    ]
    assert {row.code: row.values for row in told["tagging"].rows if any(row.values)} == {
        "justice": (2, 1),
        "civic-space": (0, 1),
    }


def test_empty_record_has_its_figures_too() -> None:
    """Before the first release nothing breaks."""
    assert {name: len(figure.rows) for name, figure in figures_of({}, ENGLISH).items()} == {
        "area": 10,
        "region": 4,
        "month": 0,
        "level": 3,
        "tagging": 10,
    }
    assert months_between([]) == []
    assert len(months_between(["2023-01", "2028-12"])) == 24


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_chart_says_what_it_shows_and_runs_nothing(name: str, language: str) -> None:
    """It has a title, a description and its names; no script, nothing from elsewhere, and the same bytes again."""
    wording = next(Wording(one, ZoneInfo("UTC")) for one in LANGUAGES if one == language)
    figure = figure_of(name, TOLD, wording)
    drawn = draw(figure)
    told = Reader(drawn).text
    draw.cache_clear()
    assert figure.title in told
    assert figure.about in told
    assert all(row.name in told for row in (figure.rows[1::2] if name == "month" else figure.rows))
    assert b"<script" not in drawn
    assert b"http" not in drawn.replace(b'"http://www.w3.org/2000/svg"', b"").replace(
        b'"http://www.w3.org/1999/xlink"', b""
    )
    assert draw(figure) == drawn
    assert draw(figure_of(name, {}, wording))


def test_bars_stand_out_by_day_and_by_night() -> None:
    """Three to one against what they lie on (WCAG 1.4.11)."""
    assert [colour for colour in COLOURS for ground in (DAY, NIGHT) if contrast(colour, ground) < 3] == []


@pytest.mark.parametrize(("reforms", "shade"), [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (7, 3), (8, 4), (10**6, 4)])
def test_shade_deepens_with_the_number(reforms: int, shade: int) -> None:
    """In four steps."""
    assert shade_of(reforms) == shade


def test_countries_are_found_on_the_map() -> None:
    """Under OGP's prefix too, and small ones as a dot; one without a shape is in the table all the same."""
    found = countries_of(TOLD, ENGLISH)
    assert [(country.code, country.name, country.reforms) for country in found] == [
        ("UK", "United Kingdom", 9),
        ("ZZ", "Unknown Region", 3),
        ("SC", "Seychelles", 2),
        ("CR", "Costa Rica", 1),
    ]
    assert [bool(country.shape) for country in found] == [True, False, True, True]
    assert found[0].shape == world().shapes["GB"]
    assert found[2].shape == world().dots["SC"]


def test_map_names_the_countries_that_have_reforms() -> None:
    """Each with its number, above the land; whatever a name holds is text."""
    drawn = draw_map(countries_of(TOLD, ENGLISH), ENGLISH).decode()
    assert "<title>United Kingdom: 9 reforms</title>" in drawn
    assert "<title>Costa Rica: 1 reform</title>" in drawn
    assert "<script" not in drawn


@pytest.mark.parametrize("language", LANGUAGES)
def test_front_page_is_small_when_everybody_takes_part(language: Language) -> None:
    """Seventy-five countries, some of the longest borders among them, after five years: under 50 kB."""
    codes = sorted(world().shapes, key=lambda code: -len(world().shapes[code]))
    told = {
        "country": dict.fromkeys([*codes[1:6], *codes[30:100]], 12_345),
        "area": dict.fromkeys(ENGLISH.areas, 98_765),
        "batch": {"2023-01": 5, "2028-12": 98_765},
    }
    front = Front(Totals(80, 99_999, 987_654), [summary(page_after("accepted"))] * NEWEST)
    glance = glance_of(told, Wording(language, ZoneInfo("UTC")))
    day = date(2028, 12, 31)
    visitor = Visitor(language, language, query=(("as_of", "2028-12-31"),), as_of=day)
    assert len(PAGES.write("front", visitor, it=front, **glance)) < 50_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_front_page_has_every_chart_and_leads_to_each_table(language: Language) -> None:
    """By area, region, month, level and re-tagging; the figures' page has a table under each anchor."""
    wording, visitor = Wording(language, ZoneInfo("UTC")), Visitor(language, language)
    front = Front(Totals(1, 0, 4), [summary(page_after("accepted"))])
    page = Reader(PAGES.write("front", visitor, it=front, **glance_of(TOLD, wording)))
    drawn = [str(image["src"]) for image in page.all("img")]
    assert sorted(drawn) == sorted(f"/charts/{name}.svg?lang={language}" for name in CHARTS)
    anchors = [link["href"] for link in page.all("a") if "#" in (link["href"] or "")]
    led = {str(link).partition("#")[2] for link in anchors if str(link).startswith("/statistics?")}
    found = statistics_of(Totals(1, 0, 4), TOLD)
    twins = Reader(
        PAGES.write("statistics", visitor, it=found, asked=Asked(Filters()), taggings=taggings_of(found, wording))
    )
    assert len(led) == len(CHARTS)
    assert led <= {heading["id"] for heading in twins.all("h2")}
    assert len(twins.all("table")) >= len(CHARTS)


def test_record_without_a_reform_has_no_charts() -> None:
    """A chart of nothing is a riddle."""
    page = PAGES.write("front", it=Front(Totals(0, 0, 0), []), **glance_of({}, ENGLISH))
    told = statistics_of(Totals(0, 0, 0), {})
    figures = PAGES.write("statistics", it=told, asked=Asked(Filters()), taggings=taggings_of(told, ENGLISH))
    assert Reader(page).all("img") == Reader(figures).all("img") == []


def test_figures_stand_beside_what_they_count_and_are_never_lost() -> None:
    """However small a bar is; where columns are too many for their numbers, the highest and the last have theirs."""
    months = {f"{year}-{month:02}": 10_000 + month for year in (2026, 2027) for month in range(1, 13)}
    told = {"area": {"justice": 1_234_567, "civic-space": 1}, "batch": months, "tagging": TOLD["tagging"]}
    area, month, tagging = (Reader(draw(figure_of(name, told, ENGLISH))).text for name in ("area", "month", "tagging"))
    assert "1,234,567" in area
    assert re.search(r"\b1\b", area.replace("1,234,567", ""))
    assert month.count("10,012") >= 1
    assert "10,005" not in month
    assert "2 + 1" in tagging
    assert "0 + 1" in tagging


def test_pictures_are_small() -> None:
    """A reader on a slow line pays little for them."""
    assert len(draw_land()) < 40_000
    assert max(len(draw(figure)) for figure in figures_of(TOLD, ENGLISH).values()) < 25_000


@pytest.mark.parametrize(
    ("longitude", "latitude", "code"),
    [
        (34.2, 45.2, "UA"),
        (30.5, 50.4, "UA"),
        (37.6, 55.7, "RU"),
        (-13.0, 25.0, "EH"),
        (-6.8, 33.0, "MA"),
        (-84.0, 10.0, "CR"),
    ],
)
def test_map_is_drawn_as_the_united_nations_draw_it(longitude: float, latitude: float, code: str) -> None:
    """Crimea with Ukraine, Western Sahara apart; a place lies in its country and in no other."""
    here = place(longitude, latitude)
    assert [one for one, path in world().shapes.items() if is_inside(here, path)] == [code]


def is_inside(point: tuple[float, float], path: str) -> bool:
    """Say whether a point lies in a shape: a line from it to the right meets an odd number of its borders."""
    x, y = point
    borders = (pair for ring in path.split("M")[1:] for pair in pairwise(corners(ring)))
    crossed = [(a, b) for a, b in borders if (a[1] > y) != (b[1] > y)]
    return sum(x < a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1]) for a, b in crossed) % 2 == 1


def corners(ring: str) -> list[tuple[float, float]]:
    """Give the corners of a ring of a path, the first of them again at the end."""
    numbers = [float(number) for number in re.findall(r"-?\d+", ring)]
    steps = list(zip(numbers[::2], numbers[1::2], strict=True))
    found = list(accumulate(steps, lambda at, step: (at[0] + step[0], at[1] + step[1])))
    return [*found, found[0]]
