"""Who assesses what: evenly, the same whenever it is asked, and never what they stay off."""

from collections import Counter
from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.errors import Refusal
from services.review.domain.assigning import Assignment, ToAssign, assign, by_hand, sentence
from tests.controls.envelope import MONTH, submission_id

PEOPLE = ("data-team:1", "data-team:2", "data-team:3", "data-team:4")
MEMBERS = ("CR", "SN", "FI")


def waiting(number: int, member: str = "CR", assessor: str | None = None) -> ToAssign:
    """An item that waits for its assessment."""
    return ToAssign(str(submission_id(number)), 1, MONTH, member, assessor)


def nobody(_: str, __: str) -> bool:
    """Nobody stays off anything."""
    return False


items = st.lists(
    st.builds(waiting, st.integers(1, 60), st.sampled_from(MEMBERS), st.sampled_from([None, None, *PEOPLE])),
    unique_by=lambda item: item.submission_id,
)
people = st.lists(st.sampled_from(PEOPLE), min_size=1, unique=True)
conflicts = st.dictionaries(st.sampled_from(PEOPLE), st.frozensets(st.sampled_from(MEMBERS), max_size=2))


@given(items, people, conflicts, st.randoms())
def test_assignment_does_not_depend_on_the_order_of_what_is_given(
    given_items: list[ToAssign], team: list[str], off: Mapping[str, frozenset[str]], chance: Random
) -> None:
    """Neither of items nor of names; each item is there once; and doing it again changes nothing."""

    def conflict(person: str, member: str) -> bool:
        return member in off.get(person, ())

    once = assign(given_items, team, conflict)
    shuffled = list(given_items)
    chance.shuffle(shuffled)
    assert assign(shuffled, [*reversed(team), *team], conflict) == once
    assert [one[:2] for one in once] == sorted(item[:2] for item in given_items)
    again = [item._replace(assessor=_of(once, item)) for item in given_items]
    assert [one.assessor for one in assign(again, team, conflict)] == [one.assessor for one in once]


@given(items, people, conflicts)
def test_nobody_gets_what_they_stay_off_and_everyone_keeps_what_they_have(
    given_items: list[ToAssign], team: list[str], off: Mapping[str, frozenset[str]]
) -> None:
    """Nobody is left without who could take it; and each has a sentence."""
    made = assign(given_items, team, lambda person, member: member in off.get(person, ()))
    for item in given_items:
        [one] = [one for one in made if one[:2] == item[:2]]
        able: list[str | None] = [person for person in team if item.member not in off.get(person, ())]
        assert one.assessor in ([item.assessor] if item.assessor else able or [None])
        assert sentence(one.why)


@given(items.map(lambda given_items: [item._replace(assessor=None) for item in given_items]), people)
def test_shares_differ_by_one_at_most(given_items: list[ToAssign], team: list[str]) -> None:
    """Where nobody stays off anything."""
    load = Counter(dict.fromkeys(team, 0))
    load.update(one.assessor for one in assign(given_items, team, nobody) if one.assessor)
    assert max(load.values()) - min(load.values()) <= 1


def test_the_reason_says_what_decided() -> None:
    """How many they had, who had as few, and who was left out."""
    [one, two] = assign([waiting(1), waiting(2, "SN")], PEOPLE[:2], lambda who, m: (who, m) == (PEOPLE[0], "SN"))
    texts = {one.submission_id: sentence(one.why), two.submission_id: sentence(two.why)}
    assert texts[waiting(2).submission_id] == (
        "Is the only one without a conflict of interest. Left out for a conflict of interest: data-team:1."
    )
    assert texts[waiting(1).submission_id] == "Had the fewest items of the batch before this one: 0."
    [one] = assign([waiting(1)], PEOPLE, nobody)
    assert sentence(one.why).endswith("4 had as few; a hash of person and item decided.")
    [one] = assign([waiting(1)], PEOPLE[:1], lambda *_: True)
    assert (one.assessor, one.why.code) == (None, "nobody-free")


def test_a_hash_favours_nobody() -> None:
    """Of a thousand batches of one item, each of four gets his part."""
    first = Counter(assign([waiting(number)], PEOPLE, nobody)[0].assessor for number in range(1000))
    assert set(first) == set(PEOPLE)
    assert min(first.values()) > 150


@pytest.mark.parametrize(
    ("assessor", "code"), [("data-team:1", "already-theirs"), ("data-team:2", "conflict-of-interest")]
)
def test_handing_over_is_refused(assessor: str, code: str) -> None:
    """To who has it, or stays off it."""
    with pytest.raises(Refusal) as refusal:
        by_hand(waiting(1, assessor="data-team:1"), assessor, "Because.", lambda who, _: who == "data-team:2")
    assert refusal.value.code == code


def test_nobody_to_assign_to_is_refused() -> None:
    """Assignment is off until someone is named."""
    with pytest.raises(Refusal, match="no-assessors"):
        assign([waiting(1)], [], nobody)


def _of(made: list[Assignment], item: ToAssign) -> str | None:
    return next(one.assessor for one in made if one[:2] == item[:2])
