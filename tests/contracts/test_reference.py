"""Reference data: complete, in three languages, and in step with the vocabulary."""

from collections.abc import Callable
from typing import get_args

import pytest

from contracts import reference
from contracts.reference import Areas, Criteria, Kind, ReasonCodes, areas, criteria, reason_codes, versions, words
from contracts.vocabulary import Area

KINDS: tuple[Kind, ...] = get_args(Kind)


def test_areas_are_those_of_the_vocabulary() -> None:
    """The ten areas, none more, each once."""
    assert [entry.code for entry in areas().areas] == list(Area)


def test_reason_codes_answer_every_gate_and_criterion() -> None:
    """Whatever is not met, there is a code that says so; and one for a question that was never answered."""
    asked = {criterion.code for criterion in criteria().everything}
    assert {reason.answers for reason in reason_codes().reason_codes} == asked | {None}
    assert [reason.code for reason in reason_codes().reason_codes if reason.answers is None] == ["no-answer"]


def test_reason_codes_are_each_there_once_and_some_are_not_public() -> None:
    """A closed list; a code that only its submitter may see exists, so that the difference can be tested."""
    codes = [reason.code for reason in reason_codes().reason_codes]
    assert len(set(codes)) == len(codes)
    assert {reason.public for reason in reason_codes().reason_codes} == {True, False}


def test_words_follow_the_language_and_fall_back_to_english() -> None:
    """A regional tag finds its language; a language that we do not have reads English."""
    fiscal = next(entry for entry in areas().areas if entry.code == Area.FISCAL_OPENNESS)
    assert [words(fiscal, tag) for tag in ("fr", "fr-CA", "es-419", "en", "uk")] == [
        "Ouverture budgétaire",
        "Ouverture budgétaire",
        "Apertura fiscal",
        "Fiscal Openness",
        "Fiscal Openness",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_version_loads_and_is_named_as_its_file(kind: Kind) -> None:
    """A decision that names a version finds it."""
    load: Callable[..., Areas | Criteria | ReasonCodes] = getattr(reference, kind)
    assert [load(version).version for version in versions(kind)] == list(versions(kind))
    assert load() == load(versions(kind)[-1])


def test_version_that_does_not_exist_is_refused() -> None:
    """A name from outside does not reach the file system."""
    with pytest.raises(FileNotFoundError, match="no version"):
        areas("../criteria/2025-11")


def test_loading_twice_reads_once() -> None:
    """Reference data is read once and cannot be changed."""
    assert reference.areas() is reference.areas()
