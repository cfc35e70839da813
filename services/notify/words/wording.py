"""The templates in one version: what letters are written by, and what a letter sent years ago can be read by again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path

from services.chassis.codec import encode

TEMPLATES = Path(__file__).parents[1] / "templates"


@dataclass(frozen=True, slots=True)
class Wording:
    """Templates by their names. ``version`` is derived from their text: the same words have the same for ever."""

    version: str
    sources: Mapping[str, str] = field(compare=False, repr=False)


@cache
def current_wording() -> Wording:
    """Give the templates of this release."""
    return make_wording({path.name: path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.glob("*.jinja"))})


def make_wording(sources: Mapping[str, str]) -> Wording:
    """Name these templates by what stands in them."""
    return Wording(sha256(encode(dict(sorted(sources.items())))).hexdigest()[:16], sources)
