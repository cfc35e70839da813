"""What a saved search asks for, as its reader reads it: each filter by its name, and its value by its own."""

from collections.abc import Callable, Mapping
from datetime import date

from babel import Locale
from babel.dates import format_skeleton

from contracts.reference import Language, areas, words
from contracts.subscriptions import SavedSearch
from services.chassis.codec import decode
from services.chassis.database import Transaction
from services.intake.domain.forms import SearchForm
from services.intake.site.words import words_of
from services.intake.store.registry import find_members

NAMES = tuple(SearchForm.model_fields)
"""What can be asked for, in the order in which it is shown."""

ISO_CODES: Mapping[str, str] = {"UK": "GB"}
"""OGP's prefixes that are not those of ISO 3166."""


async def list_filters(tx: Transaction, written: str, language: Language) -> list[tuple[str, str]]:
    """Give what a saved search asks for: what is looked at, and what it must be.

    What is called by nothing that we know, and may be known no more, is shown as it is written.
    """
    search, said = decode(SavedSearch, written), words_of(language)["search"]
    given = {name: value for name in NAMES if (value := getattr(search, name)) is not None}
    codes = [str(given[name]) for name in ("country", "member", "locality") if name in given]
    names = {code: one.name for code, one in (await find_members(tx, codes)).items()} if codes else {}
    return [(said["filters"][name], _named(name, value, language, names)) for name, value in given.items()]


def _named(name: str, value: object, language: Language, names: Mapping[str, str]) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if name in _OWN_NAMES:
        return _OWN_NAMES[name](text, language, names)
    named: Mapping[str, str] = words_of(language)["search"]["named"].get(name, {})
    return named.get(text, text)


def _area(code: str, language: Language, _: Mapping[str, str]) -> str:
    return next((words(one, language) for one in areas().areas if one.code == code), code)


def _member(code: str, language: Language, names: Mapping[str, str]) -> str:
    if language == "en" and code in names:
        return names[code]
    return str(Locale.parse(language).territories.get(ISO_CODES.get(code, code), names.get(code, code)))


def _month(name: str, language: Language, _: Mapping[str, str]) -> str:
    return format_skeleton("yMMMM", date.fromisoformat(f"{name}-01"), locale=language)


def _tongue(code: str, language: Language, _: Mapping[str, str]) -> str:
    return str(Locale.parse(language).languages.get(code, code))


_OWN_NAMES: Mapping[str, Callable[[str, Language, Mapping[str, str]], str]] = {
    "area": _area,
    "country": _member,
    "member": _member,
    "locality": _member,
    "batch": _month,
    "language": _tongue,
}
