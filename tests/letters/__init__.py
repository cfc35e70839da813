"""Every letter in every language, as it reads; ``python -m tests.letters`` writes them anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec import structs

from services.chassis.codec import decode, encode_text
from services.notify.domain.letters import LANGUAGES, Letter
from services.notify.words import DIGEST, Text, write, write_digest
from tests.controls.notify import (
    HOUSE,
    digest_of_a_day,
    letters_about,
    links_of,
    told_events,
    unprompted_letters,
)

GOLDEN = Path(__file__).parent / "golden"


@dataclass(frozen=True, slots=True)
class Golden:
    """A letter about an event, in one language."""

    told: str
    kind: str
    language: str
    text: Text

    @property
    def name(self) -> str:
        """Its name among the files, without an ending."""
        return f"{self.told}.{self.kind}.{self.language}"

    @property
    def files(self) -> dict[str, str]:
        """What is checked in of it."""
        return {f"{self.name}.txt": f"{self.text.subject}\n\n{self.text.body}", f"{self.name}.html": self.text.html}


def write_letters() -> Iterator[Golden]:
    """Write each letter of which there is an example."""
    told = [(told, letter) for told in told_events() for letter in letters_about(told)]
    for name, letter in [*told, *unprompted_letters().items()]:
        for language in LANGUAGES:
            stored = as_stored(structs.replace(letter, language=language))
            text = write(stored, "Ana Rojas", HOUSE, links_of(letter, name))
            yield Golden(name, letter.kind, language, text)
    for language in LANGUAGES:
        day = [as_stored(structs.replace(letter, language=language)) for letter in digest_of_a_day()]
        yield Golden("a-day", DIGEST, language, write_digest(day, "Ana Rojas", HOUSE))


def golden_files() -> dict[str, str]:
    """Give the files that must be checked in, by their names. Two letters of one kind about one event read alike."""
    return {name: reads for letter in write_letters() for name, reads in letter.files.items()}


def as_stored(letter: Letter) -> Letter:
    """Give a letter as it comes back from the ledger."""
    return structs.replace(letter, words=decode(dict[str, Any], encode_text(letter.words)))
