"""The words of the desk: the same in each language, and none without its place."""

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

import pytest

from services.review.desk.pages import NAVIGATION
from services.review.desk.words import LANGUAGES, Language, words_of
from services.review.domain.staff import ROLES


def leaves(words: Mapping[str, Any], under: str = "") -> Iterator[tuple[str, Any]]:
    """Give each word with its place."""
    for name, word in words.items():
        if isinstance(word, Mapping):
            yield from leaves(word, f"{under}{name}.")
        else:
            yield f"{under}{name}", word


def test_each_language_has_the_same_words() -> None:
    """Where one is missing, a reader would see a page fail."""
    english, *others = [
        # the reference data says in English what each area is for
        {place for place, _ in leaves(words_of(language)) if not place.startswith("item.scopes.")}
        for language in LANGUAGES
    ]
    assert [other ^ english for other in others] == [set()]


def test_each_language_takes_the_same_values() -> None:
    """A value that a sentence forgets would be missing from the page."""

    def taken(word: object) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(str(word)) if name is not None}

    english, french = (dict(leaves(words_of(language))) for language in LANGUAGES)
    assert {place for place in english if taken(english[place]) != taken(french[place])} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_empty(language: Language) -> None:
    """But for hints and explanations, which not everything needs; roles and parts of the navigation have theirs."""
    words = words_of(language)
    spare = ("hint", "about")
    assert [place for place, word in leaves(words) if not str(word).strip() and not place.endswith(spare)] == []
    assert set(words["site"]["roles"]) == set(ROLES)
    assert {part.name for part in NAVIGATION} <= set(words["site"]["nav"])
