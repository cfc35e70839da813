"""In which language a problem is told: the one that the reader asked for, where every sentence of it is known."""

import json
import re
from collections.abc import Iterator, Mapping
from importlib import resources
from types import MappingProxyType
from typing import Any

Sentences = Mapping[str, Mapping[str, str]]
"""What codes say: code to language to sentence."""

DEFAULT = "en"

_RANGE = re.compile(r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]{1,30})?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")

_own: dict[str, dict[str, dict[str, str]]] = json.loads((resources.files(__package__) / "problems.json").read_text())
TITLES: Sentences = MappingProxyType(_own["titles"])
"""What statuses say, by their number."""
SENTENCES: Sentences = MappingProxyType(_own["codes"])
"""What the codes say that every service answers with."""


def language_of(accept_language: str, offered: Mapping[str, str]) -> str:
    """Choose among what is offered by the header's wishes (RFC 9110, 12.5.4); English where none fits."""
    wishes = sorted(_wishes(accept_language), key=lambda wish: -wish[1])
    fitting = (DEFAULT if language == "*" else language for language, weight in wishes if weight > 0)
    return next((language for language in fitting if language in offered), DEFAULT)


def translate(body: dict[str, Any], accept_language: str, sentences: Sentences) -> str:
    """Tell a problem's body in the reader's language, where all its codes are known; give the language it is in."""
    told = [body, *body.get("errors", ())]
    known = [sentences.get(one["code"], {}) for one in told]
    language = language_of(accept_language, {name: "" for name in known[0] if all(name in other for other in known)})
    if language == DEFAULT:
        return DEFAULT
    for one, sentence in zip(told, known, strict=True):
        one["detail"] = sentence[language]
    body["title"] = TITLES.get(str(body["status"]), {}).get(language, body["title"])
    return language


def _wishes(accept_language: str) -> Iterator[tuple[str, float]]:
    for piece in accept_language[:500].split(","):
        if found := _RANGE.fullmatch(piece):
            yield found[1].lower(), float(found[2] or 1)
