"""The rules that no linter brings hold, and each is seen to fail."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.architecture import rules

ROOT = Path(__file__).parents[2]

Rule = Callable[[Path], Iterator[str]]

ALL: list[Rule] = [
    rules.long_files,
    rules.long_functions,
    rules.long_functions_on_the_whole,
    rules.many_suppressions,
    rules.sql_outside_stores,
    rules.modules_without_purpose,
    rules.vague_names,
    rules.unsteady_domains,
    rules.loops_led_astray,
    rules.domain_words_in_chassis,
    rules.foreign_hosts,
    rules.ci_without_test,
]

SENTENCE = '"""Does one thing."""\n'
LONG = "def run():\n" + "    step()\n" * 41
SILENCED = "x = 1  # {}: E501\ny = 2  # type: {}[misc]\nz = 3\n".format("noqa", "ignore")
PLANTED: list[tuple[Rule, str, str, str]] = [
    (rules.long_files, "services/consult/api.py", "\n" * 301, "services/consult/api.py: 301 lines, at most 300"),
    (rules.long_files, "services/chassis/log.py", "\n" * 151, "services/chassis/log.py: 151 lines, at most 150"),
    (rules.long_functions, "tests/test_it.py", LONG, "tests/test_it.py: run has 41 lines, at most 40"),
    (
        rules.long_functions_on_the_whole,
        "deploy/cli.py",
        "def one():\n" + "    step()\n" * 6 + "def two():\n" + "    step()\n" * 6,
        "bodies have 6.0 lines at the median and 6.0 at the ninth decile, at most 5 and 15",
    ),
    (
        rules.many_suppressions,
        "contracts/event.py",
        SILENCED,
        "2 suppressions in 3 lines, at most 2 per 1000",
    ),
    (
        rules.sql_outside_stores,
        "services/consult/handlers.py",
        'FIND = """\nSELECT 1 FROM item\n"""',
        "services/consult/handlers.py:1: SQL outside a store",
    ),
    (
        rules.sql_outside_stores,
        "services/consult/api.py",
        'f"INSERT INTO {table} VALUES (1)"',
        "services/consult/api.py:1: SQL outside a store",
    ),
    (rules.modules_without_purpose, "bench/run.py", "import os\n", "bench/run.py: does not open with a sentence"),
    (rules.vague_names, "services/consult/text_utils.py", SENTENCE, "services/consult/text_utils.py: says nothing"),
    (rules.vague_names, "deploy/helpers/one.py", SENTENCE, "deploy/helpers/one.py: says nothing"),
    (
        rules.unsteady_domains,
        "services/consult/domain.py",
        "from datetime import UTC, datetime\nat = datetime.now(UTC)",
        "services/consult/domain.py:2: calls now",
    ),
    (
        rules.unsteady_domains,
        "services/consult/domain/ids.py",
        "from uuid import uuid4\nnew = uuid4()",
        "services/consult/domain/ids.py:2: calls uuid4",
    ),
    (
        rules.loops_led_astray,
        "tests/unit/test_it.py",
        'monkeypatch.setattr(asyncio, "sleep", wait)',
        "tests/unit/test_it.py:1: changes asyncio for everybody",
    ),
    (
        rules.domain_words_in_chassis,
        "services/chassis/outbox.py",
        "# one row a submission",
        "services/chassis/outbox.py:1: knows a word of the domain",
    ),
    (
        rules.foreign_hosts,
        "tests/package-lock.json",
        '{"resolved": "https://example.org/a.tgz"}',
        "tests/package-lock.json: names a registry",
    ),
    (rules.foreign_hosts, "Makefile", "pip install -i https://pypi.org/simple", "Makefile: names a registry"),
    (rules.foreign_hosts, "README.md", "See /work/main for more.", "README.md: names a place on one machine"),
    (rules.ci_without_test, ".ci/run", "pytest\n# make test\n", ".ci/run: does not call make test"),
]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.__name__)
def test_rule_holds_in_the_tree(rule: Rule) -> None:
    """The house keeps its own rules."""
    assert list(rule(ROOT)) == []


@pytest.mark.parametrize(("rule", "path", "text", "problem"), PLANTED, ids=lambda part: getattr(part, "__name__", ""))
def test_planted_breach_is_named(tmp_path: Path, rule: Rule, path: str, text: str, problem: str) -> None:
    """Each rule bites, and says where."""
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(text)
    assert list(rule(tmp_path)) == [problem]


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (rules.sql_outside_stores, "services/consult/store/items.py", 'FIND = "SELECT 1 FROM item"'),
        (rules.sql_outside_stores, "services/consult/api.py", '"""Selects with care: SELECT is for stores."""'),
        (rules.long_functions, "deploy/cli.py", "def make():\n    def inner():\n" + "        step()\n" * 40),
        (rules.unsteady_domains, "services/consult/handlers.py", "at = datetime.now(UTC)"),
        (rules.foreign_hosts, "docs/guide.md", "See https://example.org/ for more."),
    ],
    ids=["store", "prose", "nested", "outside-domain", "other-host"],
)
def test_rule_spares_what_is_allowed(tmp_path: Path, rule: Rule, path: str, text: str) -> None:
    """A rule that bites everywhere is no rule."""
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(text)
    assert list(rule(tmp_path)) == []


def test_every_rule_has_a_planted_breach() -> None:
    """No rule is believed that was not seen to fail."""
    assert {rule for rule, *_ in PLANTED} == set(ALL)
