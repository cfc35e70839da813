"""The one fold over a chunk of `submissions`: every round and version enters, in every state, in the log's order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from contracts.event import Event, Fact
from contracts.submissions import (
    MonthClosed,
    Proposal,
    SubmissionAmended,
    SubmissionClarified,
    SubmissionEvent,
    SubmissionReceived,
    WithdrawalRequested,
)
from contracts.vocabulary import Channel
from services.review.domain.commands import Withdraw
from services.review.domain.evolution import evolve
from services.review.domain.items import Entered, Item, ItemState, Withdrawn
from services.review.domain.refused import refused
from services.review.domain.transitions import decide

Key = tuple[str, int]
"""A round of a submission."""


class Standing(NamedTuple):
    """An item's state, with what lists show of it and where its texts are.

    ``received_by`` is the id of the event that holds the receipt, ``told_by`` of the one that holds the latest text;
    ``came_at`` is when the round came.
    """

    state: ItemState
    reference: str
    title: str
    member: str
    institution: str
    received_by: UUID
    told_by: UUID
    channel: Channel
    language: str
    resubmission: bool
    came_at: datetime


@dataclass(slots=True)
class Entering:
    """What a chunk comes to, as it is folded."""

    known: Mapping[Key, Standing]
    latest: dict[str, int]
    now: datetime
    fresh: dict[Key, Standing] = field(default_factory=dict)
    changed: dict[Key, Standing] = field(default_factory=dict)
    told: list[Event[Any]] = field(default_factory=list)
    markers: list[Event[MonthClosed]] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)

    def find(self, subject: str, round_: int) -> Standing:
        """Give the standing of a round.

        Raises:
            Refusal: ``unknown-round``.
        """
        key = (subject, round_)
        found = self.fresh.get(key) or self.changed.get(key) or self.known.get(key)
        if found is None:
            raise refused("unknown-round", f"{subject} has no round {round_}")
        return found

    def find_latest(self, subject: str) -> Standing:
        """Give the standing of a submission's last round.

        Raises:
            Refusal: ``unknown-submission``.
        """
        if subject not in self.latest:
            raise refused("unknown-submission", subject)
        return self.find(subject, self.latest[subject])

    def change(self, standing: Standing) -> None:
        """Note the new standing of a round that is there."""
        key = (standing.state.item.submission_id, standing.state.item.round)
        (self.fresh if key in self.fresh else self.changed)[key] = standing

    def add(self, standing: Standing) -> None:
        """Note a round that was not there.

        Raises:
            Refusal: ``round-exists``.
        """
        item = standing.state.item
        if item.round <= self.latest.get(item.submission_id, 0):
            raise refused("round-exists", f"{item.submission_id} has round {item.round} already")
        self.fresh[item.submission_id, item.round] = standing
        self.latest[item.submission_id] = item.round


def fold(known: Mapping[Key, Standing], events: Sequence[Event[SubmissionEvent]], now: datetime) -> Entering:
    """Enter a chunk, event by event; ``now`` stands in what is told of withdrawals.

    ``known`` holds the rounds that the chunk's events concern, but for submissions that are received in this chunk.

    Raises:
        Refusal: an event that cannot be, given what came before.
    """
    latest: dict[str, int] = {}
    for subject, round_ in known:
        latest[subject] = max(round_, latest.get(subject, 0))
    entering = Entering(known=known, latest=latest, now=now)
    for event in events:
        _ENTER[type(event.data)](entering, event)
    return entering


class ToFind(NamedTuple):
    """The submissions of a chunk that may have rounds already.

    Only withdrawals meet the work of others: until its month is closed, nobody but the log changes an item.
    """

    to_read: list[str]
    to_lock: list[str]


def subjects_to_find(events: Sequence[Event[SubmissionEvent]]) -> ToFind:
    """Name them; a receipt is always a submission's first event."""
    begun: set[str] = set()
    found: set[str] = set()
    withdrawn: set[str] = set()
    for event in events:
        kind = type(event.data)
        if kind is SubmissionReceived:
            begun.add(event.subject)
        elif kind is not MonthClosed and event.subject not in begun:
            (withdrawn if kind is WithdrawalRequested else found).add(event.subject)
    return ToFind(sorted(found - withdrawn), sorted(withdrawn))


def _receive(entering: Entering, event: Event[SubmissionReceived]) -> None:
    data, proposal = event.data, event.data.proposal
    item = Item(event.subject, data.round, data.month, data.version, proposal.declared_area)
    entering.add(
        Standing(
            Entered(item),
            data.reference,
            proposal.title,
            data.member.code,
            proposal.lead_institution,
            event.id,
            event.id,
            data.channel,
            _language_of(proposal),
            proposal.resubmission_of is not None,
            data.received_at,
        )
    )
    entering.told.append(event)


def _amend(entering: Entering, event: Event[SubmissionAmended]) -> None:
    before = entering.find(event.subject, event.data.round)
    if not isinstance(before.state, Entered | Withdrawn) or before.state.item.month != event.data.month:
        raise refused("batch-sealed", f"round {event.data.round} cannot be amended any more")
    entering.change(_retold(before, event, before.state.item, type(before.state)))
    entering.told.append(event)


def _clarify(entering: Entering, event: Event[SubmissionClarified]) -> None:
    before = entering.find_latest(event.subject)
    item = replace(before.state.item, round=event.data.round, month=event.data.month)
    state = Withdrawn if isinstance(before.state, Withdrawn) else Entered
    entering.add(_retold(before, event, item, state)._replace(came_at=event.data.answered_at))
    entering.told.append(event)


def _withdraw(entering: Entering, event: Event[WithdrawalRequested]) -> None:
    standing = entering.find_latest(event.subject)
    state = standing.state
    for told in decide(state, Withdraw(at=entering.now)):
        state = evolve(state, told)
        entering.facts.append(Fact(subject=event.subject, data=told, cause=event.cause))
    if state is not standing.state:
        entering.change(standing._replace(state=state))


def _close(entering: Entering, event: Event[MonthClosed]) -> None:
    entering.markers.append(event)


def _retold(
    before: Standing,
    event: Event[SubmissionAmended] | Event[SubmissionClarified],
    item: Item,
    state: type[Entered | Withdrawn],
) -> Standing:
    proposal = event.data.proposal
    return before._replace(
        state=state(replace(item, version=event.data.version, declared_area=proposal.declared_area)),
        title=proposal.title,
        institution=proposal.lead_institution,
        told_by=event.id,
        language=_language_of(proposal),
        resubmission=proposal.resubmission_of is not None,
    )


def _language_of(proposal: Proposal) -> str:
    """Give the primary language, without region or script."""
    return proposal.language.partition("-")[0]


_ENTER: Mapping[type[Any], Callable[[Entering, Event[Any]], None]] = {
    SubmissionReceived: _receive,
    SubmissionAmended: _amend,
    SubmissionClarified: _clarify,
    WithdrawalRequested: _withdraw,
    MonthClosed: _close,
}
