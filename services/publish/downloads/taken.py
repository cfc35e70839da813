"""What is taken away of one reform, and the rows that it comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from contracts.reference import areas, criteria_words
from contracts.submissions import Proposal
from contracts.vocabulary import Value
from services.publish.domain.progress import MilestoneStanding, Progress
from services.publish.domain.reforms import Document
from services.publish.downloads.rows import AssessmentRow, AwardRow, FindingRow, MilestoneRow, ReformRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One reform as it stands in the public record, whole: a line of JSON Lines.

    ``version`` counts the changes of its record, ``revision`` what was said of it since, too: the last of either came
    at ``changed_at``. ``progress`` is what became of it.
    """

    reference: str
    url: str
    published_at: datetime
    changed_at: datetime
    version: int
    promising: bool
    promising_why: str | None
    support: tuple[str, ...]
    record: Document
    progress: Progress = field(default_factory=Progress)
    revision: int = 1


def reform_row(taken: Taken) -> ReformRow:
    """Write a reform as one flat row."""
    record, reform = taken.record, taken.record.reform
    return ReformRow(
        reference=taken.reference,
        url=taken.url,
        title=reform.published_title,
        area=reform.assigned_area.value,
        area_name=_area_name(record.areas_version, reform.assigned_area.value),
        retagged=reform.assigned_area != reform.proposal.declared_area,
        area_reason=reform.area_reason,
        published_at=taken.published_at,
        changed_at=taken.changed_at,
        version=taken.version,
        promising=taken.promising,
        promising_why=taken.promising_why,
        support=taken.support,
        **_reviewed(record),
        **_proposed(reform.proposal),
        **_told(reform.proposal),
    )


def _reviewed(record: Document) -> dict[str, Any]:
    return {
        "member": record.member.code,
        "member_name": record.member.name,
        "member_kind": record.member.kind,
        "region": record.member.region,
        "level": record.level,
        "channel": record.channel,
        "batch": record.batch,
        "round": record.round,
        "criteria_version": record.criteria_version,
        "areas_version": record.areas_version,
        "decision_id": str(record.decision_id),
        "received_at": record.received_at,
        "decided_at": record.decided_at,
    }


def _proposed(proposal: Proposal) -> dict[str, Any]:
    return {
        "declared_area": proposal.declared_area.value,
        "secondary_areas": tuple(area.value for area in proposal.secondary_areas),
        "locality": proposal.jurisdiction,
        "branch": proposal.branch.value,
        "lead_institution": proposal.lead_institution,
        "supporting_institutions": proposal.supporting_institutions,
        "partners": proposal.partners,
        "plan": proposal.plan,
        "commitment_id": proposal.commitment_id,
        "extends": proposal.extends,
        "resubmission_of": proposal.resubmission_of,
        "starts_on": proposal.starts_on,
        "ends_on": proposal.ends_on,
        "milestones": len(proposal.milestones),
        "synthetic": proposal.synthetic,
    }


def _told(proposal: Proposal) -> dict[str, Any]:
    return {
        "submitted_title": proposal.title,
        "language": proposal.language,
        "description": proposal.description,
        "problems": proposal.problems,
        "transparency": proposal.values.get(Value.TRANSPARENCY),
        "public_accountability": proposal.values.get(Value.ACCOUNTABILITY),
        "civic_participation": proposal.values.get(Value.PARTICIPATION),
    }


def milestone_rows(taken: Taken) -> Sequence[MilestoneRow]:
    """Write its milestones as rows, in their order."""
    said = {standing.number: standing for standing in taken.progress.milestones}
    planned = enumerate(taken.record.reform.proposal.milestones, start=1)
    return [
        _milestone_row(
            taken.reference, number, said.get(number) or MilestoneStanding(number=number, title=one.title, due=one.due)
        )
        for number, one in planned
    ]


def assessment_rows(taken: Taken) -> Sequence[AssessmentRow]:
    """Write what was said of it at each stage as rows."""
    return [
        AssessmentRow(
            reference=taken.reference,
            stage=told.stage,
            verifiable=told.verifiable,
            open_government_values=told.open_government_values,
            potential_for_results=told.potential_for_results,
            completion=told.completion,
            early_results=told.early_results,
            report=told.report,
            published_at=told.published_at,
        )
        for told in taken.progress.assessments
    ]


def award_rows(taken: Taken) -> Sequence[AwardRow]:
    """Write its awards as rows."""
    return [
        AwardRow(
            reference=taken.reference,
            number=number,
            award=told.award,
            given_by=told.given_by,
            award_round=told.award_round,
            link=told.link,
            given_at=told.given_at,
        )
        for number, told in enumerate(taken.progress.awards, start=1)
    ]


def finding_rows(taken: Taken) -> Sequence[FindingRow]:
    """Write what was found of each gate and criterion as rows, in their order."""
    sentences = criteria_words(taken.record.criteria_version, "en")
    return [
        FindingRow(
            reference=taken.reference,
            number=number,
            code=finding.code,
            criterion=sentences.get(finding.code),
            verdict=finding.verdict.value,
            reason=finding.reason,
        )
        for number, finding in enumerate(taken.record.findings, start=1)
    ]


def _milestone_row(reference: str, number: int, standing: MilestoneStanding) -> MilestoneRow:
    return MilestoneRow(
        reference=reference,
        number=number,
        title=standing.title,
        due=standing.due,
        status=standing.status,
        evidence=standing.evidence,
        barrier=standing.barrier,
        confirmed_at=standing.confirmed_at,
        said_by=standing.said_by,
    )


@cache
def _names(version: str) -> Mapping[str, str]:
    try:
        return {entry.code.value: entry.en for entry in areas(version).areas}
    except FileNotFoundError:
        return {}


def _area_name(version: str, code: str) -> str:
    return _names(version).get(code, code)
