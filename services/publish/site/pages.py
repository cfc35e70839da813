"""Writes the pages: server-rendered, every text escaped, complete without scripts."""

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.publish.site import wording
from services.publish.site.shapes import address_of, place_of

TEMPLATES = Path(__file__).with_name("templates")
STYLE = TEMPLATES / "site.css"
ICON = TEMPLATES / "icon.svg"


class Pages:
    """The templates. ``edition`` marks the address of the style sheet, which is kept for ever; days are of ``zone``."""

    def __init__(self, edition: str, zone: ZoneInfo) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters |= {
            "area": wording.area_name,
            "day": partial(wording.day, zone=zone),
            "language": wording.language_name,
            "moment": datetime.fromisoformat,
            "month": wording.month,
            "paragraphs": wording.paragraphs,
        }
        self._environment.globals |= {
            "address_of": address_of,
            "areas": wording.area_names(),
            "authors": wording.AUTHORS,
            "branches": wording.BRANCHES,
            "channels": wording.CHANNELS,
            "criteria_of": wording.criteria_of,
            "edition": edition,
            "levels": wording.LEVELS,
            "place_of": place_of,
            "values": wording.VALUES,
            "zone": zone.key,
        }

    def write(self, template: str, **context: Any) -> bytes:
        """Write a page."""
        return self._environment.get_template(f"{template}.html.jinja").render(context).encode()
