"""What a month's decisions would have come to under other criteria: a thought, from which nothing follows.

Verdicts that were found stand; nobody is asked anew. What a draft asks beyond them is open, unless it is assumed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from contracts.reference import Criteria, Criterion
from contracts.reviews import Finding
from contracts.vocabulary import Verdict
from services.review.domain.rulings import NO_ANSWER

Kind = Literal["added", "dropped", "reworded"]
Outcome = Literal["accepted", "declined", "open"]
Comparison = Literal["same", "differs", "look-again"]

EXAMPLES_MAX = 1_000
"""So many items are listed of those whose decision would not simply be the same; all are counted."""


class Change(NamedTuple):
    """How a draft differs from the version that was applied, in one gate or criterion."""

    code: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A decision that was made. ``outcome`` is as the contracts say it; a question is ``clarification``."""

    submission_id: str
    round: int
    reference: str
    title: str
    outcome: str
    findings: tuple[Finding, ...]
    reason_codes: tuple[str, ...]
    criteria_version: str


class Reason(NamedTuple):
    """Why a decision would, or might, be another: the change, what was found of it then, what counts now."""

    change: Change
    found: Verdict | None
    now: Verdict | None


@dataclass(frozen=True, slots=True)
class Rerun:
    """A past decision beside what it would come to."""

    past: Past
    outcome: Outcome
    comparison: Comparison
    why: tuple[Reason, ...]


@dataclass(slots=True)
class Summary:
    """A batch run again: how many decisions would be the same, and those that would not."""

    counts: dict[Comparison, int] = field(default_factory=lambda: {"same": 0, "differs": 0, "look-again": 0})
    flows: dict[tuple[str, Outcome], int] = field(default_factory=dict)
    listed: list[Rerun] = field(default_factory=list)

    def add(self, reruns: Iterable[Rerun]) -> None:
        """Count these."""
        for one in reruns:
            self.counts[one.comparison] += 1
            flow = one.past.outcome, one.outcome
            self.flows[flow] = self.flows.get(flow, 0) + 1
            if one.comparison != "same" and len(self.listed) < EXAMPLES_MAX:
                self.listed.append(one)


def changes_between(applied: Criteria, draft: Criteria) -> tuple[Change, ...]:
    """List what a draft adds, drops and words otherwise; the order and what is called a gate change no outcome."""
    before, after = _by_code(applied), _by_code(draft)
    added = [Change(code, "added") for code in after if code not in before]
    dropped = [Change(code, "dropped") for code in before if code not in after]
    reworded = [Change(code, "reworded") for code in after if code in before and after[code] != before[code]]
    return (*added, *dropped, *reworded)


def run_again(past: Past, applied: Criteria, draft: Criteria, assumed: Mapping[str, Verdict]) -> Rerun:
    """Say what a decision would come to. ``assumed`` are verdicts to count for all, whatever was found."""
    found = {finding.code: finding.verdict for finding in past.findings}
    counting = {code: assumed.get(code, found.get(code)) for code in _by_code(draft)}
    outcome = _outcome(past, list(counting.values()))
    why = tuple(
        Reason(change, found.get(change.code), counting.get(change.code))
        for change in changes_between(applied, draft)
        if _matters(change, found)
    )
    return Rerun(past, outcome, _compare(past, outcome, why, assumed), why)


def _by_code(criteria: Criteria) -> dict[str, Criterion]:
    return {entry.code: entry for entry in criteria.everything}


def _outcome(past: Past, verdicts: Sequence[Verdict | None]) -> Outcome:
    if NO_ANSWER in past.reason_codes or Verdict.NOT_MET in verdicts:
        return "declined"
    if None in verdicts or Verdict.UNCLEAR in verdicts:
        return "open"
    return "accepted"


def _matters(change: Change, found: Mapping[str, Verdict]) -> bool:
    return change.kind != "dropped" or found.get(change.code) is not Verdict.MET


def _compare(past: Past, outcome: Outcome, why: Sequence[Reason], assumed: Mapping[str, Verdict]) -> Comparison:
    was = "open" if past.outcome == "clarification" else past.outcome
    if outcome not in {was, "open"}:
        return "differs"
    reread = any(reason.change.kind == "reworded" and reason.change.code not in assumed for reason in why)
    return "look-again" if outcome != was or reread else "same"
