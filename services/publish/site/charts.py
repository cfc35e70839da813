"""Draws figures of the record as charts: SVG that stands by itself, says in words what it shows, and runs no script."""

import sys
from collections.abc import Mapping, Sequence
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

WIDTH = 520
NAME_MAX = 28
"""So many characters of a name stand beside its bar; the rest would take the bars' place."""
LABELS_MAX = 6
"""So many months have their names under a column; of more, every second or third one has."""

COLOURS = ("#0f7c8c", "#c9700f")
"""Each stands out from what it lies on by day and by night, three to one (WCAG 1.4.11)."""
DAY, NIGHT = "#ffffff", "#192227"

_INK, _INK_AT_NIGHT = "#1c2a33", "#e9ece8"
_ID = "drawing"
_BAR_HEIGHT, _COLUMN_HEIGHT, _AROUND, _LEGEND = 30, 250, 20, 34
_STYLE = Style(
    background=DAY,
    plot_background=DAY,
    foreground=_INK,
    foreground_strong=_INK,
    foreground_subtle="#ddd8cc",
    guide_stroke_color="#e6e2d8",
    major_guide_stroke_color="#e6e2d8",
    font_family="system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif",
    label_font_size=14,
    major_label_font_size=14,
    value_font_size=14,
    legend_font_size=14,
    opacity="1",
    transition="0s",
    colors=COLOURS,
    value_colors=("#ffffff", "#0a0f12"),
)
_AT_NIGHT = f"""inline:@media (prefers-color-scheme: dark) {{
#chart-{_ID} {{background-color: {NIGHT}}}
#chart-{_ID} .graph > .background, #chart-{_ID} .plot > .background {{fill: {NIGHT}}}
#chart-{_ID} .axis text, #chart-{_ID} .axis text.major, #chart-{_ID} .legends .legend text {{fill: {_INK_AT_NIGHT}}}
#chart-{_ID} .axis .line, #chart-{_ID} .axis .guide.line {{stroke: #344147}}
}}"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a chart shows: a figure for each name in each series. ``about`` is for those who do not see it."""

    title: str
    about: str
    names: Sequence[str]
    series: Mapping[str, Sequence[int]]


def draw_bars(drawn: Drawn) -> bytes:
    """Draw a bar for each name, from top to bottom, of the series one behind the other."""
    legend = len(drawn.series) > 1
    height = _AROUND + _BAR_HEIGHT * max(len(drawn.names), 1) + (_LEGEND if legend else 0)
    chart = _chart(HorizontalStackedBar, drawn, height)
    chart.show_x_labels = chart.show_x_guides = False
    chart.x_labels = [shorten(name, NAME_MAX, placeholder=" …") for name in reversed(drawn.names)]
    for name, values in drawn.series.items():
        chart.add(name, list(reversed(values)))
    return bytes(chart.render())


def draw_columns(drawn: Drawn) -> bytes:
    """Draw a column for each name, from left to right, of the series one upon the other."""
    chart = _chart(StackedBar, drawn, _COLUMN_HEIGHT)
    chart.show_y_labels = False
    every = -(-len(drawn.names) // LABELS_MAX) or 1
    chart.x_labels = [name if at % every == 0 else "" for at, name in enumerate(drawn.names)]
    for name, values in drawn.series.items():
        chart.add(name, list(values))
    return bytes(chart.render())


def _chart(kind: type[Any], drawn: Drawn, height: int) -> Any:
    chart = kind(
        style=_STYLE,
        css=["file://style.css", "file://graph.css", _AT_NIGHT],
        js=[],
        explicit_size=True,
        width=WIDTH,
        height=height,
        margin=8,
        print_values=True,
        print_values_position="center",
        print_zeroes=False,
        truncate_label=-1,
        truncate_legend=-1,
        include_x_axis=True,
        no_data_text="",
        show_legend=len(drawn.series) > 1,
        legend_at_bottom=True,
        legend_at_bottom_columns=max(len(drawn.series), 1),
        value_formatter=_figure,
    )
    chart.uuid = _ID  # else another each time
    chart.add_xml_filter(lambda root: _tell(root, drawn))
    return chart


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


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
