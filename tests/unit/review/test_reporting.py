"""The report of a batch: every item counted once, the same bytes in any order, sums that match or no report."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.batches import AreaFlow, ReasonTally
from contracts.reference import reason_codes
from contracts.vocabulary import Area
from services.chassis.errors import Refusal
from services.review.casework.reporting import as_csv
from services.review.domain.batches import Released, TellReport, decide_batch
from services.review.domain.reporting import (
    Ended,
    Figures,
    Outcome,
    Ruled,
    make_figures,
    make_report,
    read_report,
    told_of,
)
from tests.controls.envelope import MONTH, RELEASED_AT
from tests.controls.review import SUPPORT_UNIT

CAME_AT = datetime(2026, 11, 10, tzinfo=UTC)
CODES = [entry.code for entry in reason_codes().reason_codes]
VERSION = reason_codes().version
SECRET = next(entry.code for entry in reason_codes().reason_codes if not entry.public)
PUBLIC = next(entry.code for entry in reason_codes().reason_codes if entry.public)

RULED = st.builds(
    Ruled,
    st.sampled_from(["accepted", "declined", "clarification"]),
    st.sampled_from([str(area) for area in Area]),
    st.sampled_from([str(area) for area in Area]),
    st.lists(st.sampled_from(CODES), unique=True, max_size=3).map(tuple),
    st.just(VERSION),
    st.integers(20_000, 40_000).map(lambda minutes: CAME_AT + timedelta(minutes=minutes)),
)
CAME = st.integers(-12_000, 20_000).map(lambda minutes: CAME_AT + timedelta(minutes=minutes))
BATCH = st.lists(
    st.builds(Ended, st.just("left"), CAME, st.booleans(), RULED)
    | st.builds(Ended, st.sampled_from(["withdrawn", "held-back"]), CAME, st.booleans(), st.none())
)


def fold(items: list[Ended]) -> Figures:
    """Fold a batch."""
    return make_figures(MONTH, items, released_at=RELEASED_AT, recusals=1, undelivered=0)


def left(
    outcome: Outcome = "accepted", area: Area = Area.JUSTICE, codes: tuple[str, ...] = (), days: float = 20
) -> Ended:
    """An item that left, declared for *justice*."""
    decided_at = CAME_AT + timedelta(days=days)
    return Ended(
        "left", CAME_AT, is_answer=False, ruled=Ruled(outcome, "justice", str(area), codes, VERSION, decided_at)
    )


@given(BATCH, st.randoms(use_true_random=False))
def test_the_same_batch_gives_the_same_bytes(items: list[Ended], chance: Random) -> None:
    """In whatever order its items come; and they read back as what was written."""
    report = make_report(fold(items))
    shuffled = list(items)
    chance.shuffle(shuffled)
    assert make_report(fold(shuffled)).body == report.body
    assert read_report(report.body) == report


@given(BATCH)
def test_the_matrix_holds_every_item_that_left(items: list[Ended]) -> None:
    """Its sums are those of the outcomes; every item of the batch is counted in one of them."""
    figures = fold(items)
    gone = sum(one.how == "left" for one in items)
    assert sum(flow.count for flow in figures.areas) == gone
    assert gone + figures.withdrawn + figures.held_back == figures.received == len(items)
    named = sum(len(one.ruled.reason_codes) for one in items if one.ruled)
    assert sum(tally.count for tally in figures.reasons) + figures.reasons_not_public == named


@pytest.mark.parametrize("wrong", ["areas", "one flow", "received", "withdrawn"])
def test_sums_that_do_not_match_are_no_report(wrong: str) -> None:
    """Planted: a flow that is lost, counted twice, or an item that has no end."""
    figures = fold([left(), left(area=Area.CIVIC_SPACE), Ended("withdrawn", CAME_AT, is_answer=False)])
    twice = AreaFlow(declared_area=Area.JUSTICE, area=Area.JUSTICE, count=2)
    planted = {
        "areas": replace(figures, areas=()),
        "one flow": replace(figures, areas=(twice, *figures.areas[1:])),
        "received": replace(figures, received=4),
        "withdrawn": replace(figures, withdrawn=0),
    }
    assert make_report(figures).figures == figures
    with pytest.raises(Refusal, match="report-sums"):
        make_report(planted[wrong])


def test_reasons_that_are_not_public_are_counted_together() -> None:
    """The others by their names."""
    figures = fold([left("declined", codes=(SECRET, PUBLIC)), left("declined", codes=(PUBLIC,))])
    assert figures.reasons == (ReasonTally(code=PUBLIC, count=2),)
    assert figures.reasons_not_public == 1
    assert SECRET.encode() not in make_report(figures).body


def test_days_are_counted_from_where_the_round_began() -> None:
    """The median: of an even number, between the two in the middle; of none, none."""
    figures = fold(
        [left(days=1), left(days=2), left(days=9), left(days=2.5), Ended("held-back", CAME_AT, is_answer=True)]
    )
    assert figures.median_days_to_decision == 2.25
    assert figures.median_days_to_release == round((RELEASED_AT - CAME_AT) / timedelta(days=1), 2)
    assert fold([]).median_days_to_decision is None
    assert figures.answered == 1


def test_the_table_holds_codes_and_numbers() -> None:
    """A line for each figure, each move between areas, each reason."""
    lines = as_csv(fold([left(area=Area.CIVIC_SPACE), left("declined", codes=(PUBLIC,))])).decode().splitlines()
    assert lines[0] == "month,figure,of,in_area,value"
    assert f"{MONTH},accepted,,,1" in lines
    assert f"{MONTH},area,justice,civic-space,1" in lines
    assert f"{MONTH},reason,{PUBLIC},,1" in lines
    assert all(line.startswith(f"{MONTH},") for line in lines[1:])


@pytest.mark.parametrize(
    ("unsettled", "undelivered", "reason", "code"),
    [
        (1, 0, None, "letters-unsettled"),
        (0, 2, None, "letters-undelivered"),
        (3, 2, "The server of one ministry is down.", None),
        (0, 0, None, None),
    ],
)
def test_a_report_waits_for_letters_unless_told_why_not(
    unsettled: int, undelivered: int, reason: str | None, code: str | None
) -> None:
    """The reason is told with it."""
    report = make_report(replace(fold([left()]), undelivered_letters=undelivered))
    asked = TellReport(report=report, unsettled=unsettled, reason=reason, by=SUPPORT_UNIT, at=RELEASED_AT)
    state = Released(MONTH, SUPPORT_UNIT, RELEASED_AT)
    if code:
        with pytest.raises(Refusal, match=code):
            decide_batch(state, asked)
        return
    (told,) = decide_batch(state, asked)
    assert told == told_of(report, reason=reason, by=SUPPORT_UNIT, at=RELEASED_AT)
