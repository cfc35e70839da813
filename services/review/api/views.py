"""What the doors show of batches and items."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.submissions import MemberAtReceipt, Proposal
from contracts.vocabulary import Area, Channel
from services.chassis.codec import decode, encode
from services.review.domain.evolution import assessment_of, ruling_of
from services.review.domain.items import Accepted, Asked, Declined, HeldBack, HeldOver, Retracted, word_of
from services.review.domain.staleness import Remark
from services.review.domain.transitions import TABLE
from services.review.store.batches import BatchLine
from services.review.store.items import Found, Listed


class View(BaseModel):
    """An answer."""

    model_config = ConfigDict(frozen=True)


class BatchView(View):
    """One month's batch. ``waiting`` says why a batch that is over is not sealed."""

    month: str
    state: str
    waiting: str | None = None
    count: int | None
    excluded: int | None
    manifest_hash: str | None
    sealed_at: datetime | None
    release_ordered_by: str | None
    release_ordered_at: datetime | None
    items: dict[str, int] | None = None


class BatchPage(View):
    """The batches, latest month first."""

    batches: list[BatchView]


class ItemLine(View):
    """One item, as lists show it."""

    submission_id: UUID
    round: int
    month: str
    version: int
    state: str
    reference: str
    title: str
    member: str
    institution: str
    declared_area: Area


class ItemPage(View):
    """Items of a batch; ``next`` is the cursor of the page after this one, if there is one."""

    items: list[ItemLine]
    next: str | None = None


class LettersView(View):
    """How many letters of a kind were sent, failed or held."""

    kind: str
    state: str
    count: int


class RemarkView(View):
    """Something that staff did."""

    at: datetime
    by: str
    type: str
    body: dict[str, Any]
    revision: int


class ItemView(View):
    """An item with everything on one page. ``may`` names the commands that its state allows.

    ``revision`` is one more after each change: as ``If-Match`` it lets a command be refused that was made before one.
    """

    submission_id: UUID
    round: int
    revision: int
    month: str
    version: int
    state: str
    within: str | None
    reference: str
    channel: Channel
    member: MemberAtReceipt
    received_at: datetime
    flags: tuple[str, ...]
    proposal: Proposal
    answer: str | None
    answer_by: datetime | None
    assessment: dict[str, Any] | None
    decision: dict[str, Any] | None
    hold: dict[str, Any] | None
    encouragement: dict[str, Any] | None
    may: list[str]
    letters: list[LettersView] = []
    history: list[RemarkView] = []


def view_batch(line: BatchLine, *, waiting: str | None = None, items: dict[str, int] | None = None) -> BatchView:
    """Show a batch."""
    return BatchView(
        month=line.month,
        state=line.state,
        waiting=waiting,
        count=line.count,
        excluded=line.excluded,
        manifest_hash=line.manifest_hash,
        sealed_at=line.sealed_at,
        release_ordered_by=line.release_by,
        release_ordered_at=line.release_at,
        items=items,
    )


def view_line(listed: Listed) -> ItemLine:
    """Show an item in a list."""
    item = listed.state.item
    return ItemLine(
        submission_id=UUID(item.submission_id),
        round=item.round,
        month=item.month,
        version=item.version,
        state=word_of(listed.state),
        reference=listed.reference,
        title=listed.title,
        member=listed.member,
        institution=listed.institution,
        declared_area=item.declared_area,
    )


def view_item(found: Found, letters: list[tuple[str, str, int]] = [], history: list[Remark] = []) -> ItemView:  # noqa: B006 - read only
    """Show an item. Contact references stay inside."""
    state, receipt = found.state, found.dossier.receipt
    held = state if isinstance(state, HeldBack | HeldOver) else None
    return ItemView(
        submission_id=UUID(state.item.submission_id),
        round=state.item.round,
        revision=found.revision,
        month=state.item.month,
        version=state.item.version,
        state=word_of(state),
        within=word_of(held.within) if held else None,
        reference=receipt.reference,
        channel=receipt.channel,
        member=receipt.member,
        received_at=receipt.received_at,
        flags=found.text.flags,
        proposal=found.dossier.proposal,
        answer=getattr(found.text, "answer", None),
        answer_by=state.answer_by if isinstance(state, Asked) else None,
        assessment=_plain(assessment_of(state)),
        decision=_plain(ruling_of(state)),
        hold=_plain(held.hold) if held else None,
        encouragement=_plain(state.encouragement) if isinstance(state, Accepted | Declined | Retracted) else None,
        may=[command.__name__ for command, cell in TABLE[type(state)].items() if not isinstance(cell, str)],
        letters=[LettersView(kind=kind, state=became, count=count) for kind, became, count in letters],
        history=[_view_remark(remark) for remark in history],
    )


def _view_remark(remark: Remark) -> RemarkView:
    return RemarkView(at=remark.at, by=remark.by, type=remark.type, body=remark.body, revision=remark.revision)


def _plain(shape: object) -> dict[str, Any] | None:
    return None if shape is None else decode(dict[str, Any], encode(shape))
