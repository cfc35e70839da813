"""What the page of a report shows: sums that match the batch, names in both languages, nothing that is not public."""

from hypothesis import given
from hypothesis import strategies as st

from contracts.batches import AreaFlow, ReasonTally
from contracts.reference import areas, reason_codes
from contracts.vocabulary import Area
from services.review.desk.figures import HEAT, OUTCOMES, matrix_of, outcomes_of, reasons_of
from services.review.domain.reporting import Figures

PUBLIC = [entry for entry in reason_codes().reason_codes if entry.public]
NAMES = {code: f"« {code} »" for code in OUTCOMES}


def figures(flows: tuple[AreaFlow, ...] = (), reasons: tuple[ReasonTally, ...] = (), others: int = 0) -> Figures:
    """Make a month's figures."""
    return Figures(
        month="2026-10",
        received=sum(flow.count for flow in flows),
        accepted=3,
        declined=2,
        clarifications=1,
        answered=0,
        withdrawn=0,
        held_back=1,
        median_days_to_decision=None,
        median_days_to_release=None,
        areas=flows,
        reasons=reasons,
        reasons_not_public=others,
        recusals=0,
        undelivered_letters=0,
    )


FLOWS = st.lists(
    st.builds(AreaFlow, declared_area=st.sampled_from(Area), area=st.sampled_from(Area), count=st.integers(0, 10**6)),
    unique_by=lambda flow: (flow.declared_area, flow.area),
).map(tuple)


@given(FLOWS)
def test_the_matrix_holds_every_item_once(flows: tuple[AreaFlow, ...]) -> None:
    """Rows, columns and cells sum up to the batch; what is shown warm is where items are."""
    told = figures(flows)
    shown = matrix_of(told, "en")
    assert shown.total == sum(row.total for row in shown.rows) == sum(one.number for one in shown.columns)
    assert shown.total == told.received
    assert shown.moved == sum(flow.count for flow in flows if flow.declared_area != flow.area)
    for place, column in enumerate(shown.columns):
        assert column.number == sum(row.cells[place].number for row in shown.rows)
    for row in shown.rows:
        assert len(row.cells) == len(shown.columns)
        assert all((cell.heat > 0) == (cell.number > 0) and cell.heat <= HEAT for cell in row.cells)


def test_the_matrix_stands_in_ogps_order_and_marks_what_was_kept() -> None:
    """The areas as OGP lists them, by their names in the reader's language."""
    counts = {Area.JUSTICE: 3, Area.ACCESS_TO_INFORMATION: 1}
    told = figures(tuple(AreaFlow(declared_area=Area.JUSTICE, area=area, count=n) for area, n in counts.items()))
    shown = matrix_of(told, "fr")
    order = [entry.fr for entry in areas().areas if entry.code in {Area.JUSTICE, Area.ACCESS_TO_INFORMATION}]
    assert [one.name for one in shown.columns] == order
    kept = {cell.number: cell.is_kept for row in shown.rows for cell in row.cells if cell.number}
    assert kept == {3: True, 1: False}
    assert [row.code for row in shown.rows] == [Area.JUSTICE]


def test_reasons_are_named_and_those_that_are_not_public_are_together() -> None:
    """Most frequent first; the rest has one line, whatever it is."""
    one, other = PUBLIC[:2]
    tallies = tuple(ReasonTally(code=code, count=n) for code, n in ((one.code, 1), (other.code, 4)))
    shown = reasons_of(figures(reasons=tallies, others=2), "Autres", "fr")
    assert shown == [(other.code, other.fr, 4), (one.code, one.fr, 1), ("", "Autres", 2)]
    assert reasons_of(figures(), "Autres", "fr") == []


def test_outcomes_are_those_of_the_figures() -> None:
    """Each with its name, also those that are none."""
    shown = {one.name: one.number for one in outcomes_of(figures(), NAMES)}
    assert shown == {
        "« accepted »": 3,
        "« declined »": 2,
        "« clarifications »": 1,
        "« withdrawn »": 0,
        "« held_back »": 1,
    }
