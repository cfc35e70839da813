"""The words of the desk, one file a group of pages and a language; nothing that a person reads stands anywhere else."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

Language = Literal["en", "fr"]
Words = Mapping[str, Any]

LANGUAGES: tuple[Language, ...] = get_args(Language)
NAMES: Mapping[str, str] = {"en": "English", "fr": "Français"}
"""What each language calls itself."""


@cache
def words_of(language: Language) -> Words:
    """Give all words of a language, by the group of pages."""
    files = sorted(Path(__file__).parent.glob(f"*.{language}.toml"))
    return {file.name.partition(".")[0]: tomllib.loads(file.read_text(encoding="utf-8")) for file in files}
