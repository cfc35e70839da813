"""Writes the pages: server-rendered, every text escaped, complete without scripts, in the reader's language."""

from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from contracts.reference import Language
from services.publish.site.charts import WIDTH
from services.publish.site.figures import height_of
from services.publish.site.problems import spoken
from services.publish.site.reader import Reader
from services.publish.site.room import cut, few, fitted, left_out
from services.publish.site.shapes import address_of, place_of
from services.publish.site.wording import LANGUAGES, Wording
from services.publish.site.world import world

TEMPLATES = Path(__file__).with_name("templates")
STYLE = TEMPLATES / "site.css"
ICON = TEMPLATES / "icon.svg"

_KINDS = {
    "authors": "author",
    "branches": "branch",
    "channels": "channel",
    "levels": "level",
    "values": "value",
    "verdicts": "verdict",
}

NOBODY = Reader()
"""Reads in English, and keeps no choice."""


class Pages:
    """The templates. ``edition`` marks the address of the style sheet, which is kept for ever; days are of ``zone``.

    ``site`` is what stands before a path where an address must be whole.
    """

    def __init__(self, edition: str, zone: ZoneInfo, site: str = "") -> None:
        self._environments = {language: _environment(Wording(language, zone), edition, site) for language in LANGUAGES}

    def write(self, template: str, reader: Reader = NOBODY, **context: Any) -> bytes:
        """Write a page for a reader; texts that would make it too large are shortened, and it leads to all of them."""
        written = self._environments[reader.language].get_template(f"{template}.html.jinja")
        return fitted(lambda room: written.render(room=room, reader=reader, to=reader.to, **context).encode())


def _environment(wording: Wording, edition: str, site: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {**wording.filters, "cut": cut, "few": few, "left_out": left_out}
    made.globals |= {"edition": edition, "zone": wording.zone.key, "languages": _own_names(), **_words(wording)}
    made.globals |= {"site": site, "address_of": address_of, "place_of": place_of, "plane": world()}
    made.globals |= {"drawn_width": WIDTH, "drawn_height": height_of, "spoken": partial(spoken, wording)}
    return made


def _words(wording: Wording) -> dict[str, Any]:
    return {
        "t": wording.t,
        "words": wording.all,
        "language": wording.language,
        "areas": wording.areas,
        "country": wording.country,
        "member_name": wording.member,
        "criteria_of": wording.criteria_of,
        "reasons_of": wording.reasons_of,
        **{name: wording.labels(kind) for name, kind in _KINDS.items()},
    }


def _own_names() -> dict[Language, str]:
    return {"en": "English", "fr": "Français", "es": "Español"}
