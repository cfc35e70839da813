"""What is asked of a submission that has its receipt: an amendment, an answer, a withdrawal."""

from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from services.intake.domain.dossier import Amend, Answer, Command, Withdraw
from services.intake.domain.forms import AmendmentForm, AnswerForm, WithdrawalForm
from services.intake.domain.registry import Member

RequestForm = AmendmentForm | AnswerForm | WithdrawalForm


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequest:
    """A form that reads well, about a submission; ``event_id`` is for the event that may follow."""

    submission_id: UUID
    event_id: UUID
    form: RequestForm
    traceparent: str | None = None


def command_of(form: RequestForm, member: Member | None) -> Command:
    """Say what a form asks for, of a submission of this member."""
    match form:
        case AmendmentForm():
            return Amend(proposal=form.proposal.to_proposal(), member=member, amends_version=form.amends_version)
        case AnswerForm():
            proposal = form.proposal.to_proposal() if form.proposal else None
            return Answer(answer=form.answer, proposal=proposal, member=member)
        case WithdrawalForm():
            return Withdraw(reason=form.reason)
        case _:
            assert_never(form)
