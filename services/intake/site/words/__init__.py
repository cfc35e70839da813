"""The words of the pages, one file a language; nothing that a person reads stands anywhere else."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast, get_args

Language = Literal["en", "fr", "es"]
Words = Mapping[str, Any]

LANGUAGES: tuple[Language, ...] = get_args(Language)
NAMES: Mapping[Language, str] = {"en": "English", "fr": "Français", "es": "Español"}
"""What each language calls itself."""


@cache
def words_of(language: Language) -> Words:
    """Give all words of a language."""
    return tomllib.loads(Path(__file__).with_name(f"{language}.toml").read_text(encoding="utf-8"))


def language_wanted(accept: str) -> Language:
    """Say which of our languages an ``Accept-Language`` header likes best; English where it likes none of them."""
    wishes = sorted(map(_wish, accept.lower().split(",")), key=lambda wish: -wish[1])
    return next((cast("Language", tag) for tag, quality in wishes if tag in LANGUAGES and quality > 0), "en")


def language_of(tag: str) -> Language:
    """Say in which of our languages the reader of this language is spoken to."""
    known = tag.partition("-")[0].lower()
    return cast("Language", known) if known in LANGUAGES else "en"


def _wish(part: str) -> tuple[str, float]:
    tag, _, quality = part.partition(";q=")
    try:
        return tag.strip().partition("-")[0], float(quality or 1)
    except ValueError:
        return tag.strip().partition("-")[0], 0.0
