"""The words of the pages: what codes, dates and languages are called in English."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from contracts.reference import areas, criteria
from contracts.vocabulary import Area

LEVELS: Mapping[str, str] = {"national": "National", "local": "Local", "local-non-member": "Local (non-member)"}
CHANNELS: Mapping[str, str] = {
    "action-plan": "Action plan",
    "plan-amendment": "Action plan, amended",
    "recognition": "Recognition of a commitment",
    "standalone": "Standalone commitment",
}
AUTHORS: Mapping[str, str] = {
    "government": "Government",
    "civil-society": "Civil society",
    "partner": "Partner",
}
BRANCHES: Mapping[str, str] = {
    "executive": "Executive",
    "legislature": "Legislature",
    "judiciary": "Judiciary",
    "independent": "Independent body",
}
VALUES: Mapping[str, str] = {
    "transparency": "Transparency",
    "public-accountability": "Public accountability",
    "civic-participation": "Civic participation",
}
LANGUAGES: Mapping[str, str] = {
    "ar": "Arabic",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "pt": "Portuguese",
    "uk": "Ukrainian",
}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@cache
def area_names() -> Mapping[str, str]:
    """Give the areas, in OGP's own order: code to name."""
    return {entry.code.value: entry.en for entry in areas().areas}


@cache
def criteria_of(version: str) -> Mapping[str, str]:
    """Give what had to be met, in that version's words: code to sentence; nothing for a version that is not ours."""
    try:
        return {entry.code: entry.en for entry in criteria(version).everything}
    except FileNotFoundError:
        return {}


def area_name(area: Area | str) -> str:
    """Call an area by its name."""
    return area_names().get(str(area), str(area))


def language_name(tag: str) -> str:
    """Call a language by its English name, or by its tag where it is not among ours."""
    return LANGUAGES.get(tag.partition("-")[0].lower(), tag)


def day(when: date | datetime, zone: ZoneInfo) -> str:
    """Write a day out, such as 3 November 2026; a moment's day is that of the zone."""
    moment = when.astimezone(zone) if isinstance(when, datetime) else when
    return f"{moment.day}\u00a0{MONTHS[moment.month - 1]} {moment.year}"


def month(name: str) -> str:
    """Write a month out, such as November 2026."""
    year, number = name.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def paragraphs(text: str) -> list[str]:
    """Part a text at its empty lines."""
    return [part for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
