"""What stands in the forms of an item before anybody types: what was found and decided so far."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.review.api.views import ItemView
from services.review.desk.forms import Typed
from services.review.desk.sheet import outcome_word

Findings = Sequence[Mapping[str, Any]]


def standing_in(form: str, view: ItemView) -> Typed:
    """Give what stands in a form."""
    match form:
        case "assess":
            return _assessed(view)
        case "decide":
            return _tagged(view) | _decided(view) | _overruled(view)
        case "correct":
            return _tagged(view) | _decided(view)
        case "encourage":
            return _encouraged(view)
        case _:
            return {}


def findings_before(view: ItemView) -> dict[str, Any]:
    """Give the findings that a decision may overrule, by their codes: the released ones, else the assessment's."""
    return {one["code"]: one for one in _findings(view)}


def outcome_of(view: ItemView) -> str:
    """Name the outcome of the decision that stands; nothing without one."""
    if view.state == "retracted":
        return "retracted"
    return outcome_word(view.decision["outcome"]) if view.decision else ""


def _findings(view: ItemView) -> Findings:
    if "Correct" in view.may and view.decision:
        found: Findings = [*view.decision["eligibility"]["findings"], *view.decision["relevance"]["findings"]]
        return found
    return view.assessment["findings"] if view.assessment else ()


def _assessed(view: ItemView) -> dict[str, Any]:
    if view.assessment is None:
        return {"area": str(view.proposal.declared_area)}
    said: dict[str, Any] = {}
    for one in view.assessment["findings"]:
        said |= {f"verdict.{one['code']}": one["verdict"], f"reason.{one['code']}": one["reason"]}
    return said | {
        "area": view.assessment["proposed_area"],
        "area_reason": view.assessment.get("area_reason") or "",
        "question": view.assessment.get("question") or "",
    }


def _tagged(view: ItemView) -> dict[str, Any]:
    if view.decision:
        return {"area": view.decision["tagging"]["area"], "area_reason": view.decision["tagging"].get("reason") or ""}
    return {name: text for name, text in _assessed(view).items() if name in {"area", "area_reason", "question"}}


def _decided(view: ItemView) -> dict[str, Any]:
    outcome = view.decision["outcome"] if view.decision else {}
    said = {name: outcome[name] for name in ("published_title", "reason_codes", "question") if name in outcome}
    note = view.decision.get("note") if view.decision else None
    return {"outcome": outcome_of(view), "note": note or "", **said}


def _overruled(view: ItemView) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for heading in ("eligibility", "relevance"):
        for one in view.decision[heading]["overrules"] if view.decision else ():
            said |= {f"verdict.{one['code']}": one["verdict"], f"reason.{one['code']}": one["reason"]}
    return said


def _encouraged(view: ItemView) -> dict[str, Any]:
    said = view.encouragement or {}
    promising = "yes" if said.get("promising") else "no"
    return {"promising": promising, "support": "\n".join(said.get("support", ())), "why": said.get("why") or ""}
