"""The words of a letter: a template for each kind and language, filled with what the event tells."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import DictLoader, Environment, StrictUndefined, Template, TemplateError, select_autoescape

from contracts import reference
from contracts.reference import ReasonCode, ReasonCodes
from services.notify.domain.letters import BATCH_REPORT, SEARCH_DIGEST, Letter
from services.notify.domain.links import DraftLink, Links, SubscriptionLinks, UpdateLink
from services.notify.settings import Settings
from services.notify.words.figures import tell_day, tell_moment, tell_month, tell_number
from services.notify.words.layout import heading, mark, plain, read_blocks
from services.notify.words.wording import Wording, current_wording

DIGEST = "poc-digest"
"""The template of a letter that tells several things at once."""

NEWLINE = "\n"
BLANK_LINES = "\n\n\n"

INCLUDED = re.compile(r'\{%(-?) include "([^"]+)" %\}')

Leading = Links | DraftLink | SubscriptionLinks | UpdateLink | None
"""The links that stand in a letter: of submitters, subscribers, and who is asked how a reform is going."""

IN_SUBJECT = ("reference", "month")
"""What a subject may tell: nothing that anybody typed."""

LATER: Mapping[str, object] = MappingProxyType(
    {"channel": None, "about": "reports", "is_marked": False, "is_returned": False, "new_since": None}
)
"""What the words of an older row of the ledger may lack."""


@dataclass(frozen=True, slots=True)
class Text:
    """A letter as it reads, the same words twice. The subject holds our own and the reference, nothing typed."""

    subject: str
    body: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What every letter says of ourselves."""

    zone: ZoneInfo
    public_url: str | None
    updates_key: bytes | None = None


def make_house(settings: Settings) -> House:
    """Say what every letter says of ourselves."""
    return House(zone=ZoneInfo(settings.zone), public_url=settings.public_url, updates_key=settings.updates_key_bytes)


class Unsendable(Exception):
    """No safe letter can be made of this; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def write(letter: Letter, name: str, house: House, links: Leading = None, wording: Wording | None = None) -> Text:
    """Write a letter in its language; ``links`` are for submitters alone, ``wording`` is today's unless it is named.

    Raises:
        Unsendable: a template asks for something that the event does not tell, or what it tells is not known here.
    """
    if letter.kind == SEARCH_DIGEST:
        return write_digest([letter], name, house, links, wording)
    wording = wording or current_wording()
    try:
        subject, body = _template(letter.kind, letter.language, house.zone, wording)
        own = subject.render({name: letter.words[name] for name in IN_SUBJECT if name in letter.words})
        context = _context(letter, name, house, links)
        return _text(plain(own), _tidy(body.render(context)), letter.language, _links(context, links), wording)
    except (TemplateError, LookupError, ValueError, FileNotFoundError) as error:
        raise Unsendable("unwritable") from error


def write_digest(
    letters: Sequence[Letter], name: str, house: House, links: Leading = None, wording: Wording | None = None
) -> Text:
    """Write one letter of several deliveries to the same person, all in its language, in the order given.

    Its template knows of each, as ``told``, what the template of its own kind would, and which ``kind`` that is;
    that of a saved search also where all is that it finds, and the subscriber's ``links``.

    Raises:
        Unsendable: as for a letter of one.
    """
    wording, language = wording or current_wording(), letters[0].language
    try:
        subject, body = _template(_digest_of(letters[0]), language, house.zone, wording)
        told = [{**_context(letter, name, house, None), "kind": letter.kind} for letter in letters]
        of_all = {"page": _search_page(letters[0], house), **({} if links is None else asdict(links))}
        context = {"name": _one_line(name), "told": told, "count": len(told), "tone": None, **of_all}
        leading = _links(of_all, links).union(*(_links(it, None) for it in told))
        own = plain(subject.render())
        return _text(own, _tidy(body.render(context)), language, leading, wording)
    except (TemplateError, LookupError, ValueError, FileNotFoundError) as error:
        raise Unsendable("unwritable") from error


@cache
def _template(kind: str, language: str, zone: ZoneInfo, wording: Wording) -> tuple[Template, Template]:
    environment = make_environment(language, zone, wording)
    subject, _, body = wording.sources[f"{kind}.{language}.txt.jinja"].partition("\n\n")
    return environment.from_string(subject), environment.from_string(_whole(body, wording))


def _whole(source: str, wording: Wording) -> str:
    """Put what a template includes in its place: asking for it anew takes as long as writing a part of the letter."""

    def put(found: "re.Match[str]") -> str:
        trims, name = found.groups()
        return f"{{%{trims} if true %}}{_whole(wording.sources[name].removesuffix(NEWLINE), wording)}{{% endif %}}"

    return INCLUDED.sub(put, source)


@cache
def make_environment(language: str, zone: ZoneInfo, wording: Wording) -> Environment:
    """Make what the templates of a language are read by: strict about what is missing, and able to tell time."""
    environment = Environment(
        loader=DictLoader(wording.sources),
        undefined=StrictUndefined,
        autoescape=select_autoescape(default_for_string=False),
        finalize=mark,
    )
    environment.filters |= {
        "area": lambda code: _area(code, language),
        "day": lambda at: tell_day(at, language, zone),
        "moment": lambda at: tell_moment(at, language, zone),
        "month": lambda month: tell_month(month, language),
        "number": lambda number: tell_number(number, language),
        "heading": heading,
        "quoted": lambda text: _indented(text, "    ", "    "),
        "hanging": lambda text: _indented(text, "  ", ""),
        "inline": lambda text: " ".join(str(text).split()),
    }
    return environment


def _text(subject: str, rendering: str, language: str, links: frozenset[str], wording: Wording) -> Text:
    blocks = read_blocks(rendering, links)
    html = _html(wording).render(subject=subject, language=language, blocks=blocks)
    return Text(subject, plain(rendering), html)


@cache
def _html(wording: Wording) -> Template:
    environment = Environment(
        loader=DictLoader(wording.sources),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("letter.html.jinja")


def _links(context: Mapping[str, Any], leading: Leading) -> frozenset[str]:
    ours = [context["page"], *([] if leading is None else asdict(leading).values())]
    return frozenset(link for link in ours if link)


def _context(letter: Letter, name: str, house: House, links: Leading) -> dict[str, Any]:
    words = {**LATER, **letter.words}
    own = {"name": _one_line(name), "page": _page(letter, house), "tone": None, "update_url": None}
    leading = {} if links is None else asdict(links)
    return {**words, **own, **leading, **_findings(words, letter.language)}


def _digest_of(letter: Letter) -> str:
    return SEARCH_DIGEST if letter.kind == SEARCH_DIGEST else DIGEST


def _search_page(letter: Letter, house: House) -> str | None:
    if letter.kind != SEARCH_DIGEST or not house.public_url:
        return None
    query = str(letter.words["search"])
    return f"{house.public_url.rstrip('/')}/reforms{'?' if query else ''}{query}"


def _page(letter: Letter, house: House) -> str | None:
    if letter.kind == BATCH_REPORT:
        return f"{house.public_url.rstrip('/')}/batches/{letter.words['month']}" if house.public_url else None
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
    return {
        "verdict": finding["verdict"],
        "criterion": _criteria(version, language).get(code, code),
        "reason": finding["reason"],
        "reasons": _reasons(codes, code, language),
    }


@cache
def _criteria(version: str, language: str) -> Mapping[str, str]:
    return {it.code: reference.words(it, language) for it in reference.criteria(version).everything}


def _reasons(codes: Iterable[ReasonCode], answering: str | None, language: str) -> list[str]:
    return [reference.words(it, language) for it in codes if it.answers == answering]


def _area(code: str, language: str) -> str:
    return next((reference.words(it, language) for it in reference.areas().areas if it.code == code), code)


def _indented(text: object, margin: str, first: str) -> str:
    lines = _one_kind_of_newline(str(text)).strip().split("\n")
    return "\n".join([first + lines[0], *(margin + line if line.strip() else "" for line in lines[1:])])


def _tidy(body: str) -> str:
    text = _one_kind_of_newline(body)
    while BLANK_LINES in text:
        text = text.replace(BLANK_LINES, "\n\n")
    return text.strip() + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _one_kind_of_newline(text: str) -> str:
    # a bare CR would become a line of its own in SMTP, and `\r.\r` the end of the letter
    return text.replace("\r\n", "\n").replace("\r", "\n")
