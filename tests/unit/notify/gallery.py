"""Every letter in every language, as it reads: ``python -m tests.unit.notify.gallery`` writes them anew."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from services.chassis.codec import decode, encode_text
from services.notify.domain.letters import LANGUAGES, Letter
from services.notify.domain.planning import letters_for
from services.notify.words import write
from tests.controls.notify import HOUSE, links_of, told_events

FOLDER = Path(__file__).parent / "gallery"


def gallery() -> Iterator[tuple[str, str]]:
    """Give each letter's name and how it reads."""
    for told, event in told_events().items():
        for letter in letters_for(event):
            for language in LANGUAGES:
                stored = as_stored(replace(letter, language=language))
                text = write(stored, "Ana Rojas", HOUSE, links_of(letter, told))
                yield f"{told}.{letter.kind}.{language}.txt", f"{text.subject}\n\n{text.body}"


def as_stored(letter: Letter) -> Letter:
    """Give a letter as it comes back from the ledger."""
    return replace(letter, words=decode(dict[str, Any], encode_text(letter.words)))


def main() -> None:
    """Write the gallery."""
    FOLDER.mkdir(exist_ok=True)
    for name, reads in gallery():
        (FOLDER / name).write_text(reads, encoding="utf-8")


if __name__ == "__main__":
    main()
