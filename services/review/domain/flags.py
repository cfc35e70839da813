"""What a reviewer is told to look at before assessing an item. A flag is never a refusal: people decide."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from contracts.submissions import Proposal
from contracts.vocabulary import next_month


class Flag(StrEnum):
    """Everything that an item may be flagged with; the words are the desk's, the order is that of lists."""

    TIMING = "timing"
    DUPLICATE = "duplicate"
    COORDINATION = "coordination"
    MEMBER_NOT_ACTIVE = "member-not-active"
    MEMBER_UNREGISTERED = "member-unregistered"
    MEMBER_TYPE_IN_DOUBT = "member-type-in-doubt"
    OWNER_IN_DOUBT = "owner-in-doubt"
    PLAN_UNREGISTERED = "plan-unregistered"
    PLAN_OF_ANOTHER_MEMBER = "plan-of-another-member"
    COMMITMENT_UNREGISTERED = "commitment-unregistered"
    EXTENDS_UNREGISTERED = "extends-unregistered"
    EXTENDS_ANOTHER_MEMBER = "extends-another-member"
    LANGUAGES = "languages"
    MIXED_SCRIPT = "mixed-script"
    ZERO_WIDTH = "zero-width"
    BIDI = "bidi"
    OTHER = "other"


Guess = Callable[[str], str | None]
"""Says in which language a text is, as a code of two letters; None where it is not sure."""

_OF_INTAKE: Mapping[str, Flag] = MappingProxyType(
    {**{flag.value: flag for flag in Flag}, "no-future-milestone": Flag.TIMING}
)
_OF_TEXT = frozenset(set(Flag) - {Flag.DUPLICATE, Flag.COORDINATION})

GUESSED_FROM = 60
"""So many letters a passage has before its language is guessed: shorter ones are names as often as sentences."""


def text_flags(month: str, proposal: Proposal, of_intake: Iterable[str], guess: Guess) -> frozenset[Flag]:
    """Give the flags that an item's text carries, whatever other items there are.

    ``of_intake`` are intake's remarks on the same text; one that is not known here is flagged as such, never dropped.
    """
    found = {_OF_INTAKE.get(code, Flag.OTHER) for code in of_intake} & _OF_TEXT
    if not has_milestone_ahead(month, proposal):
        found.add(Flag.TIMING)
    if len(languages_of(proposal, guess)) > 1:
        found.add(Flag.LANGUAGES)
    return frozenset(found)


def in_order(flags: Iterable[str]) -> tuple[Flag, ...]:
    """Sort flags as lists show them."""
    found = set(flags)
    return tuple(flag for flag in Flag if flag in found)


def has_milestone_ahead(month: str, proposal: Proposal) -> bool:
    """Say whether something is still due when the month is over: its review begins only then."""
    begins = date.fromisoformat(f"{next_month(month)}-01")
    return any(step.due >= begins for step in proposal.milestones)


def languages_of(proposal: Proposal, guess: Guess) -> tuple[str, ...]:
    """List the languages of a proposal's passages, the most frequent first, with the one that it declares."""
    declared = proposal.language.partition("-")[0].lower()
    guessed = Counter(code for text in _passages(proposal) if (code := guess(text)) is not None)
    return tuple(dict.fromkeys([*(code for code, _ in guessed.most_common()), declared]))


def _passages(proposal: Proposal) -> list[str]:
    prose = [proposal.description, proposal.problems, *proposal.values.values()]
    return [text for text in (proposal.title, *_split(prose)) if sum(map(str.isalpha, text)) >= GUESSED_FROM]


def _split(prose: Iterable[str]) -> list[str]:
    return [passage for text in prose for passage in text.split("\n")]
