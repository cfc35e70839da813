"""The forms, as their senders fill them in: one strict model for each channel and each later request."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, model_validator

from contracts.reference import Language
from contracts.submissions import Designation, Nomination, Proposal, Story
from contracts.vocabulary import (
    Area,
    AwardRound,
    Branch,
    Channel,
    CommitmentId,
    LanguageTag,
    Level,
    LocalityKey,
    MemberCode,
    MemberType,
    Month,
    Reference,
    Value,
    Version,
)
from services.intake.domain.fields import (
    Address,
    Day,
    ExternalId,
    Line,
    Link,
    Moment,
    PersonName,
    Prose,
    SearchName,
    SearchWords,
    Source,
    refuse_past_day,
)

Links = Annotated[tuple[Link, ...], Field(max_length=10)]


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


class StoryTextForm(Strict):
    """A story of progress in one area, as its author tells it."""

    title: Line
    text: Prose
    area: Area
    about: Line
    member_type: Literal["national", "local", "other-local", "non-member"]
    jurisdiction: Line | None = None
    author: Line
    author_kind: Literal["government", "civil-society", "partner"]
    links: Links = ()
    language: LanguageTag
    synthetic: bool = False

    def to_story(self) -> Story:
        """Give it as events tell it."""
        return Story(**self.model_dump())


class NominationTextForm(Strict):
    """A government and its reform, named for an award, with the evidence."""

    government: Line
    reform: Line
    reform_reference: Reference | None = None
    commitment_id: CommitmentId | None = None
    evidence: Prose
    links: Links = ()
    nominator: Line
    nominator_kind: Literal["civil-society", "partner", "self"]
    language: LanguageTag
    synthetic: bool = False

    def to_nomination(self) -> Nomination:
        """Give it as events tell it."""
        return Nomination(**self.model_dump())


class _Form(Strict):
    schema_version: Literal[1] = 1
    source: Source | None = None
    external_id: ExternalId | None = None
    submitted_at: Moment | None = None
    contact: ContactForm


class _ReviewedForm(_Form):
    member: MemberCode
    proposal: ProposalForm
    holder: ContactForm | None = None
    public_institution: Literal["yes", "no", "unsure"] = "yes"


class StandaloneForm(_ReviewedForm):
    """The Standalone Commitments form: an action outside any plan, by any public institution in a member country."""

    channel: Literal["standalone"]
    designation: None = None


class ActionPlanForm(_ReviewedForm):
    """A commitment in an action plan, flagged for the Challenge; needs a token that is bound to the member."""

    channel: Literal["action-plan"]
    designation: DesignationForm


class PlanAmendmentForm(_ReviewedForm):
    """A commitment added to a plan or flagged later, inside the plan's edit window; needs the member's token.

    ``proposal.plan`` is the plan's code in the registry; ``proposal.commitment_id`` finds the plan, too.
    """

    channel: Literal["plan-amendment"]
    designation: DesignationForm


class RecognitionForm(_ReviewedForm):
    """An ongoing or planned commitment that a member asks to be recognised; needs its token, or is entered by staff."""

    channel: Literal["recognition"]
    designation: None = None


class StoryForm(_Form):
    """A story of inspiration: open to members, non-members, civil society and partners, at any time."""

    channel: Literal["story"]
    member: MemberCode | None = None
    story: StoryTextForm


class NominationForm(_Form):
    """A nomination for an award; without ``award_round`` it is for the open round that closes first."""

    channel: Literal["award-nomination"]
    award_round: AwardRound | None = None
    member: MemberCode | None = None
    nomination: NominationTextForm


ReviewedForm = StandaloneForm | ActionPlanForm | PlanAmendmentForm | RecognitionForm
"""What enters a month's batch."""

SubmissionForm = ReviewedForm | StoryForm | NominationForm
"""Whatever may be sent in."""

FORMS: dict[JsonValue, type[SubmissionForm]] = {
    "standalone": StandaloneForm,
    "action-plan": ActionPlanForm,
    "plan-amendment": PlanAmendmentForm,
    "recognition": RecognitionForm,
    "story": StoryForm,
    "award-nomination": NominationForm,
}
"""The model of each channel."""

PLAN_CHANNELS = frozenset({"action-plan", "plan-amendment"})
"""The channels that only the member's own forum may use."""

MEMBER_CHANNELS = PLAN_CHANNELS | {"recognition"}
"""The channels that need the right to speak for the member."""


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


class SearchForm(Strict):
    """What of the public record somebody wants to be told of, by the filters of its list; nothing asks for all."""

    area: Area | None = None
    region: SearchName | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    member: MemberCode | None = None
    locality: LocalityKey | None = None
    level: Literal["national", "local", "local-non-member"] | None = None
    channel: Channel | None = None
    institution: SearchName | None = None
    batch: Month | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")] | None = None
    retagged: bool | None = None
    promising: bool | None = None
    q: SearchWords | None = None
    _of_no_past_day = model_validator(mode="before")(refuse_past_day)


class SubscriptionForm(Strict):
    """The wish to get the batch reports by letter, or with a search what it finds; nobody's name is asked."""

    schema_version: Literal[1] = 1
    address: Address
    language: Language
    search: SearchForm | None = None


ALL_FORMS: tuple[type[Strict], ...] = (
    *FORMS.values(),
    ProposalForm,
    StoryTextForm,
    NominationTextForm,
    MilestoneForm,
    ContactForm,
    DesignationForm,
    AmendmentForm,
    AnswerForm,
    WithdrawalForm,
    SearchForm,
    SubscriptionForm,
)
"""Every form, and every form inside another: what may stand in them has these names."""
