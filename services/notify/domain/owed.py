"""Who is told what about an event: one letter for each recipient, with the words that it needs."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from uuid import UUID

from msgspec.structs import replace

from contracts.batches import BatchReleased, BatchReported, BatchSealed
from contracts.decisions import (
    ClarificationRequested,
    Decision,
    DecisionCorrected,
    DecisionEvent,
    StoryReleased,
    SubmissionAccepted,
    SubmissionDeclined,
    SubmissionReinstated,
    SubmissionRetracted,
)
from contracts.event import Event
from contracts.notices import NoticeKind
from contracts.reviews import UpdateRequested, WithdrawalAccepted, WithdrawalRefused
from contracts.submissions import (
    ContactConfirmed,
    DraftSaved,
    NominationReceived,
    StoryShared,
    SubmissionAmended,
    SubmissionClarified,
    SubmissionReceived,
)
from contracts.subscriptions import SubscriptionConfirmed, SubscriptionEnded, SubscriptionEvent, SubscriptionRequested
from contracts.vocabulary import Channel, ContactRef, Effect, LanguageTag
from services.notify.domain.letters import (
    HOLDER,
    REMINDER,
    SUBMITTER,
    SUBSCRIPTION_CONFIRM,
    UPDATE_REQUEST,
    Letter,
    Words,
    delivery_id_of,
    language_of,
    pocs_of,
    subscriber_of,
)
from services.notify.domain.standing import NOTHING_HEARD, Said, Standing, holder_of
from services.notify.domain.telling import (
    Decided,
    amended_words,
    clarified_words,
    decision_words,
    draft_words,
    nomination_words,
    outcome_words,
    received_words,
    said_words,
    story_words,
    subscription_words,
)

Own = (
    SubmissionReceived
    | SubmissionAmended
    | SubmissionClarified
    | WithdrawalAccepted
    | WithdrawalRefused
    | UpdateRequested
)
"""What a submitter does, and what is said of the submission beside its decisions."""

Batch = BatchSealed | BatchReleased | BatchReported
"""How far the review of a month is: told to subscribers alone, whom an event does not name."""

Told = (
    Own
    | ContactConfirmed
    | DraftSaved
    | SubscriptionEvent
    | StoryShared
    | NominationReceived
    | DecisionEvent
    | StoryReleased
    | Batch
)
"""What notify hears."""

INFORMING = frozenset({Channel.STANDALONE, Channel.RECOGNITION})
"""Points of contact are informed at receipt of what comes in by these; to what comes in by a plan they are party.

Of the outcome they are informed whatever the channel: of a plan's commitment, beside the forum that sent it in.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """When others than the submitter are told: not before that address is confirmed, or with the next digest."""

    wait: bool = False
    due_at: datetime | None = None


AT_ONCE = Others()

ASKING: tuple[NoticeKind, ...] = ("clarification", REMINDER)
"""A question is asked, and asked again some days before it is too late to answer."""


def letters_for(event: Event[Told], standing: Standing = NOTHING_HEARD, others: Others = AT_ONCE) -> list[Letter]:
    """Say who is told what about an event; ``standing`` is what is known of the submission besides."""
    match event.data:
        case (
            SubmissionReceived()
            | SubmissionAmended()
            | SubmissionClarified()
            | WithdrawalAccepted()
            | WithdrawalRefused()
            | UpdateRequested() as own
        ):
            return _letters_about_submission(event, own, standing, others)
        case StoryShared(story=story, contact_ref=ref) | StoryReleased(story=story, contact_ref=ref) as told:
            kind: NoticeKind = "story-receipt" if isinstance(told, StoryShared) else "story-released"
            return _to_author(event, kind, story_words(told), story.language, ref)
        case NominationReceived(nomination=nomination, contact_ref=ref) as named:
            return _to_author(event, "nomination-receipt", nomination_words(named), nomination.language, ref)
        case DraftSaved() | SubscriptionRequested() as asked:
            return _with_link(event, asked)
        case ContactConfirmed() | SubscriptionConfirmed() | SubscriptionEnded() | BatchSealed() | BatchReleased():
            return []
        case _:
            return [] if isinstance(event.data, BatchReported) else _letters_about_decision(event, event.data, others)


def _letters_about_submission(event: Event[Told], told: Own, standing: Standing, others: Others) -> list[Letter]:
    match told:
        case SubmissionReceived():
            # review may have said something of it before the receipt was heard here
            return [*_receipt(event, told, others), *(_of_said(event, it, standing) for it in standing.said)]
        case _ if not standing.is_known:
            return []
        case SubmissionAmended():
            return _to_submitter(event, "amendment", amended_words(told, standing), standing)
        case SubmissionClarified():
            return _to_submitter(event, "answer", clarified_words(told, standing), standing)
        case WithdrawalAccepted() | WithdrawalRefused() | UpdateRequested():
            return [_of_said(event, it, standing) for it in standing.said if it.cause.event_id == event.id]
        case _:
            assert_never(told)


def _letters_about_decision(event: Event[Told], told: DecisionEvent, others: Others) -> list[Letter]:
    match told:
        case SubmissionAccepted() | SubmissionDeclined():
            return _of_outcome(event, told, "outcome", others)
        case ClarificationRequested(question=question, answer_by=answer_by):
            asked = {"question": question, "answer_by": answer_by, "round": told.decision.round}
            words = {**decision_words(told.decision), **asked}
            return [_about(event, told.decision, kind, words) for kind in ASKING]
        case DecisionCorrected() | SubmissionRetracted() | SubmissionReinstated() if told.effect is Effect.SILENT:
            return []
        case DecisionCorrected() | SubmissionReinstated():
            return _of_outcome(event, told, "correction", others)
        case SubmissionRetracted():
            return _of_outcome(event, told, "retraction", others)
        case _:
            assert_never(told)


def _receipt(event: Event[Told], received: SubmissionReceived, others: Others) -> list[Letter]:
    words, ref = received_words(received), received.contact_ref
    receipt = _to_author(event, "receipt", words, received.proposal.language, ref)
    if received.channel not in INFORMING:
        return receipt
    return receipt + [_informing(receipt[0], "poc-informed", poc, others) for poc in pocs_of(received.member)]


def _with_link(event: Event[Told], asked: DraftSaved | SubscriptionRequested) -> list[Letter]:
    if isinstance(asked, DraftSaved):
        return _to_author(event, "draft-link", draft_words(asked), asked.language, asked.contact_ref)
    recipient, language = subscriber_of(event.subject), language_of(asked.language)
    words = subscription_words(asked)
    return [_letter(event, SUBSCRIPTION_CONFIRM, recipient, words, asked.contact_ref, language=language)]


def _of_said(event: Event[Told], said: Said, standing: Standing) -> Letter:
    [letter] = _to_submitter(event, said.kind, said_words(said, standing), standing)
    if said.kind == UPDATE_REQUEST:
        letter = replace(letter, recipient=HOLDER, contact_ref=holder_of(standing.about))
    delivery_id = delivery_id_of(said.cause.event_id, letter.recipient, said.kind)
    return replace(letter, delivery_id=delivery_id, cause=said.cause)


def _to_submitter(event: Event[Told], kind: NoticeKind, words: Words, standing: Standing) -> list[Letter]:
    return _to_author(event, kind, words, str(standing.about["language"]), str(standing.about["contact_ref"]))


def _to_author(
    event: Event[Told], kind: NoticeKind, words: Words, language: LanguageTag, ref: ContactRef
) -> list[Letter]:
    return [_letter(event, kind, SUBMITTER, words, ref, language=language_of(language))]


def _of_outcome(event: Event[Told], told: Decided, kind: NoticeKind, others: Others) -> list[Letter]:
    # who was told of an outcome is told of what supersedes it: a point of contact never keeps a wrong one
    decision = told.decision
    words = {**decision_words(decision), **outcome_words(told)}
    own = _about(event, decision, kind, words)
    return [own, *(_informing(own, "poc-outcome", poc, others) for poc in pocs_of(decision.member))]


def _about(event: Event[Told], decision: Decision, kind: NoticeKind, words: Words) -> Letter:
    language = language_of(decision.language)
    ref, decision_id = decision.contact_ref, decision.decision_id
    return _letter(event, kind, SUBMITTER, words, ref, language=language, decision_id=decision_id)


def _letter(
    event: Event[Told],
    kind: NoticeKind,
    recipient: str,
    words: Words,
    ref: ContactRef,
    *,
    language: LanguageTag = "en",
    decision_id: UUID | None = None,
) -> Letter:
    return Letter(
        delivery_id=delivery_id_of(event.id, recipient, kind),
        kind=kind,
        recipient=recipient,
        contact_ref=ref,
        submission_id=event.subject,
        decision_id=decision_id,
        cause=event.cause,
        language=language,
        words=words,
    )


def _informing(own: Letter, kind: NoticeKind, recipient: str, others: Others) -> Letter:
    # who sent it in gets a letter of their own: others are not told if they are the same
    return replace(
        own,
        delivery_id=delivery_id_of(own.cause.event_id, recipient, kind),
        kind=kind,
        recipient=recipient,
        contact_ref=None,
        submitter_ref=own.contact_ref,
        language="en",
        due_at=others.due_at,
        waits=others.wait,
    )
