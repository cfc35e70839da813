"""The words of a letter: a template for each kind and language, filled with what the event tells."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateError, select_autoescape

from contracts import reference
from contracts.reference import ReasonCode, ReasonCodes
from services.notify.domain.letters import Letter
from services.notify.domain.links import DraftLink, Links
from services.notify.settings import Settings

TEMPLATES = Path(__file__).parent / "templates"
LOCALES = {"en": "en_GB", "fr": "fr", "es": "es"}
BLANK_LINES = re.compile(r"\n{3,}")
BEFORE_TIME = {"en": " at ", "fr": " à ", "es": " a las "}
MONTH_AND_YEAR = {"en": "MMMM y", "fr": "MMMM y", "es": "MMMM 'de' y"}

Leading = Links | DraftLink | None
"""The links that stand in a letter; only submitters have any."""

LATER: Mapping[str, object] = MappingProxyType({"channel": None})
"""What the words of an older row of the ledger may lack."""


@dataclass(frozen=True, slots=True)
class Text:
    """A letter as it reads. The subject holds our own words and the reference, nothing that anybody typed."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What every letter says of ourselves."""

    zone: ZoneInfo
    public_url: str | None


def make_house(settings: Settings) -> House:
    """Say what every letter says of ourselves."""
    return House(zone=ZoneInfo(settings.zone), public_url=settings.public_url)


class Unsendable(Exception):
    """No safe letter can be made of this; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def write(letter: Letter, name: str, house: House, links: Leading = None) -> Text:
    """Write a letter in its language; ``links`` are for submitters alone.

    Raises:
        Unsendable: a template asks for something that the event does not tell, or what it tells is not known here.
    """
    subject, body = _template(letter.kind, letter.language, house)
    try:
        own = subject.render({name: letter.words[name] for name in ("reference",) if name in letter.words})
        return Text(own, _tidy(body.render(_context(letter, name, house, links))))
    except (TemplateError, LookupError, ValueError, FileNotFoundError) as error:
        raise Unsendable("unwritable") from error


@cache
def _template(kind: str, language: str, house: House) -> tuple[Template, Template]:
    environment = _environment(language, house.zone)
    source = (TEMPLATES / f"{kind}.{language}.txt.jinja").read_text(encoding="utf-8")
    subject, _, body = source.partition("\n\n")
    return environment.from_string(subject), environment.from_string(body)


@cache
def _environment(language: str, zone: ZoneInfo) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(default_for_string=False),
    )
    locale = LOCALES[language]
    environment.filters |= {
        "area": lambda code: _area(code, language),
        "day": lambda at: _day(_local(at, zone), locale),
        "moment": lambda at: _moment(_local(at, zone), language),
        "month": lambda month: _month(month, language),
        "quoted": lambda text: _indented(text, "    ", "    "),
        "hanging": lambda text: _indented(text, "  ", ""),
        "inline": lambda text: " ".join(str(text).split()),
    }
    return environment


def _context(letter: Letter, name: str, house: House, links: Leading) -> dict[str, Any]:
    words = {**LATER, **letter.words}
    own = {"name": _one_line(name), "page": _page(letter, house), "tone": None}
    leading = {} if links is None else asdict(links)
    return {**words, **own, **leading, **_findings(words, letter.language)}


def _page(letter: Letter, house: House) -> str | None:
    kept = "stories" if letter.kind == "story-released" else "reforms"
    reference = letter.words.get("reference")
    return f"{house.public_url.rstrip('/')}/{kept}/{reference}" if house.public_url and reference else None


def _findings(words: Mapping[str, Any], language: str) -> dict[str, Any]:
    if "findings" not in words:
        return {}
    given = set(words.get("reason_codes", ()))
    codes = [it for it in _reason_codes(words).reason_codes if it.code in given]
    found = [_finding(it, codes, words["criteria_version"], language) for it in words["findings"]]
    return {
        "findings_met": [it for it in found if it["verdict"] == "met"],
        "findings_not_met": [it for it in found if it["verdict"] == "not-met"],
        "findings_unclear": [it for it in found if it["verdict"] == "unclear"],
        "reasons_alone": _reasons(codes, None, language),
        "public_reasons_alone": _reasons([it for it in codes if it.public], None, language),
    }


def _reason_codes(words: Mapping[str, Any]) -> ReasonCodes:
    # a letter owed since before decisions named the version of their reasons is told by the newest
    return reference.reason_codes(words.get("reasons_version"))


def _finding(finding: Mapping[str, str], codes: Iterable[ReasonCode], version: str, language: str) -> dict[str, Any]:
    code = finding["code"]
    asked = {it.code: it for it in reference.criteria(version).everything}
    return {
        "verdict": finding["verdict"],
        "criterion": reference.words(asked[code], language) if code in asked else code,
        "reason": finding["reason"],
        "reasons": _reasons(codes, code, language),
    }


def _reasons(codes: Iterable[ReasonCode], answering: str | None, language: str) -> list[str]:
    return [reference.words(it, language) for it in codes if it.answers == answering]


def _area(code: str, language: str) -> str:
    return next((reference.words(it, language) for it in reference.areas().areas if it.code == code), code)


def _local(at: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(at).astimezone(zone)


def _day(local: datetime, locale: str) -> str:
    day = format_date(local, "long", locale)
    # French writes the first of a month as an ordinal; CLDR does not
    return f"1er{day[1:]}" if locale == "fr" and local.day == 1 else day


def _month(month: str, language: str) -> str:
    first = date.fromisoformat(f"{month}-01")
    return format_date(first, MONTH_AND_YEAR[language], LOCALES[language])


def _moment(local: datetime, language: str) -> str:
    locale = LOCALES[language]
    clock = format_time(local, "HH:mm", locale=locale)
    return f"{_day(local, locale)}{BEFORE_TIME[language]}{clock} {_zone_name(local)}"


def _zone_name(local: datetime) -> str:
    # a zone without a name of its own is called by its distance, such as `-05`
    name = str(local.tzname())
    return name if name[0].isalpha() else f"UTC{name}"


def _indented(text: object, margin: str, first: str) -> str:
    lines = _one_kind_of_newline(str(text)).strip().split("\n")
    return "\n".join([first + lines[0], *(margin + line if line.strip() else "" for line in lines[1:])])


def _tidy(body: str) -> str:
    return BLANK_LINES.sub("\n\n", _one_kind_of_newline(body)).strip() + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _one_kind_of_newline(text: str) -> str:
    # a bare CR would become a line of its own in SMTP, and `\r.\r` the end of the letter
    return text.replace("\r\n", "\n").replace("\r", "\n")
