"""What the registry says of action plans, their commitments, and the rounds of awards."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from contracts.reference import Language
from contracts.submissions import Proposal
from services.intake.domain.problems import Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A member's action plan; its window is when commitments may be added or flagged later, both days included."""

    code: str
    member_code: str
    title: str
    starts_on: date
    ends_on: date
    window_opens_on: date | None = None
    window_closes_on: date | None = None

    def is_closed(self, today: date) -> bool:
        """Say whether its window is known, and this day is outside."""
        opens, closes = self.window_opens_on, self.window_closes_on
        return opens is not None and closes is not None and not opens <= today <= closes


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """A commitment of an action plan."""

    commitment_id: str
    plan: Plan
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBook:
    """The plans by their codes and the commitments by their ids, as far as they were asked for and are registered."""

    plans: Mapping[str, Plan] = field(default_factory=dict)
    commitments: Mapping[str, Commitment] = field(default_factory=dict)

    def plan_of(self, proposal: Proposal) -> Plan | None:
        """Give the plan that a proposal is in: its commitment's, else the one whose code it names."""
        commitment = self.commitments.get(proposal.commitment_id or "")
        return commitment.plan if commitment else self.plans.get(proposal.plan or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRound:
    """A round of awards: nominations are taken on these days, both included. ``names`` has English at least."""

    code: str
    opens_on: date
    closes_on: date
    names: Mapping[Language, str]

    def is_open(self, today: date) -> bool:
        """Say whether nominations are taken on this day."""
        return self.opens_on <= today <= self.closes_on


def window_issues(proposal: Proposal, book: PlanBook, today: date) -> Iterator[Issue]:
    """Refuse what comes by `plan-amendment` while the plan's window is known to be closed."""
    plan = book.plan_of(proposal)
    if plan is not None and plan.is_closed(today):
        yield Issue("window-closed", "/proposal/plan")


def plan_flags(proposal: Proposal, member_code: str, book: PlanBook) -> Iterator[str]:
    """Tell the reviewer what of plan and commitment is unknown here, or another member's. Nothing of it is refused."""
    plan = book.plan_of(proposal)
    if plan is None and proposal.plan is not None:
        yield "plan-unregistered"
    if proposal.commitment_id is not None and proposal.commitment_id not in book.commitments:
        yield "commitment-unregistered"
    if proposal.extends is not None and proposal.extends not in book.commitments:
        yield "extends-unregistered"
    if plan is not None and plan.member_code != member_code:
        yield "plan-of-another-member"
    extended = book.commitments.get(proposal.extends or "")
    if extended is not None and extended.plan.member_code != member_code:
        yield "extends-another-member"
