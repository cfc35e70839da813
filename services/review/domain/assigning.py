"""Who is to assess which item: evenly spread, the same answer whenever it is asked, and a reason for each."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Literal, NamedTuple

from services.review.domain.refused import refused


class ToAssign(NamedTuple):
    """An item that waits for its assessment, and who is to make it so far."""

    submission_id: str
    round: int
    month: str
    member: str
    assessor: str | None


@dataclass(frozen=True, slots=True)
class Why:
    """Why it is this person.

    ``load`` is how many of the batch they had before this one, ``tied`` how many had as few; ``left_out`` are those
    with a conflict of interest; ``reason`` is what someone said who chose by hand.
    """

    code: Literal["kept", "fewest", "only-one-free", "nobody-free", "by-hand"]
    load: int = 0
    tied: int = 1
    left_out: tuple[str, ...] = ()
    reason: str | None = None


class Assignment(NamedTuple):
    """Who is to assess an item; nobody where all have a conflict of interest."""

    submission_id: str
    round: int
    month: str
    assessor: str | None
    why: Why


Conflicts = Callable[[str, str], bool]
"""Says whether a person may not work on what a member submits: (person, code of the member)."""


def assign(items: Iterable[ToAssign], assessors: Collection[str], conflicts: Conflicts) -> list[Assignment]:
    """Give each item to whoever has the fewest of the batch and no conflict of interest with its member.

    What someone has stays with them. Items with few to choose from come first, then by their ids; among several with
    as few, a hash of person and item decides, so that neither the order of names nor that of items favours anyone.

    Raises:
        Refusal: ``no-assessors``.
    """
    if not assessors:
        raise refused("no-assessors", "name who assesses", field="assessors")
    people = sorted(set(assessors))
    waiting = list(items)
    load: Counter[str | None] = Counter(item.assessor for item in waiting if item.assessor)
    done = [_kept(item) for item in waiting if item.assessor]
    free = [(item, [one for one in people if not conflicts(one, item.member)]) for item in waiting if not item.assessor]
    for item, able in sorted(free, key=lambda one: (len(one[1]), one[0])):
        chosen = _choose(item, able, people, load)
        load[chosen.assessor] += 1
        done.append(chosen)
    return sorted(done, key=lambda one: one[:2])


def by_hand(item: ToAssign, assessor: str, reason: str, conflicts: Conflicts) -> Assignment:
    """Give an item to someone, whoever had it.

    Raises:
        Refusal: ``conflict-of-interest``; ``already-theirs``.
    """
    if conflicts(assessor, item.member):
        raise refused("conflict-of-interest", f"{assessor} has declared one with {item.member}", field="assessor")
    if item.assessor == assessor:
        raise refused("already-theirs", f"{assessor} has it already", field="assessor")
    return Assignment(*item[:3], assessor, Why("by-hand", reason=reason))


def sentence(why: Why) -> str:
    """Say in English why it is this person, as events and the history tell it."""
    told = {
        "kept": "Had it already.",
        "fewest": f"Had the fewest items of the batch before this one: {why.load}.",
        "only-one-free": "Is the only one without a conflict of interest.",
        "nobody-free": "Everyone has a conflict of interest.",
        "by-hand": why.reason or "Chosen by hand.",
    }[why.code]
    tie = f" {why.tied} had as few; a hash of person and item decided." if why.tied > 1 else ""
    out = f" Left out for a conflict of interest: {', '.join(why.left_out)}." if why.left_out else ""
    return f"{told}{tie}{out}"


def _kept(item: ToAssign) -> Assignment:
    return Assignment(*item[:3], item.assessor, Why("kept"))


def _choose(item: ToAssign, able: Sequence[str], people: Sequence[str], load: Counter[str | None]) -> Assignment:
    out = tuple(one for one in people if one not in able)
    if not able:
        return Assignment(*item[:3], None, Why("nobody-free", left_out=out))
    fewest = min(load[one] for one in able)
    tied = [one for one in able if load[one] == fewest]
    chosen = min(tied, key=lambda one: sha256(f"{one} {item.submission_id} {item.round}".encode()).digest())
    why = Why("fewest", load=fewest, tied=len(tied), left_out=out)
    return Assignment(*item[:3], chosen, why if len(able) > 1 else _alone(why))


def _alone(why: Why) -> Why:
    return replace(why, code="only-one-free") if why.left_out else why
