"""What is asked of a submission that has its receipt: an amendment, an answer, a withdrawal."""

from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from contracts.submissions import Proposal
from services.intake.domain.dossier import Amend, Answer, Command, Withdraw
from services.intake.domain.forms import AmendmentForm, AnswerForm, WithdrawalForm
from services.intake.domain.plans import PlanBook
from services.intake.domain.registry import Member

RequestForm = AmendmentForm | AnswerForm | WithdrawalForm


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequest:
    """A form that reads well, about a submission; ``event_id`` is for the event that may follow."""

    submission_id: UUID
    event_id: UUID
    form: RequestForm
    traceparent: str | None = None


def command_of(form: RequestForm, member: Member | None, plans: PlanBook) -> Command:
    """Say what a form asks for, of a submission of this member; ``plans`` has those that the form names."""
    match form:
        case AmendmentForm():
            proposal = form.proposal.to_proposal()
            return Amend(proposal=proposal, member=member, plans=plans, amends_version=form.amends_version)
        case AnswerForm():
            return Answer(answer=form.answer, proposal=proposal_of(form), member=member, plans=plans)
        case WithdrawalForm():
            return Withdraw(reason=form.reason)
        case _:
            assert_never(form)


def proposal_of(form: RequestForm) -> Proposal | None:
    """Give the text that a form brings; None where it brings none."""
    brought = None if isinstance(form, WithdrawalForm) else form.proposal
    return brought.to_proposal() if brought else None
