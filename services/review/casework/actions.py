"""The actions that many items may undergo at once: what is sent, who may, and the command that each item gets."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from contracts.vocabulary import ActorRef, Area
from services.chassis.doors.auth import Principal
from services.review.casework.asking import assessment_of, decision_of
from services.review.casework.bodies import (
    AcceptBody,
    AssessmentBody,
    AttributionBody,
    Body,
    DecisionBody,
    FindingBody,
    Words,
)
from services.review.domain.commands import HoldBack, ItemCommand, Unhold
from services.review.domain.refused import refused
from services.review.store.items import Found


class AssessAll(Body):
    """Assess all alike; without an area each stays in the one that it declares."""

    do: Literal["assess"]
    findings: Annotated[tuple[FindingBody, ...], Field(max_length=50)]
    area: Area | None = None
    area_reason: Words | None = None
    question: Words | None = None


class DecideAll(Body):
    """Decide all alike: accept each under its own title, decline for the same reasons, or ask the same."""

    do: Literal["decide"]
    decision: DecisionBody


class HoldAll(Body):
    """Hold all back, for the same reason."""

    do: Literal["hold"]
    reason: Words


class UnholdAll(Body):
    """Let all leave with their batches after all."""

    do: Literal["unhold"]
    reason: Words


class AssignAll(Body):
    """Give all to one person to assess."""

    do: Literal["assign"]
    assessor: ActorRef
    reason: Words


Action = AssessAll | DecideAll | HoldAll | UnholdAll | AssignAll
ActionBody = Annotated[Action, Field(discriminator="do")]
action_adapter: TypeAdapter[Action] = TypeAdapter(ActionBody)

SCOPES: Mapping[type[Any], str] = MappingProxyType(
    {
        AssessAll: "review:assess",
        AssignAll: "review:assess",
        DecideAll: "review:decide",
        HoldAll: "review:release",
        UnholdAll: "review:release",
    }
)
"""What whoever plans or applies an action must be allowed, the same as for one item."""


def command_of(action: Action, found: Found, principal: Principal, now: datetime) -> ItemCommand:
    """Make the command that an item gets; assigning is none.

    Raises:
        Refusal: the action does not fit this item.
    """
    match action:
        case AssessAll():
            return assessment_of(_assessment(action, found), found, principal, now)
        case DecideAll(decision=AcceptBody(attribution=AttributionBody())):
            raise refused("one-by-one", "decide whose it is item by item", field="attribution")
        case DecideAll(decision=decision):
            return decision_of(decision, found, principal, now)
        case HoldAll(reason=reason):
            return HoldBack(reason=reason, by=principal.actor_ref, at=now)
        case UnholdAll(reason=reason):
            return Unhold(reason=reason, by=principal.actor_ref, at=now)
        case AssignAll():
            raise TypeError("assigning changes no item")


def _assessment(action: AssessAll, found: Found) -> AssessmentBody:
    return AssessmentBody(
        findings=action.findings,
        area=action.area or found.state.item.declared_area,
        area_reason=action.area_reason,
        question=action.question,
    )
