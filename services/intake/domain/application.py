"""From a form that reads well to a receipt: the Challenge's rules, and the event that says it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.submissions import Designation, Proposal, SubmissionReceived
from contracts.vocabulary import Channel, MemberType
from services.intake.domain.calendar import Moment
from services.intake.domain.flags import OWNER_IN_DOUBT, flags_of
from services.intake.domain.forms import PLAN_CHANNELS, ContactForm, SubmissionForm
from services.intake.domain.problems import Issue, Refused
from services.intake.domain.registry import Member, member_at_receipt, type_issues


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """The dates between which the Challenge takes submissions, both included."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person to write to, under the reference by which events speak of them."""

    contact_ref: UUID
    form: ContactForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A form that reads well and asks for its receipt, with the ids that it will have."""

    submission_id: UUID
    event_id: UUID
    source: str
    external_id: str
    channel: Channel
    member_code: str
    proposal: Proposal
    designation: Designation | None
    is_owner_public: bool
    is_owner_sure: bool
    submitter: Contact
    holder: Contact | None
    entered_by: str | None
    content: bytes
    traceparent: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same application when it comes again."""
        return self.source, self.external_id


def check_rules(application: Application, member: Member | None, challenge: Challenge, moment: Moment) -> None:
    """Hold an application against the Challenge's rules.

    Raises:
        Refused: all that apply of challenge-closed, must-use-standalone, member-type and public-owner.
    """
    issues = [*_issues(application, challenge, moment), *type_issues(application.proposal, member)]
    if issues:
        raise Refused(issues)


def receive(application: Application, member: Member | None, moment: Moment, reference: str) -> SubmissionReceived:
    """Let a submission stand: it enters round 1 in the month of this moment."""
    kept = () if application.is_owner_sure else (OWNER_IN_DOUBT,)
    return SubmissionReceived(
        reference=reference,
        channel=application.channel,
        month=moment.month,
        received_at=moment.at,
        source=application.source,
        external_id=application.external_id,
        member=member_at_receipt(application.member_code, application.proposal, member),
        proposal=application.proposal,
        designation=application.designation,
        contact_ref=str(application.submitter.contact_ref),
        holder_ref=str(application.holder.contact_ref) if application.holder else None,
        entered_by=application.entered_by,
        flags=flags_of(application.proposal, member, moment.today, kept=kept),
    )


def _issues(application: Application, challenge: Challenge, moment: Moment) -> Iterator[Issue]:
    if not challenge.starts_on <= moment.today <= challenge.ends_on:
        yield Issue("challenge-closed")
    if application.channel in PLAN_CHANNELS and application.proposal.member_type is MemberType.OTHER_LOCAL:
        yield Issue("must-use-standalone", "/channel")
    if not application.is_owner_public:
        yield Issue("public-owner", "/public_institution")


def application_of(
    form: SubmissionForm,
    content: bytes,
    *,
    source: str,
    external_id: str,
    entered_by: str | None,
    new_ids: tuple[UUID, UUID, UUID, UUID],
    traceparent: str | None = None,
) -> Application:
    """Make an application of a form; ``new_ids`` are for the submission, its event, submitter and holder."""
    submission_id, event_id, submitter_ref, holder_ref = new_ids
    return Application(
        submission_id=submission_id,
        event_id=event_id,
        source=source,
        external_id=external_id,
        channel=Channel(form.channel),
        member_code=form.member,
        proposal=form.proposal.to_proposal(),
        designation=form.designation.to_designation() if form.designation else None,
        is_owner_public=form.public_institution != "no",
        is_owner_sure=form.public_institution == "yes",
        submitter=Contact(contact_ref=submitter_ref, form=form.contact),
        holder=Contact(contact_ref=holder_ref, form=form.holder) if form.holder else None,
        entered_by=entered_by,
        content=content,
        traceparent=traceparent,
    )
