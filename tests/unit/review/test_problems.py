"""Every refusal has its code, and every code its sentence in English and in French."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.chassis.doors.languages import SENTENCES as COMMON
from services.review.domain.batches import BATCH_TABLE
from services.review.domain.coordinating import CASE_TABLE
from services.review.domain.impartiality import CONFLICT
from services.review.domain.problems import SENTENCES
from services.review.domain.transitions import TABLE

REVIEW = Path(__file__).parents[3] / "services" / "review"
PLACES = {"refused": 0, "Refusal": 0, "refuse_any": 1, "_refuse_any": 1, "Problem": 1}
"""Which argument of these is the code."""


def codes_in(source: str) -> Iterator[str]:
    """Give the codes that are refused with in a module."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        place = PLACES.get(name, len(node.args))
        if place < len(node.args) and isinstance(node.args[place], ast.Constant):
            yield str(ast.literal_eval(node.args[place]))


def test_every_code_has_a_sentence() -> None:
    """Whatever the doors refuse with can be told; what only pages refuse with stands in the desk's own words."""
    sources = [path for path in REVIEW.rglob("*.py") if "desk" not in path.relative_to(REVIEW).parts]
    raised = {code for path in sources for code in codes_in(path.read_text())}
    cells = [cell for table in (TABLE, BATCH_TABLE, CASE_TABLE) for row in table.values() for cell in row.values()]
    tabled = {cell for cell in cells if isinstance(cell, str)}
    assert len(raised) > 40
    assert sorted((raised | tabled | {CONFLICT}) - SENTENCES.keys() - COMMON.keys()) == []


def test_a_code_without_a_sentence_is_found() -> None:
    """The search sees what it is for."""
    source = 'raise refused("unheard-of", "x")\nraise Problem(404, "nowhere")\nrefuse_any([x], "thrice", "field")\n'
    assert list(codes_in(source)) == ["unheard-of", "nowhere", "thrice"]


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_sentences_stand_in_both_languages(code: str) -> None:
    """Each its own, ended by a full stop; French as people write it."""
    said = SENTENCES[code]
    assert said.keys() == {"en", "fr"}
    assert len(set(said.values())) == 2
    assert all(sentence.endswith(".") for sentence in said.values())
    assert "'" not in said["fr"]
    assert not any(f" {mark}" in said["fr"] for mark in ":;?!")
