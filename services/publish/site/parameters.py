"""What may be asked of the lists: the name of each parameter, how its value must be written, and what it means."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from contracts.vocabulary import Area, Channel
from services.publish.domain.reforms import PUBLIC_LEVELS
from services.publish.site.addresses import MONTH, REFERENCE

PAGE_SIZE_MAX = 100

# one line of text: no control character, no half of a letter, and nothing that was no letter in the address
_LINE = "[^\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ufffd\\ud800-\\udfff]"


class Parameter(NamedTuple):
    """A parameter: the pattern of its value, what a value must be, in words, and what it asks for."""

    pattern: str
    must_be: str
    about: str
    among: tuple[str, ...] = ()

    @property
    def schema(self) -> dict[str, Any]:
        """The parameter as OpenAPI describes one. Without a value it is as good as not there."""
        if self.among:
            return {"type": "string", "enum": [*self.among, ""]}
        if self.pattern.startswith(_LINE):
            return {"type": "string", "maxLength": int(self.pattern.rpartition(",")[2].rstrip("}"))}
        return {"type": "string", "pattern": f"^(?:{self.pattern})?$"}


def _one_of(among: Iterable[str], about: str) -> Parameter:
    codes = tuple(str(code) for code in among)
    return Parameter("|".join(codes), "one of: " + ", ".join(codes), about, codes)


PARAMETERS: Mapping[str, Parameter] = {
    "q": Parameter(
        f"{_LINE}{{1,200}}",
        "at most 200 characters in one line",
        'words to look for, in any language, with or without accents; "phrases", or, and -words that must not be there',
    ),
    "area": _one_of(Area, "the area: of a reform, as the Support Unit assigned it"),
    "region": Parameter(f"{_LINE}{{1,300}}", "the name of a region in one line", "the member's region, by its name"),
    "country": Parameter(
        "[A-Z]{2}", "a country's code of two capitals, such as CR", "the country, its localities included"
    ),
    "member": Parameter("[A-Z]{2,6}", "a member's code in capitals, such as CR", "OGP's code of the member"),
    "locality": Parameter(
        f"[A-Z]{{2,6}}|[A-Z]{{2}}-[A-Z0-9][A-Z0-9-]{{1,29}}|{REFERENCE.pattern}",
        "a local member's code, an id such as CO-CALI, or the reference of its reform",
        "the locality: a local member's code; of one that is no member its id, or without one its reform's reference",
    ),
    "level": _one_of(PUBLIC_LEVELS, "the level of government"),
    "channel": _one_of(Channel, "the way in"),
    "institution": Parameter(
        f"{_LINE}{{1,300}}", "an institution's name in one line", "the lead institution, by its whole name"
    ),
    "batch": Parameter(MONTH.pattern, "a month, such as 2026-11", "the month in whose batch it was accepted"),
    "language": Parameter("[a-z]{2,3}", "a language's code, such as fr", "the language of the text"),
    "retagged": _one_of(("true", "false"), "whether the assigned area is another than the declared one"),
    "promising": _one_of(("true", "false"), "whether the Support Unit called it promising"),
    "as_of": Parameter(
        "20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])",
        "a day, such as 2026-01-31",
        "the record as it stood at the end of this day",
    ),
    "limit": Parameter(
        "[1-9][0-9]?|100", f"a whole number from 1 to {PAGE_SIZE_MAX}", "how many on a page, from 1 to 100"
    ),
    "cursor": Parameter(
        rf"[0-9a-f]{{1,13}}\.{REFERENCE.pattern}\.[0-9a-f]{{8}}",
        "what `next` gave, unchanged",
        "where to go on: as `next` gave it",
    ),
    "year": Parameter("20[0-9]{2}", "a year, such as 2026", "the months of this year"),
}
"""All that can be asked; a door answers some of it."""

LIST_NAMES = tuple(name for name in PARAMETERS if name != "year")
"""What may be asked of the list of reforms."""
FILTER_NAMES = tuple(name for name in LIST_NAMES if name not in {"limit", "cursor"})
"""What may be asked of whatever has no pages."""
STORY_NAMES = ("q", "area", "region", "country", "member", "language", "as_of", "limit", "cursor")
"""What may be asked of the list of stories."""
DAY_NAMES = ("as_of",)
"""What may be asked of a page that has no list."""
RELEASES_NAMES = ("year", "as_of")
"""What may be asked of the list of releases."""


def described(names: Iterable[str]) -> list[dict[str, Any]]:
    """Describe parameters as OpenAPI does."""
    return [
        {"name": name, "in": "query", "schema": told.schema, "description": told.about}
        for name, told in PARAMETERS.items()
        if name in names
    ]
