"""The schemas of the forms are what intake reads with: what they let pass reads well, what they refuse is refused."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from contracts.upstream import FOLDER
from deploy.upstream import rendered, write_all
from services.intake.domain.forms import FORMS
from services.intake.domain.problems import Refused
from services.intake.domain.reading import read_submission
from tests.contracts import upstream
from tests.controls.intake import ALL_FORMS, Json, as_body

VALIDATORS = {
    path.name.removesuffix(".schema.json"): Draft202012Validator(
        json.loads(path.read_bytes()), format_checker=FormatChecker()
    )
    for path in FOLDER.glob("*.schema.json")
}


def test_checked_in_schemas_are_what_the_models_generate() -> None:
    """Who changes a form runs `python -m deploy.upstream`, and sees the change in the diff."""
    assert {path: path.read_bytes() for path in FOLDER.glob("*.json")} == rendered()


def test_example_forms_are_what_the_controls_make() -> None:
    """The checked-in bytes are those that `python -m tests.contracts.upstream` writes."""
    assert {path: path.read_bytes() for path in upstream.FOLDER.glob("*.json")} == upstream.rendered()


def test_every_channel_has_its_schema_and_its_example() -> None:
    """One of each."""
    assert VALIDATORS.keys() == ALL_FORMS.keys() == FORMS.keys()


def test_write_all_removes_the_schema_of_a_channel_that_is_no_more(tmp_path: Any) -> None:
    """The folder holds the channels and nothing else."""
    (tmp_path / "telegram.schema.json").write_text("{}")
    write_all(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in rendered()}


@pytest.mark.parametrize("channel", sorted(ALL_FORMS))
def test_schema_is_valid_and_its_example_passes(channel: str) -> None:
    """By the schema, and by intake's own reading."""
    Draft202012Validator.check_schema(VALIDATORS[channel].schema)
    form = ALL_FORMS[channel]()
    assert list(VALIDATORS[channel].iter_errors(form)) == []
    read_submission(as_body(form))


@pytest.mark.parametrize("channel", sorted(ALL_FORMS))
def test_schema_refuses_what_intake_refuses(channel: str) -> None:
    """A field less or more, another type, another word: both say no, or both say yes."""
    differing = [
        what for what, form in spoiled(ALL_FORMS[channel]()) if VALIDATORS[channel].is_valid(form) != is_read(form)
    ]
    assert differing == []


def is_read(form: Json) -> bool:
    """Say whether intake reads a form."""
    try:
        read_submission(as_body(form))
    except Refused:
        return False
    return True


def spoiled(form: Json) -> Iterator[tuple[str, Json]]:
    """Change a form at each of its places, one after the other."""
    for path in places(form):
        name = "/".join(map(str, path))
        yield f"without {name}", changed(form, path, gone=True)
        yield f"null at {name}", changed(form, path, None)
        yield f"a number at {name}", changed(form, path, 7)
        yield f"an unlisted word at {name}", changed(form, path, "?")
        yield f"an object at {name}", changed(form, path, {"more": 1})
        yield f"beside {name}", changed(form, (*path[:-1], "unheard-of"), 1) if isinstance(path[-1], str) else form


def places(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Give every place inside of a form."""
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, value in inside:
        yield (*path, step)
        yield from places(value, (*path, step))


def changed(form: Json, path: tuple[str | int, ...], value: object = None, *, gone: bool = False) -> Json:
    """Give the form with another value at a place, or without it."""
    written = deepcopy(form)
    place: Any = written
    for step in path[:-1]:
        place = place[step]
    if gone:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return written
