"""The words of the domain that travel between services: ids, codes, months, texts."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, NewType

from pydantic import AfterValidator, Field, StringConstraints


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time needs its zone")
    return value.astimezone(UTC)


Instant = Annotated[datetime, AfterValidator(_utc)]
"""A moment, aware and in UTC."""

Month = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
"""A calendar month of the declared zone, such as ``2026-11``: the name of a batch."""

Title = Annotated[str, StringConstraints(min_length=1, max_length=300)]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
LongText = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]

MemberCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,6}$")]
"""OGP's own code of a member, national (``UK``, not ``GB``) or local (``PHQZT``). Never a displayed name."""

CommitmentId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,6}[0-9]{4}$")]
"""OGP's id of a commitment in an action plan, such as ``FI0035``."""

Reference = Annotated[str, StringConstraints(pattern=r"^OGC-20[0-9]{2}-[0-9]{6,9}$")]
"""The public reference of a submission, such as ``OGC-2026-000123``: never changed, never reused."""

LocalityId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[A-Z0-9][A-Z0-9-]{1,29}$")]
"""The Support Unit's id of a locality that is no member, such as ``CO-CALI``: its country's letters, then its own."""

LocalityKey = Annotated[
    str,
    StringConstraints(pattern=r"^([A-Z]{2,6}|[A-Z]{2}-[A-Z0-9][A-Z0-9-]{1,29}|OGC-20[0-9]{2}-[0-9]{6,9})$"),
]
"""By what a locality is found: a local member's code, the Support Unit's id, or without one its reform's reference."""

LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
"""The language of a text, BCP 47."""

WebLink = Annotated[str, StringConstraints(pattern=r"^https://[^\s<>\"]{1,1990}$")]
"""A link that a page may show: https only."""

AwardRound = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")]
"""The code of a round of awards, such as ``2026-europe``."""

ActorRef = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9:._-]{0,63}$")]
"""An opaque reference to a member of staff or a tool; who it is, is not on Kafka."""

ContactRef = Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}$")]
"""An opaque reference into intake's contact vault."""

Round = Annotated[int, Field(ge=1, le=1_000)]
Version = Annotated[int, Field(ge=1, le=10_000)]

Code = NewType("Code", str)
"""A code from a closed list of the reference data."""

Texts = Mapping[str, str]
"""One text in several languages: language tag to text."""


class Channel(StrEnum):
    """The way in of what is reviewed: which form, by whose right. Stories and nominations have events of their own."""

    ACTION_PLAN = "action-plan"
    PLAN_AMENDMENT = "plan-amendment"
    RECOGNITION = "recognition"
    STANDALONE = "standalone"


class MemberType(StrEnum):
    """What the submitting institution's jurisdiction is to OGP."""

    NATIONAL = "national"
    LOCAL = "local"
    OTHER_LOCAL = "other-local"


class Level(StrEnum):
    """Level of government of the institution that owns the action."""

    NATIONAL = "national"
    LOCAL = "local"


class Branch(StrEnum):
    """Branch of government of the institution that owns the action."""

    EXECUTIVE = "executive"
    LEGISLATURE = "legislature"
    JUDICIARY = "judiciary"
    INDEPENDENT = "independent"


class Area(StrEnum):
    """The ten areas of the Challenge; names, scopes and headlines are reference data."""

    ACCESS_TO_INFORMATION = "access-to-information"
    ANTI_CORRUPTION = "anti-corruption"
    CIVIC_SPACE = "civic-space"
    CLIMATE_AND_ENVIRONMENT = "climate-and-environment"
    DIGITAL_GOVERNANCE = "digital-governance"
    FISCAL_OPENNESS = "fiscal-openness"
    GENDER_AND_INCLUSION = "gender-and-inclusion"
    JUSTICE = "justice"
    MEDIA_FREEDOM = "media-freedom"
    PUBLIC_PARTICIPATION = "public-participation"


class Value(StrEnum):
    """An open government value that an action embeds."""

    TRANSPARENCY = "transparency"
    ACCOUNTABILITY = "public-accountability"
    PARTICIPATION = "civic-participation"


class Verdict(StrEnum):
    """What an assessment says of one gate or criterion."""

    MET = "met"
    NOT_MET = "not-met"
    UNCLEAR = "unclear"


class Effect(StrEnum):
    """How a correction after release shows itself to the people told before."""

    SILENT = "silent"
    CORRECTION = "correction"


_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


def month_of(local: datetime) -> str:
    """Name the calendar month of a moment already expressed in the declared zone."""
    return f"{local.year:04d}-{local.month:02d}"


def next_month(month: str) -> str:
    """Name the month after ``month``.

    Raises:
        ValueError: ``month`` is not of the form ``2026-11``.
    """
    found = _MONTH.fullmatch(month)
    if found is None:
        raise ValueError(f"not a month: {month!r}")
    years, months = int(found[1]), int(found[2])
    return f"{years + months // 12:04d}-{months % 12 + 1:02d}"
