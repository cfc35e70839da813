"""Guesses in which language a text is written: offline, by the tables of Compact Language Detector 2."""

import pycld2

_RENAMED = {"iw": "he", "jw": "jv"}
"""Codes that ISO 639-1 has given up, and what it has in their place."""


def guess_language(text: str) -> str | None:
    """Give the code of a text's language (ISO 639-1, else 639-3; the library knows 83); None where it is not sure."""
    try:
        is_sure, _, (first, *_) = pycld2.detect(text)
    except pycld2.error:  # characters that it does not read
        return None
    code = str(first[1]).partition("-")[0]
    return _RENAMED.get(code, code) if is_sure and code != "un" else None
