"""Reference data: complete, in three languages, and in step with the vocabulary."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
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


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Reference data of our own, to add versions to."""
    shutil.copytree(
        reference.FOLDER, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py", "__pycache__")
    )
    monkeypatch.setattr(reference, "FOLDER", tmp_path)
    monkeypatch.setattr(reference, "DRAFTS", tmp_path / "drafts")
    cached = (reference.in_force, areas, criteria, reason_codes)
    for one in cached:
        one.cache_clear()
    yield tmp_path
    for one in cached:
        one.cache_clear()


def _add_version(folder: Path, version: str, valid_from: str) -> None:
    told = json.loads((reference.FOLDER / "criteria" / "2025-11.json").read_bytes())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{version}.json").write_text(json.dumps(told | {"version": version, "valid_from": valid_from}))


def test_a_month_is_judged_by_the_version_of_its_first_day(shelf: Path) -> None:
    """The newest that is valid then: neither one from the second on, nor a draft. Before the first, the first."""
    _add_version(shelf / "criteria", "2027-01", "2027-01-01")
    _add_version(shelf / "criteria", "2027-02", "2027-02-02")
    _add_version(shelf / "drafts" / "criteria", "2027-03", "2027-03-01")
    months = ("2023-11", "2026-12", "2027-01", "2027-02", "2027-03", "2031-01")
    by = [reference.in_force(month).criteria.version for month in months]
    assert by == ["2025-11", "2025-11", "2027-01", "2027-01", "2027-02", "2027-02"]
    assert {reference.in_force(month).areas.version for month in months} == {"2025-11"}


def test_drafts_load_and_are_in_force_nowhere() -> None:
    """They are tried on past months; nothing is judged by one, whenever it would begin."""
    named = reference.drafts("criteria")
    assert named
    assert [reference.draft_criteria(version).version for version in named] == list(named)
    assert not {*named} & {*versions("criteria"), reference.in_force("2099-01").criteria.version}
    with pytest.raises(FileNotFoundError):
        criteria(named[0])
