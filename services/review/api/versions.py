"""The doors to an item's versions: which one is frozen for the review, and what differs between them."""

from datetime import datetime
from itertools import pairwise
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from contracts.submissions import SubmissionAmended, SubmissionClarified, SubmissionReceived
from services.chassis.database import Database, Transaction
from services.chassis.doors.auth import require
from services.chassis.doors.documenting import TOKEN_PROBLEMS
from services.chassis.doors.web import Problem
from services.review.api.items import Id, InRound
from services.review.api.views import View
from services.review.casework.acting import find_there
from services.review.domain.difference import Change, difference
from services.review.domain.items import Item
from services.review.store.versions import Standing, Text, find_text, list_standings, list_texts

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    **TOKEN_PROBLEMS,
    404: {"description": "`unknown-item`, `unknown-version`"},
}
VersionQuery = Annotated[int | None, Query(ge=1, le=10_000)]


class StretchView(View):
    """Some of a field: words of a text, or an item of a list."""

    kind: Literal["kept", "removed", "added"]
    text: str


class ChangeView(View):
    """A field that differs; of a text everything but the removed, put together, is the text after."""

    field: str
    stretches: list[StretchView]


class VersionView(View):
    """A version. ``stands``: it is its round's; ``frozen``: for ever. ``changes`` are those since the one before."""

    version: int
    round: int
    month: str
    kind: Literal["received", "amended", "clarified"]
    told_at: datetime
    stands: bool
    frozen: bool
    flags: tuple[str, ...]
    answer: str | None
    changes: list[ChangeView]


class VersionsView(View):
    """The versions up to the one that stands in this round, oldest first; the latest hundred."""

    versions: list[VersionView]


class DifferenceView(View):
    """What differs between two versions."""

    before: int
    after: int
    changes: list[ChangeView]


def make_version_doors(database: Database) -> APIRouter:
    """Make the doors."""
    router = APIRouter(
        prefix="/items/{submission_id}/{round}",
        tags=["items"],
        responses=_PROBLEMS,
        dependencies=[Depends(require("review:read"))],
    )

    @router.get("/versions")
    async def list_versions(submission_id: Id, round: InRound) -> VersionsView:
        """List the versions of the text, each with what it changed."""
        async with database.transaction(read_clock=False) as tx:
            item = (await find_there(tx, submission_id, round)).state.item
            texts = await list_texts(tx, submission_id, item.version)
            standings = await list_standings(tx, submission_id)
        pairs = pairwise([texts[0], *texts])
        return VersionsView(versions=[_view(before, text, standings) for before, text in pairs])

    @router.get("/difference")
    async def show_difference(
        submission_id: Id, round: InRound, before: VersionQuery = None, after: VersionQuery = None
    ) -> DifferenceView:
        """Show what differs: in this round's version from the last round's, or from the first; or between any two."""
        async with database.transaction(read_clock=False) as tx:
            item = (await find_there(tx, submission_id, round)).state.item
            return await find_difference(tx, item, before, after)

    return router


async def find_difference(tx: Transaction, item: Item, before: int | None, after: int | None) -> DifferenceView:
    """Find what differs between two versions of an item's text; without them as the door says.

    Raises:
        Problem: 404 ``unknown-version``.
    """
    submission_id = UUID(item.submission_id)
    standings = await list_standings(tx, submission_id)
    old = await _text(tx, submission_id, before or _version_before(standings, item.round))
    new = await _text(tx, submission_id, after or item.version)
    return DifferenceView(before=old.version, after=new.version, changes=_views(difference(old.proposal, new.proposal)))


def _version_before(standings: dict[int, Standing], round_: int) -> int:
    earlier = standings.get(round_ - 1)
    return earlier.version if earlier else 1


async def _text(tx: Transaction, submission_id: UUID, version: int) -> Text:
    found = await find_text(tx, submission_id, version)
    if found is None:
        raise Problem(404, "unknown-version", f"there is no version {version} of {submission_id}")
    return found


def _view(before: Text, text: Text, standings: dict[int, Standing]) -> VersionView:
    standing = standings[text.round]
    stands = standing.version == text.version
    return VersionView(
        version=text.version,
        round=text.round,
        month=text.month,
        kind=_kind(text),
        told_at=_told_at(text),
        stands=stands,
        frozen=stands and standing.frozen,
        flags=text.flags,
        answer=getattr(text, "answer", None),
        changes=_views(difference(before.proposal, text.proposal)),
    )


def _views(changes: list[Change]) -> list[ChangeView]:
    return [
        ChangeView(field=name, stretches=[StretchView(kind=kind, text=text) for kind, text in stretches])
        for name, stretches in changes
    ]


def _kind(text: Text) -> Literal["received", "amended", "clarified"]:
    match text:
        case SubmissionReceived():
            return "received"
        case SubmissionAmended():
            return "amended"
        case SubmissionClarified():
            return "clarified"


def _told_at(text: Text) -> datetime:
    match text:
        case SubmissionReceived():
            return text.received_at
        case SubmissionAmended():
            return text.amended_at
        case SubmissionClarified():
            return text.answered_at
