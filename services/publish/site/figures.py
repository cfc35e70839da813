"""The figures of the record, as charts and tables tell them: how many reforms of each area, region, month and level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.publish.site.charts import COLUMN_HEIGHT, Drawn, draw_bars, draw_columns, height_of_bars
from services.publish.site.wording import LEVELS, Wording
from services.publish.site.world import world
from services.publish.store.tallies import Tallies

STEPS = (1, 2, 4, 8)
"""From how many reforms on a country has the first, second, third and fourth shade."""

SHADES = tuple(zip(STEPS, (*(step - 1 for step in STEPS[1:]), None), strict=True))
"""The least and the most reforms of each shade; the last has no most."""

MONTHS_MIN, MONTHS_MAX = 6, 24
"""So many months are shown: the last ones."""

CHARTS = ("area", "region", "month", "level", "tagging")
REGIONS = ("Africa and the Middle East", "Americas", "Asia and the Pacific", "Europe")
"""OGP's own, which stand in a chart also while nothing is in them."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a figure: a code, what it is called, and a number for each of the figure's columns."""

    code: str
    name: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: what a chart draws and a table spells out. ``columns`` name the numbers of its rows."""

    name: str
    title: str
    about: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    wording: Wording


@dataclass(frozen=True, slots=True)
class Country:
    """A country on the map: how many reforms, in which shade, and the data of its shape's path, if it has one."""

    code: str
    name: str
    reforms: int
    shade: int
    shape: str | None


def figures_of(tallies: Tallies, wording: Wording) -> dict[str, Figure]:
    """Give all figures, by name, in one language."""
    return {name: figure_of(name, tallies, wording) for name in CHARTS}


def figure_of(name: str, tallies: Tallies, wording: Wording) -> Figure:
    """Give one of the ``CHARTS``."""
    columns: tuple[str, ...] = (str(wording.t("charts.reforms")),)
    if name == "tagging":
        columns = tuple(str(wording.t(f"charts.{column}")) for column in ("kept", "moved"))
        rows = _taggings(tallies.get("tagging", {}), wording)
    else:
        rows = _rows(name, tallies.get(_dimension(name), {}), wording)
    words = {part: str(wording.t(f"charts.{name}.{part}")) for part in ("title", "about")}
    return Figure(name, words["title"], words["about"], columns, rows, wording)


def height_of(name: str, rows: int) -> int:
    """Say how high a figure of so many rows is drawn, so that a page can keep its place."""
    return COLUMN_HEIGHT if name == "month" else height_of_bars(rows, 2 if name == "tagging" else 1)


@lru_cache(maxsize=64)
def draw(figure: Figure) -> bytes:
    """Draw a figure as a chart; those that were drawn last are kept."""
    series = {column: tuple(row.values[place] for row in figure.rows) for place, column in enumerate(figure.columns)}
    names = [row.name for row in figure.rows]
    drawn = Drawn(figure.title, figure.about, names, series, figure.wording.number)
    return draw_columns(drawn) if figure.name == "month" else draw_bars(drawn)


def countries_of(tallies: Tallies, wording: Wording) -> list[Country]:
    """Give the countries that have reforms, those with most of them first."""
    counted = sorted(tallies.get("country", {}).items(), key=lambda one: (-one[1], one[0]))
    return [
        Country(code, wording.country(code), reforms, shade_of(reforms), world().shape(wording.iso(code)))
        for code, reforms in counted
    ]


def shade_of(reforms: int) -> int:
    """Say in which shade a country is that has so many reforms; 0 is none."""
    return sum(reforms >= step for step in STEPS)


def _dimension(name: str) -> str:
    return "batch" if name == "month" else name


def _rows(name: str, counted: Mapping[str, int], wording: Wording) -> tuple[Row, ...]:
    codes, call = {
        "area": (list(wording.areas), wording.area),
        "region": (sorted({*REGIONS, *counted}, key=lambda region: (-counted.get(region, 0), region)), wording.region),
        "month": (sorted(counted), wording.short_month),
        "level": (list(LEVELS), wording.labels("level").__getitem__),
    }[name]
    shown = months_between(codes) if name == "month" else codes
    return tuple(Row(code, call(code), (counted.get(code, 0),)) for code in shown)


def months_between(months: Sequence[str]) -> list[str]:
    """Give the months up to the last of these, also those in which nothing was: half a year at least, two at most."""
    if not months:
        return []
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (months[0], months[-1]))
    return [
        f"{at // 12}-{at % 12 + 1:02}"
        for at in range(max(min(first, last + 1 - MONTHS_MIN), last + 1 - MONTHS_MAX), last + 1)
    ]


def _taggings(counted: Mapping[str, int], wording: Wording) -> tuple[Row, ...]:
    """Give for each declared area how many reforms kept it, and how many were given another."""
    kept, moved = dict.fromkeys(wording.areas, 0), dict.fromkeys(wording.areas, 0)
    for flow, reforms in counted.items():
        declared, _, assigned = flow.partition(">")
        into = kept if declared == assigned else moved
        into[declared] = into.get(declared, 0) + reforms
    return tuple(Row(code, name, (kept[code], moved[code])) for code, name in wording.areas.items())
