"""Draws figures of the record as charts: SVG that stands by itself, says in words what it shows, and runs no script."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import pygal
from pygal.graph.horizontalstackedbar import HorizontalStackedBar
from pygal.graph.stackedbar import StackedBar
from pygal.style import Style

# what it adds to import maps with is of a kind that Python warns of whenever anything is looked for and not there
sys.meta_path[:] = [one for one in sys.meta_path if not isinstance(one, pygal.PluginImportFixer)]

WIDTH = 400
"""Narrow enough that its words can still be read on a phone."""
NAME_MAX = 28
"""So many characters of a name stand beside its bar; the rest would take the bars' place."""
LABELS_MAX = 4
"""So many months have their names under a column; of more, every second or third one has."""

COLOURS = ("#0f7c8c", "#c9700f")
"""Each stands out from what it lies on by day and by night, three to one (WCAG 1.4.11)."""
DAY, NIGHT = "#ffffff", "#192227"

_INK, _INK_AT_NIGHT = "#1c2a33", "#e9ece8"
_ID = "drawing"
COLUMN_HEIGHT = 360
_BAR_HEIGHT, _AROUND, _LEGEND = 24, 20, 50
_FONT, _LETTER_WIDTH = 13, 7
"""The size of its words, and the width that a letter takes, or a figure."""
_BESIDE_COLUMNS = 32
_ABOVE = 1.12
"""So much higher than its highest column is a chart, for the number above it."""
_STYLE = Style(
    background=DAY,
    plot_background=DAY,
    foreground=_INK,
    foreground_strong=_INK,
    foreground_subtle="#ddd8cc",
    guide_stroke_color="#e6e2d8",
    major_guide_stroke_color="#e6e2d8",
    font_family="system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif",
    label_font_size=_FONT,
    major_label_font_size=_FONT,
    value_font_size=_FONT,
    legend_font_size=_FONT,
    opacity="1",
    transition="0s",
    colors=COLOURS,
    value_colors=(_INK, _INK),
)
_BESIDE = f"""inline:#chart-{_ID} .horizontal .text-overlay .value {{text-anchor: start}}
#chart-{_ID} .axis .line {{stroke: none}}"""
_AT_NIGHT = f"""inline:@media (prefers-color-scheme: dark) {{
#chart-{_ID} {{background-color: {NIGHT}}}
#chart-{_ID} .graph > .background, #chart-{_ID} .plot > .background {{fill: {NIGHT}}}
#chart-{_ID} .axis text, #chart-{_ID} .axis text.major, #chart-{_ID} .legends .legend text,
#chart-{_ID} .text-overlay .series text.value {{fill: {_INK_AT_NIGHT}}}
}}"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a chart shows: a figure for each name in each series. ``about`` is for those who do not see it.

    ``number`` writes a number as the reader's language does.
    """

    title: str
    about: str
    names: Sequence[str]
    series: Mapping[str, Sequence[int]]
    number: Callable[[int], str] = str

    @property
    def rows(self) -> list[tuple[int, ...]]:
        """The figures of each name, in the order of the series."""
        return list(zip(*self.series.values(), strict=True))


def height_of_bars(names: int, series: int) -> int:
    """Say how high a chart of so many bars is."""
    return _AROUND + _BAR_HEIGHT * max(names, 1) + (_LEGEND if series > 1 else 0)


def draw_bars(drawn: Drawn) -> bytes:
    """Draw a bar for each name, from top to bottom, of the series one behind the other; its figures at its end."""
    chart = _chart(HorizontalStackedBar, drawn, height_of_bars(len(drawn.names), len(drawn.series)))
    chart.show_x_labels = chart.show_x_guides = False
    names = [shorten(name, NAME_MAX, placeholder=" …") for name in drawn.names]
    told = [" + ".join(map(drawn.number, row if row[-1] else row[:1])) if any(row) else "" for row in drawn.rows]
    chart.x_labels = names[::-1]
    chart.range = (0, _longest(drawn, told, WIDTH - _AROUND - _width(max(names, key=len, default=""))))
    _add(chart, drawn, told, -1)
    return bytes(chart.render())


def draw_columns(drawn: Drawn) -> bytes:
    """Draw a column for each name, from left to right, of the series one upon the other.

    Each has its number above it, or, where they would not fit, the highest one and the last.
    """
    chart = _chart(StackedBar, drawn, COLUMN_HEIGHT)
    chart.show_y_labels = False
    chart.margin_left = chart.margin_right = _BESIDE_COLUMNS
    every = -(-len(drawn.names) // LABELS_MAX) or 1
    last = len(drawn.names) - 1
    chart.x_labels = [name if (last - at) % every == 0 else "" for at, name in enumerate(drawn.names)]
    sums = [sum(row) for row in drawn.rows]
    chart.range = (0, max(sums, default=0) * _ABOVE or 1)
    _add(chart, drawn, _where_they_fit([drawn.number(one) if one else "" for one in sums], sums), 1)
    return bytes(chart.render())


def _longest(drawn: Drawn, told: Sequence[str], room: int) -> float:
    """Say to what the whole width of the bars stands, so that each bar leaves room for what is told at its end."""
    return (
        max((sum(row) * room / (room - _width(text)) for row, text in zip(drawn.rows, told, strict=True)), default=1)
        or 1
    )


def _where_they_fit(told: list[str], sums: Sequence[int]) -> list[str]:
    column = (WIDTH - 2 * _BESIDE_COLUMNS) / max(len(told), 1)
    width = max(map(_width, told), default=0)
    if not told or width <= column:
        return told
    highest, last = sums.index(max(sums)), len(told) - 1
    shown = {highest, last} if (last - highest) * column > width else {highest}
    return [text if at in shown else "" for at, text in enumerate(told)]


def _width(text: str) -> int:
    return _LETTER_WIDTH * len(text) + _LETTER_WIDTH


def _add(chart: Any, drawn: Drawn, told: Sequence[str], order: int) -> None:
    """Add the series, the last of which says what is told of each name."""
    said = told[::order]
    *before, (last, values) = drawn.series.items()
    for name, silent in before:
        chart.add(name, list(silent)[::order], formatter=lambda _: "")
    chart.add(last, list(values)[::order], formatter=lambda _, index: said[index])


def _chart(kind: type[Any], drawn: Drawn, height: int) -> Any:
    chart = kind(
        style=_STYLE,
        css=["file://style.css", "file://graph.css", _BESIDE, _AT_NIGHT],
        js=[],
        explicit_size=True,
        width=WIDTH,
        height=height,
        margin=8,
        print_values=True,
        print_values_position="top",
        print_zeroes=False,
        truncate_label=-1,
        truncate_legend=-1,
        include_x_axis=True,
        no_data_text="",
        show_legend=len(drawn.series) > 1,
        legend_at_bottom=True,
        legend_at_bottom_columns=1,
    )
    chart.uuid = _ID  # else another each time
    chart.add_xml_filter(lambda root: _tell(root, drawn))
    return chart


def _tell(root: Element, drawn: Drawn) -> Element:
    """Let the drawing say what it shows, and hold nothing that runs, or that another day would change."""
    for node in [root, *root.iter("defs")]:
        for child in [one for one in node if not isinstance(one.tag, str) or one.tag == "script"]:
            node.remove(child)
    root.attrib |= {"role": "img", "aria-labelledby": "chart-title chart-about"}
    shown = next(root.iter("title"))
    shown.text, shown.attrib["id"] = drawn.title, "chart-title"
    SubElement(root, "desc", {"id": "chart-about"}).text = drawn.about
    return root
