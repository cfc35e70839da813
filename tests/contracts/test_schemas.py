"""The checked-in schemas are today's, and are schemas."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from contracts import schemas
from contracts.topics import TOPIC_OF

FILES = sorted(schemas.FOLDER.glob("*.json"))


def test_checked_in_schemas_are_what_the_classes_generate() -> None:
    """Who changes an event runs `python -m contracts.schemas`, and sees the change in the diff."""
    assert {path: path.read_bytes() for path in FILES} == schemas.rendered()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_schema_is_valid_and_has_an_id_of_its_own(path: Path) -> None:
    """Each file is JSON Schema 2020-12, and can be referred to."""
    schema = json.loads(path.read_bytes())
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:ogc:schema:{path.stem}"


def test_write_all_removes_the_schema_of_an_event_that_is_no_more(tmp_path: Path) -> None:
    """The folder holds the catalogue's events and nothing else."""
    (tmp_path / "submission.forgotten.v1.json").write_text("{}")
    schemas.write_all(tmp_path)
    assert {path.stem for path in tmp_path.iterdir()} == {event.TYPE for event in TOPIC_OF}
