"""Examples of review's own shapes: one item in each of its states, one of each command."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from contracts.reviews import Supersession
from contracts.vocabulary import Area, Effect, Verdict
from services.review.domain.commands import (
    Assess,
    Correct,
    Decide,
    Dossier,
    Encourage,
    HoldBack,
    ItemCommand,
    Reinstate,
    Release,
    Retract,
    Unhold,
    Withdraw,
    Yardstick,
)
from services.review.domain.items import (
    Acceptance,
    Accepted,
    Asked,
    Assessed,
    Decided,
    Decline,
    Declined,
    Departing,
    Entered,
    HeldBack,
    HeldOver,
    Hold,
    InReview,
    Item,
    ItemState,
    Question,
    Retracted,
    Retraction,
    Ruling,
    Unanswered,
    Withdrawn,
)
from tests.controls.decisions import reform_encouraged
from tests.controls.envelope import (
    ANSWER_BY,
    ASSESSED_AT,
    DECIDED_AT,
    MONTH,
    RELEASED_AT,
    id_of,
    submission_id,
)
from tests.controls.proposals import proposal
from tests.controls.reviews import (
    CRITERIA,
    GATES,
    REFERENCE_VERSION,
    eligibility,
    findings,
    relevance,
    submission_assessed,
    tagging,
)
from tests.controls.submissions import submission_received

DATA_TEAM = "data-team:1"
SUPPORT_UNIT = "support-unit:1"
TITLE = "Reduce the Backlog of Court Cases"


def yardstick() -> Yardstick:
    """The criteria and two of the reasons."""
    return Yardstick(
        criteria_version=REFERENCE_VERSION,
        areas_version=REFERENCE_VERSION,
        reasons_version=REFERENCE_VERSION,
        gates=GATES,
        criteria=CRITERIA[len(GATES) :],
        reason_codes=frozenset({"no-future-milestones", "no-answer"}),
    )


def item(**overrides: Any) -> Item:
    """Round 1 of the example submission, declared for *justice*."""
    return replace(Item(str(submission_id()), 1, MONTH, 1, Area.JUSTICE), **overrides)


def dossier() -> Dossier:
    """The receipt, and its own text."""
    return Dossier(submission_received(), proposal())


def assessment(**overrides: Any) -> Assessed:
    """Everything met, in another area than the declared one."""
    return replace(Assessed(item(), submission_assessed()), **overrides)


def ruling(outcome: Any = None, **overrides: Any) -> Ruling[Any]:
    """Accepted, unless told otherwise; on the findings of the example assessment."""
    return replace(
        Ruling(
            decision_id=id_of("decision 1", DECIDED_AT),
            outcome=outcome or Acceptance(TITLE),
            eligibility=eligibility(),
            relevance=relevance(),
            tagging=tagging(),
            criteria_version=REFERENCE_VERSION,
            areas_version=REFERENCE_VERSION,
            reasons_version=REFERENCE_VERSION,
            note=None,
            by=SUPPORT_UNIT,
            at=DECIDED_AT,
        ),
        **overrides,
    )


def decline_ruling() -> Ruling[Decline]:
    """Declined, since no milestone lies ahead."""
    found = findings(timing=Verdict.NOT_MET)[len(GATES) :]
    return ruling(Decline(("no-future-milestones",)), relevance=relevance(verdict=Verdict.NOT_MET, findings=found))


def question_ruling() -> Ruling[Question]:
    """Asked, since one thing is unclear."""
    found = findings(timing=Verdict.UNCLEAR)[len(GATES) :]
    question = Question("How will citizens take part?")
    return ruling(question, relevance=relevance(verdict=Verdict.UNCLEAR, findings=found))


def retraction_ruling() -> Ruling[Retraction]:
    """Retracted, since its owner asked for it."""
    before = ruling()
    return ruling(
        Retraction(TITLE),
        decision_id=id_of("decision 3", DECIDED_AT),
        at=RELEASED_AT,
        supersedes=Supersession(
            decision_id=before.decision_id, effect=Effect.CORRECTION, why="Its owner asked for it."
        ),
    )


def hold() -> Hold:
    """Kept back until a phone call is made."""
    return Hold("The ministry calls back on Monday.", SUPPORT_UNIT, DECIDED_AT)


def states() -> Mapping[str, ItemState]:
    """One item in each state; by its name."""
    decided = Decided(item(), assessment(), ruling())
    all_states: list[ItemState] = [
        Entered(item()),
        InReview(item()),
        Unanswered(item()),
        assessment(),
        decided,
        HeldBack(item(), decided, hold()),
        HeldOver(item(), decided, hold()),
        Departing(item(), ruling()),
        Withdrawn(item()),
        Accepted(item(), ruling()),
        Declined(item(), decline_ruling()),
        Asked(item(), question_ruling(), ANSWER_BY),
        Retracted(item(), retraction_ruling()),
    ]
    return {type(state).__name__: state for state in all_states}


def assess(**overrides: Any) -> Assess:
    """Everything met; the courts' data are its heart, so another area."""
    told = submission_assessed()
    return replace(
        Assess(
            yardstick=yardstick(),
            findings=told.findings,
            area=told.proposed_area,
            area_reason=told.area_reason,
            by=told.assessed_by,
            at=ASSESSED_AT,
        ),
        **overrides,
    )


def decide(outcome: Any = None, **overrides: Any) -> Decide:
    """Accept, unless told otherwise."""
    return replace(
        Decide(
            yardstick=yardstick(),
            decision_id=id_of("decision 1", DECIDED_AT),
            outcome=outcome or Acceptance(TITLE),
            by=SUPPORT_UNIT,
            at=DECIDED_AT,
        ),
        **overrides,
    )


def correct(**overrides: Any) -> Correct:
    """Accept it under another title, without letters."""
    return replace(
        Correct(
            yardstick=yardstick(),
            dossier=dossier(),
            decision_id=id_of("decision 2", DECIDED_AT),
            outcome=Acceptance("Reduce the Backlog of Cases in Courts"),
            findings=findings(),
            effect=Effect.SILENT,
            why="A word was missing.",
            by=SUPPORT_UNIT,
            at=RELEASED_AT,
        ),
        **overrides,
    )


def retract(**overrides: Any) -> Retract:
    """The owner asked for it."""
    return replace(
        Retract(
            dossier=dossier(),
            decision_id=id_of("decision 3", DECIDED_AT),
            effect=Effect.CORRECTION,
            why="Its owner asked for it.",
            by=SUPPORT_UNIT,
            at=RELEASED_AT,
        ),
        **overrides,
    )


def reinstate(**overrides: Any) -> Reinstate:
    """It goes on after all."""
    return replace(
        Reinstate(
            dossier=dossier(),
            decision_id=id_of("decision 4", DECIDED_AT),
            effect=Effect.CORRECTION,
            why="It goes on after all.",
            by=SUPPORT_UNIT,
            at=RELEASED_AT,
        ),
        **overrides,
    )


def encourage(**overrides: Any) -> Encourage:
    """Promising, with peers to learn from."""
    told = reform_encouraged()
    return replace(
        Encourage(
            reference=told.reference,
            promising=True,
            support=told.support,
            why=told.why,
            by=SUPPORT_UNIT,
            at=RELEASED_AT,
        ),
        **overrides,
    )


def commands() -> Mapping[str, ItemCommand]:
    """One of each command; by its name."""
    all_commands: list[ItemCommand] = [
        assess(),
        decide(),
        HoldBack(reason=hold().reason, by=SUPPORT_UNIT, at=DECIDED_AT),
        Unhold(reason="The ministry called back.", by=SUPPORT_UNIT, at=DECIDED_AT),
        Withdraw(at=DECIDED_AT),
        Release(dossier=dossier(), at=RELEASED_AT),
        correct(),
        retract(),
        reinstate(),
        encourage(),
    ]
    return {type(command).__name__: command for command in all_commands}
