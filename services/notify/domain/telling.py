"""What a letter needs to know of the event that it tells: plain values, fit for JSON, and no person."""

from typing import assert_never

from contracts.decisions import (
    Decision,
    DecisionCorrected,
    Reform,
    StoryReleased,
    SubmissionAccepted,
    SubmissionDeclined,
    SubmissionReinstated,
    SubmissionRetracted,
)
from contracts.submissions import (
    DraftSaved,
    NominationReceived,
    StoryShared,
    SubmissionAmended,
    SubmissionClarified,
    SubmissionReceived,
)
from contracts.subscriptions import SubscriptionRequested
from contracts.vocabulary import Channel
from services.notify.domain.letters import Words
from services.notify.domain.standing import Said, Standing

Decided = SubmissionAccepted | SubmissionDeclined | DecisionCorrected | SubmissionRetracted | SubmissionReinstated
"""What has an outcome."""


def received_words(received: SubmissionReceived) -> Words:
    """Tell of a submission that came in."""
    return {
        "reference": received.reference,
        "title": received.proposal.title,
        "institution": received.proposal.lead_institution,
        "member": received.member.name,
        "month": received.month,
        "received_at": received.received_at,
        "declared_area": received.proposal.declared_area,
        "commitment_id": received.proposal.commitment_id,
        "channel": received.channel,
        "in_plan": received.channel is not Channel.STANDALONE,
    }


def amended_words(amended: SubmissionAmended, standing: Standing) -> Words:
    """Tell of a text that reads differently from now on."""
    return {
        **about_words(standing),
        "title": amended.proposal.title,
        "version": amended.version,
        "month": amended.month,
        "amended_at": amended.amended_at,
    }


def clarified_words(clarified: SubmissionClarified, standing: Standing) -> Words:
    """Tell of an answer that came in."""
    return {
        **about_words(standing),
        "title": clarified.proposal.title,
        "answer": clarified.answer,
        "month": clarified.month,
        "answered_at": clarified.answered_at,
    }


def said_words(said: Said, standing: Standing) -> Words:
    """Tell of what became of a wish to withdraw, or ask how a reform is going."""
    return {**about_words(standing), "said_at": said.at, "code": said.code, "why": said.why, "stage": None}


def about_words(standing: Standing) -> Words:
    """Tell of a submission what is known of it, without who sent it."""
    return {name: standing.about[name] for name in ("reference", "title", "member", "received_at", "channel")}


def story_words(told: StoryShared | StoryReleased) -> Words:
    """Tell of a story."""
    return {
        "reference": told.reference,
        "title": told.story.title,
        "about": told.story.about,
        "author": told.story.author,
        "area": told.story.area,
        "shared_at": told.shared_at,
    }


def draft_words(saved: DraftSaved) -> Words:
    """Tell of a draft: until when it is kept, and nothing that stands in it."""
    return {"saved_at": saved.saved_at, "expires_at": saved.expires_at}


def subscription_words(asked: SubscriptionRequested) -> Words:
    """Tell of a wish to get the reports, or new reforms: until when it can be confirmed, and nothing that was typed."""
    return {"requested_at": asked.requested_at, "expires_at": asked.expires_at, "about": asked.about}


def nomination_words(received: NominationReceived) -> Words:
    """Tell of a nomination that came in."""
    return {
        "reference": received.reference,
        "government": received.nomination.government,
        "reform": received.nomination.reform,
        "award_round": received.award_round,
        "received_at": received.received_at,
    }


def decision_words(decision: Decision) -> Words:
    """Tell of what was decided about."""
    return {
        "reference": decision.reference,
        "title": decision.title,
        "member": decision.member.name,
        "month": decision.month,
        "received_at": decision.received_at,
        "findings": decision.findings,
        "criteria_version": decision.criteria_version,
        "areas_version": decision.areas_version,
        "reasons_version": decision.reasons_version,
        "note": decision.note,
        "channel": decision.channel,
        "in_plan": decision.channel is not Channel.STANDALONE,
    }


def outcome_words(told: Decided) -> Words:
    """Tell of how it was decided."""
    match told:
        case SubmissionAccepted(reform=reform):
            return {"outcome": "accepted", "reason_codes": (), "why": None, **_reform_words(reform)}
        case SubmissionDeclined(reason_codes=codes):
            return {"outcome": "declined", "reason_codes": codes, "why": None, **_reform_words(None)}
        case DecisionCorrected():
            common = {"outcome": told.outcome, "reason_codes": told.reason_codes, "why": told.why}
            return {**common, **_reform_words(told.reform)}
        case SubmissionReinstated(reform=reform, why=why):
            return {"outcome": "accepted", "reason_codes": (), "why": why, **_reform_words(reform)}
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
