"""Examples of what is taken away of a reform."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from services.publish.domain.progress import Said, progress_of
from services.publish.domain.reforms import fold
from services.publish.downloads.taken import Taken
from tests.controls.decisions import decision, reform, submission_accepted
from tests.controls.envelope import RELEASED_AT, event_of
from tests.controls.evaluations import assessment_published, award_given, milestone_updated
from tests.controls.proposals import proposal


def taken(number: int = 1, /, **told: Any) -> Taken:
    """Costa Rica's reform; ``told`` is of its proposal."""
    accepted = submission_accepted(number, decision=decision(number), reform=reform(proposal=proposal(**told)))
    (entry, *_), _ = fold({}, [event_of(accepted, number=number)])
    assert entry.document is not None
    return Taken(
        reference=entry.reference,
        url=f"https://reforms.example.org/reforms/{entry.reference}",
        published_at=RELEASED_AT,
        changed_at=RELEASED_AT,
        version=1,
        promising=True,
        promising_why="Many are behind it.",
        support=("An award of 2027.", "Advice of peers."),
        record=entry.document,
        progress=progress_of(
            entry.document.reform.proposal.milestones,
            Said([milestone_updated(number)], [assessment_published(number)], [award_given(number)]),
            date(2027, 7, 1),
            ZoneInfo("UTC"),
        ),
    )


def all_taken(count: int) -> Sequence[Taken]:
    """So many reforms."""
    return [taken(number) for number in range(1, count + 1)]
