"""Takes in a group in one transaction: receipts, versions and their events, or none of it."""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from contracts.event import Cause, Fact
from contracts.submissions import SubmissionAmended, SubmissionClarified, WithdrawalRequested
from services.chassis.transaction import Transaction
from services.intake.domain.application import Application
from services.intake.domain.confirming import Confirmation
from services.intake.domain.dossier import Dossier, OwnEvent, decide, evolve
from services.intake.domain.problems import Refused, refused
from services.intake.domain.receiving import receive
from services.intake.domain.requests import ChangeRequest, command_of
from services.intake.domain.rules import check_rules
from services.intake.reception.confirming import confirm_addresses
from services.intake.reception.desk import Desk
from services.intake.reception.outcome import Arrival, Change, Outcome, Outcomes, Receipt
from services.intake.reception.view import View, lock_view
from services.intake.store.dossiers import File, NewVersion, insert_versions, save_dossiers
from services.intake.store.opening import next_references
from services.intake.store.submissions import Claim, Entry, keep_entries


async def take_in(tx: Transaction, arrivals: Sequence[Arrival], desk: Desk) -> list[Outcome]:
    """Take in a group, and give the outcome of each, in order. Nothing before this may lock rows in ``tx``."""
    applications = [arrival for arrival in arrivals if isinstance(arrival, Application)]
    requests = [arrival for arrival in arrivals if isinstance(arrival, ChangeRequest)]
    confirmations = [arrival for arrival in arrivals if isinstance(arrival, Confirmation)]
    if not arrivals:
        return []
    view = await lock_view(tx, applications, requests, desk.zone, confirmations)
    outcomes = _answer_known(applications, view, desk)
    new = [application for application in applications if application.event_id not in outcomes]
    outcomes |= await _enter(tx, new, view, desk)
    outcomes |= await _change(tx, requests, view)
    outcomes |= await confirm_addresses(tx, confirmations, view.moment)
    return [outcomes[arrival.event_id] for arrival in arrivals]


def _answer_known(applications: Iterable[Application], view: View, desk: Desk) -> Outcomes:
    claims = view.opening.claims
    known = (application for application in applications if application.key in claims)
    return {application.event_id: _judge(application, claims[application.key], desk) for application in known}


def _judge(application: Application, claim: Claim, desk: Desk) -> Outcome:
    is_new = claim.submission_id == application.submission_id
    if not is_new and not hmac.compare_digest(claim.digest, desk.digest(application.content)):
        return refused("id-reused", "/external_id")
    return Receipt(
        submission_id=claim.submission_id,
        reference=claim.reference,
        month=claim.month,
        received_at=claim.received_at,
        is_new=is_new,
    )


async def _enter(tx: Transaction, applications: Sequence[Application], view: View, desk: Desk) -> Outcomes:
    admitted, outcomes = _admit(applications, view)
    if not admitted:
        return outcomes
    # a year may run out of references: then its last applications are refused, as whatever cannot be kept
    references = next_references(view.opening, len(admitted))
    entries = [_entry(tx, a, view, reference, desk) for a, reference in zip(admitted, references, strict=False)]
    claims = await keep_entries(tx, desk.vault, entries)
    tx.emit(_receipt_fact(entry) for entry in entries if _stands(entry, claims))
    judged = (application for application in applications if application.event_id not in outcomes)
    unstorable = refused("unstorable")
    return outcomes | {a.event_id: _judge(a, claims[a.key], desk) if a.key in claims else unstorable for a in judged}


def _admit(applications: Iterable[Application], view: View) -> tuple[list[Application], Outcomes]:
    """Split into the first of each id that the rules let in, and what they refuse."""
    admitted: dict[tuple[str, str], Application] = {}
    outcomes: Outcomes = {}
    for application in applications:
        try:
            check_rules(application, view.known_for(application), view.moment)
        except Refused as refusal:
            outcomes[application.event_id] = refusal
        else:
            admitted.setdefault(application.key, application)
    return list(admitted.values()), outcomes


def _entry(tx: Transaction, application: Application, view: View, reference: str, desk: Desk) -> Entry:
    event = receive(application, view.known_for(application), view.moment, reference)
    partition = tx.partition_of(str(application.submission_id))
    return Entry(application, event, desk.digest(application.content), partition)


def _stands(entry: Entry, claims: Mapping[tuple[str, str], Claim]) -> bool:
    # another instance may have taken the same id meanwhile: then its submission stands, not ours
    return claims[entry.application.key].submission_id == entry.application.submission_id


def _receipt_fact(entry: Entry) -> Fact:
    application = entry.application
    return Fact(
        subject=str(application.submission_id),
        data=entry.event,
        event_id=application.event_id,
        traceparent=application.traceparent,
    )


async def _change(tx: Transaction, requests: Sequence[ChangeRequest], view: View) -> Outcomes:
    dossiers = {submission_id: file.dossier for submission_id, file in view.files.items()}
    outcomes: Outcomes = {}
    told: list[tuple[ChangeRequest, OwnEvent]] = []
    for request in requests:
        try:
            events = _decide(request, dossiers, view)
        except Refused as refusal:
            outcomes[request.event_id] = refusal
            continue
        told += [(request, event) for event in events]
        outcomes[request.event_id] = _changed(dossiers[request.submission_id], is_new=bool(events))
    await _save(tx, told, dossiers, view)
    return outcomes


def _decide(request: ChangeRequest, dossiers: dict[UUID, Dossier], view: View) -> list[OwnEvent]:
    dossier = dossiers.get(request.submission_id)
    if dossier is None:
        raise refused("not-reviewed" if request.submission_id in view.unreviewed else "unknown-submission")
    command = command_of(request.form, view.members.get(dossier.member_code), view.plans)
    events = decide(dossier, command, view.moment)
    for event in events:
        dossiers[request.submission_id] = dossier = evolve(dossier, event)
    return events


def _changed(dossier: Dossier, *, is_new: bool) -> Change:
    return Change(
        submission_id=dossier.submission_id,
        round=dossier.round,
        version=dossier.version,
        month=dossier.month,
        is_new=is_new,
    )


async def _save(
    tx: Transaction,
    told: Sequence[tuple[ChangeRequest, OwnEvent]],
    dossiers: Mapping[UUID, Dossier],
    view: View,
) -> None:
    changed = sorted({request.submission_id for request, _ in told})
    await save_dossiers(tx, (dossiers[submission_id] for submission_id in changed))
    await insert_versions(tx, [_version(tx, r, e) for r, e in told if not isinstance(e, WithdrawalRequested)])
    tx.emit(_fact(request, event, view.files[request.submission_id]) for request, event in told)


def _version(tx: Transaction, request: ChangeRequest, event: SubmissionAmended | SubmissionClarified) -> NewVersion:
    return NewVersion(request.submission_id, tx.partition_of(str(request.submission_id)), request.event_id, event)


def _fact(request: ChangeRequest, event: OwnEvent, file: File) -> Fact:
    cause = Cause(event_id=file.story_id, correlation_id=file.story_id)
    return Fact(
        subject=str(request.submission_id),
        data=event,
        cause=cause,
        event_id=request.event_id,
        traceparent=request.traceparent,
    )
