"""Examples of letters, one of each kind and outcome, and of what surrounds them."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from contracts.event import Event
from contracts.vocabulary import Area, Channel, Effect, Verdict
from services.notify.domain.letters import Letter, Told, letters_for
from services.notify.postman.message import Sender
from services.notify.postman.words import House
from tests.controls import decisions, submissions
from tests.controls.envelope import event_of
from tests.controls.reviews import finding, findings

SENDER = Sender(
    name="OGP Support Unit",
    address="open-gov-challenge@example.org",
    reply_to="support-unit@example.org",
    domain="challenge.example.org",
)
HOUSE = House(zone=ZoneInfo("UTC"), public_url="https://challenge.example.org")


def told_events() -> dict[str, Event[Told]]:
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
        "accepted": decisions.submission_accepted(),
        "accepted-as-declared": decisions.submission_accepted(reform=same_area),
        "accepted-in-plan": decisions.submission_accepted_in_french(),
        "declined": declined,
        "declined-in-plan": decisions.submission_declined_in_french(),
        "declined-no-answer": no_answer,
        "clarification": decisions.clarification_requested(),
        "corrected-to-accepted": to_accepted,
        "corrected-to-declined": decisions.decision_corrected_to_declined(),
        "retracted": decisions.submission_retracted(),
        "retracted-in-plan": decisions.submission_retracted(decision=_in_plan()),
    }
    return {name: event_of(told) for name, told in data.items()}


def letter(told: str = "accepted", recipient: str = "submitter", **overrides: Any) -> Letter:
    """Give the letter that this recipient gets about one of the events above."""
    found = {it.recipient: it for it in letters_for(told_events()[told])}
    return replace(found[recipient], **overrides)


def _declining_findings() -> tuple[Any, ...]:
    wrong = finding(verdict=Verdict.NOT_MET, reason="The last milestone was in 2025.\nNothing is planned after it.")
    return tuple(wrong if it.code == "timing" else it for it in findings())


def _in_plan() -> Any:
    return decisions.decision(channel=Channel.ACTION_PLAN)
