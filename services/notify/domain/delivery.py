"""What may become of a letter: its states, what may follow which, and what each result of an attempt means."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, assert_never

from contracts.event import Fact
from contracts.notices import Notice, NoticeEvent, NoticeFailed, NoticeHeld, NoticeSent
from services.notify.domain.letters import Letter
from services.notify.domain.mail import mail_id_of


class State(StrEnum):
    """Where a letter stands. In *unknown* nobody can say whether it arrived: it is shown, and not sent again."""

    WAITING_FOR_CONFIRMATION = "waiting-for-confirmation"
    PENDING = "pending"
    CLAIMED = "claimed"
    FINAL_DOT_INTENDED = "final-dot-intended"
    SENT = "sent"
    FAILED_TEMPORARILY = "failed-temporarily"
    FAILED = "failed"
    HELD = "held"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


TRANSITIONS: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        State.WAITING_FOR_CONFIRMATION: frozenset({State.PENDING, State.CANCELLED}),
        State.PENDING: frozenset({State.CLAIMED, State.CANCELLED}),
        State.CLAIMED: frozenset(
            {
                State.FINAL_DOT_INTENDED,
                State.PENDING,  # its postman died: surely not sent
                State.FAILED_TEMPORARILY,
                State.FAILED,
                State.HELD,
                State.CANCELLED,
            }
        ),
        State.FINAL_DOT_INTENDED: frozenset({State.SENT, State.FAILED_TEMPORARILY, State.FAILED, State.UNKNOWN}),
        State.FAILED_TEMPORARILY: frozenset({State.CLAIMED, State.CANCELLED}),
        State.HELD: frozenset({State.PENDING, State.CANCELLED}),
        # only the postman that handed it over may still learn the truth
        State.UNKNOWN: frozenset({State.SENT, State.FAILED_TEMPORARILY, State.FAILED}),
        State.SENT: frozenset(),
        State.FAILED: frozenset(),
        State.CANCELLED: frozenset(),
    }
)
"""What may follow which state; a test compares the statements of the store with it."""

WAITING = frozenset({State.PENDING, State.FAILED_TEMPORARILY})
"""Letters that a postman may claim when they are due."""

BACKOFF_MINUTES = (1, 5, 15, 60, 240, *(480 for _ in range(8)))
"""When to try again after a passing refusal; the last is after 69 hours, then the letter has expired."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The receiving server answered the final dot with a yes."""

    message_id: str


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """The letter was refused for good; ``detail`` is the server's reply code, never its words."""

    detail: str


@dataclass(frozen=True, slots=True)
class PutOff:
    """Not now: a passing refusal, or nobody there. Surely not sent."""

    detail: str


@dataclass(frozen=True, slots=True)
class Postponed:
    """A limit of our own stands in the way until then: it was offered to nobody, and the attempt does not count."""

    detail: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Lost:
    """The final dot may have left, and no answer came back."""


@dataclass(frozen=True, slots=True)
class Held:
    """It waits for a person: there is no one to write to, or no safe letter can be made."""

    code: Literal["no-contact", "address-erased", "stopped"]
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class ToldAlready:
    """The recipient is who sent the submission in, and is told of it as such."""


@dataclass(frozen=True, slots=True)
class Overtaken:
    """What the letter would lead to is no more: the draft was sent, erased, or its days are over."""


Result = Taken | TurnedAway | PutOff | Postponed | Lost | Held | ToldAlready | Overtaken
"""What an attempt to deliver a letter came to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Where a letter stands after an attempt; ``told`` is what the topic hears of it, if anything.

    ``spared`` is 1 where the attempt does not count.
    """

    letter: Letter
    state: State
    due_at: datetime
    detail: str | None
    told: NoticeEvent | None
    spared: int = 0

    @property
    def facts(self) -> list[Fact]:
        """What is told of it, under the submission that it is about, caused by the event that it tells of."""
        subject, cause = self.letter.submission_id, self.letter.cause
        return [] if self.told is None else [Fact(subject=subject, data=self.told, cause=cause)]


def settle(letter: Letter, result: Result, now: datetime) -> Settlement:
    """Say where an attempt leaves a letter. ``letter.attempts`` counts this attempt."""
    notice = _notice(letter)
    match result:
        case Taken(message_id=message_id):
            return _settled(
                letter, State.SENT, now, None, NoticeSent(notice=notice, message_id=message_id, sent_at=now)
            )
        case PutOff(detail=detail) if letter.tries <= len(BACKOFF_MINUTES):
            return _settled(letter, State.FAILED_TEMPORARILY, now + backoff(letter), detail, None)
        case Postponed(detail=detail, until=until):
            return replace(_settled(letter, State.FAILED_TEMPORARILY, until, detail, None), spared=1)
        case TurnedAway(detail=detail) | PutOff(detail=detail):
            why: Literal["refused", "expired"] = "refused" if isinstance(result, TurnedAway) else "expired"
            return _settled(letter, State.FAILED, now, detail, NoticeFailed(notice=notice, code=why, failed_at=now))
        case Lost():
            told = NoticeFailed(notice=notice, code="outcome-unknown", failed_at=now)
            return _settled(letter, State.UNKNOWN, now, "outcome-unknown", told)
        case Held(code=code, detail=detail):
            return _settled(letter, State.HELD, now, detail or code, NoticeHeld(notice=notice, code=code, held_at=now))
        case ToldAlready() | Overtaken():
            detail = "same-as-submitter" if isinstance(result, ToldAlready) else "draft-gone"
            return _settled(letter, State.CANCELLED, now, detail, None)
        case _:
            assert_never(result)


def backoff(letter: Letter) -> timedelta:
    """Say how long to wait after this attempt; mail differs a little, so that it does not all come back at once."""
    minutes = BACKOFF_MINUTES[min(max(letter.tries, 1), len(BACKOFF_MINUTES)) - 1]
    spread = mail_id_of(letter).int % 100 / 1000
    return timedelta(minutes=minutes * (1 + spread))


def _settled(
    letter: Letter, state: State, due_at: datetime, detail: str | None, told: NoticeEvent | None
) -> Settlement:
    return Settlement(letter=letter, state=state, due_at=due_at, detail=detail, told=told)


def _notice(letter: Letter) -> Notice:
    return Notice(
        delivery_id=letter.delivery_id,
        kind=letter.kind,
        recipient=letter.recipient,
        caused_by=letter.cause.event_id,
        decision_id=letter.decision_id,
        language=letter.language,
    )
