"""Writes the desk's pages: server-rendered, every text escaped, in the language of their reader."""

from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from services.review.desk.words import LANGUAGES, NAMES, Language, words_of

TEMPLATES = Path(__file__).with_name("templates")
STATIC = {file.name: file for file in sorted(Path(__file__).with_name("static").iterdir()) if file.is_file()}
"""The files that browsers keep, by their names."""
EDITION = sha256(b"".join(file.read_bytes() for file in STATIC.values())).hexdigest()[:12]
"""Marks the address of what a browser keeps: another after any change."""


class Part(NamedTuple):
    """A part of the navigation: its word in ``t.site.nav``, its address, the scope without which it is hidden."""

    name: str
    path: str
    scope: str


NAVIGATION: tuple[Part, ...] = (
    Part("queue", "/desk/queue", "review:read"),
    Part("months", "/desk/months", "review:read"),
)


class Pages:
    """The templates. ``zone`` is the one in which days and hours are told."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters |= {
            "day": _day,
            "fill": str.format,
            "moment": _moment,
            "month": _month,
            "number": _number,
            "paragraphs": _paragraphs,
        }
        self._environment.globals |= {
            "edition": EDITION,
            "languages": LANGUAGES,
            "language_names": NAMES,
            "navigation": NAVIGATION,
            "zone": zone,
        }

    def write(self, language: Language, template: str, **context: Any) -> bytes:
        """Write a page."""
        told = {"t": words_of(language), "language": language, "here": "", **context}
        return self._environment.get_template(f"{template}.html.jinja").render(told).encode()


@pass_context
def _day(context: Context, day: date) -> str:
    """Write a day out; of a moment, the day that it is in the zone."""
    zone: ZoneInfo = context["zone"]
    local = day.astimezone(zone) if isinstance(day, datetime) else day
    return format_date(local, "long", locale=context["language"])


@pass_context
def _moment(context: Context, at: datetime) -> str:
    zone: ZoneInfo = context["zone"]
    local, language = at.astimezone(zone), context["language"]
    return f"{format_date(local, 'medium', language)}, {format_time(local, 'short', locale=language)}"


@pass_context
def _month(context: Context, name: str) -> str:
    first = date(int(name[:4]), int(name[5:]), 1)
    return format_skeleton("yMMMM", first, locale=context["language"])


@pass_context
def _number(context: Context, number: float) -> str:
    return format_decimal(number, locale=context["language"])


def _paragraphs(text: str) -> list[str]:
    return [part for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
