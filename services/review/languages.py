"""Guesses in which language a text is written: offline, by a model that its library brings along."""

from functools import cache
from typing import Any

from py3langid import langid

SURE = 0.95
"""Below this share of the probability nothing is said."""


_library: Any = langid  # it has no types


@cache
def _identifier() -> Any:
    # read when the first text is guessed: a second of work and 70 MB that a process without texts need not have
    return _library.LanguageIdentifier.from_model_file(_library.MODEL_FILE, norm_probs=True)


def guess_language(text: str) -> str | None:
    """Give the code of a text's language (ISO 639-1, of 139 that the model knows); None where it is not sure."""
    code, share = _identifier().classify(text)
    return str(code) if share >= SURE else None
