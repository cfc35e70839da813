"""Topic `reviews`: the Support Unit's work as it goes on, item by item, told by review; not public."""

from typing import ClassVar, Literal
from uuid import UUID

from contracts.batches import (
    BatchReleased,
    BatchReported,
    BatchSealed,
    CoordinationSuggested,
    CoordinationUpdated,
    ReleaseOrdered,
)
from contracts.event import shape
from contracts.submissions import MemberAtReceipt
from contracts.vocabulary import (
    ActorRef,
    Area,
    Effect,
    Instant,
    Level,
    LocalityId,
    LongText,
    MemberType,
    Month,
    Round,
    ShortText,
    Title,
    Verdict,
)

Outcome = Literal["accepted", "declined", "clarification", "retracted"]


@shape
class Finding:
    """What was found of one gate or criterion, and why."""

    code: ShortText
    verdict: Verdict
    reason: LongText


@shape
class Overrule:
    """Where the Support Unit finds otherwise than the Data Team did: the final verdict, and the first one beside it."""

    code: ShortText
    verdict: Verdict
    reason: LongText
    first_verdict: Verdict
    first_reason: LongText


@shape
class Judgement:
    """What the Support Unit decided of the gates (eligibility) or of the criteria (relevance).

    ``findings`` are the final ones; ``verdict`` is ``met`` when all of them are, ``unclear`` where one is or nothing
    was found, else ``not-met``. ``overrules`` keep the first verdicts that are no longer in ``findings``.
    """

    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    overrules: tuple[Overrule, ...] = ()


@shape
class Tagging:
    """To which area it belongs: as declared, as the Data Team proposed, and as the Support Unit decided.

    ``reason`` is there where the decided area is not the declared one.
    """

    declared_area: Area
    proposed_area: Area
    area: Area
    reason: LongText | None = None


@shape
class Supersession:
    """Which released decision a later one stands for, why, and how that shows itself to those told before."""

    decision_id: UUID
    effect: Effect
    why: LongText


@shape
class Attribution:
    """Whose reform it is, all of it, where the Support Unit says otherwise than the submission did, or more.

    ``locality`` is the id that it gave to a locality that is no member: whatever has the same one, is of one locality.
    """

    member: MemberAtReceipt
    member_type: MemberType
    level: Level
    jurisdiction: Title | None = None
    locality: LocalityId | None = None
    lead_institution: Title
    supporting_institutions: tuple[Title, ...] = ()


@shape
class SubmissionAssessed:
    """The Data Team looked at one item: a finding for each gate and criterion, and the area it belongs to.

    ``question`` is what it proposes to ask the submitter; whoever decides takes it over or not.
    """

    TYPE: ClassVar[str] = "submission.assessed.v1"

    month: Month
    round: Round
    findings: tuple[Finding, ...]
    proposed_area: Area
    area_reason: LongText | None = None
    criteria_version: ShortText
    areas_version: ShortText
    assessed_by: ActorRef
    assessed_at: Instant
    question: LongText | None = None


@shape
class AreaReassigned:
    """The area differs from the declared one; both are kept, with the reason."""

    TYPE: ClassVar[str] = "area.reassigned.v1"

    month: Month
    round: Round
    declared_area: Area
    assigned_area: Area
    reason: LongText
    reassigned_by: ActorRef


@shape
class DecisionRecorded:
    """The Support Unit decided; nobody outside is told before the batch is released.

    The whole ruling, so that nobody need ask review for it: eligibility, relevance and tagging as three things, what
    follows from them, and by which versions. ``supersedes`` is there where it stands for a released decision,
    ``attribution`` where it says whose reform it is, otherwise than the submission did.
    """

    TYPE: ClassVar[str] = "decision.recorded.v1"

    decision_id: UUID
    month: Month
    round: Round
    outcome: Outcome
    eligibility: Judgement
    relevance: Judgement
    tagging: Tagging
    published_title: Title | None = None
    reason_codes: tuple[ShortText, ...] = ()
    question: LongText | None = None
    note: LongText | None = None
    criteria_version: ShortText
    areas_version: ShortText
    reasons_version: ShortText
    supersedes: Supersession | None = None
    decided_by: ActorRef
    decided_at: Instant
    attribution: Attribution | None = None


@shape
class SubmissionHeldBack:
    """The item stays behind when its batch is released; the work on it goes on."""

    TYPE: ClassVar[str] = "submission.held-back.v1"

    month: Month
    round: Round
    reason: LongText
    held_by: ActorRef
    held_at: Instant


@shape
class SubmissionUnheld:
    """The item leaves with its batch after all."""

    TYPE: ClassVar[str] = "submission.unheld.v1"

    month: Month
    round: Round
    reason: LongText
    unheld_by: ActorRef
    unheld_at: Instant


@shape
class SubmissionAssigned:
    """Who is to assess the item, and why this one; a later one stands for an earlier one."""

    TYPE: ClassVar[str] = "submission.assigned.v1"

    month: Month
    round: Round
    assigned_to: ActorRef
    reason: LongText
    assigned_by: ActorRef
    assigned_at: Instant


@shape
class RecusalNoted:
    """Someone may not work on this item, since its member or country is declared a conflict of interest of theirs."""

    TYPE: ClassVar[str] = "recusal.noted.v1"

    month: Month
    round: Round
    actor: ActorRef
    noted_at: Instant


@shape
class UpdateRequested:
    """The holder of a reform is to be asked how it goes on."""

    TYPE: ClassVar[str] = "update.requested.v1"

    month: Month
    round: Round
    why: LongText
    requested_by: ActorRef
    requested_at: Instant


@shape
class WithdrawalAccepted:
    """The submission is withdrawn: its item stays in its batch, in that state."""

    TYPE: ClassVar[str] = "withdrawal.accepted.v1"

    round: Round
    accepted_at: Instant


@shape
class WithdrawalRefused:
    """The withdrawal came too late."""

    TYPE: ClassVar[str] = "withdrawal.refused.v1"

    code: Literal["already-released", "already-withdrawn"]
    refused_at: Instant


ReviewEvent = (
    BatchSealed
    | SubmissionAssessed
    | AreaReassigned
    | DecisionRecorded
    | SubmissionHeldBack
    | SubmissionUnheld
    | SubmissionAssigned
    | RecusalNoted
    | UpdateRequested
    | WithdrawalAccepted
    | WithdrawalRefused
    | CoordinationSuggested
    | CoordinationUpdated
    | ReleaseOrdered
    | BatchReleased
    | BatchReported
)
