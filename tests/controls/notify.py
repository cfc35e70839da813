"""Examples of letters, one of each kind and outcome, and of what surrounds them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from contracts.event import Event
from contracts.vocabulary import Area, Channel, Effect, Verdict
from services.notify.domain.letters import SUBMITTER, Letter
from services.notify.domain.links import DraftLink, Links
from services.notify.domain.planning import Told, letters_for
from services.notify.postman.message import Sender
from services.notify.words import House
from tests.controls import decisions, stories, submissions
from tests.controls.envelope import event_of
from tests.controls.reviews import finding, findings

SENDER = Sender(
    name="OGP Support Unit",
    address="open-gov-challenge@example.org",
    reply_to="support-unit@example.org",
    domain="challenge.example.org",
)
HOUSE = House(zone=ZoneInfo("UTC"), public_url="https://challenge.example.org")
STATUS_URL = "https://forms.example.org/status/0b7bd1c5/the-secret"
DRAFT_URL = "https://forms.example.org/drafts/0b7bd1c5/the-key"
CONFIRM_URL = "https://forms.example.org/confirm/0b7bd1c5/a-token"


@cache
def told_events() -> Mapping[str, Event[Told]]:
    """Give an event for everything that somebody is told, by the name of the letters that follow."""
    declined = decisions.submission_declined(
        decision=decisions.decision(findings=_declining_findings(), note="You were close.\r\nDo try again.")
    )
    no_answer = decisions.submission_declined(
        decision=decisions.decision(findings=findings(timing=Verdict.UNCLEAR)), reason_codes=("no-answer",)
    )
    to_accepted = decisions.decision_corrected(effect=Effect.CORRECTION)
    same_area = decisions.reform(assigned_area=Area.JUSTICE, area_reason=None)
    data: dict[str, Told] = {
        "received": submissions.submission_received(),
        "received-in-plan": submissions.submission_received_in_french(),
        "received-unconfirmed": submissions.submission_received(contact_confirmed=False),
        "received-as-amendment": submissions.submission_received_as_plan_amendment(),
        "received-as-recognition": submissions.submission_received_as_recognition(),
        "contact-confirmed": stories.contact_confirmed(),
        "story-shared": stories.story_shared(),
        "story-shared-by-staff": stories.story_shared_by_staff(),
        "story-released": stories.story_released(),
        "draft-saved": stories.draft_saved(),
        "nominated": stories.nomination_received(),
        "accepted": decisions.submission_accepted(),
        "accepted-as-declared": decisions.submission_accepted(reform=same_area),
        "accepted-in-plan": decisions.submission_accepted_in_french(),
        "declined": declined,
        "declined-in-plan": decisions.submission_declined_in_french(),
        "declined-no-answer": no_answer,
        "clarification": decisions.clarification_requested(),
        "corrected-to-accepted": to_accepted,
        "corrected-to-declined": decisions.decision_corrected_to_declined(),
        "recognised": decisions.submission_accepted(decision=_recognition()),
        "not-recognised": decisions.submission_declined(decision=_recognition(findings=_declining_findings())),
        "recognition-corrected": decisions.decision_corrected_to_declined(decision=_recognition()),
        "retracted": decisions.submission_retracted(),
        "retracted-in-plan": decisions.submission_retracted(decision=_in_plan()),
        "reinstated": decisions.submission_reinstated(),
    }
    return {name: event_of(told) for name, told in data.items()}


def letter(told: str = "accepted", recipient: str = "submitter", **overrides: Any) -> Letter:
    """Give the letter that this recipient gets about one of the events above."""
    found = {it.recipient: it for it in letters_for(told_events()[told])}
    return replace(found[recipient], **overrides)


def links_of(it: Letter, told: str) -> Links | DraftLink | None:
    """Give the links that stand in a letter about one of the events above: only submitters have any."""
    if told == "draft-saved":
        return DraftLink(draft_url=DRAFT_URL)
    confirmed = getattr(told_events()[told].data, "contact_confirmed", True)
    links = Links(status_url=STATUS_URL, confirm_url=None if confirmed else CONFIRM_URL)
    return links if it.recipient == SUBMITTER else None


def _recognition(**overrides: Any) -> Any:
    return decisions.decision(channel=Channel.RECOGNITION, **overrides)


def _declining_findings() -> tuple[Any, ...]:
    wrong = finding(verdict=Verdict.NOT_MET, reason="The last milestone was in 2025.\nNothing is planned after it.")
    return tuple(wrong if it.code == "timing" else it for it in findings())


def _in_plan() -> Any:
    return decisions.decision(channel=Channel.ACTION_PLAN)
