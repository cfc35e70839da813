"""The door of a reform's history: every version, and what changed in it field by field."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.chassis.database import Transaction
from services.publish.domain.changes import FieldChange, changes_between
from services.publish.domain.reforms import Document
from services.publish.domain.traces import Trace
from services.publish.site.addresses import REFERENCE, retracted, unknown_reform
from services.publish.site.answering import Answering, Shown
from services.publish.site.opening import GONE, open_door
from services.publish.site.parameters import DAY_NAMES
from services.publish.site.shapes import ChangeKind, address_of, history_of
from services.publish.store.position import Position
from services.publish.store.reforms import Change, Story, list_versions
from services.publish.store.traces import list_traces


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a reform: when and why it came, and what reads otherwise than in the version before it.

    ``title`` is the published one; None in a version that took the reform off the record.
    """

    version: int
    change: ChangeKind
    at: datetime
    decision_id: UUID
    effect: str | None
    why: str | None
    title: str | None
    fields: list[FieldChange]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """Every version of a reform, and all that was said of it beyond its decisions, each the newest first."""

    reference: str
    url: str
    title: str
    language: str
    versions: list[Version]
    traces: tuple[Trace, ...] = ()


class History:
    """Each reform's history."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def history(self, request: Request, reference: str) -> Response:
        """Show every version of a reform."""

        async def find(tx: Transaction, position: Position) -> Shown:
            asked = self._answering.read(request, DAY_NAMES, position)
            page, extra = await find_versions(tx, reference, asked.filters.at)
            return Shown(page, "history", extra)

        return await self._answering.answer(request, find)


async def find_versions(tx: Transaction, reference: str, at: datetime | None) -> tuple[HistoryPage, dict[str, Any]]:
    """Find every version of a reform, and the version of the criteria whose words name them.

    Raises:
        Problem: 404 where no reform ever stood there, 410 where it was retracted.
    """
    found = await list_versions(tx, reference, at) if REFERENCE.fullmatch(reference) else []
    page = replace(_page_of(reference, found), traces=await list_traces(tx, reference, at))
    return page, {"criteria_version": max(document.criteria_version for _, document in found if document)}


def add_history_doors(router: APIRouter, answering: Answering) -> None:
    """Add the door of the history."""
    open_door(router, "/reforms/{reference}/history", History(answering).history, HistoryPage, responses=GONE)


def versions_of(found: Sequence[tuple[Change, Document | None]]) -> list[Version]:
    """Tell each version from the one before it, oldest first; after a retraction, from what stood before that."""
    items = history_of(Story(tuple(change for change, _ in found), found[-1][1]))
    versions: list[Version] = []
    before: Document | None = None
    for (change, document), item in zip(found, items, strict=True):
        changed = changes_between(before, document) if before and document else []
        versions.append(
            Version(
                version=change.version,
                change=item.change,
                at=item.at,
                decision_id=item.decision_id,
                effect=item.effect,
                why=item.why,
                title=document.reform.published_title if document else None,
                fields=changed,
            )
        )
        before = document or before
    return versions


def _page_of(reference: str, found: Sequence[tuple[Change, Document | None]]) -> HistoryPage:
    if not found:
        raise unknown_reform()
    last, document = found[-1]
    if document is None:
        raise retracted(reference, last)
    return HistoryPage(
        reference=reference,
        url=address_of(reference),
        title=document.reform.published_title,
        language=document.reform.proposal.language,
        versions=versions_of(found)[::-1],
    )
