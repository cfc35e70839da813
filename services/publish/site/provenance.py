"""Finds the chain from a reform back to its submission, link by link, in what the record holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from uuid import UUID

from services.chassis.database import Transaction
from services.publish.domain.provenance import BatchLink, Chain, DecisionLink, LetterLink, chain_of, releases_of
from services.publish.domain.reforms import Document
from services.publish.domain.rounds import receipt_in
from services.publish.site.reform import standing_of
from services.publish.store.gaps import find_gaps_of
from services.publish.store.months import find_event_of_report, find_report
from services.publish.store.notices import Letter, list_letters
from services.publish.store.reforms import Change, find_story, list_versions
from services.publish.store.rounds import list_came, list_rounds

Version = tuple[Change, Document | None]


@dataclass(frozen=True, slots=True)
class Looked:
    """When and where it is looked: ``now`` as it stands, or ``at``, just before that moment as it stood then."""

    now: datetime
    at: datetime | None
    zone: tzinfo


async def find_chain(tx: Transaction, reference: str, looked: Looked) -> Chain | None:
    """Give the chain of a reform; None where it never was public.

    Raises:
        Problem: 410 where it was retracted.
    """
    at = looked.at
    story = await find_story(tx, reference, at)
    if story is None:
        return None
    standing = standing_of(reference, story)
    versions = await list_versions(tx, reference, at)
    letters = await list_letters(tx, reference, at)
    documents = [document for _, document in versions if document] or [standing]
    rounds = await list_rounds(tx, reference, at)
    months = {*(document.batch for document in documents), *(one.month for one in rounds)}
    batches = [await _batch(tx, month, at) for month in sorted(months)]
    decisions = [_decision(one, letters) for one in versions]
    releases = list(releases_of(decisions, at or looked.now, looked.zone))
    gaps = await find_gaps_of(tx, reference, at)
    chain = chain_of(documents[0], batches, decisions, _others(versions, letters), releases, gaps)
    return replace(chain, receipt_event_id=receipt_in(await list_came(tx, reference, at)), rounds=rounds)


async def _batch(tx: Transaction, month: str, at: datetime | None) -> BatchLink:
    report = await find_report(tx, month, at)
    if report is None:
        return BatchLink(month=month)
    told_by = await find_event_of_report(tx, month, at)
    return BatchLink(month=month, event_id=told_by, received=report.received, report_hash=report.report_hash)


def _decision(version: Version, letters: Sequence[Letter]) -> DecisionLink:
    change, document = version
    told = tuple(map(_link, _about(letters, {change.decision_id})))
    link = DecisionLink(
        decision_id=change.decision_id,
        event_id=change.event_id,
        version=change.version,
        released_at=change.entered_at,
        effect=change.effect,
        why=change.why,
        letters=told,
    )
    return link if document is None else _with_verdicts(link, document)


def _with_verdicts(link: DecisionLink, document: Document) -> DecisionLink:
    return replace(
        link,
        decided_at=document.decided_at,
        batch=document.batch,
        round=document.round,
        criteria_version=document.criteria_version,
        areas_version=document.areas_version,
        declared_area=document.reform.proposal.declared_area,
        area=document.reform.assigned_area,
        findings=document.findings,
    )


def _others(versions: Iterable[Version], letters: Sequence[Letter]) -> list[LetterLink]:
    decided = {change.decision_id for change, _ in versions}
    return [_link(letter) for letter in letters if letter.decision_id not in decided]


def _about(letters: Iterable[Letter], decisions: set[UUID]) -> list[Letter]:
    return [letter for letter in letters if letter.decision_id in decisions]


def _link(letter: Letter) -> LetterLink:
    return LetterLink(
        delivery_id=letter.delivery_id,
        event_id=letter.event_id,
        kind=letter.kind,
        role=letter.role,
        became=letter.became,
        told_at=letter.told_at,
    )
