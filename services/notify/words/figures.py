"""Times, dates and numbers as each language writes them, by the Common Locale Data Repository (Babel)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

LOCALES = {"en": "en_GB", "fr": "fr", "es": "es"}
BEFORE_TIME = {"en": " at ", "fr": " à ", "es": " a las "}
MONTH_AND_YEAR = {"en": "MMMM y", "fr": "MMMM y", "es": "MMMM 'de' y"}


def tell_number(number: float, language: str) -> str:
    """Write a number, grouped as the language does."""
    return format_decimal(number, locale=LOCALES[language])


def tell_day(at: str, language: str, zone: ZoneInfo) -> str:
    """Write the day that an instant (ISO 8601, with its offset) belongs to in a zone."""
    return _day(_local(at, zone), language)


def tell_moment(at: str, language: str, zone: ZoneInfo) -> str:
    """Write an instant in a zone, which it names."""
    local = _local(at, zone)
    clock = format_time(local, "HH:mm", locale=LOCALES[language])
    return f"{_day(local, language)}{BEFORE_TIME[language]}{clock} {_zone_name(local)}"


def tell_month(month: str, language: str) -> str:
    """Write a month, such as ``2026-11``."""
    first = date.fromisoformat(f"{month}-01")
    return format_date(first, MONTH_AND_YEAR[language], LOCALES[language])


def _local(at: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(at).astimezone(zone)


def _day(local: datetime, language: str) -> str:
    day = format_date(local, "long", LOCALES[language])
    # French writes the first of a month as an ordinal; CLDR does not
    return f"1er{day[1:]}" if language == "fr" and local.day == 1 else day


def _zone_name(local: datetime) -> str:
    # a zone without a name of its own is called by its distance, such as `-05`
    name = str(local.tzname())
    return name if name[0].isalpha() else f"UTC{name}"
