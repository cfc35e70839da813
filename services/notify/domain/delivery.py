"""What may become of a letter: its states, what may follow which, and what each result of an attempt means."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, assert_never

from contracts.event import Fact
from contracts.notices import Notice, NoticeEvent, NoticeFailed, NoticeHeld, NoticeSent
from services.notify.domain.letters import DRAFT_LINK, SUBSCRIBED, Letter
from services.notify.domain.mail import mail_id_of


class State(StrEnum):
    """Where a letter stands. In *unknown* nobody can say whether it arrived: it is shown, and settled by a policy."""

    WAITING_FOR_CONFIRMATION = "waiting-for-confirmation"
    PENDING = "pending"
    CLAIMED = "claimed"
    FINAL_DOT_INTENDED = "final-dot-intended"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED_TEMPORARILY = "failed-temporarily"
    FAILED = "failed"
    HELD = "held"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


CLEARED = frozenset({State.UNKNOWN, State.DELIVERED, State.BOUNCED})
"""Where a letter of which an earlier copy may have arrived ends when it need not, or may not, go again."""

TRANSITIONS: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        State.WAITING_FOR_CONFIRMATION: frozenset({State.PENDING, State.CANCELLED}),
        State.PENDING: frozenset({State.CLAIMED, State.CANCELLED, *CLEARED}),
        State.CLAIMED: frozenset(
            {
                State.FINAL_DOT_INTENDED,
                State.PENDING,  # its postman died: surely not sent
                State.FAILED_TEMPORARILY,
                State.FAILED,
                State.HELD,
                State.SUPPRESSED,
                State.CANCELLED,
                State.UNKNOWN,  # an earlier copy may have arrived, and this one will not
            }
        ),
        State.FINAL_DOT_INTENDED: frozenset({State.SENT, State.FAILED_TEMPORARILY, State.FAILED, State.UNKNOWN}),
        State.FAILED_TEMPORARILY: frozenset({State.CLAIMED, State.CANCELLED, *CLEARED}),
        State.HELD: frozenset({State.PENDING, State.CANCELLED}),
        State.SUPPRESSED: frozenset({State.PENDING, State.CANCELLED}),
        # the postman that handed it over may still learn the truth, or something comes back of it; or it goes again
        State.UNKNOWN: frozenset(
            {State.SENT, State.FAILED_TEMPORARILY, State.FAILED, State.PENDING, State.DELIVERED, State.BOUNCED}
        ),
        State.SENT: frozenset({State.DELIVERED, State.BOUNCED}),
        State.DELIVERED: frozenset({State.BOUNCED}),
        State.BOUNCED: frozenset(),
        State.FAILED: frozenset(),
        State.CANCELLED: frozenset(),
    }
)
"""What may follow which state; a test compares the statements of the store with it."""

WAITING = frozenset({State.PENDING, State.FAILED_TEMPORARILY})
"""Letters that a postman may claim when they are due."""

BACKOFF_MINUTES = (1, 5, 15, 60, 240, *(480 for _ in range(8)))
"""When to try again after a passing refusal; the last is after 69 hours, then the letter has expired."""

RESTS = "domain-rests"
"""The detail of a letter that is kept back since its domain, or the door out, takes nothing."""

LONGEST_REST = timedelta(hours=72)
"""A letter whose domain takes nothing for so long has expired, too, though it was hardly ever tried."""

ENDS_UNSENT = frozenset({State.FAILED, State.HELD, State.SUPPRESSED, State.CANCELLED, State.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Taken:
    """The receiving server answered the final dot with a yes."""

    message_id: str


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """The letter was refused for good; ``detail`` is the server's reply code, never its words.

    ``ever``: whoever said so knows each letter again, and has taken no earlier copy of it either.
    """

    detail: str
    ever: bool = False


@dataclass(frozen=True, slots=True)
class PutOff:
    """Not now: a passing refusal, or nobody there. Surely not sent. ``of_door``: whoever it would have gone to."""

    detail: str
    of_door: bool = False


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
class Suppressed:
    """Nothing is sent to this address: a letter to it came back, or an operator says so."""

    address_hash: bytes
    code: Literal["suppressed"] = "suppressed"
    detail: None = None


@dataclass(frozen=True, slots=True)
class ToldAlready:
    """The recipient is who sent the submission in, and is told of it as such."""


@dataclass(frozen=True, slots=True)
class Overtaken:
    """What the letter would lead to is no more: a draft that is gone, a question whose days are over."""


Result = Taken | TurnedAway | PutOff | Postponed | Lost | Held | Suppressed | ToldAlready | Overtaken
"""What an attempt to deliver a letter came to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Where a letter stands after an attempt; ``told`` is what the topic hears of it, if anything.

    ``spared`` is 1 where the attempt does not count; ``address_hash`` is of the address that it is kept from.
    """

    letter: Letter
    state: State
    due_at: datetime
    detail: str | None
    told: NoticeEvent | None
    spared: int = 0
    address_hash: bytes | None = None

    @property
    def facts(self) -> list[Fact]:
        """What is told of it, under the submission that it is about, caused by the event that it tells of."""
        subject, cause = self.letter.submission_id, self.letter.cause
        return [] if self.told is None else [Fact(subject=subject, data=self.told, cause=cause)]


def settle(letter: Letter, result: Result, now: datetime) -> Settlement:
    """Say where an attempt leaves a letter. ``letter.attempts`` counts this attempt.

    One of which an earlier copy may have arrived is sent, or stays in doubt: it has not surely failed.
    """
    settlement = _settle(letter, result, now)
    is_known = isinstance(result, TurnedAway) and result.ever
    if letter.doubtful and not is_known and settlement.state in ENDS_UNSENT:
        return replace(settlement, state=State.UNKNOWN, told=None)
    return settlement


def _settle(letter: Letter, result: Result, now: datetime) -> Settlement:
    match result:
        case PutOff(detail=detail) if letter.tries <= len(BACKOFF_MINUTES):
            return _settled(letter, State.FAILED_TEMPORARILY, now + backoff(letter), detail, None)
        case Postponed(detail=detail, until=until) if not _has_rested_out(letter, now):
            return replace(_settled(letter, State.FAILED_TEMPORARILY, until, detail, None), spared=1)
        case ToldAlready():
            return _settled(letter, State.CANCELLED, now, "same-as-submitter", None)
        case Overtaken():
            return _settled(letter, State.CANCELLED, now, _overtaken_by(letter), None)
        case Held() | Suppressed():
            return _hold(letter, result, now)
        case _:
            return _close(letter, result, now)


def _overtaken_by(letter: Letter) -> str:
    if letter.kind in SUBSCRIBED:
        return "unsubscribed"
    return "draft-gone" if letter.kind == DRAFT_LINK else "too-late"


def _hold(letter: Letter, result: Held | Suppressed, now: datetime) -> Settlement:
    told = NoticeHeld(notice=notice_of(letter), code=result.code, held_at=now)
    settlement = _settled(letter, State.HELD, now, result.detail or result.code, told)
    if isinstance(result, Suppressed):
        return replace(settlement, state=State.SUPPRESSED, address_hash=result.address_hash)
    return settlement


def _close(letter: Letter, result: Taken | TurnedAway | PutOff | Postponed | Lost, now: datetime) -> Settlement:
    notice = notice_of(letter)
    match result:
        case Taken(message_id=message_id):
            sent = NoticeSent(notice=notice, message_id=message_id, sent_at=now, repeated=letter.doubtful)
            return _settled(letter, State.SENT, now, None, sent)
        case TurnedAway(detail=detail) | PutOff(detail=detail) | Postponed(detail=detail):
            why: Literal["refused", "expired"] = "refused" if isinstance(result, TurnedAway) else "expired"
            return _settled(letter, State.FAILED, now, detail, NoticeFailed(notice=notice, code=why, failed_at=now))
        case Lost():
            lost = NoticeFailed(notice=notice, code="outcome-unknown", failed_at=now)
            return _settled(letter, State.UNKNOWN, now, "outcome-unknown", lost)
        case _:
            assert_never(result)


def backoff(letter: Letter) -> timedelta:
    """Say how long to wait after this attempt; mail differs a little, so that it does not all come back at once."""
    minutes = BACKOFF_MINUTES[min(max(letter.tries, 1), len(BACKOFF_MINUTES)) - 1]
    spread = mail_id_of(letter).int % 100 / 1000
    return timedelta(minutes=minutes * (1 + spread))


def _has_rested_out(letter: Letter, now: datetime) -> bool:
    return letter.rests_since is not None and now - letter.rests_since >= LONGEST_REST


def _settled(
    letter: Letter, state: State, due_at: datetime, detail: str | None, told: NoticeEvent | None
) -> Settlement:
    return Settlement(letter=letter, state=state, due_at=due_at, detail=detail, told=told)


def notice_of(letter: Letter) -> Notice:
    """Say of a letter what is told of it on its topic."""
    return Notice(
        delivery_id=letter.delivery_id,
        kind=letter.kind,
        recipient=letter.recipient,
        caused_by=letter.cause.event_id,
        decision_id=letter.decision_id,
        language=letter.language,
    )
