"""Names of members in every language: a country's from CLDR, a locality's own."""

from collections.abc import Mapping
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from services.intake.domain.registry import Member

FALLBACK = "en"
_ISO_LETTERS = 2
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""What CLDR has a name for beside the countries: unions, and codes for testing."""


def name_of(member: Member, language: str) -> str:
    """Name a member in a language (BCP 47): its closest language that CLDR has, else English, else as registered."""
    if member.kind == "local":
        return member.name
    return _countries(language).get(member.country) or _countries(FALLBACK).get(member.country) or member.name


def is_country(code: str) -> bool:
    """Say whether this is a country's code of ISO 3166-1, as far as CLDR has a name for it."""
    return len(code) == _ISO_LETTERS and code in _countries(FALLBACK) and code not in _NO_COUNTRIES


@lru_cache(maxsize=64)
def _countries(language: str) -> Mapping[str, str]:
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        shorter = language.rpartition("-")[0]
        return _countries(shorter or FALLBACK)
    names: Mapping[str, str] = locale.territories
    return names
