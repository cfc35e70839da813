"""Draws a month's figures as charts: SVG that stands by itself, says in words what it shows, and runs no script."""

import sys
from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import pygal
from pygal.graph.horizontalbar import HorizontalBar
from pygal.graph.stackedbar import StackedBar
from pygal.style import Style

# what it adds to import maps with is of a kind that Python warns of whenever anything is looked for and not there
sys.meta_path[:] = [one for one in sys.meta_path if not isinstance(one, pygal.PluginImportFixer)]

WIDTH = 760
NAME_MAX = 44
"""So many characters of a name stand beside its bar; the rest would take the bars' place."""

COLOURS = ("#1a8a9e", "#c46a1a", "#7377c4", "#4f9150", "#c75a84", "#8a7f74")
"""Each stands out from what it lies on by day and by night, three to one (WCAG 1.4.11), and bears dark figures."""
DAY, NIGHT, ON_COLOUR = "#ffffff", "#192227", "#0a0f12"

_INK, _INK_AT_NIGHT = "#1c2a33", "#e9ece8"
_ID = "drawing"
_BAR_HEIGHT, _COLUMN_HEIGHT, _AROUND = 32, 280, 20
_STYLE = Style(
    background=DAY,
    plot_background=DAY,
    foreground=_INK,
    foreground_strong=_INK,
    foreground_subtle="#ddd8cc",
    guide_stroke_color="#ddd8cc",
    major_guide_stroke_color="#ddd8cc",
    font_family="system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif",
    label_font_size=14,
    major_label_font_size=14,
    value_font_size=14,
    legend_font_size=14,
    opacity="1",
    transition="0s",
    colors=COLOURS,
    value_colors=(ON_COLOUR,) * len(COLOURS),
)
_AT_NIGHT = f"""inline:@media (prefers-color-scheme: dark) {{
#chart-{_ID} {{background-color: {NIGHT}}}
#chart-{_ID} .graph > .background, #chart-{_ID} .plot > .background {{fill: {NIGHT}}}
#chart-{_ID} .axis text, #chart-{_ID} .axis text.major, #chart-{_ID} .legends .legend text {{fill: {_INK_AT_NIGHT}}}
#chart-{_ID} .axis .line, #chart-{_ID} .axis .guide.line {{stroke: #54626b}}
}}"""
_FIGURES_AT_NIGHT = (
    f"inline:@media (prefers-color-scheme: dark) {{#chart-{_ID} .text-overlay .color-0 text {{fill: {_INK_AT_NIGHT}}}}}"
)


def draw_bars(title: str, about: str, bars: Sequence[tuple[str, float | None]]) -> bytes:
    """Draw a bar for each name, from top to bottom, with its figure; None is a name without a bar.

    ``title`` and ``about`` are what a reader is told who does not see it.
    """
    chart = _chart(HorizontalBar, title, about, _FIGURES_AT_NIGHT, height=_AROUND + _BAR_HEIGHT * max(len(bars), 1))
    chart.show_legend = chart.show_x_labels = False
    chart.value_formatter = _figure_beside
    chart.x_labels = [shorten(name, NAME_MAX, placeholder=" …") for name, _ in reversed(bars)]
    chart.add(title, [value for _, value in reversed(bars)])
    return bytes(chart.render())


def draw_columns(title: str, about: str, names: Sequence[str], parts: Mapping[str, Sequence[float]]) -> bytes:
    """Draw a column for each name, from left to right, of the parts' figures one upon the other."""
    chart = _chart(StackedBar, title, about, height=_COLUMN_HEIGHT)
    chart.legend_at_bottom, chart.legend_at_bottom_columns = True, max(len(parts), 1)
    chart.print_values_position, chart.print_zeroes = "center", False
    chart.show_y_labels = False
    chart.x_labels = list(names)
    for name, values in parts.items():
        chart.add(name, list(values))
    return bytes(chart.render())


def _chart(kind: type[Any], title: str, about: str, *css: str, height: int) -> Any:
    chart = kind(
        style=_STYLE,
        css=["file://style.css", "file://graph.css", _AT_NIGHT, *css],
        js=[],
        explicit_size=True,
        width=WIDTH,
        height=height,
        margin=8,
        print_values=True,
        print_values_position="top",
        truncate_label=-1,
        truncate_legend=-1,
        include_x_axis=True,
        no_data_text="",
        value_formatter=_figure,
    )
    chart.uuid = _ID  # else another each time
    chart.add_xml_filter(lambda root: _tell(root, title, about))
    return chart


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _figure_beside(value: float | None) -> str:
    return f"\u00a0{_figure(value)}"  # fonts that are wider than the library thinks would reach into the bar


def _tell(root: Element, title: str, about: str) -> Element:
    """Let the drawing say what it shows, and hold nothing that runs, or that another day would change."""
    for node in [root, *root.iter("defs")]:
        for child in [one for one in node if not isinstance(one.tag, str) or one.tag == "script"]:
            node.remove(child)
    root.attrib |= {"role": "img", "aria-labelledby": "chart-title chart-about"}
    shown = next(root.iter("title"))
    shown.text, shown.attrib["id"] = title, "chart-title"
    SubElement(root, "desc", {"id": "chart-about"}).text = about
    return root
