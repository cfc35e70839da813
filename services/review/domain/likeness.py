"""What makes two submissions look alike: the traits that are compared, and the reasons shown to whoever decides.

Several institutions of one member working in one area are welcome: neither the area nor the member alone is a reason.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from anyascii import anyascii

from contracts.submissions import Proposal

TITLE_WITHIN = 0.42
"""From here on two titles of one member are alike: the share of their trigrams that they have in common."""

TITLE_ACROSS = 0.6
"""Likewise of two members: usual titles repeat from country to country."""

INSTITUTION = 0.5
"""From here on two institutions' names support another reason; alone they are none."""

INSTITUTION_BESIDE_TIMETABLE = 0.3
"""Lower, since one institution's name in two languages has little in common."""

_NO_WORD = re.compile(r"[^a-z0-9]+")
_WEIGHTS = {"same-commitment": 0.9, "same-extends": 0.6, "timetable": 0.5, "resubmission": 0.5}
_WEIGHT_OF_INSTITUTION = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What is compared of a submission's latest text. ``timetable`` is None without milestones."""

    submission_id: str
    version: int
    reference: str
    member: str
    title: str
    institution: str
    commitment_id: str | None
    extends: str | None
    resubmission_of: str | None
    timetable: str | None


class Measured(NamedTuple):
    """Another submission's traits, with the share of trigrams that its title and institution have in common."""

    traits: Traits
    title: float
    institution: float


class Reason(NamedTuple):
    """Why two look alike: a code, and for texts how much."""

    code: str
    likeness: float | None = None


class Likeness(NamedTuple):
    """A possible duplicate. ``score`` puts several in order, from 0 to 1; it is no probability."""

    submission_id: str
    same_member: bool
    score: float
    why: tuple[Reason, ...]


def normalise(text: str) -> str:
    """Write a text in lower-case ASCII words: ``« Réforme n° 2 »`` and ``REFORME No 2`` are the same."""
    return _NO_WORD.sub(" ", anyascii(text).casefold()).strip()


def traits_of(submission_id: str, version: int, reference: str, member: str, proposal: Proposal) -> Traits:
    """Take from a text what is compared."""
    return Traits(
        submission_id=submission_id,
        version=version,
        reference=reference,
        member=member,
        title=normalise(proposal.title),
        institution=normalise(proposal.lead_institution),
        commitment_id=proposal.commitment_id,
        extends=proposal.extends,
        resubmission_of=proposal.resubmission_of,
        timetable=_timetable(proposal),
    )


def rank(this: Traits, others: list[Measured], limit: int) -> list[Likeness]:
    """Give those that look like ``this``: of the same member first, the likest first, at most ``limit``."""
    found = [likeness for other in others if (likeness := compare(this, other)).why]
    return sorted(found, key=lambda one: (not one.same_member, -one.score, one.submission_id))[:limit]


def compare(this: Traits, other: Measured) -> Likeness:
    """Say how much another looks like this one, and why; without a reason it does not."""
    same_member = this.member == other.traits.member
    why = [*_same(this, other.traits), *_alike(this, other, same_member=same_member)]
    if why and other.institution >= INSTITUTION:
        why.append(Reason("institution", round(other.institution, 2)))
    return Likeness(other.traits.submission_id, same_member, _score(why), tuple(why))


def _same(this: Traits, other: Traits) -> list[Reason]:
    found = {
        "same-commitment": this.commitment_id is not None and this.commitment_id == other.commitment_id,
        "same-extends": this.extends is not None and this.extends == other.extends,
        "resubmission": this.reference == other.resubmission_of or this.resubmission_of == other.reference,
    }
    return [Reason(code) for code, holds in found.items() if holds]


def _alike(this: Traits, other: Measured, *, same_member: bool) -> list[Reason]:
    reasons = []
    if other.title >= (TITLE_WITHIN if same_member else TITLE_ACROSS):
        reasons.append(Reason("title", round(other.title, 2)))
    if same_member and _share_timetable(this, other):
        reasons.append(Reason("timetable"))
    return reasons


def _share_timetable(this: Traits, other: Measured) -> bool:
    same = this.timetable is not None and this.timetable == other.traits.timetable
    return same and other.institution >= INSTITUTION_BESIDE_TIMETABLE


def _score(why: list[Reason]) -> float:
    unlike = 1.0
    for reason in why:
        unlike *= 1 - _weight(reason)
    return round(1 - unlike, 3)


def _weight(reason: Reason) -> float:
    if reason.likeness is None:
        return _WEIGHTS[reason.code]
    return reason.likeness * (_WEIGHT_OF_INSTITUTION if reason.code == "institution" else 1)


def _timetable(proposal: Proposal) -> str | None:
    """Start, end and what is due when: the same in every language. Start and end alone are shared by a whole plan."""
    if not proposal.milestones:
        return None
    due = ",".join(sorted(milestone.due.isoformat() for milestone in proposal.milestones))
    return f"{proposal.starts_on}/{proposal.ends_on}/{due}"
