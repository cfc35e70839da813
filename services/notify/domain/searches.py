"""What a saved search finds among the reforms that enter the public record or change there, and who is told of it."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple, assert_never
from urllib.parse import urlencode
from uuid import UUID

from contracts.event import Event
from contracts.reforms import (
    PublicReform,
    ReformCorrected,
    ReformEvent,
    ReformMarked,
    ReformPublished,
    ReformRetracted,
)
from contracts.subscriptions import SavedSearch
from contracts.vocabulary import Level, MemberType, Reference
from services.notify.domain.letters import (
    SEARCH_DIGEST,
    Letter,
    Words,
    delivery_id_of,
    language_of,
    subscriber_of,
)
from services.notify.domain.reports import Subscriber

Unsaid = tuple[str, Reference]
"""To which subscription it was not told of which reform."""


class Change(NamedTuple):
    """What became of a reform: how it reads now, or None where it left the record.

    A ``mark`` says only that it is called promising, or no longer.
    """

    reference: Reference
    told_at: datetime
    shown: PublicReform | None
    mark: bool = False


def change_of(told: ReformEvent) -> Change:
    """Say what an event tells of a reform."""
    match told:
        case ReformPublished(reform=shown, published_at=first, returned_at=returned):
            return Change(shown.reference, returned or first, shown)
        case ReformCorrected(reform=shown, corrected_at=at):
            return Change(shown.reference, at, shown)
        case ReformRetracted(reference=reference, retracted_at=at):
            return Change(reference, at, None)
        case ReformMarked(reform=shown, marked_at=at):
            return Change(shown.reference, at, shown, mark=True)
        case _:
            assert_never(told)


def find_changes(events: Iterable[Event[ReformEvent]]) -> dict[tuple[Reference, bool], datetime]:
    """Say when each of the reforms in a chunk changed last, and when it was marked last (True)."""
    changes: dict[tuple[Reference, bool], datetime] = {}
    for change in (change_of(event.data) for event in events):
        key = change.reference, change.mark
        changes[key] = max(change.told_at, changes.get(key, change.told_at))
    return changes


def find_shown(events: Iterable[Event[ReformEvent]]) -> dict[UUID, PublicReform]:
    """Give what a chunk tells of reforms that stand, by the events that tell it."""
    told = ((event.id, change_of(event.data).shown) for event in events)
    return {event_id: shown for event_id, shown in told if shown is not None}


def letters_of_searches(
    events: Sequence[Event[ReformEvent]],
    searches: Iterable[Subscriber],
    has_words: Container[tuple[UUID, str]] = frozenset(),
    unsaid: Mapping[Unsaid, datetime] = MappingProxyType({}),
    due_at: datetime | None = None,
) -> list[Letter]:
    """Owe each who saved a search a delivery for each reform that it finds, but for what was told before they asked.

    ``has_words`` holds which event tells of a reform with which words. What changes again within the chunk is told as
    it reads at its end; the deliveries before are owed no more. To whom it was never told that a reform is new, since
    when ``unsaid`` says, it is told as new. Of a mark those are told who ask for one.
    """
    last, known, new = _Last(events), list(searches), dict(unsaid)
    letters = []
    for event, change in ((event, change_of(event.data)) for event in events):
        if change.shown is None:
            continue
        told = _filtered_by(change.shown)
        found = [
            it
            for it in known
            if it.search is not None
            and it.since <= event.time
            and not (change.mark and it.search.promising is None)
            and _is_asked(it.search, told)
            and (it.search.q is None or (event.id, it.search.q) in has_words)
        ]
        keys = [(it.subscription_id, change.reference) for it in found]
        letters += [
            _letter(event, change.shown, it, new.get(key), due_at, last) for it, key in zip(found, keys, strict=True)
        ]
        if isinstance(event.data, ReformPublished) and event.data.returned_at is None:
            new |= dict.fromkeys(keys, change.told_at)
    return letters


class _Last:
    """Which events of a chunk have the last word of their reforms: any, and those that say more than a mark."""

    def __init__(self, events: Iterable[Event[ReformEvent]]) -> None:
        told = [(change_of(event.data), event.id) for event in events]
        self._any = {change.reference: event_id for change, event_id in told}
        self._changes = {change.reference: event_id for change, event_id in told if not change.mark}

    def is_told_by(self, event: Event[ReformEvent], search: SavedSearch) -> bool:
        """Say whether this event has the last word for a search; marks have one where it asks for them."""
        last = self._changes if search.promising is None else self._any
        return last[change_of(event.data).reference] == event.id


def passes(search: SavedSearch, shown: PublicReform) -> bool:
    """Say whether a reform passes the filters of a search, as it would those of the public list; but for its words."""
    return _is_asked(search, _filtered_by(shown))


def _is_asked(search: SavedSearch, told: Mapping[str, object]) -> bool:
    asked = {name: value for name, value in asdict(search).items() if value is not None and name != "q"}
    if "institution" in asked:
        asked["institution"] = asked["institution"].lower()
    return all(value == told[name] for name, value in asked.items())


def _filtered_by(shown: PublicReform) -> Mapping[str, object]:
    """Say what a list is filtered by, each in the words of the public record."""
    proposal = shown.reform.proposal
    return {
        "area": shown.reform.assigned_area,
        "region": shown.member.region,
        "country": shown.member.code[:2],
        "member": shown.member.code,
        "locality": _locality(shown),
        "level": _level(shown),
        "channel": shown.channel,
        "institution": proposal.lead_institution.lower(),
        "batch": shown.batch,
        "language": proposal.language.partition("-")[0],
        "retagged": proposal.declared_area != shown.reform.assigned_area,
        "promising": shown.promising,
    }


def _locality(shown: PublicReform) -> str | None:
    if shown.member.kind == "local":
        return shown.member.code
    is_other = shown.reform.proposal.member_type == MemberType.OTHER_LOCAL
    return (shown.reform.locality or shown.reference) if is_other else None


def _level(shown: PublicReform) -> str:
    proposal = shown.reform.proposal
    if proposal.member_type == MemberType.OTHER_LOCAL:
        return "local-non-member"
    return "local" if shown.member.kind == "local" or proposal.level == Level.LOCAL else "national"


def _letter(
    event: Event[ReformEvent],
    shown: PublicReform,
    it: Subscriber,
    new_since: datetime | None,
    due_at: datetime | None,
    last: _Last,
) -> Letter:
    search, recipient = it.search or SavedSearch(), subscriber_of(it.subscription_id)
    return Letter(
        delivery_id=delivery_id_of(event.id, recipient, SEARCH_DIGEST),
        kind=SEARCH_DIGEST,
        recipient=recipient,
        contact_ref=it.contact_ref,
        submission_id=it.subscription_id,
        decision_id=None,
        cause=event.cause,
        language=language_of(it.language),
        words={**_words(event.data, shown, search), "new_since": new_since},
        due_at=due_at,
        cancelled=not last.is_told_by(event, search),
    )


def _words(told: ReformEvent, shown: PublicReform, search: SavedSearch) -> Words:
    asked = asdict(search)
    given = {name: _written(value) for name, value in asked.items() if value is not None}
    return {
        "reference": shown.reference,
        "title": shown.reform.published_title,
        "institution": shown.reform.proposal.lead_institution,
        "member": shown.member.name,
        "told_at": change_of(told).told_at,
        "is_corrected": isinstance(told, ReformCorrected),
        "is_returned": isinstance(told, ReformPublished) and told.returned_at is not None,
        "is_marked": isinstance(told, ReformMarked),
        "is_promising": shown.promising,
        "asks_promising": asked.get("promising"),
        "search": urlencode(given),
    }


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
