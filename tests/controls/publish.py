"""Examples of how a reform stands, and of what publish hears of it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.decisions import DecisionEvent
from contracts.event import Event
from services.publish.domain.reforms import Published, Retracted
from services.publish.site.shapes import ReformPage
from tests.controls.decisions import (
    clarification_requested,
    decision_corrected,
    decision_corrected_to_declined,
    submission_accepted,
    submission_declined,
    submission_reinstated,
    submission_retracted,
)
from tests.controls.envelope import DECIDED_AT, RELEASED_AT, event_of, id_of

MAKERS = {
    "accepted": submission_accepted,
    "declined": submission_declined,
    "question": clarification_requested,
    "corrected": decision_corrected,
    "corrected to declined": decision_corrected_to_declined,
    "retracted": submission_retracted,
    "reinstated": submission_reinstated,
}
"""All that can be heard, by a short name."""


def at(step: int) -> datetime:
    """Give the release of the decision of this step: an hour apart."""
    return RELEASED_AT + timedelta(hours=step)


def decision_id(step: int, number: int = 1) -> UUID:
    """Give the id of the decision of this step on the example submission ``number``."""
    return id_of(f"step {step} of {number}", DECIDED_AT)


def heard(name: str, step: int = 0, number: int = 1, **overrides: Any) -> Event[DecisionEvent]:
    """Give the decision of this name as the ``step``-th on the example submission ``number``."""
    data: Any = MAKERS[name](number, **overrides)
    told = replace(data, decision=replace(data.decision, decision_id=decision_id(step, number), released_at=at(step)))
    event: Event[DecisionEvent] = event_of(told, number=number, id=id_of(f"event {step} of {number}", at(step)))
    return event


def story(*names: str, number: int = 1) -> list[Event[DecisionEvent]]:
    """Give decisions on one submission, in this order."""
    return [heard(name, step, number) for step, name in enumerate(names)]


def published(version: int = 1, step: int = 0) -> Published:
    """It stands in the record, by the decision of this step."""
    return Published(version, decision_id(step), at(step))


def retracted(version: int = 2, step: int = 1) -> Retracted:
    """It stood in the record."""
    return Retracted(version, decision_id(step), at(0))


def reform_page(page: ReformPage, **proposal: Any) -> ReformPage:
    """Give a page whose proposal reads otherwise."""
    record = page.record
    reform = replace(record.reform, proposal=replace(record.reform.proposal, **proposal))
    return replace(page, record=replace(record, reform=reform))
