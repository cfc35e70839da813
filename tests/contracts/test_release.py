"""What was released stays: copies with hashes, and nothing afterwards that would not fit them."""

import json
import shutil
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from contracts import schemas
from contracts.release import CONTRACTS, KINDS, incompatibilities, misfits, release, released_examples, tampered
from contracts.submissions import SubmissionReceived

SCHEMA = schemas.schema_of(SubmissionReceived)
NAME = "schemas/submission.received.v1.json"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a copy of the contracts as they are, with nothing released."""
    for kind in KINDS:
        shutil.copytree(CONTRACTS / kind, tmp_path / kind, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return tmp_path


def test_checked_in_releases_are_whole_and_today_fits_them() -> None:
    """The repository itself keeps what it released."""
    assert [*tampered(), *misfits()] == []


def test_release_freezes_everything_once(root: Path) -> None:
    """The first release holds all schemas, examples and reference data; a second one right after holds nothing."""
    there = (path.relative_to(root) for kind in KINDS for path in (root / kind).rglob("*.json"))
    everything = sorted(path.as_posix() for path in there if "drafts" not in path.parts)

    assert release(root) == everything
    assert release(root) == []
    assert sorted(path.name for path in (root / "released").iterdir()) == ["1", "manifest.json"]


def test_release_after_a_new_example_freezes_that_one_only(root: Path) -> None:
    """A later release holds what is new or changed, and the earlier one stays as it is."""
    release(root)
    added = root / "examples" / "month.closed.v1" / "another.json"
    shutil.copy(root / "examples" / "month.closed.v1" / "empty-partition.json", added)

    assert release(root) == ["examples/month.closed.v1/another.json"]
    assert root / "released" / "2" / "examples" / "month.closed.v1" / "another.json" in released_examples(root)


def test_release_refuses_a_changed_released_file(root: Path) -> None:
    """A released copy that was edited afterwards is named."""
    release(root)
    (root / "released" / "1" / NAME).write_text("{}")
    with pytest.raises(ValueError, match=r"submission\.received\.v1\.json: changed after its release"):
        release(root)


def test_release_refuses_a_released_file_that_is_gone(root: Path) -> None:
    """Deleting a released copy is a change too."""
    release(root)
    (root / "released" / "1" / NAME).unlink()
    assert [problem.endswith("changed after its release") for problem in tampered(root)] == [True]


def test_tampered_names_a_file_slipped_into_a_release(root: Path) -> None:
    """A file that no manifest lists was never released."""
    release(root)
    (root / "released" / "1" / "schemas" / "extra.json").write_text("{}")
    assert [problem.endswith("in no release") for problem in tampered(root)] == [True]


def test_release_refuses_a_schema_that_is_not_generated(root: Path) -> None:
    """A schema file edited by hand is not released."""
    (root / NAME).write_text("{}")
    with pytest.raises(ValueError, match="not as `python -m"):
        release(root)


@pytest.mark.parametrize(
    ("kind", "said"), [("criteria", "milestones"), ("areas", "whole-of-government"), ("reason_codes", "true")]
)
def test_misfits_names_edited_reference_data(root: Path, kind: str, said: str) -> None:
    """A released version of criteria, areas or reasons is never edited: decisions name it."""
    release(root)
    path = root / "reference" / kind / "2025-11.json"
    path.write_text(path.read_text().replace(said, "false", 1))
    assert list(misfits(root)) == [f"reference/{kind}/2025-11.json: a released version is never edited; add a new one"]


def test_a_draft_is_nothing_released(root: Path) -> None:
    """It may be edited, and be gone, until it is put among the versions in force."""
    draft = root / "reference" / "drafts" / "criteria" / "2031-01.json"
    draft.parent.mkdir(parents=True, exist_ok=True)
    draft.write_text("{}")
    assert not [name for name in release(root) if "drafts" in name]
    draft.unlink()
    assert list(misfits(root)) == []


def test_misfits_names_a_schema_that_is_gone(root: Path) -> None:
    """An event version that was released is told for ever, or at least described."""
    release(root)
    (root / NAME).unlink()
    assert list(misfits(root)) == [f"{NAME}: released, and gone"]


def test_misfits_names_a_breaking_change_by_its_field(root: Path) -> None:
    """What does not fit is said where it does not fit."""
    release(root)
    schema = json.loads((root / NAME).read_bytes())
    schema["$defs"]["Proposal"]["properties"]["description"]["maxLength"] = 10
    (root / NAME).write_text(json.dumps(schema))
    assert list(misfits(root)) == [f"{NAME}: data.data.proposal.description[maxLength]: 20000 became 10"]


def test_optional_field_fits() -> None:
    """Additive and optional is the same version, at any depth, and so are words."""
    assert incompatibilities(SCHEMA, _with_optional_fields(SCHEMA)) == []


def test_nothing_optional_may_be_taken_away_again() -> None:
    """Once released, a field stays."""
    assert incompatibilities(_with_optional_fields(SCHEMA), SCHEMA) == [
        "data.data.proposal.title_short: is gone",
        "data.data.designation[anyOf][0].remark: is gone",
    ]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda s: s["required"].append("traceparent"), "data.traceparent: was optional or absent"),
        (lambda s: s["required"].remove("subject"), "data.subject: was required"),
        (lambda s: s["properties"].pop("subject"), "data.subject: is gone"),
        (lambda s: s["$defs"]["Channel"]["enum"].append("story"), "data.data.channel[enum]: "),
        (lambda s: s["$defs"]["Milestone"]["properties"]["due"].pop("format"), "data.data.proposal.milestones[items]"),
        (lambda s: s["$defs"]["Milestone"]["properties"]["title"].update(type="integer"), "data.data.proposal.miles"),
    ],
    ids=["now-required", "no-longer-required", "gone", "longer-enum", "format-gone", "other-type"],
)
def test_anything_else_is_another_version(change: Callable[[Any], object], found: str) -> None:
    """Fields that go, become required or optional, or mean something else need a new type."""
    new = deepcopy(SCHEMA)
    change(new)
    assert any(problem.startswith(found) for problem in incompatibilities(SCHEMA, new))


def _with_optional_fields(schema: dict[str, Any]) -> dict[str, Any]:
    new = deepcopy(schema)
    new["description"] = "In other words."
    new["$defs"]["Proposal"]["properties"]["title_short"] = {"type": "string", "default": ""}
    new["$defs"]["Designation"]["properties"]["remark"] = {"type": "string", "default": ""}
    return new
