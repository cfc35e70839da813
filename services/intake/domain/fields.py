"""The kinds of field that forms are made of; each says its own fault by a code."""

import re
from datetime import date, datetime
from typing import Annotated, NoReturn

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from contracts.legible import line_fault, prose_fault
from contracts.search_words import read_words
from services.intake.domain.problems import CODES

_WORD = re.compile(r"\w")
FIRST_YEAR, LAST_YEAR = 2000, 2100


def _fault(code: str) -> NoReturn:
    raise PydanticCustomError(code, CODES[code].sentence)


def _check_line(text: str) -> str:
    if code := line_fault(text):
        _fault(code)
    return text


def _check_prose(text: str) -> str:
    if code := prose_fault(text):
        _fault(code)
    return text


def _check_link(text: str) -> str:
    if (code := line_fault(text)) and code != "text-shape":
        _fault(code)
    return text


def _check_address(text: str) -> str:
    if (code := line_fault(text)) in {"header-characters", "control-character", "bidi"}:
        _fault(str(code))
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        _fault("address")
    return found.ascii_email or _fault("address")


def _check_name(text: str) -> str:
    # what is searched for is told to others: nobody's address is
    return _fault("text-shape") if "@" in _check_line(text) else text


def _check_words(text: str) -> str:
    if not _WORD.search(read_words(_check_name(text)).wanted):
        _fault("no-word")
    return text


def refuse_past_day(search: object) -> object:
    """Refuse a search of the record as it stood on a day: nothing new is ever found there."""
    return _fault("past-day") if isinstance(search, dict) and search.get("as_of") is not None else search


def _check_year(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        _fault("date")
    return moment


def _check_written_out(value: object) -> object:
    # pydantic would take 1700000000, and the digits "1700000000" too, for seconds since 1970
    if not isinstance(value, str) or value[4:5] != "-":
        _fault("date")
    return value


Line = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(_check_line)]
"""A title or a name: one line that could reach a mail header."""

SearchName = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(_check_name)]
"""A name to look for, whole, in one line; no address."""

SearchWords = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_check_words)]
"""Words to look for, in one line, as the public list reads them; no address."""

PersonName = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_check_line)]

Prose = Annotated[str, StringConstraints(min_length=1, max_length=20_000), AfterValidator(_check_prose)]
"""A text of several paragraphs."""

Address = Annotated[str, Field(json_schema_extra={"format": "email"}), AfterValidator(_check_address)]
"""One e-mail address within the limits of RFC 5321; a domain in another script is kept in its ASCII form (IDNA)."""

Link = Annotated[str, StringConstraints(pattern=r"^https://[^\s<>\"]{1,1990}$"), AfterValidator(_check_link)]
"""An address of the web that a page may show: https only."""

Day = Annotated[date, Field(ge=date(FIRST_YEAR, 1, 1), le=date(LAST_YEAR, 12, 31))]

Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_check_written_out), AfterValidator(_check_year)]

Source = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9:._-]{0,63}$")]
"""Which form or system sends: `web`, `kafka:plans`."""

ExternalId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,119}$")]
"""The sender's own id of what is sent, the same when it is sent again; a UUID is best. Never an address."""
