"""How a reform is cited: the same facts as BibTeX, RIS and CSL-JSON, of what is shown on the day that it is read."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.chassis.codec import encode_text
from services.publish.downloads.direction import unturned

CHALLENGE = "Open Gov Challenge, Open Government Partnership"

_TEX = {
    **{character: f"\\{character}" for character in "&%$#_"},
    "{": "\\textbraceleft{}",
    "}": "\\textbraceright{}",
    "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """What is cited: an institution's reform, in one version, as it was read on a day.

    ``day`` is when it was first published. ``address`` leads to what was read, whatever is said later: it asks for a
    day that is over, but where something changed on the very day of reading.
    """

    reference: str
    title: str
    author: str
    day: date
    read_on: date
    version: int
    language: str
    address: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A reform's citation for the programs that keep such things."""

    year: int
    read_on: date
    address: str
    bibtex: str
    ris: str
    csl: str


def cite(cited: Cited) -> Citation:
    """Write a citation in each format, all of them with the same facts."""
    formats = _bibtex(cited), _ris(cited), encode_text([_csl(cited)])
    return Citation(cited.day.year, cited.read_on, cited.address, *formats)


def _edition(cited: Cited) -> str:
    return f"{cited.reference}, version {cited.version}"


def _bibtex(cited: Cited) -> str:
    fields = {
        "title": f"{{{_tex(cited.title)}}}",
        "author": f"{{{_tex(cited.author)}}}",
        "year": str(cited.day.year),
        "month": str(cited.day.month),
        "day": str(cited.day.day),
        "howpublished": _tex(CHALLENGE),
        "note": _tex(_edition(cited)),
        "langid": _tex(cited.language),
        "urldate": f"{cited.read_on}",
        "url": re.sub(r"[{}\\\s]", "", cited.address),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{{cited.reference},\n{lines}\n}}\n"


def _ris(cited: Cited) -> str:
    lines = (
        ("TY", "ELEC"),
        ("TI", cited.title),
        ("AU", cited.author),
        ("PY", str(cited.day.year)),
        ("DA", f"{cited.day:%Y/%m/%d}"),
        ("Y2", f"{cited.read_on:%Y/%m/%d}"),
        ("PB", CHALLENGE),
        ("ET", str(cited.version)),
        ("AN", cited.reference),
        ("LA", cited.language),
        ("UR", cited.address),
        ("ER", ""),
    )
    return "".join(f"{tag}  - {_one_line(text)}\n" for tag, text in lines)


def _csl(cited: Cited) -> dict[str, Any]:
    return {
        "id": cited.reference,
        "type": "webpage",
        "title": _one_line(cited.title),
        "author": [{"literal": _one_line(cited.author)}],
        "issued": _parts(cited.day),
        "accessed": _parts(cited.read_on),
        "container-title": CHALLENGE,
        "version": str(cited.version),
        "number": cited.reference,
        "language": cited.language,
        "URL": cited.address,
    }


def _parts(day: date) -> dict[str, Any]:
    return {"date-parts": [[day.year, day.month, day.day]]}


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in _one_line(text))


def _one_line(text: str) -> str:
    return unturned(" ".join(text.split()))
