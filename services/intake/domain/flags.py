"""What intake tells the reviewer of a text, without judging it."""

from collections.abc import Iterable
from datetime import date

from contracts.submissions import Proposal
from services.intake.domain.registry import Member, member_flags
from services.intake.domain.text import text_flags

OWNER_IN_DOUBT = "owner-in-doubt"


def flags_of(
    proposal: Proposal,
    member: Member | None,
    today: date,
    *,
    answer: str = "",
    kept: Iterable[str] = (),
    plans: Iterable[str] = (),
) -> tuple[str, ...]:
    """Give all flags of a proposal as it stands today, in one order.

    ``plans`` are those about its plan and commitments; of ``kept`` stay those that a new text does not lift.
    """
    found = text_flags(_lines(proposal), (proposal.description, proposal.problems, *proposal.values.values(), answer))
    timing = [] if any(step.due > today for step in proposal.milestones) else ["no-future-milestone"]
    stays = (flag for flag in kept if flag == OWNER_IN_DOUBT)
    return (*found, *timing, *member_flags(proposal, member), *plans, *stays)


def _lines(proposal: Proposal) -> list[str]:
    single = (proposal.title, proposal.lead_institution, proposal.jurisdiction, proposal.plan)
    steps = (step.title for step in proposal.milestones)
    return [text for text in (*single, *proposal.supporting_institutions, *proposal.partners, *steps) if text]
