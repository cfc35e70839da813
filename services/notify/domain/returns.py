"""What follows when something comes back of letters: where they stand, and whether more is sent to that address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from contracts.event import Fact
from contracts.notices import NoticeEvent, NoticeFailed, NoticeSent
from services.chassis.errors import Refusal
from services.notify.domain.bounces import Heard, Outcome
from services.notify.domain.delivery import WAITING, State, notice_of
from services.notify.domain.letters import Letter

OUT = frozenset({State.SENT, State.DELIVERED, State.UNKNOWN})
"""Of letters that stand so something may come back; and of doubtful ones that wait to go again."""

SUPPRESSING: Mapping[Outcome, Literal["bounced", "complained"]] = MappingProxyType(
    {"hard": "bounced", "complaint": "complained"}
)
"""What makes that nothing more is sent to an address."""


@dataclass(frozen=True, slots=True)
class Out:
    """A letter that left, where it stands, and the hash of the address that it went to."""

    letter: Letter
    state: State
    address_hash: bytes | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A letter that stands elsewhere now; ``told`` is what the topic hears of it, if anything."""

    letter: Letter
    state: State
    detail: str
    told: NoticeEvent | None

    @property
    def facts(self) -> list[Fact]:
        """What is told of it, caused by the event that the letter tells of."""
        letter = self.letter
        return [] if self.told is None else [Fact(subject=letter.submission_id, data=self.told, cause=letter.cause)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """What follows from what was heard: as what it is kept, which letters move, which address is suppressed and why."""

    outcome: Outcome | Literal["unmatched"]
    moved: Sequence[Moved] = ()
    suppressed: bytes | None = None
    why: Literal["bounced", "complained"] | None = None


def take_back(letters: Sequence[Out], heard: Heard, message_id: str, now: datetime) -> Return:
    """Say what follows for the letters of one piece of mail; a soft word changes nothing.

    Raises:
        Refusal: 503 ``under-way``, while its own answer is not written down yet: to be said again in a moment.
    """
    if not letters:
        return Return(outcome="unmatched")
    if any(_is_under_way(it) for it in letters):
        raise Refusal("under-way", "this letter is just being sent: say it again in a minute", status=503)
    why = SUPPRESSING.get(heard.outcome)
    hashes = [it.address_hash for it in letters if it.address_hash is not None]
    moved = [found for it in letters if (found := _moved(it, heard, message_id, now)) is not None]
    return Return(outcome=heard.outcome, moved=moved, suppressed=hashes[0] if why and hashes else None, why=why)


def _is_under_way(out: Out) -> bool:
    return out.state is State.FINAL_DOT_INTENDED or (out.state is State.CLAIMED and out.letter.doubtful)


def _may_be_back(out: Out) -> bool:
    return out.state in OUT or (out.state in WAITING and out.letter.doubtful)


def _moved(out: Out, heard: Heard, message_id: str, now: datetime) -> Moved | None:
    letter, is_told = out.letter, out.state is State.SENT or out.state is State.DELIVERED
    if not _may_be_back(out):
        return None
    if heard.outcome in {"hard", "refused"}:
        told = NoticeFailed(notice=notice_of(letter), code="bounced", failed_at=now)
        return Moved(letter, State.BOUNCED, heard.status, told)
    if heard.outcome == "delivered" and out.state is not State.DELIVERED:
        # of one in doubt the topic has heard that it failed
        arrived = NoticeSent(notice=notice_of(letter), message_id=message_id, sent_at=now)
        return Moved(letter, State.DELIVERED, heard.status, None if is_told else arrived)
    return None
