"""Topic `reforms`: what entered the public record, told by publish."""

from typing import ClassVar
from uuid import UUID

from contracts.decisions import Reform
from contracts.event import shape
from contracts.submissions import MemberAtReceipt
from contracts.vocabulary import Channel, Instant, LongText, Month, Reference


@shape
class PublicReform:
    """One Challenge reform as the public record shows it. What was told of it earlier lacks its ``channel``.

    ``promising`` is whether the Support Unit calls it so; a retraction does not take that back.
    """

    reference: Reference
    decision_id: UUID
    batch: Month
    member: MemberAtReceipt
    reform: Reform
    channel: Channel | None = None
    promising: bool = False


@shape
class ReformPublished:
    """A reform entered the public record; ``returned_at`` says when it came back, if it had been retracted.

    ``published_at`` is when it first entered, for ever. What was told before ``returned_at`` stood here has the time of
    the return in its place.
    """

    TYPE: ClassVar[str] = "reform.published.v1"

    reform: PublicReform
    published_at: Instant
    returned_at: Instant | None = None


@shape
class ReformCorrected:
    """A published reform now reads differently, and why."""

    TYPE: ClassVar[str] = "reform.corrected.v1"

    reform: PublicReform
    why: LongText
    corrected_at: Instant


@shape
class ReformRetracted:
    """A reform left the public record; its address says so for ever."""

    TYPE: ClassVar[str] = "reform.retracted.v1"

    reference: Reference
    decision_id: UUID
    why: LongText
    retracted_at: Instant


@shape
class ReformMarked:
    """A reform that stands in the record is called promising, or no longer: ``reform.promising`` says which."""

    TYPE: ClassVar[str] = "reform.marked.v1"

    reform: PublicReform
    marked_at: Instant


ReformEvent = ReformPublished | ReformCorrected | ReformRetracted | ReformMarked
