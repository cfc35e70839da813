"""What follows when somebody finds out whether a letter in doubt was taken, or settles it as well as can be."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts.event import Fact
from contracts.notices import NoticeEvent, NoticeFailed, NoticeSent
from services.notify.domain.delivery import State, notice_of
from services.notify.domain.letters import Letter

Verdict = Literal["sent", "resend", "failed"]
"""It was taken; it goes once more, since nobody can tell; it was not taken, and the person is told in another way."""


@dataclass(frozen=True, slots=True)
class InDoubt:
    """A letter in doubt, and when it was handed over."""

    letter: Letter
    handed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Settled:
    """Where a letter stands that was in doubt, when it was sent if it was, and what the topic hears of it."""

    letter: Letter
    state: State
    sent_at: datetime | None
    told: NoticeEvent

    @property
    def facts(self) -> list[Fact]:
        """What is told of it, caused by the event that the letter tells of."""
        return [Fact(subject=self.letter.submission_id, data=self.told, cause=self.letter.cause)]


def settle_by_hand(found: InDoubt, verdict: Literal["sent", "failed"], message_id: str, now: datetime) -> Settled:
    """Say where a letter in doubt stands, now that somebody knows whether it was taken."""
    letter, notice = found.letter, notice_of(found.letter)
    if verdict == "failed":
        return Settled(letter, State.FAILED, None, NoticeFailed(notice=notice, code="refused", failed_at=now))
    sent_at = found.handed_at or now
    told = NoticeSent(notice=notice, message_id=message_id, sent_at=sent_at, repeated=letter.doubtful)
    return Settled(letter, State.SENT, sent_at, told)
