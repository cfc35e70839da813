"""Who is told of a month's report, who asked for that or for a saved search, and who does no more."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.batches import BatchReported
from contracts.event import Cause, Event
from contracts.subscriptions import SavedSearch, SubscriptionConfirmed, SubscriptionEnded
from contracts.vocabulary import ContactRef, LanguageTag
from services.notify.domain.letters import (
    BATCH_REPORT,
    Letter,
    Words,
    delivery_id_of,
    language_of,
    subscriber_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Whoever gets the reports, or what a search finds, without the address."""

    subscription_id: str
    contact_ref: ContactRef
    language: LanguageTag
    since: datetime
    search: SavedSearch | None = None


def find_subscribers(events: Sequence[Event[Any]]) -> dict[str, Subscriber | None]:
    """Say of each subscription where a chunk leaves it: none where it has ended."""
    found: dict[str, Subscriber | None] = {}
    for event in events:
        match event.data:
            case SubscriptionConfirmed(contact_ref=ref, confirmed_at=since, language=language, search=search):
                found[event.subject] = Subscriber(
                    subscription_id=event.subject, contact_ref=ref, language=language, since=since, search=search
                )
            case SubscriptionEnded():
                found[event.subject] = None
            case _:
                pass
    return found


def reports_for(told: BatchReported, cause: Cause, subscribers: Iterable[Subscriber]) -> list[Letter]:
    """Owe each of them a letter with the month in figures."""
    words = _report_words(told)
    return [_report(cause, words, subscriber) for subscriber in subscribers]


def _report(cause: Cause, words: Words, subscriber: Subscriber) -> Letter:
    recipient = subscriber_of(subscriber.subscription_id)
    return Letter(
        delivery_id=delivery_id_of(cause.event_id, recipient, BATCH_REPORT),
        kind=BATCH_REPORT,
        recipient=recipient,
        contact_ref=subscriber.contact_ref,
        submission_id=subscriber.subscription_id,
        decision_id=None,
        cause=cause,
        language=language_of(subscriber.language),
        words=words,
    )


def _report_words(told: BatchReported) -> Words:
    return {
        "month": told.month,
        "received": told.received,
        "accepted": told.accepted,
        "declined": told.declined,
        "clarifications": told.clarifications,
        "withdrawn": told.withdrawn,
        "held_back": told.held_back,
    }
