"""What can be chosen in a form, in the reader's language: members, areas with their scopes, languages, levels."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from anyascii import anyascii
from babel import Locale

from contracts.reference import Language, areas, words
from services.intake.domain.registry import Member
from services.intake.site.words import LANGUAGES, words_of

TEXT_LANGUAGES = (
    "ar", "az", "bg", "bs", "cs", "da", "de", "dv", "el", "en", "es", "et", "fi", "fil", "fr", "hr", "hy", "id", "it",
    "ka", "ko", "ky", "lt", "lv", "mk", "mn", "nb", "nl", "pt", "ro", "si", "sk", "sq", "sr", "sv", "sw", "ta", "uk",
)  # fmt: skip
"""The languages in which public institutions of OGP's members write."""

COUNTRIES_UNDER_OTHER_CODES = {"GB": "UK"}
"""OGP's own codes where they are not those of ISO 3166-1."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: its code, its name, what falls under it, and the heading under which it is listed."""

    code: str
    name: str
    scope: str = ""
    scope_language: str = ""
    group: str = ""


Choices = Mapping[str, list[Choice]]


@cache
def fixed_choices(language: Language) -> Choices:
    """Give the lists that are the same for everyone."""
    locale, named = Locale.parse(language), words_of(language)["choices"]
    return {
        **{name: [Choice(code, text) for code, text in texts.items()] for name, texts in named.items()},
        "areas": list(_areas(language)),
        "area_names": [Choice(one.code, one.name) for one in _areas(language)],
        "languages": _by_name(Choice(code, _capital(locale.languages[code])) for code in TEXT_LANGUAGES),
        "letters": [Choice(code, _capital(locale.languages[code])) for code in LANGUAGES],
    }


def member_choices(members: Iterable[Member], language: Language) -> list[Choice]:
    """List whose institution may submit: OGP's members as they are registered, then every other country."""
    groups, members = words_of(language)["members"], list(members)
    national = {member.country: member for member in members if member.kind == "national"}
    local = (Choice(m.code, m.name, group=groups["local"]) for m in members if m.kind == "local")
    countries = _countries(language)
    joined = (Choice(m.code, countries.get(c, m.name), group=groups["national"]) for c, m in national.items())
    others = (
        Choice(COUNTRIES_UNDER_OTHER_CODES.get(code, code), name, group=groups["other"])
        for code, name in countries.items()
        if code not in national
    )
    return [*_by_name(joined), *_by_name(local), *_by_name(others)]


@cache
def _countries(language: Language) -> Mapping[str, str]:
    territories = Locale.parse(language).territories
    return {code: name for code, name in territories.items() if code.isalpha() and code not in _NO_COUNTRIES}


_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB", "AQ"})


@cache
def _areas(language: Language) -> tuple[Choice, ...]:
    scopes = words_of(language)["scopes"]
    told = ((entry, scopes.get(entry.code.value)) for entry in areas().areas)
    return tuple(
        Choice(
            entry.code.value,
            words(entry, language),
            scope=scope or entry.headline or "",
            scope_language=language if scope or language == "en" else "en",
        )
        for entry, scope in told
    )


def _by_name(choices: Iterable[Choice]) -> list[Choice]:
    return sorted(choices, key=lambda choice: _sorting(choice.name))


def _sorting(name: str) -> str:
    return anyascii(name).casefold()


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
