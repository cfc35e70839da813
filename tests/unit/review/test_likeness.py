"""What is compared of two submissions, and what is a reason."""

import pytest

from services.review.domain.likeness import Measured, compare, normalise, rank, traits_of
from tests.controls.proposals import proposal


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("« Réformateur·rice·s »\u202f: l’État", "reformateur rice s l etat"),
        ("CÓRDOBA (Província), Argentina", "Cordoba Provincia Argentina"),
        ("Anti\u2011Corruption", "anti-corruption"),
        ("œuvre, Straße", "OEUVRE STRASSE"),
        ("ﬁnance", "finance"),
    ],
)
def test_texts_that_differ_in_dress_only_are_the_same(one: str, other: str) -> None:
    """Case, accents, ligatures, hyphens, quotation marks and spaces say nothing."""
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize("text", ["Прозорість", "საჯარო მონაცემები", "الحكومة المفتوحة", "開かれた政府"])
def test_every_script_becomes_letters_that_can_be_compared(text: str) -> None:
    """Where the database's locale is C, trigrams are made of ASCII letters only."""
    assert normalise(text).replace(" ", "").isascii()
    assert len(normalise(text)) >= 4


def test_an_institution_alone_is_no_reason() -> None:
    """Nor is the member: an institution may submit as many actions as it likes."""
    this = traits_of("a", 1, "OGC-2026-000001", "CR", proposal(milestones=()))
    other = traits_of("b", 1, "OGC-2026-000002", "CR", proposal(milestones=()))
    assert compare(this, Measured(other, 0.1, 1.0)).why == ()
    assert rank(this, [Measured(other, 0.1, 1.0)], 10) == []


def test_more_reasons_weigh_more() -> None:
    """The score only puts candidates in order, and stays below one."""
    this = traits_of("a", 1, "OGC-2026-000001", "CR", proposal(commitment_id="CR0101"))
    other = traits_of("b", 1, "OGC-2026-000002", "CR", proposal(commitment_id="CR0101"))
    stranger = traits_of("c", 1, "OGC-2026-000003", "CR", proposal(milestones=()))
    one, both = compare(this, Measured(stranger, 0.9, 0.0)), compare(this, Measured(other, 0.9, 0.9))
    assert [reason.code for reason in both.why] == ["same-commitment", "title", "timetable", "institution"]
    assert 0.9 == one.score < both.score <= 1
