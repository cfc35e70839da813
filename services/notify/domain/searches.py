"""What a saved search finds among the reforms that enter the public record or change there, and who is told of it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import NamedTuple, assert_never
from unicodedata import combining, normalize
from urllib.parse import urlencode

from contracts.event import Event
from contracts.reforms import PublicReform, ReformCorrected, ReformEvent, ReformPublished, ReformRetracted
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

_TERM = re.compile(r'(-?)"([^"]*)"|(\S+)')
_WORD = re.compile(r"\w+")
_EVEN_QUOTES = str.maketrans(dict.fromkeys("\u201c\u201d\u201e", '"'))


class Change(NamedTuple):
    """What became of a reform: how it reads now, or None where it left the record."""

    reference: Reference
    told_at: datetime
    shown: PublicReform | None


def change_of(told: ReformEvent) -> Change:
    """Say what an event tells of a reform."""
    match told:
        case ReformPublished(reform=shown, published_at=at) | ReformCorrected(reform=shown, corrected_at=at):
            return Change(shown.reference, at, shown)
        case ReformRetracted(reference=reference, retracted_at=at):
            return Change(reference, at, None)
        case _:
            assert_never(told)


def find_changes(events: Iterable[Event[ReformEvent]]) -> dict[Reference, datetime]:
    """Say when each of the reforms in a chunk changed last."""
    changes: dict[Reference, datetime] = {}
    for change in (change_of(event.data) for event in events):
        changes[change.reference] = max(change.told_at, changes.get(change.reference, change.told_at))
    return changes


def letters_of_searches(
    events: Sequence[Event[ReformEvent]], searches: Iterable[Subscriber], due_at: datetime | None = None
) -> list[Letter]:
    """Owe each who saved a search a delivery for each reform that it finds, but for what changed before they asked.

    What changes again within the chunk is told as it reads at its end; the deliveries before are owed no more.
    """
    last, known = find_changes(events), list(searches)
    letters = []
    for event, change in ((event, change_of(event.data)) for event in events):
        if change.shown is None:
            continue
        found = _Found(change.shown)
        is_over = last[change.reference] > change.told_at
        letters += [
            _letter(event, change.shown, it, due_at, is_over=is_over)
            for it in known
            if it.search is not None and it.since <= change.told_at and found.by(it.search)
        ]
    return letters


def finds(search: SavedSearch, shown: PublicReform) -> bool:
    """Say whether a search finds a reform, as the filters of the public list do.

    Words are found as they are written, in any case, with or without accents, or as the beginning of longer ones.
    """
    return _Found(shown).by(search)


class _Found:
    """A reform as searches see it, read once for all of them."""

    def __init__(self, shown: PublicReform) -> None:
        proposal = shown.reform.proposal
        self._told: Mapping[str, object] = {
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
        }
        self._text = f" {' '.join(_WORD.findall(_plain(' '.join(_texts(shown)))))}"

    def by(self, search: SavedSearch) -> bool:
        """Say whether this search finds it."""
        asked = asdict(search)
        words = asked.pop("q")
        if asked["institution"] is not None:
            asked["institution"] = asked["institution"].lower()
        return all(value in (None, self._told[name]) for name, value in asked.items()) and self._holds(words or "")

    def _holds(self, written: str) -> bool:
        wanted, unwanted = _read_words(written)
        return any(all(map(self._has, terms)) for terms in wanted) and not any(map(self._has, unwanted))

    def _has(self, term: str) -> bool:
        return f" {term}" in self._text


def _read_words(written: str) -> tuple[list[list[str]], list[str]]:
    wanted: list[list[str]] = [[]]
    unwanted: list[str] = []
    for minus, phrase, word in _TERM.findall(_plain(written.translate(_EVEN_QUOTES))):
        if word == "or":
            wanted.append([])
            continue
        term = " ".join(_WORD.findall(phrase or word))
        if term:
            (unwanted if minus or word.startswith("-") else wanted[-1]).append(term)
    several = [terms for terms in wanted if terms]
    return several or [[]], unwanted


def _texts(shown: PublicReform) -> Iterator[str]:
    proposal = shown.reform.proposal
    yield from (shown.reference, shown.reform.published_title, proposal.title, proposal.lead_institution)
    yield from (proposal.jurisdiction or "", shown.member.name, proposal.description, proposal.problems)
    yield from proposal.values.values()
    yield from (step.title for step in proposal.milestones)


def _plain(text: str) -> str:
    apart = normalize("NFKD", text.casefold())
    return apart if apart.isascii() else "".join(letter for letter in apart if not combining(letter))


def _locality(shown: PublicReform) -> str | None:
    if shown.member.kind == "local":
        return shown.member.code
    return shown.reference if shown.reform.proposal.member_type == MemberType.OTHER_LOCAL else None


def _level(shown: PublicReform) -> str:
    proposal = shown.reform.proposal
    if proposal.member_type == MemberType.OTHER_LOCAL:
        return "local-non-member"
    return "local" if shown.member.kind == "local" or proposal.level == Level.LOCAL else "national"


def _letter(
    event: Event[ReformEvent], shown: PublicReform, it: Subscriber, due_at: datetime | None, *, is_over: bool
) -> Letter:
    recipient = subscriber_of(it.subscription_id)
    return Letter(
        delivery_id=delivery_id_of(event.id, recipient, SEARCH_DIGEST),
        kind=SEARCH_DIGEST,
        recipient=recipient,
        contact_ref=it.contact_ref,
        submission_id=it.subscription_id,
        decision_id=None,
        cause=event.cause,
        language=language_of(it.language),
        words=_words(event.data, shown, it.search),
        due_at=due_at,
        cancelled=is_over,
    )


def _words(told: ReformEvent, shown: PublicReform, search: SavedSearch | None) -> Words:
    asked = {} if search is None else asdict(search)
    given = {name: _written(value) for name, value in asked.items() if value is not None}
    return {
        "reference": shown.reference,
        "title": shown.reform.published_title,
        "institution": shown.reform.proposal.lead_institution,
        "member": shown.member.name,
        "told_at": change_of(told).told_at,
        "is_corrected": isinstance(told, ReformCorrected),
        "search": urlencode(given),
    }


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
