"""What changed in a reform from one version to the next."""

from dataclasses import replace
from datetime import date

from contracts.submissions import Milestone
from contracts.vocabulary import Area, Value
from services.publish.domain.changes import FieldChange, changes_between
from services.publish.domain.reforms import Document, fold
from tests.controls.publish import story


def documents(*names: str) -> list[Document]:
    """Give what the public could read after each of these decisions."""
    entries, _ = fold({}, story(*names))
    return [entry.document for entry in entries if entry.document]


def test_same_text_decided_again_has_not_changed() -> None:
    """Another decision and another moment are no change of what is told."""
    first, again = documents("accepted", "corrected")
    assert first.decision_id != again.decision_id
    assert changes_between(first, replace(first, decision_id=again.decision_id, released_at=again.released_at)) == []


def test_each_field_that_reads_otherwise_is_told() -> None:
    """Texts, lists, areas and findings, each with what it said before; what came or went has nothing on one side."""
    (first,) = documents("accepted")
    reform, proposal, finding = first.reform, first.reform.proposal, first.findings[0]
    text = replace(
        proposal,
        lead_institution="Another",
        partners=(),
        values={Value.TRANSPARENCY: proposal.values[Value.TRANSPARENCY]},
        milestones=(Milestone(title="One", due=date(2028, 1, 2)),),
    )
    second = replace(
        first,
        level="local",
        reform=replace(reform, assigned_area=Area.JUSTICE, area_reason=None, proposal=text),
        findings=(replace(finding, reason="Looked at again."), *first.findings[1:]),
    )
    before = tuple(f"{one.due}: {one.title}" for one in proposal.milestones)
    assert changes_between(first, second) == [
        FieldChange("assigned_area", "access-to-information", "justice"),
        FieldChange("area_reason", reform.area_reason, None),
        FieldChange("public_level", "national", "local"),
        FieldChange("lead_institution", proposal.lead_institution, "Another"),
        FieldChange("partners", proposal.partners, ()),
        FieldChange("milestones", before, ("2028-01-02: One",)),
        FieldChange(f"findings.{finding.code}", f"met: {finding.reason}", "met: Looked at again."),
        FieldChange("values.civic-participation", proposal.values[Value.PARTICIPATION], None),
    ]
