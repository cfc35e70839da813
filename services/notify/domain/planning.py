"""Who is told what about which event: one letter for each recipient, with the words that it needs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

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
from contracts.submissions import ContactConfirmed, DraftSaved, NominationReceived, StoryShared, SubmissionReceived
from contracts.vocabulary import Channel, ContactRef, Effect, LanguageTag
from services.notify.domain.letters import (
    SUBMITTER,
    Letter,
    Words,
    delivery_id_of,
    is_about_decision,
    language_of,
    pocs_of,
)
from services.notify.domain.telling import (
    Decided,
    decision_words,
    draft_words,
    nomination_words,
    outcome_words,
    received_words,
    story_words,
)

Told = (
    SubmissionReceived
    | ContactConfirmed
    | DraftSaved
    | StoryShared
    | NominationReceived
    | DecisionEvent
    | StoryReleased
)
"""What notify hears."""

INFORMING = frozenset({Channel.STANDALONE, Channel.RECOGNITION})
"""Points of contact are informed of what comes in by these; to what comes in by a plan they are party."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a chunk of events means for the ledger: cancel what these still owe, then release, then enter.

    ``superseded`` are submissions whose earlier decisions are told no more; ``confirmed`` those whose submitter's
    address is known to be their own, so that nothing about them has to wait.
    """

    superseded: tuple[str, ...]
    confirmed: tuple[str, ...]
    letters: tuple[Letter, ...]


def find_confirmations(events: Sequence[Event[Told]]) -> dict[str, bool]:
    """Name the submissions of a chunk that others may be told of; true where the chunk confirms the address."""
    found: dict[str, bool] = {}
    for event in events:
        if isinstance(event.data, ContactConfirmed) or _informs(event.data):
            found[event.subject] = found.get(event.subject, False) or _confirms(event.data)
    return found


def plan(events: Sequence[Event[Told]], confirmed: Mapping[str, bool]) -> Plan:
    """Fold a chunk in order: a told correction or retraction cancels what was not yet sent of the decision before.

    ``confirmed`` says of each submission that others may be told of, whether its submitter's address is confirmed
    when the chunk is over. Where it is not, or nothing is known of the submission yet, only the submitter is told.
    """
    letters: dict[str, list[Letter]] = defaultdict(list)
    superseded: dict[str, None] = {}
    for event in events:
        if _supersedes(event.data):
            superseded[event.subject] = None
            letters[event.subject] = [replace(it, cancelled=is_about_decision(it)) for it in letters[event.subject]]
        waits = not confirmed.get(event.subject, False)
        letters[event.subject] += [replace(it, waits=waits and it.recipient != SUBMITTER) for it in letters_for(event)]
    return Plan(
        superseded=tuple(sorted(superseded)),
        confirmed=tuple(sorted(subject for subject, confirms in find_confirmations(events).items() if confirms)),
        letters=tuple(it for several in letters.values() for it in several),
    )


def letters_for(event: Event[Told]) -> list[Letter]:
    """Say who is told what about an event."""
    match event.data:
        case SubmissionReceived() as received:
            return _receipt(event, received)
        case StoryShared(story=story, contact_ref=ref) | StoryReleased(story=story, contact_ref=ref) as told:
            kind: NoticeKind = "story-receipt" if isinstance(told, StoryShared) else "story-released"
            return _to_author(event, kind, story_words(told), story.language, ref)
        case NominationReceived(nomination=nomination, contact_ref=ref) as named:
            return _to_author(event, "nomination-receipt", nomination_words(named), nomination.language, ref)
        case DraftSaved(language=language, contact_ref=ref) as saved:
            return _to_author(event, "draft-link", draft_words(saved), language, ref)
        case ContactConfirmed():
            return []
        case _:
            return _letters_about_decision(event, event.data)


def _letters_about_decision(event: Event[Told], told: DecisionEvent) -> list[Letter]:
    match told:
        case SubmissionAccepted() | SubmissionDeclined():
            return _about(event, told.decision, "outcome", outcome_words(told)) + _to_pocs(event, told)
        case ClarificationRequested():
            question = {"question": told.question, "answer_by": told.answer_by}
            return _about(event, told.decision, "clarification", question)
        case DecisionCorrected() | SubmissionRetracted() | SubmissionReinstated() if told.effect is Effect.SILENT:
            return []
        case DecisionCorrected() | SubmissionReinstated():
            return _about(event, told.decision, "correction", outcome_words(told)) + _to_pocs(event, told)
        case SubmissionRetracted():
            return _about(event, told.decision, "retraction", outcome_words(told)) + _to_pocs(event, told)
        case _:
            assert_never(told)


def _confirms(told: Told) -> bool:
    return isinstance(told, ContactConfirmed) or (isinstance(told, SubmissionReceived) and told.contact_confirmed)


def _informs(told: Told) -> bool:
    match told:
        case SubmissionReceived(channel=channel):
            return channel in INFORMING
        case SubmissionAccepted() | SubmissionDeclined():
            return told.decision.channel in INFORMING
        case DecisionCorrected() | SubmissionRetracted() | SubmissionReinstated():
            return told.decision.channel in INFORMING
        case _:
            return False


def _supersedes(told: Told) -> bool:
    match told:
        case DecisionCorrected() | SubmissionRetracted() | SubmissionReinstated():
            return told.effect is not Effect.SILENT
        case _:
            return False


def _receipt(event: Event[Told], received: SubmissionReceived) -> list[Letter]:
    words, ref = received_words(received), received.contact_ref
    receipt = _to_author(event, "receipt", words, received.proposal.language, ref)
    if not _informs(received):
        return receipt
    informed = (_letter(event, "poc-informed", poc, words, submitter_ref=ref) for poc in pocs_of(received.member))
    return [*receipt, *informed]


def _to_author(
    event: Event[Told], kind: NoticeKind, words: Words, language: LanguageTag, ref: ContactRef
) -> list[Letter]:
    return [_letter(event, kind, SUBMITTER, words, language_of(language), contact_ref=ref)]


def _about(event: Event[Told], decision: Decision, kind: NoticeKind, words: Words) -> list[Letter]:
    own = {**decision_words(decision), **words}
    language = language_of(decision.language)
    ref, decision_id = decision.contact_ref, decision.decision_id
    return [_letter(event, kind, SUBMITTER, own, language, contact_ref=ref, decision_id=decision_id)]


def _to_pocs(event: Event[Told], told: Decided) -> list[Letter]:
    # who was told of an outcome is told of what supersedes it: a point of contact never keeps a wrong one
    if not _informs(told):
        return []
    decision = told.decision
    words = {**decision_words(decision), **outcome_words(told)}
    ref, decision_id = decision.contact_ref, decision.decision_id
    return [
        _letter(event, "poc-outcome", poc, words, submitter_ref=ref, decision_id=decision_id)
        for poc in pocs_of(decision.member)
    ]


def _letter(
    event: Event[Told],
    kind: NoticeKind,
    recipient: str,
    words: Words,
    language: LanguageTag = "en",
    *,
    contact_ref: ContactRef | None = None,
    submitter_ref: ContactRef | None = None,
    decision_id: UUID | None = None,
) -> Letter:
    return Letter(
        delivery_id=delivery_id_of(event.id, recipient, kind),
        kind=kind,
        recipient=recipient,
        contact_ref=contact_ref,
        submitter_ref=submitter_ref,
        submission_id=event.subject,
        decision_id=decision_id,
        cause=event.cause,
        language=language,
        words=words,
    )
