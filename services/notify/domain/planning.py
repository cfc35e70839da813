"""What a chunk of events means for the ledger: which letters are owed, which wait, go or fall, and when."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from msgspec.structs import replace

from contracts.decisions import DecisionCorrected, SubmissionReinstated, SubmissionRetracted
from contracts.event import Event
from contracts.reviews import WithdrawalAccepted
from contracts.submissions import ContactConfirmed, SubmissionClarified, SubmissionReceived
from contracts.vocabulary import Effect
from services.notify.domain.letters import (
    HOLDER,
    REMINDER,
    UPDATE_REQUEST,
    Letter,
    is_about_decision,
)
from services.notify.domain.owed import Others, Told, letters_for
from services.notify.domain.standing import NOTHING_HEARD, Standing
from services.notify.domain.timing import Timing

__all__ = ["Plan", "Told", "letters_for", "plan"]

ENDED = frozenset({"declined", "retracted"})
"""Outcomes of what is no reform, or none any more."""

WITHDRAWN = 2**31 - 1
"""The round that a withdrawal opens: no question of any round waits for its answer any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a chunk of events means for the ledger: cancel what these still owe, then release, then enter.

    ``superseded`` are submissions whose earlier decisions are told no more, each with the event that says so;
    ``opened`` those of whose questions from rounds before this one nobody is reminded; ``ended`` those of which there
    is no reform (any more), each with the event that says so and what it says; ``confirmed`` those whose submitter's
    address is known to be their own, so that nothing about them has to wait.
    """

    superseded: Mapping[str, UUID]
    opened: Mapping[str, int]
    ended: Mapping[str, tuple[UUID, str]]
    confirmed: tuple[str, ...]
    letters: tuple[Letter, ...]


def plan(events: Sequence[Event[Told]], standings: Mapping[str, Standing], timing: Timing | None = None) -> Plan:
    """Fold a chunk in order: a told correction or retraction cancels what was not yet sent of the decision before.

    ``standings`` say how the submissions stand when the chunk is over. Where the address is not confirmed, or nothing
    is known of the submission yet, only the submitter is told. Without ``timing`` everything is due at once, and
    nobody is reminded.
    """
    letters: dict[str, list[Letter]] = defaultdict(list)
    digest = None if timing is None else timing.next_digest
    others = {wait: Others(wait=wait, due_at=digest) for wait in (False, True)}
    superseded: dict[str, UUID] = {}
    for event in events:
        if _supersedes(event.data):
            superseded[event.subject] = event.id
            letters[event.subject] = [_fallen(it) for it in letters[event.subject]]
        standing = standings.get(event.subject, NOTHING_HEARD)
        owed = letters_for(event, standing, others[not standing.confirmed])
        letters[event.subject] += [_placed(it, standing, timing) for it in owed]
    return Plan(
        superseded=superseded,
        opened=_find_opened(events),
        ended=_find_ended(events),
        confirmed=tuple(sorted({event.subject for event in events if _confirms(event.data)})),
        letters=tuple(it for several in letters.values() for it in several if it.kind != REMINDER or it.due_at),
    )


def _confirms(told: Told) -> bool:
    return isinstance(told, ContactConfirmed) or (isinstance(told, SubmissionReceived) and told.contact_confirmed)


def _supersedes(told: Told) -> bool:
    match told:
        case DecisionCorrected() | SubmissionRetracted() | SubmissionReinstated():
            return told.effect is not Effect.SILENT
        case _:
            return False


def _find_opened(events: Sequence[Event[Told]]) -> dict[str, int]:
    opened: dict[str, int] = {}
    for event in events:
        match event.data:
            case SubmissionClarified(round=round_):
                opened[event.subject] = max(round_, opened.get(event.subject, 0))
            case WithdrawalAccepted():
                opened[event.subject] = WITHDRAWN
            case _:
                pass
    return opened


def _find_ended(events: Sequence[Event[Told]]) -> dict[str, tuple[UUID, str]]:
    found = ((event, _ending(event.data)) for event in events)
    return {event.subject: (event.id, why) for event, why in found if why is not None}


def _ending(told: Told) -> str | None:
    match told:
        case SubmissionRetracted() | DecisionCorrected(outcome="declined"):
            return "no-reform"
        case WithdrawalAccepted():
            return "withdrawn"
        case _:
            return None


def _fallen(letter: Letter) -> Letter:
    return replace(letter, cancelled=letter.cancelled or is_about_decision(letter))


def _placed(letter: Letter, standing: Standing, timing: Timing | None) -> Letter:
    if letter.kind == REMINDER and timing is not None:
        return _reminder(letter, standing, timing)
    if letter.kind == UPDATE_REQUEST and (standing.withdrawn or standing.outcome in ENDED):
        return replace(letter, cancelled=True)
    return replace(letter, waits=True) if letter.recipient == HOLDER and not standing.confirmed else letter


def _reminder(letter: Letter, standing: Standing, timing: Timing) -> Letter:
    # the answer may have been heard before the question: topics have no order between them
    answered = standing.withdrawn or standing.round > cast("int", letter.words["round"])
    due_at = timing.remind_at(cast("datetime", letter.words["answer_by"]))
    return replace(letter, due_at=due_at, cancelled=answered)
