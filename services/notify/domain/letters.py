"""Who is told what about which event: one letter for each recipient, with the words that it needs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID, uuid5

from contracts.decisions import (
    ClarificationRequested,
    Decision,
    DecisionCorrected,
    DecisionEvent,
    Reform,
    SubmissionAccepted,
    SubmissionDeclined,
    SubmissionRetracted,
)
from contracts.event import Cause, Event
from contracts.notices import NoticeKind
from contracts.submissions import MemberAtReceipt, SubmissionReceived
from contracts.vocabulary import Channel, Effect, LanguageTag

NAMESPACE = UUID("6f3d3c1e-0d3b-5f0e-9c55-0e1d7c2b9a41")
"""The namespace of delivery ids; it never changes, or letters would be sent again."""

LANGUAGES = ("en", "fr")
"""We have letters in these; everybody else is told in English."""

SUBMITTER = "submitter"

Words = Mapping[str, object]
"""What a template needs to know of the event: plain values, fit for JSON, nothing about the recipient."""

Told = SubmissionReceived | DecisionEvent
"""What notify hears."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter to one recipient about one event; whoever it goes to is asked at the moment of sending."""

    delivery_id: UUID
    kind: NoticeKind
    recipient: str
    contact_ref: str | None
    submission_id: str
    decision_id: UUID | None
    cause: Cause
    language: LanguageTag
    words: Words
    attempts: int = 0
    cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a chunk of events means for the ledger: first cancel what these submissions still wait for, then enter."""

    superseded: tuple[str, ...]
    letters: tuple[Letter, ...]


def plan(events: Sequence[Event[Told]]) -> Plan:
    """Fold a chunk in order: a told correction or retraction cancels what was not yet sent of the decision before."""
    letters: dict[str, list[Letter]] = defaultdict(list)
    superseded: dict[str, None] = {}
    for event in events:
        if _supersedes(event.data):
            superseded[event.subject] = None
            letters[event.subject] = [replace(it, cancelled=is_about_decision(it)) for it in letters[event.subject]]
        letters[event.subject] += letters_for(event)
    return Plan(
        superseded=tuple(sorted(superseded)), letters=tuple(it for several in letters.values() for it in several)
    )


def letters_for(event: Event[Told]) -> list[Letter]:
    """Say who is told what about an event."""
    match event.data:
        case SubmissionReceived() as received:
            return _receipt(event, received)
        case SubmissionAccepted() | SubmissionDeclined() as decided:
            return _about(event, decided.decision, "outcome", _outcome(decided)) + _to_pocs(event, decided)
        case ClarificationRequested() as asked:
            question = {"question": asked.question, "answer_by": asked.answer_by}
            return _about(event, asked.decision, "clarification", question)
        case DecisionCorrected(effect=Effect.SILENT) | SubmissionRetracted(effect=Effect.SILENT):
            return []
        case DecisionCorrected() as corrected:
            return _about(event, corrected.decision, "correction", _outcome(corrected)) + _to_pocs(event, corrected)
        case SubmissionRetracted() as retracted:
            return _about(event, retracted.decision, "retraction", _outcome(retracted)) + _to_pocs(event, retracted)
        case _:
            assert_never(event.data)


def delivery_id_of(event_id: UUID, recipient: str, kind: NoticeKind) -> UUID:
    """Derive the id of a delivery: the same event, recipient and kind have the same for ever."""
    return uuid5(NAMESPACE, f"{event_id}:{recipient}:{kind}")


def letters_to_each(letter: Letter, refs: Sequence[str]) -> list[Letter]:
    """Make of a letter to a member's points of contact one for each of them; the first keeps its delivery."""
    recipients = [letter.recipient, *(f"{letter.recipient}/{number}" for number in range(2, len(refs) + 1))]
    ids = [delivery_id_of(letter.cause.event_id, recipient, letter.kind) for recipient in recipients]
    return [
        replace(letter, delivery_id=delivery_id, recipient=recipient, contact_ref=ref)
        for delivery_id, recipient, ref in zip(ids, recipients, refs, strict=True)
    ]


def language_of(tag: LanguageTag) -> LanguageTag:
    """Choose the language to write in, for a text or a person of this language."""
    primary = tag.split("-", 1)[0]
    return primary if primary in LANGUAGES else "en"


def is_about_decision(letter: Letter) -> bool:
    """Say whether a letter speaks of a decision, and so falls with it when it is superseded unsent."""
    return letter.decision_id is not None


def pocs_of(member: MemberAtReceipt) -> list[str]:
    """Name the points of contact of a member: the country's, and before it the locality's own where it is a member."""
    country = member.code[:2]
    return [f"poc:{code}" for code in ([member.code, country] if member.kind == "local" else [member.code])]


def _supersedes(told: Told) -> bool:
    return isinstance(told, DecisionCorrected | SubmissionRetracted) and told.effect is not Effect.SILENT


def _receipt(event: Event[Told], received: SubmissionReceived) -> list[Letter]:
    words = _received_words(received)
    language = language_of(received.proposal.language)
    receipt = _letter(event, "receipt", SUBMITTER, words, language, contact_ref=received.contact_ref)
    if received.channel is not Channel.STANDALONE:
        return [receipt]
    return [receipt, *(_letter(event, "poc-informed", poc, words) for poc in pocs_of(received.member))]


def _about(event: Event[Told], decision: Decision, kind: NoticeKind, words: Words) -> list[Letter]:
    own = {**_decision_words(decision), **words}
    language = language_of(decision.language)
    ref, decision_id = decision.contact_ref, decision.decision_id
    return [_letter(event, kind, SUBMITTER, own, language, contact_ref=ref, decision_id=decision_id)]


def _to_pocs(
    event: Event[Told], told: SubmissionAccepted | SubmissionDeclined | DecisionCorrected | SubmissionRetracted
) -> list[Letter]:
    # who was told of an outcome is told of what supersedes it: a point of contact never keeps a wrong one
    decision = told.decision
    if decision.channel is not Channel.STANDALONE:
        return []
    words = {**_decision_words(decision), **_outcome(told)}
    decision_id = decision.decision_id
    return [_letter(event, "poc-outcome", poc, words, decision_id=decision_id) for poc in pocs_of(decision.member)]


def _letter(
    event: Event[Told],
    kind: NoticeKind,
    recipient: str,
    words: Words,
    language: LanguageTag = "en",
    *,
    contact_ref: str | None = None,
    decision_id: UUID | None = None,
) -> Letter:
    return Letter(
        delivery_id=delivery_id_of(event.id, recipient, kind),
        kind=kind,
        recipient=recipient,
        contact_ref=contact_ref,
        submission_id=event.subject,
        decision_id=decision_id,
        cause=event.cause,
        language=language,
        words=words,
    )


def _received_words(received: SubmissionReceived) -> Words:
    return {
        "reference": received.reference,
        "title": received.proposal.title,
        "institution": received.proposal.lead_institution,
        "member": received.member.name,
        "month": received.month,
        "received_at": received.received_at,
        "declared_area": received.proposal.declared_area,
        "commitment_id": received.proposal.commitment_id,
        "in_plan": received.channel is not Channel.STANDALONE,
    }


def _decision_words(decision: Decision) -> Words:
    return {
        "reference": decision.reference,
        "title": decision.title,
        "member": decision.member.name,
        "month": decision.month,
        "received_at": decision.received_at,
        "findings": decision.findings,
        "criteria_version": decision.criteria_version,
        "areas_version": decision.areas_version,
        "note": decision.note,
        "in_plan": decision.channel is not Channel.STANDALONE,
    }


def _outcome(told: SubmissionAccepted | SubmissionDeclined | DecisionCorrected | SubmissionRetracted) -> Words:
    match told:
        case SubmissionAccepted(reform=reform):
            return {"outcome": "accepted", "reason_codes": (), "why": None, **_reform_words(reform)}
        case SubmissionDeclined(reason_codes=codes):
            return {"outcome": "declined", "reason_codes": codes, "why": None, **_reform_words(None)}
        case DecisionCorrected():
            common = {"outcome": told.outcome, "reason_codes": told.reason_codes, "why": told.why}
            return {**common, **_reform_words(told.reform)}
        case SubmissionRetracted(why=why):
            return {"outcome": "retracted", "reason_codes": (), "why": why, **_reform_words(None)}
        case _:
            assert_never(told)


def _reform_words(reform: Reform | None) -> Words:
    if reform is None:
        return {"published_title": None, "area": None, "declared_area": None, "area_reason": None}
    return {
        "published_title": reform.published_title,
        "area": reform.assigned_area,
        "declared_area": reform.proposal.declared_area,
        "area_reason": reform.area_reason,
    }
