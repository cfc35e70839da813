"""Writes the pages: server-rendered, every text escaped, in the language of their address."""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from contracts.reference import Language
from services.intake.site.typed import is_filled
from services.intake.site.words import LANGUAGES, NAMES, words_of

TEMPLATES = Path(__file__).with_name("templates")
STYLE = TEMPLATES / "style.css"
ICON = TEMPLATES / "icon.svg"
EDITION = sha256(STYLE.read_bytes() + ICON.read_bytes()).hexdigest()[:12]
"""Marks the address of what a browser keeps: another after any change."""


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
            "is_filled": is_filled,
            "local_day": _local_day,
            "fill": str.format,
            "moment": _moment,
            "month": _month,
            "paragraphs": _paragraphs,
            "typed_day": _typed_day,
        }
        self._environment.globals |= {"edition": EDITION, "languages": LANGUAGES, "language_names": NAMES, "zone": zone}

    def write(self, language: Language, template: str, path: str = "", **context: Any) -> bytes:
        """Write a page. ``path`` is its address behind the language, or empty where no other language has it."""
        told = {"t": words_of(language), "language": language, "path": path, **context}
        return self._environment.get_template(f"{template}.html.jinja").render(told).encode()


@pass_context
def _day(context: Context, day: date) -> str:
    return format_date(day, "long", locale=context["language"])


@pass_context
def _local_day(context: Context, at: datetime) -> str:
    zone: ZoneInfo = context["zone"]
    return format_date(at.astimezone(zone), "long", locale=context["language"])


@pass_context
def _typed_day(context: Context, typed: Mapping[str, str]) -> str:
    """Write a day out that was typed, and leave it as it is where there is no such day."""
    try:
        day = date(*(int(typed[part]) for part in ("year", "month", "day")))
    except ValueError:
        return " ".join(typed.values())
    return format_date(day, "long", locale=context["language"])


@pass_context
def _moment(context: Context, at: datetime) -> str:
    zone: ZoneInfo = context["zone"]
    local, language = at.astimezone(zone), context["language"]
    return f"{format_date(local, 'long', language)}, {format_time(local, 'short', locale=language)} ({zone.key})"


@pass_context
def _month(context: Context, name: str) -> str:
    first = date(int(name[:4]), int(name[5:]), 1)
    return format_skeleton("yMMMM", first, locale=context["language"])


def _paragraphs(text: str) -> list[str]:
    return [part for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
