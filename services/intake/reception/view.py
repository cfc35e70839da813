"""What a group of arrivals is held against, read in one transaction behind the lock of the counters."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.submissions import Proposal
from services.chassis.transaction import Transaction
from services.intake.domain.application import Action, Application, Candidacy
from services.intake.domain.calendar import Moment
from services.intake.domain.confirming import Confirmation
from services.intake.domain.plans import AwardRound, PlanBook
from services.intake.domain.registry import Member
from services.intake.domain.requests import ChangeRequest, proposal_of
from services.intake.domain.rules import Known
from services.intake.reception.outcome import Arrival
from services.intake.store.contributions import find_contributions
from services.intake.store.dossiers import File, lock_files
from services.intake.store.opening import Opening, open_reception
from services.intake.store.registry import find_members, find_open_rounds, find_plans


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is known behind the lock of the counters."""

    opening: Opening
    members: Mapping[str, Member]
    plans: PlanBook
    open_rounds: Sequence[AwardRound]
    files: Mapping[UUID, File]
    unreviewed: AbstractSet[UUID]

    @property
    def moment(self) -> Moment:
        """When all of this enters."""
        return self.opening.moment

    def known_for(self, application: Application) -> Known:
        """Give what the registry knows of what an application is held against."""
        member = self.members.get(application.member_code or "")
        return Known(challenge=self.opening.challenge, member=member, plans=self.plans, open_rounds=self.open_rounds)


async def lock_view(
    tx: Transaction,
    applications: Sequence[Application],
    requests: Sequence[ChangeRequest],
    zone: ZoneInfo,
    confirmations: Sequence[Confirmation] = (),
) -> View:
    """Lock the counters of what will be told, then read what it is held against."""
    # the counters before anything else: who waits for a row here must not hold one that others number behind
    partitions = partitions_of(tx, (*applications, *requests, *confirmations))
    opening = await open_reception(tx, zone, partitions, {application.key for application in applications})
    asked = [*(it.submission_id for it in requests), *(it.submission_id for it in confirmations)]
    files = await lock_files(tx, asked) if asked else {}
    unknown = {request.submission_id for request in requests} - files.keys()
    codes = (*(a.member_code for a in applications), *(file.dossier.member_code for file in files.values()))
    return View(
        opening=opening,
        members=await find_members(tx, filter(None, codes)),
        plans=await _find_plans(tx, _proposals(applications, requests, files)),
        open_rounds=await find_open_rounds(tx, opening.moment.today) if _has_nominations(applications) else (),
        files=files,
        unreviewed=(await find_contributions(tx, unknown)).keys() if unknown else frozenset(),
    )


def partitions_of(tx: Transaction, arrivals: Iterable[Arrival]) -> set[int]:
    """Say in which partitions these arrivals will be told."""
    return {tx.partition_of(str(arrival.submission_id)) for arrival in arrivals}


def _proposals(
    applications: Iterable[Application], requests: Iterable[ChangeRequest], files: Mapping[UUID, File]
) -> Iterator[Proposal]:
    yield from (a.matter.proposal for a in applications if isinstance(a.matter, Action))
    yield from (file.dossier.proposal for file in files.values())
    yield from (proposal for request in requests if (proposal := proposal_of(request.form)))


async def _find_plans(tx: Transaction, proposals: Iterable[Proposal]) -> PlanBook:
    named = [text for text in proposals if text.plan or text.commitment_id or text.extends]
    if not named:
        return PlanBook()
    ids = (found for text in named for found in (text.commitment_id, text.extends) if found)
    return await find_plans(tx, (text.plan for text in named if text.plan), ids)


def _has_nominations(applications: Iterable[Application]) -> bool:
    return any(isinstance(application.matter, Candidacy) for application in applications)
