"""The import rules hold, for services that do not exist yet too; each is seen to fail where it is broken."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COPIED = ("contracts", "services", "deploy", "tests/architecture")

DIRECTION = "Deploy knows the services, the services know the contracts, and never the other way"
INDEPENDENCE = "Services never import one another"
LAYERS = "Layers inside a service, every module of it in one"
DOMAIN = "A domain is pure: no driver, broker, clock, log or chance"
CONTRACTS = "The contracts know pydantic and Python"
CHASSIS = "The chassis knows the envelope and the shape of a topic, and no event"
DRIVERS = "Only the chassis touches asyncpg, aiokafka and FastStream"
OUTSIDE = "Nothing that runs knows the tests, the benchmarks or the examples"
LOOPS = "No loops between siblings, at any depth"

GOOD_SERVICE = {
    "__init__.py": "",
    "__main__.py": "from services.consult import app",
    "app.py": "from services.consult import handlers, settings, store",
    "handlers.py": "from services.chassis import database\nfrom services.consult import domain, store",
    "store.py": "from services.chassis.database import Database\nfrom services.consult import domain",
    "settings.py": "from services.chassis.settings import ServiceSettings",
    "domain/__init__.py": "from services.consult.domain import paragraphs",
    "domain/paragraphs.py": "import hashlib\nfrom contracts import submissions\nfrom services.chassis import errors",
}
"""A service that is not in the tree, as it should be: what a later one would look like."""


@dataclass(frozen=True)
class Breach:
    """A line that must not stand in a file, and the rules that it breaks."""

    path: str
    line: str
    breaks: frozenset[str]


def _breach(path: str, line: str, *breaks: str) -> Breach:
    return Breach(path, line, frozenset(breaks))


BREACHES = [
    _breach("contracts/release.py", "import services.chassis.codec", DIRECTION, CONTRACTS),
    _breach("contracts/event.py", "import msgspec", CONTRACTS),
    _breach("contracts/event.py", "from contracts import topics", LOOPS),
    _breach("services/consult/app.py", "import deploy.display", DIRECTION),
    _breach("services/chassis/codec.py", "import deploy.display", DIRECTION, CHASSIS),
    _breach("services/consult/handlers.py", "import services.intake.domain", INDEPENDENCE),
    _breach("services/chassis/codec.py", "import services.intake.domain", INDEPENDENCE, CHASSIS, LOOPS),
    _breach("services/consult/utils.py", "", LAYERS),
    _breach("services/consult/store.py", "import services.consult.handlers", LAYERS, LOOPS),
    _breach("services/consult/settings.py", "import services.consult.store", LAYERS),
    _breach("services/consult/handlers.py", "import services.consult.app", LAYERS, LOOPS),
    _breach("services/consult/domain/paragraphs.py", "import services.consult.store", LAYERS, DOMAIN, LOOPS),
    _breach("services/consult/domain/paragraphs.py", "import services.chassis.database", DOMAIN),
    _breach("services/consult/domain/paragraphs.py", "import structlog", DOMAIN),
    _breach("services/consult/domain/paragraphs.py", "import logging", DOMAIN),
    _breach("services/consult/domain/paragraphs.py", "import time", DOMAIN),
    _breach("services/consult/domain/paragraphs.py", "import random", DOMAIN),
    _breach("services/consult/domain/paragraphs.py", "import asyncpg", DOMAIN, DRIVERS),
    _breach("services/consult/domain/paragraphs.py", "from services.consult.domain import words", LOOPS),
    _breach("services/chassis/codec.py", "import contracts.submissions", CHASSIS),
    _breach("services/consult/store.py", "import asyncpg", DRIVERS),
    _breach("services/consult/handlers.py", "from aiokafka import AIOKafkaProducer", DRIVERS),
    _breach("services/consult/app.py", "import faststream.kafka", DRIVERS),
    _breach("services/consult/app.py", "import tests.controls", OUTSIDE),
    _breach("deploy/services.py", "import hypothesis", OUTSIDE),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Give a copy of the tree, with one more service in it."""
    for folder in COPIED:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=_all_but_modules)
    (tmp_path / "tests" / "__init__.py").touch()
    shutil.copy(ROOT / ".importlinter", tmp_path)
    for name, text in GOOD_SERVICE.items():
        _write(tmp_path / "services" / "consult" / name, text)
    _write(tmp_path / "services" / "consult" / "domain" / "words.py", "from services.consult.domain import paragraphs")
    return tmp_path


def test_rules_hold_in_the_tree() -> None:
    """The house keeps its own rules."""
    assert _broken_rules(ROOT) == frozenset()


def test_rules_hold_with_one_more_service(tree: Path) -> None:
    """A service that comes later needs no line in the rules."""
    assert _broken_rules(tree) == frozenset()


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: f"{breach.path}: {breach.line}")
def test_breach_is_caught_by_its_rules_and_no_other(tree: Path, breach: Breach) -> None:
    """Each rule bites where it is broken."""
    path = tree / breach.path
    _write(path, f"{path.read_text() if path.exists() else ''}\n{breach.line}\n")
    assert _broken_rules(tree) == breach.breaks


def test_every_rule_has_a_planted_breach() -> None:
    """No rule is believed that was not seen to fail."""
    names = re.findall(r"^name = (.*)$", (ROOT / ".importlinter").read_text(), flags=re.MULTILINE)
    assert set(names) == set().union(*(breach.breaks for breach in BREACHES))


def _all_but_modules(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not name.endswith(".py") and ("." in name or name == "__pycache__")]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _broken_rules(tree: Path) -> frozenset[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    done = subprocess.run(
        command, cwd=tree, env={"COLUMNS": "200", "NO_COLOR": "1"}, capture_output=True, text=True, check=False
    )
    broken = frozenset(re.findall(r"^(.*) BROKEN", done.stdout, flags=re.MULTILINE))
    assert "Contracts: " in done.stdout, done.stdout + done.stderr
    assert done.returncode == int(bool(broken))
    return broken
