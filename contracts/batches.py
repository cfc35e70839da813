"""Topic `reviews`, what concerns a month's batch as a whole: sealed, coordinated, released, reported; not public."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.event import shape
from contracts.vocabulary import ActorRef, Area, Instant, LongText, MemberCode, Month, ShortText, Title

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]


@shape
class BatchSealed:
    """The batch of a month is complete and fixed; the list itself is behind review's door."""

    TYPE: ClassVar[str] = "batch.sealed.v1"

    month: Month
    count: Count
    manifest_hash: Sha256
    excluded: Count = 0
    sealed_at: Instant


@shape
class CoordinationSuggested:
    """Several institutions of one member work in one area: welcome, and worth bringing together."""

    TYPE: ClassVar[str] = "coordination.suggested.v1"

    month: Month
    member: MemberCode
    area: Area
    submission_ids: tuple[UUID, ...]


@shape
class CoordinationContact:
    """Who was spoken to about working together, by role and institution: never a person's name or address."""

    role: ShortText
    institution: Title
    contacted_on: date


@shape
class CoordinationUpdated:
    """How a case of coordination stands, all of it: a later one stands for an earlier one. Never about duplicates."""

    TYPE: ClassVar[str] = "coordination.updated.v1"

    month: Month
    member: MemberCode
    area: Area
    submission_ids: tuple[UUID, ...]
    state: Literal["open", "contacted", "closed"]
    contacts: tuple[CoordinationContact, ...] = ()
    outcome: LongText | None = None
    updated_by: ActorRef
    updated_at: Instant


@shape
class ReleaseOrdered:
    """From here on everything decided in the batch leaves, and nothing can stop it."""

    TYPE: ClassVar[str] = "release.ordered.v1"

    month: Month
    ordered_by: ActorRef
    ordered_at: Instant


@shape
class BatchReleased:
    """Everything of the batch that leaves, has left: outcomes and questions are on `decisions`."""

    TYPE: ClassVar[str] = "batch.released.v1"

    month: Month
    accepted: Count
    declined: Count
    clarifications: Count
    withdrawn: Count
    held_back: Count = 0
    released_by: ActorRef
    released_at: Instant


@shape
class AreaFlow:
    """How many items were declared in one area and decided in another, or the same."""

    declared_area: Area
    area: Area
    count: Count


@shape
class ReasonTally:
    """How many declines name a reason."""

    code: ShortText
    count: Count


@shape
class BatchReported:
    """The month in figures, all of them public; the same log gives the same bytes, over which ``report_hash`` goes.

    ``received`` counts the items of the batch, ``answered`` those of them that are answers to questions. Days are
    counted from when the item's round came, None where nothing was decided. Reasons that are not public are counted
    together.
    ``reason`` is there where an operator reported while letters were undelivered.
    """

    TYPE: ClassVar[str] = "batch.reported.v1"

    month: Month
    received: Count
    accepted: Count
    declined: Count
    clarifications: Count
    answered: Count
    withdrawn: Count
    held_back: Count
    median_days_to_decision: float | None = None
    median_days_to_release: float | None = None
    areas: tuple[AreaFlow, ...] = ()
    reasons: tuple[ReasonTally, ...] = ()
    reasons_not_public: Count = 0
    recusals: Count = 0
    undelivered_letters: Count = 0
    report_hash: Sha256
    reason: LongText | None = None
    reported_by: ActorRef | None = None
    reported_at: Instant
