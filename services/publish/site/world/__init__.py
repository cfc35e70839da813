"""The countries of the world as shapes that are small enough for a page."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("shapes.json")
"""Made by ``python -m services.publish.site.world.making``."""


_LEFT, _RIGHT = 240, 130
"""So much ocean at the plane's sides is left out."""


@dataclass(frozen=True, slots=True)
class World:
    """Shapes on a plane of this ``width`` and ``height``, each the data of an SVG path, by ISO 3166 code.

    ``dots`` stand for countries that are too small to be seen; ``rest`` is all land without a code of its own.
    """

    width: int
    height: int
    shapes: dict[str, str]
    dots: dict[str, str]
    rest: str

    @property
    def view(self) -> str:
        """The part of the plane on which land is, as an SVG's view box."""
        return f"{_LEFT} 0 {self.width - _LEFT - _RIGHT} {self.height}"

    @property
    def land(self) -> str:
        """All that can be seen, as one path."""
        return "".join(self.shapes.values()) + self.rest

    def shape(self, code: str) -> str | None:
        """Give the shape of a country, or its dot; None where it is in neither."""
        return self.shapes.get(code) or self.dots.get(code)


@cache
def world() -> World:
    """Give the world."""
    return World(**json.loads(FILE.read_text(encoding="utf-8")))
