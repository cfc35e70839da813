"""Works on cases of coordination: notes who was spoken to, what came of it, and tells how the case stands."""

from uuid import UUID

from contracts.batches import CoordinationUpdated
from contracts.event import Fact
from contracts.vocabulary import Area
from services.chassis.database import Transaction
from services.chassis.doors.web import Problem
from services.review.domain.coordinating import CaseCommand, Closed, change_case
from services.review.store import coordinating as store
from services.review.store.coordinating import CaseLine


async def find_case_there(tx: Transaction, month: str, member: str, area: Area) -> CaseLine:
    """Find a case, to look at.

    Raises:
        Problem: 404 ``unknown-case``.
    """
    return _there(await store.find_case(tx, month, member, area))


async def act_on_case(
    tx: Transaction, key: tuple[str, str, Area], command: CaseCommand, by: str, seen: int | None = None
) -> CaseLine:
    """Carry a command out on a case; ``seen`` is the revision that its sender saw.

    Raises:
        Problem: 404 ``unknown-case``; 409 ``stale``.
        Refusal: it cannot be done; nothing has changed.
    """
    line = _there(await store.lock_case(tx, *key))
    if seen not in {None, line.revision}:
        raise Problem(409, "stale", "it has changed since you saw it", revision=line.revision)
    case = change_case(line.case, command)
    await store.save_case(tx, case, by)
    after = line._replace(case=case, revision=line.revision + 1, updated_by=by, updated_at=tx.now)
    tx.emit([Fact(subject=case.month, data=_told(after, by))])
    return after


def _told(line: CaseLine, by: str) -> CoordinationUpdated:
    case = line.case
    assert line.updated_at is not None  # noqa: S101 - it was changed just now
    return CoordinationUpdated(
        month=case.month,
        member=case.member,
        area=case.area,
        submission_ids=tuple(map(UUID, line.submission_ids)),
        state=store.word_of_case(case.state),  # type: ignore[arg-type]  # its names are the literals
        contacts=case.contacts,
        outcome=case.state.outcome if isinstance(case.state, Closed) else None,
        updated_by=by,
        updated_at=line.updated_at,
    )


def _there(line: CaseLine | None) -> CaseLine:
    if line is None:
        raise Problem(404, "unknown-case", "there is no such case of coordination")
    return line
