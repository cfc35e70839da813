"""Topic `submissions`: what intake has taken in, told by intake."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from contracts.event import shape
from contracts.subscriptions import SubscriptionEvent
from contracts.vocabulary import (
    ActorRef,
    Area,
    AwardRound,
    Branch,
    Channel,
    CommitmentId,
    ContactRef,
    Instant,
    LanguageTag,
    Level,
    LongText,
    MemberCode,
    MemberType,
    Month,
    Reference,
    Round,
    ShortText,
    Title,
    Value,
    Version,
    WebLink,
)

Flag = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
"""A remark for the reviewer, made by intake without judging: `member-unregistered`, `no-future-milestone`, `bidi` …"""


@shape
class Milestone:
    """A step that the institution says it will take, and by when."""

    title: Title
    due: date


@shape
class MemberAtReceipt:
    """The member as the registry knew it when the submission came in, so that no reader needs the registry."""

    code: MemberCode
    name: Title
    kind: Literal["national", "local"]
    region: ShortText | None = None
    status: Literal["active", "under-review", "inactive", "suspended", "withdrawn", "unregistered"] = "active"


@shape
class Designation:
    """How a plan's commitment came into the Challenge: designated by the forum, the point of contact consulted."""

    forum: Title
    designated_on: date
    poc_consulted: bool


@shape
class Proposal:
    """The action as its institution tells it: everything that is reviewed and may become public."""

    title: Title
    description: LongText
    problems: LongText
    values: Annotated[dict[Value, LongText], Field(min_length=1)]
    declared_area: Area
    secondary_areas: Annotated[tuple[Area, ...], Field(max_length=2)] = ()
    member_type: MemberType
    jurisdiction: Title | None = None
    level: Level
    branch: Branch = Branch.EXECUTIVE
    lead_institution: Title
    supporting_institutions: Annotated[tuple[Title, ...], Field(max_length=100)] = ()
    starts_on: date
    ends_on: date
    milestones: Annotated[tuple[Milestone, ...], Field(max_length=100)] = ()
    partners: Annotated[tuple[Title, ...], Field(max_length=100)] = ()
    plan: Title | None = None
    commitment_id: CommitmentId | None = None
    extends: CommitmentId | None = None
    resubmission_of: Reference | None = None
    language: LanguageTag
    synthetic: bool = False


@shape
class SubmissionReceived:
    """A submission stands: it has its receipt, and opens round 1 in the batch of its month.

    Where ``contact_confirmed`` is false, nobody but that address is written to before ``contact.confirmed``.
    """

    TYPE: ClassVar[str] = "submission.received.v1"

    reference: Reference
    channel: Channel
    round: Round = 1
    version: Version = 1
    month: Month
    received_at: Instant
    source: ShortText
    external_id: ShortText
    member: MemberAtReceipt
    proposal: Proposal
    designation: Designation | None = None
    contact_ref: ContactRef
    contact_confirmed: bool = True
    holder_ref: ContactRef | None = None
    entered_by: ActorRef | None = None
    flags: tuple[Flag, ...] = ()


@shape
class ContactConfirmed:
    """The submitter followed the link sent to the address: from now on others may be written to about it."""

    TYPE: ClassVar[str] = "contact.confirmed.v1"

    confirmed_at: Instant


@shape
class DraftSaved:
    """Someone saved a form to go on writing, and wants its link by letter. The subject is the draft's id.

    It is no submission: in no month, in no batch, counted nowhere. ``contact_ref`` is forgotten with the draft.
    """

    TYPE: ClassVar[str] = "draft.saved.v1"

    contact_ref: ContactRef
    saved_at: Instant
    expires_at: Instant
    language: LanguageTag


@shape
class SubmissionAmended:
    """The submitter changed the text before the month of the round was closed: a new version of the same round."""

    TYPE: ClassVar[str] = "submission.amended.v1"

    round: Round
    version: Version
    month: Month
    amended_at: Instant
    proposal: Proposal
    flags: tuple[Flag, ...] = ()


@shape
class WithdrawalRequested:
    """The submitter asks to withdraw; review says whether that still can be."""

    TYPE: ClassVar[str] = "withdrawal.requested.v1"

    requested_at: Instant
    reason: LongText | None = None


@shape
class SubmissionClarified:
    """The submitter answered the question: the next round opens, in the batch of the month in which the answer came."""

    TYPE: ClassVar[str] = "submission.clarified.v1"

    round: Round
    version: Version
    month: Month
    answered_at: Instant
    answer: LongText
    proposal: Proposal
    flags: tuple[Flag, ...] = ()


@shape
class MonthClosed:
    """A marker in every partition: no event of this month follows it there.

    ``count`` and ``event_ids_hash`` are over the month's received, amended and clarified events of this partition:
    SHA-256 over the sorted ids' 16 bytes each, hexadecimal. ``ended_at`` is the month's end in the declared zone.
    """

    TYPE: ClassVar[str] = "month.closed.v1"

    month: Month
    partition: Annotated[int, Field(ge=0)]
    count: Annotated[int, Field(ge=0)]
    event_ids_hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    ended_at: Instant


@shape
class Story:
    """A story of progress in one area, as its author tells it."""

    title: Title
    text: LongText
    area: Area
    about: Title
    member_type: Literal["national", "local", "other-local", "non-member"]
    jurisdiction: Title | None = None
    author: Title
    author_kind: Literal["government", "civil-society", "partner"]
    links: Annotated[tuple[WebLink, ...], Field(max_length=10)] = ()
    language: LanguageTag
    synthetic: bool = False


@shape
class StoryShared:
    """A story came in. It is in no batch, is never counted, and is shown when the Support Unit releases it."""

    TYPE: ClassVar[str] = "story.shared.v1"

    reference: Reference
    shared_at: Instant
    source: ShortText
    external_id: ShortText
    member: MemberAtReceipt | None = None
    story: Story
    contact_ref: ContactRef
    contact_confirmed: bool = True
    entered_by: ActorRef | None = None
    flags: tuple[Flag, ...] = ()


@shape
class Nomination:
    """A government and its reform, named for an award, with the evidence that the reform is adopted and implemented."""

    government: Title
    reform: Title
    reform_reference: Reference | None = None
    commitment_id: CommitmentId | None = None
    evidence: LongText
    links: Annotated[tuple[WebLink, ...], Field(max_length=10)] = ()
    nominator: Title
    nominator_kind: Literal["civil-society", "partner", "self"]
    language: LanguageTag
    synthetic: bool = False


@shape
class NominationReceived:
    """A nomination came in, in a round of awards that was open. It is in no batch, never counted and never public."""

    TYPE: ClassVar[str] = "nomination.received.v1"

    reference: Reference
    received_at: Instant
    award_round: AwardRound
    source: ShortText
    external_id: ShortText
    member: MemberAtReceipt | None = None
    nomination: Nomination
    contact_ref: ContactRef
    contact_confirmed: bool = True
    entered_by: ActorRef | None = None
    flags: tuple[Flag, ...] = ()


SubmissionEvent = (
    SubmissionReceived
    | ContactConfirmed
    | DraftSaved
    | SubscriptionEvent
    | SubmissionAmended
    | WithdrawalRequested
    | SubmissionClarified
    | MonthClosed
    | StoryShared
    | NominationReceived
)
