"""What a submission's page shows: where it stands, what was decided, and what can be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from contracts.reference import Language, criteria_words, reason_codes, words
from contracts.submissions import Nomination, Proposal, Story
from services.chassis.database import Transaction
from services.intake.domain.calendar import Moment
from services.intake.domain.dossier import Asked, Decided, Dossier, Waiting, WithdrawalDenied, WithdrawalPending
from services.intake.domain.dossier import Withdrawn as IsWithdrawn
from services.intake.domain.ruling import Ruling
from services.intake.store.contributions import Contribution, find_contributions
from services.intake.store.dossiers import File, PastVersion, find_files, list_versions
from services.intake.store.rulings import find_ruling

State = Literal["waiting", "asked", "accepted", "declined", "retracted", "withdrawn", "shared", "released", "nominated"]

Told: TypeAlias = Proposal | Story | Nomination


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Everything that the page of a submission tells.

    ``may`` names what can be done now: amend, answer, withdraw.
    """

    submission_id: UUID
    reference: str
    channel: str
    received_at: datetime
    state: State
    told: Told
    month: str | None = None
    round: int | None = None
    version: int | None = None
    versions: Sequence[PastVersion] = ()
    asked: Asked | None = None
    ruling: Ruling | None = None
    withdrawal: Literal["none", "pending", "refused"] = "none"
    may: frozenset[str] = field(default_factory=frozenset)

    @property
    def title(self) -> str:
        """What it is called."""
        return self.told.reform if isinstance(self.told, Nomination) else self.told.title


async def find_status(tx: Transaction, submission_id: UUID, moment: Moment) -> Status | None:
    """Find where a submission stands at this moment."""
    files = await find_files(tx, [submission_id])
    if files:
        versions = await list_versions(tx, submission_id)
        return _of_file(files[submission_id], versions, await find_ruling(tx, submission_id), moment)
    found = await find_contributions(tx, [submission_id])
    return _of_contribution(found[submission_id]) if found else None


def reasons_of(ruling: Ruling, language: Language) -> list[str]:
    """Say in words why it was not accepted, in the version that it was decided by."""
    known = {code.code: code for code in reason_codes(ruling.decision.reasons_version).reason_codes}
    return [words(known[code], language) if code in known else code for code in ruling.reason_codes]


def criteria_of(ruling: Ruling, language: Language) -> Mapping[str, str]:
    """Give the words of what was examined, in the version that it was examined by."""
    return criteria_words(ruling.decision.criteria_version, language)


def _of_file(file: File, versions: Sequence[PastVersion], ruling: Ruling | None, moment: Moment) -> Status:
    dossier = file.dossier
    return Status(
        submission_id=dossier.submission_id,
        reference=file.reference,
        channel=dossier.channel,
        received_at=file.received_at,
        state=_state(dossier),
        told=dossier.proposal,
        month=dossier.month,
        round=dossier.round,
        version=dossier.version,
        versions=versions,
        asked=dossier.standing if isinstance(dossier.standing, Asked) else None,
        ruling=ruling if isinstance(dossier.standing, Decided) else None,
        withdrawal=_withdrawal(dossier),
        may=frozenset(_possible(dossier, moment)),
    )


def _of_contribution(found: Contribution) -> Status:
    shown: State = "released" if found.released_at else "shared"
    return Status(
        submission_id=found.submission_id,
        reference=found.reference,
        channel=found.channel,
        received_at=found.received_at,
        state=shown if isinstance(found.told, Story) else "nominated",
        told=found.told,
    )


def _state(dossier: Dossier) -> State:
    if isinstance(dossier.withdrawal, IsWithdrawn):
        return "withdrawn"
    match dossier.standing:
        case Asked():
            return "asked"
        case Decided(outcome=outcome):
            return outcome
        case _:
            return "waiting"


def _withdrawal(dossier: Dossier) -> Literal["none", "pending", "refused"]:
    match dossier.withdrawal:
        case WithdrawalPending():
            return "pending"
        case WithdrawalDenied(round=dossier.round):
            return "refused"
        case _:
            return "none"


def _possible(dossier: Dossier, moment: Moment) -> set[str]:
    if isinstance(dossier.withdrawal, IsWithdrawn) or isinstance(dossier.standing, Decided):
        return set()
    able = {"withdraw"} if _withdrawal(dossier) == "none" else set()
    if isinstance(dossier.standing, Asked):
        return able if moment.is_over(dossier.standing.answer_by) else able | {"answer"}
    return able | {"amend"} if dossier.standing == Waiting() and not moment.is_closed(dossier.month) else able
