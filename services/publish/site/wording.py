"""The words of the pages, in English, French and Spanish: nothing that a person reads stands anywhere else."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

from anyascii import anyascii
from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from contracts.reference import Language, areas, criteria_words, in_force, words
from contracts.vocabulary import Area

FOLDER = Path(__file__).with_name("words")
"""Holds ``<language>/<page>.toml``: each file a part of the words, with the same keys in every language."""

ISO_CODES = {"UK": "GB"}
"""OGP's prefixes that are not those of ISO 3166."""

LANGUAGES: tuple[Language, ...] = get_args(Language)
_COUNTRY = 2
"""So many letters has the code of a member that is a country."""
LEVELS = ("national", "local", "local-non-member")

_DAYS: Mapping[Language, str] = {
    "en": "d\u00a0MMMM y",
    "fr": "d\u00a0MMMM\u00a0y",
    "es": "d\u00a0'de'\u00a0MMMM\u00a0'de'\u00a0y",
}
_FIRST_DAYS = {("fr", 1): "d'er'\u00a0MMMM\u00a0y"}
"""How days are written out, so that no line ends within one; the first of a month is an ordinal in French."""
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_RICH = re.compile(r"\[([^\]]+)\]\(((?:https://|/|#)[^)\s]*)\)|`([^`]+)`|\*\*([^*]+)\*\*")


@cache
def words_of(language: Language) -> Mapping[str, Any]:
    """Give all words of a language, those of each page under the page's name."""
    files = sorted((FOLDER / language).glob("*.toml"))
    return {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in files}


def language_of(tag: str) -> Language | None:
    """Say which of our languages a tag names, if any."""
    known = tag.partition("-")[0].strip().lower()
    return next((language for language in LANGUAGES if language == known), None)


def alphabetical(named: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Put what is named in the order of its names, whatever accents they have."""
    return sorted(named, key=lambda one: anyascii(str(one[0])).casefold())


def paragraphs(text: str) -> list[str]:
    """Part a text at its empty lines."""
    return [part for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


@dataclass(frozen=True)
class Wording:
    """How the pages speak in one language; days are those of ``zone``."""

    language: Language
    zone: ZoneInfo

    @cached_property
    def locale(self) -> Locale:
        """What Babel knows of the language."""
        return Locale.parse(self.language)

    def t(self, key: str, **values: Any) -> Markup:
        """Give the words under a dotted key, with these values in their places, escaped where they are not markup.

        A whole number is written as the language writes numbers. Where the words depend on a number, it is ``n``.

        Raises:
            KeyError: no such words, or a place in them without a value.
        """
        found = self.all(key)
        if isinstance(found, Mapping):
            found = found.get(self.locale.plural_form(values["n"]), found["other"])
        if self.language == "fr" and str(values.get("month")).startswith(("a", "o")):
            found = found.replace("de {month}", "d’{month}")
        return escape(found).format(**{name: self._shown(value) for name, value in values.items()})

    def all(self, key: str) -> Any:
        """Give whatever stands under a dotted key: words, a list of them, or a table.

        Raises:
            KeyError: nothing stands there.
        """
        found: Any = words_of(self.language)
        for part in key.split("."):
            found = found[part]
        return found

    def area(self, code: Area | str) -> str:
        """Call an area by its name."""
        return self.areas.get(str(code), str(code))

    @cached_property
    def areas(self) -> Mapping[str, str]:
        """The areas, in OGP's own order: code to name."""
        return {entry.code.value: self.typeset(words(entry, self.language)) for entry in areas().areas}

    def criteria_of(self, version: str) -> Mapping[str, str]:
        """Give what had to be met, by code, in that version's words; nothing for a version that is not ours."""
        return {code: self.typeset(told) for code, told in criteria_words(version, self.language).items()}

    def reasons_of(self, month: str) -> Mapping[str, str]:
        """Give what the reasons for declining in force in a month say: code to sentence."""
        codes = in_force(month).reason_codes.reason_codes
        return {entry.code: self.typeset(words(entry, self.language)) for entry in codes}

    def typeset(self, text: str) -> str:
        """Set words of the reference data as the language is printed: French with curved apostrophes."""
        return _APOSTROPHE.sub("’", text) if self.language == "fr" else text

    def labels(self, kind: str) -> Mapping[str, str]:
        """Give what the codes of one kind are called, such as ``level``: code to name."""
        names: Mapping[str, str] = self.all(f"labels.{kind}")
        return names

    def region(self, name: str) -> str:
        """Call one of OGP's regions by its name; another stays as it is."""
        return self.labels("region").get(name, name)

    def language_name(self, tag: str) -> str:
        """Call a language by its name, or by its tag where nobody knows it."""
        return str(self.locale.languages.get(tag.partition("-")[0].lower(), tag))

    def country(self, code: str, name: str = "") -> str:
        """Call a country by its name in this language: ``name`` is OGP's, in English, and stands in English."""
        if self.language == "en" and name:
            return name
        return str(self.locale.territories.get(self.iso(code), name or code))

    def member(self, code: str, name: str) -> str:
        """Call a member by its name: a country in this language, a locality as OGP does."""
        return self.country(code, name) if len(code) == _COUNTRY else name

    @staticmethod
    def iso(code: str) -> str:
        """Give the code of ISO 3166 for a country under OGP's prefix."""
        return ISO_CODES.get(code, code)

    def day(self, when: date | datetime) -> str:
        """Write a day out, such as 3 November 2026; a moment's day is that of the zone."""
        local = when.astimezone(self.zone) if isinstance(when, datetime) else when
        return format_date(
            local, _FIRST_DAYS.get((self.language, local.day)) or _DAYS[self.language], locale=self.locale
        )

    def dated(self, line: str) -> str:
        """Write the day out with which a line of the record begins, if it begins with one."""
        day, sign, rest = line.partition(": ")
        try:
            return f"{self.day(date.fromisoformat(day))}{self.t('site.colon')} {rest}" if sign else line
        except ValueError:
            return line

    def month(self, name: str) -> str:
        """Write a month out, such as November 2026."""
        return format_skeleton("yMMMM", date.fromisoformat(f"{name}-01"), locale=self.locale)

    def short_month(self, name: str) -> str:
        """Write a month in few letters, such as Nov 2026."""
        return format_skeleton("yMMM", date.fromisoformat(f"{name}-01"), locale=self.locale)

    def number(self, value: float) -> str:
        """Write a number as the language writes it."""
        return format_decimal(value, locale=self.locale)

    def _shown(self, value: Any) -> Any:
        return self.number(value) if isinstance(value, int | float) and not isinstance(value, bool) else value

    @property
    def filters(self) -> dict[str, Callable[..., Any]]:
        """What templates say of a value."""
        return {
            "alphabetical": alphabetical,
            "area": self.area,
            "date": date.fromisoformat,
            "dated": self.dated,
            "dated_lines": lambda text: "\n".join(map(self.dated, text.split("\n"))),
            "day": self.day,
            "language": self.language_name,
            "month": self.month,
            "moment": datetime.fromisoformat,
            "number": self.number,
            "paragraphs": paragraphs,
            "region": self.region,
            "rich": rich,
        }


def rich(text: str) -> Markup:
    """Mark up words of ours: ``[words](/address)``, `` `code` `` and ``**words that weigh**``."""
    parts = _RICH.split(text)
    return Markup("").join(_rich(*parts[at : at + 5]) for at in range(0, len(parts), 5))


def _rich(
    plain: str, words: str | None = None, address: str | None = None, code: str | None = None, strong: str | None = None
) -> Markup:
    marked = (
        Markup('<a href="{}">{}</a>').format(address, words) if words else "",
        Markup("<code>{}</code>").format(code) if code else "",
        Markup("<strong>{}</strong>").format(strong) if strong else "",
    )
    return escape(plain) + Markup("").join(marked)
