"""The states of an item: one round of one submission, in the batch of its month."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from contracts.reviews import Attribution, Finding, Judgement, SubmissionAssessed, Supersession, Tagging
from contracts.vocabulary import Area


@dataclass(frozen=True, slots=True)
class Item:
    """Which round of which submission, in which batch, and the version of the text under review."""

    submission_id: str
    round: int
    month: str
    version: int
    declared_area: Area


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The submission becomes a reform, under this title."""

    published_title: str


@dataclass(frozen=True, slots=True)
class Decline:
    """It does not, for these reasons."""

    reason_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """The round ends with a question; the answer opens the next."""

    question: str


@dataclass(frozen=True, slots=True)
class Retraction:
    """The reform leaves the public record, where it stood under this title."""

    published_title: str


Outcome = Acceptance | Decline | Question
"""What a decision comes to before its release."""
OutcomeT_co = TypeVar("OutcomeT_co", bound=Outcome | Retraction, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling(Generic[OutcomeT_co]):
    """What the Support Unit decided: eligibility, relevance and tagging as three things, and what follows from them.

    ``supersedes`` is there where it stands for a released decision, ``attribution`` where it is not whose it was.
    """

    decision_id: UUID
    outcome: OutcomeT_co
    eligibility: Judgement
    relevance: Judgement
    tagging: Tagging
    criteria_version: str
    areas_version: str
    reasons_version: str
    note: str | None
    by: str
    at: datetime
    supersedes: Supersession | None = None
    attribution: Attribution | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The final findings, gates first."""
        return self.eligibility.findings + self.relevance.findings

    @property
    def area(self) -> Area:
        """The area that was decided."""
        return self.tagging.area


Releasable = Ruling[Acceptance] | Ruling[Decline] | Ruling[Question]
AnyRuling = Releasable | Ruling[Retraction]


@dataclass(frozen=True, slots=True)
class Entered:
    """It is in the batch of a month that is not over: it may still be amended."""

    item: Item


@dataclass(frozen=True, slots=True)
class InReview:
    """Its batch is sealed; nobody has assessed it yet."""

    item: Item


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Its batch is sealed; it is here because a question went unanswered for its 90 days: proposed as ``no-answer``."""

    item: Item


@dataclass(frozen=True, slots=True)
class Assessed:
    """The Data Team said of every gate and criterion what it found. ``unanswered`` as in Unanswered."""

    item: Item
    assessment: SubmissionAssessed
    unanswered: bool = False


Basis = Assessed | Unanswered
"""From where a decision may be made."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The Support Unit decided; nobody outside knows. ``basis`` is where it stood before."""

    item: Item
    basis: Basis
    ruling: Releasable


Holdable = InReview | Unanswered | Assessed | Decided


@dataclass(frozen=True, slots=True)
class Hold:
    """Why an item is kept back, by whom, since when."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HeldBack:
    """It will stay behind when its batch is released; the work on it goes on."""

    item: Item
    within: Holdable
    hold: Hold


@dataclass(frozen=True, slots=True)
class HeldOver:
    """Its batch is released without it: it leaves by its own command, at the latest with the next batch."""

    item: Item
    within: Holdable
    hold: Hold


@dataclass(frozen=True, slots=True)
class Departing:
    """Its batch's release is ordered: it leaves with it, nothing can stop it."""

    item: Item
    ruling: Releasable


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The submitter took it back in time. It stays in its batch, in this state."""

    item: Item


@dataclass(frozen=True, slots=True)
class Encouragement:
    """What is said of a reform beyond the decision: whether it is promising, support and awards given."""

    promising: bool
    support: tuple[str, ...]
    why: str | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """Released: it is a Challenge reform. What encourages it stays with it, whatever is decided later."""

    item: Item
    ruling: Ruling[Acceptance]
    encouragement: Encouragement | None = None


@dataclass(frozen=True, slots=True)
class Declined:
    """Released: it is none."""

    item: Item
    ruling: Ruling[Decline]
    encouragement: Encouragement | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Released: this round ended with a question."""

    item: Item
    ruling: Ruling[Question]
    answer_by: datetime


@dataclass(frozen=True, slots=True)
class Retracted:
    """The reform left the public record."""

    item: Item
    ruling: Ruling[Retraction]
    encouragement: Encouragement | None = None


ItemState = (
    Entered
    | InReview
    | Unanswered
    | Assessed
    | Decided
    | HeldBack
    | HeldOver
    | Departing
    | Withdrawn
    | Accepted
    | Declined
    | Asked
    | Retracted
)


def word_of(state: ItemState) -> str:
    """Name a state as the doors do: ``in-review``."""
    name = type(state).__name__
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).removeprefix("-")
