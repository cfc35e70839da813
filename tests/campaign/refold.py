"""The public record as it must be: folded anew from `decisions`, by nothing that publish has."""

from collections.abc import Iterable

from tests.campaign.evidence import Json, Told

PublicRow = dict[str, object]


def refold(decisions: Iterable[Told]) -> dict[str, PublicRow]:
    """Give each public address (reference) what must stand there now; the last word of each submission wins."""
    record: dict[str, PublicRow] = {}
    for told in decisions:
        reference = str(told.data["decision"]["reference"])
        row = _row(told, known=reference in record)
        if row is not None:
            record[reference] = row
    return record


def _row(told: Told, *, known: bool) -> PublicRow | None:
    decision, reform = told.data["decision"], told.data.get("reform")
    if reform is not None:
        return _published(decision, reform)
    leaves = told.kind in {"submission.retracted.v1", "decision.corrected.v1"}
    return {"published": False, "decision_id": decision["decision_id"]} if leaves and known else None


def _published(decision: Json, reform: Json) -> PublicRow:
    proposal = reform["proposal"]
    return {
        "published": True,
        "decision_id": decision["decision_id"],
        "title": reform["published_title"],
        "area": reform["assigned_area"],
        "declared_area": proposal["declared_area"],
        "member": decision["member"]["code"],
        "lead_institution": proposal["lead_institution"],
        "description": proposal["description"],
    }
