"""What is wrong with a search: where, what was meant perhaps, and how that is said in English and French."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from rapidfuzz import fuzz, process

SUGGESTED_MAX = 3
SUGGESTED_FROM = 62
"""From here on, of 100, a known word is like enough to have been meant."""

SHOWN_MAX = 40

Language = Literal["en", "fr"]


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong: a code, its place (from 0) in the search, the word at fault, the key that it stands under."""

    code: str
    at: int
    word: str
    key: str = ""
    suggestions: tuple[str, ...] = ()

    @classmethod
    def unknown(
        cls,
        code: str,
        at: int,
        word: str,
        known: Iterable[str],
        names: Mapping[str, str] = MappingProxyType({}),
        key: str = "",
    ) -> "Issue":
        """Tell of a word that is not known, and which of the known ones are like it."""
        return cls(code, at, word, key, suggestions_for(word, tuple(known), names))


class Unreadable(Exception):
    """A search that cannot be carried out, with everything that is wrong with it."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        super().__init__("; ".join(say(issue) for issue in issues))
        self.issues = tuple(issues)


def suggestions_for(word: str, known: Sequence[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """Give the known words that may have been meant; ``names`` are other words for them."""
    choices = {**{one: one for one in known}, **names}
    if word.casefold() in choices:
        return (choices[word.casefold()],)
    found = process.extract(word.casefold(), list(choices), scorer=fuzz.WRatio, score_cutoff=SUGGESTED_FROM, limit=9)
    return tuple(dict.fromkeys(choices[name] for name, _, _ in found))[:SUGGESTED_MAX]


def say(issue: Issue, language: Language = "en") -> str:
    """Say in a sentence what is wrong, where, and what may have been meant."""
    sentence = _SENTENCES[language][issue.code].format(
        place=issue.at + 1, word=_shortened(issue.word), key=issue.key, example=_EXAMPLES.get(issue.code, "")
    )
    if not issue.suggestions:
        return sentence
    return f"{sentence} {_MEANT[language].format(', '.join(issue.suggestions))}"


def _shortened(word: str) -> str:
    return word if len(word) <= SHOWN_MAX else f"{word[: SHOWN_MAX - 1]}…"


_EXAMPLES: Mapping[str, str] = MappingProxyType(
    {"month": "2026-10", "reference": "OGC-2026-000123", "member": "UK, PHQZT", "actor": "me, nobody"}
)
_MEANT: Mapping[Language, str] = MappingProxyType({"en": "Did you mean: {}?", "fr": "Vouliez-vous dire : {} ?"})
_SENTENCES: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            "unknown-key": "“{word}:” at place {place} is not something to search by; text with a colon needs quotes.",
            "unknown-value": "“{word}” at place {place} is not a value of “{key}:”.",
            "month": "“{word}” at place {place} is not a month or a year, such as {example}.",
            "reference": "“{word}” at place {place} is not a whole reference, such as {example}.",
            "member": "“{word}” at place {place} is not the code of a member, such as {example}.",
            "actor": "“{word}” at place {place} is not {example} or the reference of a colleague.",
            "text": "“{word}” at place {place} has no letter or digit to look for.",
            "value-missing": "After “{word}” at place {place} a value is missing.",
            "misplaced": "“{word}” at place {place} does not belong there; text that holds it needs quotes.",
            "quote-open": "The quote at place {place} is not closed.",
            "control-character": "There is a control character at place {place}.",
            "no-letters": "There is no letter or digit to look for.",
            "too-long": "A search may have 500 characters.",
            "too-many-terms": "A search may have 40 terms.",
        },
        "fr": {
            "unknown-key": "« {word}: », en position {place}, n’est pas un critère de recherche ; "
            "un texte qui contient deux-points se met entre guillemets.",
            "unknown-value": "« {word} », en position {place}, n’est pas une valeur de « {key}: ».",
            "month": "« {word} », en position {place}, n’est ni un mois ni une année, comme {example}.",
            "reference": "« {word} », en position {place}, n’est pas une référence entière, comme {example}.",
            "member": "« {word} », en position {place}, n’est pas le code d’un membre, comme {example}.",
            "actor": "« {word} », en position {place}, n’est ni {example}, ni la référence d’un collègue.",
            "text": "« {word} », en position {place}, n’a ni lettre ni chiffre à chercher.",
            "value-missing": "Après « {word} », en position {place}, il manque une valeur.",
            "misplaced": "« {word} », en position {place}, n’est pas à sa place ; "
            "un texte qui le contient se met entre guillemets.",
            "quote-open": "Le guillemet en position {place} n’est pas fermé.",
            "control-character": "Il y a un caractère de contrôle en position {place}.",
            "no-letters": "Il n’y a ni lettre ni chiffre à chercher.",
            "too-long": "Une recherche peut avoir 500 caractères.",
            "too-many-terms": "Une recherche peut avoir 40 termes.",
        },
    }
)
