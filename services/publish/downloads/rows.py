"""The flat rows of the public record: what each column holds is said here, and the data dictionary is made of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from typing_extensions import Doc


@dataclass(frozen=True, slots=True, kw_only=True)
class ReformRow:
    """One reform that stands in the public record; by its reference."""

    reference: Annotated[str, Doc("The public reference of the reform. It never changes and is never used again.")]
    url: Annotated[str, Doc("The address of the reform's page, for ever; with .json behind it, the same as data.")]
    title: Annotated[str, Doc("The title as the Support Unit published it. It may differ from the submitted one.")]
    submitted_title: Annotated[str, Doc("The title as the institution submitted it.")]
    language: Annotated[str, Doc("The language of the submitted texts, as a BCP 47 tag. They are never translated.")]
    area: Annotated[str, Doc("The code of the Challenge area, as the Support Unit assigned it.")]
    area_name: Annotated[str, Doc("The name of that area in English.")]
    declared_area: Annotated[str, Doc("The code of the area that the institution declared.")]
    retagged: Annotated[bool, Doc("Whether the Support Unit assigned another area than was declared.")]
    area_reason: Annotated[str | None, Doc("Why the Support Unit assigned this area, where it says so.")]
    secondary_areas: Annotated[tuple[str, ...], Doc("The codes of further areas that the institution declared.")]
    member: Annotated[str, Doc("OGP's own code of the member, national or local (UK, not GB).")]
    member_name: Annotated[str, Doc("The member's name when the submission was received. Never join by it.")]
    member_kind: Annotated[str, Doc("What the member is to OGP: national or local.")]
    region: Annotated[str | None, Doc("OGP's region of the member.")]
    locality: Annotated[str | None, Doc("The name of the jurisdiction, where it is not the member's own.")]
    level: Annotated[str, Doc("The level of government: national, local, or local-non-member.")]
    branch: Annotated[str, Doc("The branch of government: executive, legislature, judiciary or independent.")]
    lead_institution: Annotated[str, Doc("The institution that owns and carries out the reform.")]
    supporting_institutions: Annotated[tuple[str, ...], Doc("Institutions that help to carry it out.")]
    partners: Annotated[tuple[str, ...], Doc("Those outside government who co-created it.")]
    channel: Annotated[str, Doc("The way in: action-plan, plan-amendment, recognition or standalone.")]
    plan: Annotated[str | None, Doc("The action plan, for commitments that are in one.")]
    commitment_id: Annotated[str | None, Doc("OGP's id of the commitment in that plan, such as FI0035.")]
    extends: Annotated[str | None, Doc("OGP's id of the plan commitment that a standalone one extends.")]
    resubmission_of: Annotated[str | None, Doc("The reference of the declined submission that this one follows.")]
    description: Annotated[str, Doc("What the reform is, in the institution's words. May hold several paragraphs.")]
    problems: Annotated[str, Doc("The problems that it addresses, in the institution's words.")]
    transparency: Annotated[str | None, Doc("Its relevance to transparency, in the institution's words.")]
    public_accountability: Annotated[str | None, Doc("Its relevance to public accountability, likewise.")]
    civic_participation: Annotated[str | None, Doc("Its relevance to civic participation, likewise.")]
    starts_on: Annotated[date, Doc("The day on which the reform starts.")]
    ends_on: Annotated[date, Doc("The day on which it is to be complete.")]
    milestones: Annotated[int, Doc("How many milestones it has; they are in the table of milestones.")]
    batch: Annotated[str, Doc("The month in whose batch it was reviewed, as 2026-11, in the declared zone.")]
    round: Annotated[int, Doc("In which round it was accepted: 1, or more where clarification was asked.")]
    criteria_version: Annotated[str, Doc("The version of the criteria that it met.")]
    areas_version: Annotated[str, Doc("The version of the areas by which it was assigned to one.")]
    decision_id: Annotated[str, Doc("The id of the decision by which the reform now stands as it does.")]
    received_at: Annotated[datetime, Doc("When the submission was received, in UTC.")]
    decided_at: Annotated[datetime, Doc("When the Support Unit decided as it now stands, in UTC.")]
    published_at: Annotated[datetime, Doc("When the reform first stood in the public record, in UTC, for ever.")]
    changed_at: Annotated[datetime, Doc("When the reform last changed, or something was said of it, in UTC.")]
    version: Annotated[int, Doc("How many changes the record of this reform has had, its first entry included.")]
    promising: Annotated[bool, Doc("Whether the Support Unit calls the reform promising.")]
    promising_why: Annotated[str | None, Doc("Why it calls it so, where it says so.")]
    support: Annotated[tuple[str, ...], Doc("Support and awards that the reform was given.")]
    synthetic: Annotated[bool, Doc("True for what was made up to try the system. It is no reform.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneRow:
    """One step that an institution says it will take; by the reform's reference, in the institution's own order."""

    reference: Annotated[str, Doc("The public reference of the reform.")]
    number: Annotated[int, Doc("Which of its milestones it is, from 1.")]
    title: Annotated[str, Doc("What will be done, in the institution's words.")]
    due: Annotated[date, Doc("By when.")]
    status: Annotated[str | None, Doc("not-started, limited, substantial or complete; empty where nobody said.")]
    evidence: Annotated[str | None, Doc("Where that can be seen.")]
    barrier: Annotated[str | None, Doc("What stands in its way, in the words of who said so.")]
    confirmed_at: Annotated[datetime | None, Doc("When that was last confirmed, in UTC.")]
    said_by: Annotated[str | None, Doc("In which role it was said: holder, support-unit or irm.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """What was found of one gate or criterion, and why; by the reform's reference, gates first."""

    reference: Annotated[str, Doc("The public reference of the reform.")]
    number: Annotated[int, Doc("Which of its findings it is, from 1.")]
    code: Annotated[str, Doc("The code of the gate or criterion, in the version that the reform's row names.")]
    criterion: Annotated[str | None, Doc("What had to be met, in that version's English words.")]
    verdict: Annotated[str, Doc("met, not-met or unclear. Of an accepted reform all are met.")]
    reason: Annotated[str, Doc("Why it was found so, in the words of the review.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentRow:
    """What the Independent Reporting Mechanism said of a reform at one stage; what was not looked at is empty."""

    reference: Annotated[str, Doc("The public reference of the reform.")]
    stage: Annotated[str, Doc("design, mid-term or end-term.")]
    verifiable: Annotated[str | None, Doc("yes, no or pending-irm-review.")]
    open_government_values: Annotated[str | None, Doc("yes, no or pending-irm-review.")]
    potential_for_results: Annotated[str | None, Doc("unclear, modest or substantial; on older scales low or high.")]
    completion: Annotated[str | None, Doc("no-evidence, not-started, limited, substantial or complete.")]
    early_results: Annotated[str | None, Doc("none, moderate or significant.")]
    report: Annotated[str | None, Doc("Where the report is.")]
    published_at: Annotated[datetime, Doc("When it was published, in UTC.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRow:
    """An award that a reform was given; by the reform's reference."""

    reference: Annotated[str, Doc("The public reference of the reform.")]
    number: Annotated[int, Doc("Which of its awards it is, from 1.")]
    award: Annotated[str, Doc("What the award is called.")]
    given_by: Annotated[str, Doc("Who gave it.")]
    award_round: Annotated[str | None, Doc("The code of the round of awards.")]
    link: Annotated[str | None, Doc("Where that can be read.")]
    given_at: Annotated[datetime, Doc("When it was given, in UTC.")]


Row = ReformRow | MilestoneRow | FindingRow | AssessmentRow | AwardRow
