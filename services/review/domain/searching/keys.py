"""What can be searched by: the keys, which values each knows, and what else people call them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from anyascii import anyascii
from babel import Locale

from contracts.vocabulary import Area, Channel
from services.review.domain.flags import Flag
from services.review.domain.likeness import normalise

WORDS = "words"
"""The key of words that stand alone; it is never written."""

REFERENCE = "ref"
"""The key of references; one that stands alone, as people paste it, is looked up by it."""

OPEN = ("in-review", "unanswered", "assessed", "decided", "held-back", "held-over")
RELEASED = ("departing", "accepted", "declined", "asked", "retracted")
STATUSES = ("entered", *OPEN, *RELEASED, "withdrawn")
"""The states of an item, as everything shows them."""

GOING_ON = ("entered", *OPEN, "departing")
"""Those from which an item still goes on: few have them, whatever is stored."""

ENDED = tuple(status for status in STATUSES if status not in GOING_ON)

GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType({"open": OPEN, "released": RELEASED})
"""Names for several states: sealed and not released yet; released."""

ME, NOBODY, ANY = "me", "nobody", "any"

_MONTH = re.compile(r"20[0-9]{2}(-(0[1-9]|1[0-2]))?")
_REFERENCE = re.compile(r"OGC-20[0-9]{2}-[0-9]{6,9}")
_MEMBER = re.compile(r"[A-Z]{2,6}")
_ACTOR = re.compile(r"[a-z0-9][a-z0-9:._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Key:
    """Something to search by. ``names`` are words for its values that are not taken, but led to the right one."""

    read: Callable[[str], str | None]
    known: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    fault: str = "unknown-value"


def key_named(text: str) -> str | None:
    """Give the key that a text names, in English or French; None if none."""
    name = anyascii(text.rstrip(": \u00a0\u202f")).casefold()
    name = _FRENCH.get(name, name)
    return name if name in KEYS else None


def value_of(key: str, text: str) -> str | None:
    """Give a value as this key writes it; None if it is none of its."""
    return _text(text) if key == WORDS else KEYS[key].read(text)


def _of(*known: str, also: Mapping[str, str] = MappingProxyType({}), names: Mapping[str, str] | None = None) -> Key:
    def read(text: str) -> str | None:
        slug = text.casefold().replace("_", "-").replace(" ", "-")
        slug = also.get(slug, slug)
        return slug if slug in known else None

    return Key(read, known, names or {})


def _matching(pattern: re.Pattern[str], fault: str, change: Callable[[str], str]) -> Key:
    def read(text: str) -> str | None:
        return changed if pattern.fullmatch(changed := change(text)) else None

    return Key(read, fault=fault)


def _codes(names: Mapping[str, str], change: Callable[[str], str]) -> Key:
    codes = tuple(dict.fromkeys(names.values()))

    def read(text: str) -> str | None:
        return changed if (changed := change(text)) in codes else None

    return Key(read, codes, names)


def _text(text: str) -> str | None:
    return text if normalise(text) else None


def _countries() -> Mapping[str, str]:
    """Names of countries in English and French, with OGP's codes of them: ``UK``, not ``GB``."""
    found = {
        name.casefold(): code
        for locale in ("en", "fr")
        for code, name in Locale(locale).territories.items()
        if code.isalpha()
    }
    return {**{name: "UK" if code == "GB" else code for name, code in found.items()}, "gb": "UK"}


def _languages() -> Mapping[str, str]:
    found = (Locale(locale).languages.items() for locale in ("en", "fr"))
    return {name.casefold(): code for one in found for code, name in one if code.isalpha()}


_FRENCH: Mapping[str, str] = MappingProxyType(
    {
        "domaine": "area",
        "declare": "declared",
        "statut": "status",
        "etat": "status",
        "mois": "month",
        "pays": "country",
        "membre": "member",
        "canal": "channel",
        "langue": "language",
        "signale": "flagged",
        "attribue": "assigned",
        "a": "has",
        "est": "is",
        "titre": "title",
    }
)

KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "area": _of(*Area),
        "declared": _of(*Area),
        "status": _of(*GROUPS, *STATUSES),
        "month": _matching(_MONTH, "month", str.strip),
        "country": _codes(_countries(), str.upper),
        "member": _matching(_MEMBER, "member", str.upper),
        "channel": _of(*Channel),
        "language": _codes(_languages(), str.lower),
        "flagged": _of(ANY, *Flag, also={"no-future-milestone": Flag.TIMING}),
        "assigned": _matching(_ACTOR, "actor", str.lower),
        "has": _of("answer", "assessment", "clarification", "decision"),
        "is": _of("held", "promising", "resubmission", "retagged", "unanswered"),
        "title": Key(_text, fault="text"),
        "institution": Key(_text, fault="text"),
        REFERENCE: _matching(_REFERENCE, "reference", str.upper),
    }
)
"""All of them, in the order in which the desk explains them."""
