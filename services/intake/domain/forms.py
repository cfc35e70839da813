"""The forms, as their senders fill them in: one strict model for each channel and each later request."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from contracts.submissions import Designation, Proposal
from contracts.vocabulary import (
    Area,
    Branch,
    CommitmentId,
    LanguageTag,
    Level,
    MemberCode,
    MemberType,
    Reference,
    Value,
    Version,
)
from services.intake.domain.fields import Address, Day, ExternalId, Line, Moment, PersonName, Prose, Source


class Strict(BaseModel):
    """Nothing is coerced, nothing unknown is let pass."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class MilestoneForm(Strict):
    """A step that the institution says it will take, and by when."""

    title: Line
    due: Day


class ProposalForm(Strict):
    """The action as its institution tells it."""

    title: Line
    description: Prose
    problems: Prose
    values: Annotated[dict[Value, Prose], Field(min_length=1)]
    declared_area: Area
    secondary_areas: Annotated[tuple[Area, ...], Field(max_length=2)] = ()
    member_type: MemberType
    jurisdiction: Line | None = None
    level: Level
    branch: Branch = Branch.EXECUTIVE
    lead_institution: Line
    supporting_institutions: Annotated[tuple[Line, ...], Field(max_length=100)] = ()
    starts_on: Day
    ends_on: Day
    milestones: Annotated[tuple[MilestoneForm, ...], Field(max_length=100)] = ()
    partners: Annotated[tuple[Line, ...], Field(max_length=100)] = ()
    plan: Line | None = None
    commitment_id: CommitmentId | None = None
    extends: CommitmentId | None = None
    resubmission_of: Reference | None = None
    language: LanguageTag
    synthetic: bool = False

    def to_proposal(self) -> Proposal:
        """Give it as events tell it."""
        return Proposal(**self.model_dump())


class ContactForm(Strict):
    """A person to write to, and in which language."""

    name: PersonName
    address: Address
    language: LanguageTag = "en"


class DesignationForm(Strict):
    """How a plan's commitment came into the Challenge."""

    forum: Line
    designated_on: Day
    poc_consulted: bool

    def to_designation(self) -> Designation:
        """Give it as events tell it."""
        return Designation(**self.model_dump())


class _SubmissionForm(Strict):
    schema_version: Literal[1] = 1
    source: Source | None = None
    external_id: ExternalId | None = None
    submitted_at: Moment | None = None
    member: MemberCode
    proposal: ProposalForm
    contact: ContactForm
    holder: ContactForm | None = None
    public_institution: Literal["yes", "no", "unsure"] = "yes"


class StandaloneForm(_SubmissionForm):
    """The Standalone Commitments form: an action outside any plan, by any public institution in a member country."""

    channel: Literal["standalone"]
    designation: None = None


class ActionPlanForm(_SubmissionForm):
    """A commitment in an action plan, flagged for the Challenge; needs a token that is bound to the member."""

    channel: Literal["action-plan"]
    designation: DesignationForm


SubmissionForm = StandaloneForm | ActionPlanForm

FORMS: dict[JsonValue, type[StandaloneForm] | type[ActionPlanForm]] = {
    "standalone": StandaloneForm,
    "action-plan": ActionPlanForm,
}
"""The model of each channel."""

PLAN_CHANNELS = frozenset({"action-plan"})
"""The channels that only the member's own forum may use."""


class AmendmentForm(Strict):
    """The whole proposal, as it shall read from now on. ``amends_version`` guards against overwriting another's."""

    schema_version: Literal[1] = 1
    amends_version: Version | None = None
    proposal: ProposalForm


class AnswerForm(Strict):
    """The answer to a question; the proposal too where the answer changes it."""

    schema_version: Literal[1] = 1
    answer: Prose
    proposal: ProposalForm | None = None


class WithdrawalForm(Strict):
    """The wish to withdraw."""

    schema_version: Literal[1] = 1
    reason: Prose | None = None


ALL_FORMS: tuple[type[Strict], ...] = (
    *FORMS.values(),
    ProposalForm,
    MilestoneForm,
    ContactForm,
    DesignationForm,
    AmendmentForm,
    AnswerForm,
    WithdrawalForm,
)
"""Every form, and every form inside another: what may stand in them has these names."""
