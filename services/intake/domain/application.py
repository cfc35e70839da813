"""What asks for a receipt: a form that reads well, with the ids that it will have."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias
from uuid import UUID

from contracts.submissions import Designation, Nomination, Proposal, Story
from contracts.vocabulary import Channel
from services.intake.domain.forms import ContactForm, NominationForm, ReviewedForm, StoryForm, SubmissionForm


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
class Action:
    """An action for the Challenge: it enters a month's batch and is reviewed."""

    channel: Channel
    member_code: str
    proposal: Proposal
    designation: Designation | None
    is_owner_public: bool
    is_owner_sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tale:
    """A story of inspiration: never reviewed, in no month."""

    member_code: str | None
    story: Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidacy:
    """A nomination for an award: never reviewed, in no month; without a round it is for one that is open."""

    member_code: str | None
    award_round: str | None
    nomination: Nomination


Matter: TypeAlias = Action | Tale | Candidacy
"""What an application is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A form that reads well and asks for its receipt, with the ids that it will have."""

    submission_id: UUID
    event_id: UUID
    source: str
    external_id: str
    channel: str
    matter: Matter
    submitter: Contact
    holder: Contact | None
    entered_by: str | None
    content: bytes
    traceparent: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same application when it comes again."""
        return self.source, self.external_id

    @property
    def member_code(self) -> str | None:
        """The member that it names."""
        return self.matter.member_code

    @property
    def is_contact_confirmed(self) -> bool:
        """Whether a token vouches for the address; without one its owner has to follow a link first."""
        return self.entered_by is not None


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
    holder = None if isinstance(form, StoryForm | NominationForm) else form.holder
    return Application(
        submission_id=submission_id,
        event_id=event_id,
        source=source,
        external_id=external_id,
        channel=form.channel,
        matter=_matter_of(form),
        submitter=Contact(contact_ref=submitter_ref, form=form.contact),
        holder=Contact(contact_ref=holder_ref, form=holder) if holder else None,
        entered_by=entered_by,
        content=content,
        traceparent=traceparent,
    )


def _matter_of(form: SubmissionForm) -> Matter:
    match form:
        case StoryForm():
            return Tale(member_code=form.member, story=form.story.to_story())
        case NominationForm():
            nomination = form.nomination.to_nomination()
            return Candidacy(member_code=form.member, award_round=form.award_round, nomination=nomination)
        case _:
            return _action_of(form)


def _action_of(form: ReviewedForm) -> Action:
    return Action(
        channel=Channel(form.channel),
        member_code=form.member,
        proposal=form.proposal.to_proposal(),
        designation=form.designation.to_designation() if form.designation else None,
        is_owner_public=form.public_institution != "no",
        is_owner_sure=form.public_institution == "yes",
    )
