"""The forms on an item's page: what each sends, as the doors of the API have it, and the command that it asks for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from pydantic import TypeAdapter

from services.chassis.doors.auth import Principal
from services.chassis.doors.sent import Sent
from services.review.casework import asking, bodies
from services.review.desk.sheet import Question
from services.review.domain.commands import HoldBack, ItemCommand, Release, Unhold
from services.review.store.items import Found

Tree = dict[str, Any]
Typed = Mapping[str, Any]
"""What stands in a form's fields: a text, or for what may be chosen several times a list."""

SEVERAL = frozenset({"reason_codes"})
"""The fields of which several may be chosen."""

ATTRIBUTED = ("member", "member_name", "region", "member_type", "jurisdiction", "locality", "lead_institution")
"""The fields that say whose reform it is, each in one line; left empty, it stays as it is."""

REST_IS_MET = "rest-met"
"""The button that takes for met whatever is marked otherwise nowhere."""


Ask = Callable[[Found, Principal, datetime], ItemCommand]
"""Makes the command of an item as it stands, of who asks, and of the time."""

BodyT = TypeVar("BodyT")


@dataclass(frozen=True, slots=True)
class Form:
    """A form: the command that it asks for, the scope without which it is not shown, and how it is read.

    ``ask`` makes a command of what was read, and raises a ValidationError where that does not fit.
    """

    name: str
    command: str
    scope: str
    tree_of: Callable[[Sent, Sequence[Question]], Tree]
    ask: Callable[[Tree], Ask]


def typed_of(sent: Sent) -> Typed:
    """Give what was typed, as it was typed."""
    return {name: list(values) if name in SEVERAL else _text(sent, name) for name, values in sent.flat.items()}


def _assessment(sent: Sent, questions: Sequence[Question]) -> Tree:
    rest = "met" if sent.verb == REST_IS_MET else ""
    return _filled(
        findings=[
            _filled(
                code=asked.code,
                verdict=_text(sent, f"verdict.{asked.code}") or rest,
                reason=_text(sent, f"reason.{asked.code}") or _text(sent, "reason"),
            )
            for asked in questions
        ],
        area=_text(sent, "area"),
        area_reason=_text(sent, "area_reason"),
        question=_text(sent, "question"),
    )


def _decision(sent: Sent, questions: Sequence[Question]) -> Tree:
    return _outcome(sent) | _filled(
        eligibility=_judging(sent, (asked for asked in questions if asked.part == "gates")),
        relevance=_judging(sent, (asked for asked in questions if asked.part == "criteria")),
        tagging=_filled(area=_text(sent, "area"), reason=_text(sent, "area_reason")),
        note=_text(sent, "note"),
    )


def _correction(sent: Sent, questions: Sequence[Question]) -> Tree:
    return _filled(effect=_text(sent, "effect"), why=_text(sent, "why"), decision=_decision(sent, questions))


def _reason(sent: Sent, _: Sequence[Question]) -> Tree:
    return _filled(reason=_text(sent, "reason"))


def _retraction(sent: Sent, _: Sequence[Question]) -> Tree:
    return _filled(effect=_text(sent, "effect"), why=_text(sent, "why"))


def _reinstatement(sent: Sent, questions: Sequence[Question]) -> Tree:
    texts = {name: _text(sent, name) for name in ("published_title", "note")}
    return _retraction(sent, questions) | _filled(**texts)


def _encouragement(sent: Sent, _: Sequence[Question]) -> Tree:
    return _filled(support=_lines(sent, "support"), why=_text(sent, "why")) | {
        "promising": _text(sent, "promising") == "yes"
    }


def _outcome(sent: Sent) -> Tree:
    outcome = _text(sent, "outcome")
    match outcome:
        case "accepted":
            title = _text(sent, "published_title")
            return _filled(outcome=outcome, published_title=title, attribution=_attribution(sent))
        case "declined":
            return {"outcome": outcome, "reason_codes": list(sent.flat.get("reason_codes", ()))}
        case "clarification":
            return _filled(outcome=outcome, question=_text(sent, "question"))
        case _:
            return _filled(outcome=outcome)


def _attribution(sent: Sent) -> Tree:
    supporting = _lines(sent, "supporting_institutions")
    return _filled(supporting_institutions=supporting, **{name: _text(sent, name) for name in ATTRIBUTED})


def _judging(sent: Sent, questions: Iterable[Question]) -> Tree:
    said = ((asked.code, _text(sent, f"verdict.{asked.code}")) for asked in questions)
    overrules = [
        _filled(code=code, verdict=verdict, reason=_text(sent, f"reason.{code}")) for code, verdict in said if verdict
    ]
    return _filled(overrules=overrules)


def _text(sent: Sent, name: str) -> str:
    return sent.one(name).replace("\r\n", "\n").replace("\r", "\n").strip()


def _lines(sent: Sent, name: str) -> list[str]:
    return [line.strip() for line in _text(sent, name).split("\n") if line.strip()]


def _filled(**told: Any) -> Tree:
    return {name: value for name, value in told.items() if value not in ("", [], {})}


def _asks(adapter: TypeAdapter[BodyT], make: Callable[[BodyT, Found, Principal, datetime], ItemCommand]) -> Any:
    return lambda tree: partial(make, adapter.validate_python(tree))


def _hold(body: bodies.HoldBody, _: Found, principal: Principal, now: datetime) -> HoldBack:
    return HoldBack(reason=body.reason, by=principal.actor_ref, at=now)


def _unhold(body: bodies.UnholdBody, _: Found, principal: Principal, now: datetime) -> Unhold:
    return Unhold(reason=body.reason, by=principal.actor_ref, at=now)


def _release(_: Tree) -> Ask:
    return lambda found, _, now: Release(dossier=found.dossier, at=now)


_asks_assessment = _asks(TypeAdapter(bodies.AssessmentBody), asking.assessment_of)
_asks_decision = _asks(TypeAdapter(bodies.DecisionBody), asking.decision_of)
_asks_hold = _asks(TypeAdapter(bodies.HoldBody), _hold)
_asks_unhold = _asks(TypeAdapter(bodies.UnholdBody), _unhold)
_asks_correction = _asks(TypeAdapter(bodies.CorrectionBody), asking.correction_of)
_asks_retraction = _asks(TypeAdapter(bodies.RetractionBody), asking.retraction_of)
_asks_reinstatement = _asks(TypeAdapter(bodies.ReinstatementBody), asking.reinstatement_of)
_asks_encouragement = _asks(TypeAdapter(bodies.EncouragementBody), asking.encouragement_of)

FORMS: Sequence[Form] = (
    Form("assess", "Assess", "review:assess", _assessment, _asks_assessment),
    Form("decide", "Decide", "review:decide", _decision, _asks_decision),
    Form("hold", "HoldBack", "review:release", _reason, _asks_hold),
    Form("unhold", "Unhold", "review:release", _reason, _asks_unhold),
    Form("release", "Release", "review:release", lambda _, __: {}, _release),
    Form("correct", "Correct", "review:decide", _correction, _asks_correction),
    Form("retract", "Retract", "review:decide", _retraction, _asks_retraction),
    Form("reinstate", "Reinstate", "review:decide", _reinstatement, _asks_reinstatement),
    Form("encourage", "Encourage", "review:decide", _encouragement, _asks_encouragement),
)
"""All forms, in the order in which they stand."""
