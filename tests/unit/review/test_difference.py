"""The difference of two versions: complete, in the order of the form, and readable."""

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import Area, Value
from services.review.domain.difference import Change, Stretch, difference
from tests.controls.proposals import proposal

PIECES = ["los", "datos", "de", "cada", "año", "l’État", "\n\n", "\u202f:"]
WORDS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=30)
TEXTS = WORDS.map(" ".join)


def changes_of(**after: Any) -> list[Change]:
    """Say what differs when a proposal is changed so."""
    return difference(proposal(), proposal(**after))


def test_nothing_differs_from_itself() -> None:
    """No field is named without a reason."""
    assert changes_of() == []


def test_words_that_changed_stand_between_those_that_did_not() -> None:
    """What goes stands before what comes in its place."""
    assert changes_of(title="Reducir el rezago judicial: ¿cuánto tarda la justicia hoy?") == [
        Change(
            "title",
            (
                Stretch("removed", "Reducción del "),
                Stretch("added", "Reducir el "),
                Stretch("kept", "rezago judicial: ¿cuánto tarda la "),
                Stretch("removed", "justicia?"),
                Stretch("added", "justicia hoy?"),
            ),
        )
    ]


def test_lists_differ_by_their_items() -> None:
    """A milestone that goes and an institution that comes are told as wholes."""
    before = proposal()
    found = changes_of(
        milestones=before.milestones[:1], supporting_institutions=("Hacienda", "Ministerio de Justicia y Paz")
    )
    assert found == [
        Change(
            "supporting_institutions",
            (Stretch("added", "Hacienda"), Stretch("kept", "Ministerio de Justicia y Paz")),
        ),
        Change(
            "milestones",
            (
                Stretch("kept", "2027-03-31 Publicación del primer tablero de tiempos"),
                Stretch("removed", "2027-11-30 Metas acordadas con la mesa ciudadana"),
            ),
        ),
    ]


def test_values_dates_and_codes_differ_as_wholes() -> None:
    """In the order of the form; what a text says about a value is a field of its own."""
    kept = proposal().values[Value.TRANSPARENCY]
    found = changes_of(
        values={Value.TRANSPARENCY: kept, Value.ACCOUNTABILITY: "Rinden cuentas."},
        declared_area=Area.CIVIC_SPACE,
        starts_on=date(2026, 10, 1),
        extends="CR0101",
        synthetic=False,
    )
    assert found == [
        Change(
            "values/civic-participation",
            (Stretch("removed", "La mesa ciudadana define las metas y revisa los avances."),),
        ),
        Change("values/public-accountability", (Stretch("added", "Rinden cuentas."),)),
        Change("declared_area", (Stretch("removed", "justice"), Stretch("added", "civic-space"))),
        Change("starts_on", (Stretch("removed", "2026-09-01"), Stretch("added", "2026-10-01"))),
        Change("extends", (Stretch("added", "CR0101"),)),
        Change("synthetic", (Stretch("removed", "true"), Stretch("added", "false"))),
    ]


def test_spaces_that_differ_are_shown() -> None:
    """A field is never named with nothing but what was kept."""
    before = proposal(title="Uno dos")
    assert difference(before, replace(before, title="Uno  dos")) == [
        Change("title", (Stretch("removed", "Uno dos"), Stretch("added", "Uno  dos")))
    ]


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_off(before: str, after: str) -> None:
    """What is kept or added is the text after, to the letter; what is kept or removed the words of the one before."""
    found = difference(proposal(description=before), proposal(description=after))
    assert (found == []) == (before == after)
    for change in found:
        assert "".join(_texts(change, "added")) == after
        assert " ".join(_texts(change, "removed")).split() == before.split()
        assert {stretch.kind for stretch in change.stretches} != {"kept"}


def _texts(change: Change, kind: str) -> list[str]:
    return [stretch.text for stretch in change.stretches if stretch.kind in {"kept", kind}]
