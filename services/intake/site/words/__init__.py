"""The words of the pages, one file a language; nothing that a person reads stands anywhere else."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args

from contracts.reference import Language

Words = Mapping[str, Any]

LANGUAGES: tuple[Language, ...] = get_args(Language)
NAMES: Mapping[str, str] = {"en": "English", "fr": "Français", "es": "Español"}
"""What each language calls itself."""


@cache
def words_of(language: Language) -> Words:
    """Give all words of a language; a field without a hint has an empty one."""
    words = tomllib.loads(Path(__file__).with_name(f"{language}.toml").read_text(encoding="utf-8"))
    for field in words["fields"].values():
        field.setdefault("hint", "")
    return words


def language_of(tag: str) -> Language:
    """Say in which of our languages the reader of this language is spoken to."""
    known = tag.partition("-")[0].lower()
    return known if known in LANGUAGES else "en"
