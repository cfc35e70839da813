"""Rules that no linter brings: each names, as sentences, what breaks it in a tree."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from tests.architecture.sources import (
    PRODUCT,
    Source,
    count_body_lines,
    find_files,
    find_functions,
    find_sources,
)

MAX_FILE_LINES = 300
MAX_CHASSIS_FILE_LINES = 150
MAX_BODY_LINES = 40
MEDIAN_BODY_LINES = 5
NINE_OF_TEN_BODY_LINES = 15
MAX_SUPPRESSIONS_PER_1000_LINES = 2

SQL = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|TRUNCATE|CREATE|ALTER|DROP|LOCK|COPY)(\s|$)")
SUPPRESSION = re.compile(
    r"#\s*(noqa|type:\s*ignore|ruff:\s*noqa|mypy:|pragma:\s*no cover|fmt:\s*(off|skip))", re.IGNORECASE
)
VAGUE = re.compile(r"(.*_)?(utils?|common|helpers?|managers?|misc)")
UNSTEADY = frozenset({"now", "utcnow", "today", "uuid1", "uuid4", "new_id", "urandom", "getrandom"})
DOMAIN_WORDS = re.compile(r"\b(submi(t|ssion)|reform|batch of|milestone|commitment|support unit)", re.IGNORECASE)
REGISTRIES = re.compile(
    r"pypi\.|pythonhosted|npmjs|registry\.\w+\.\w|repo1?\.maven|crates\.io|proxy\.golang|deb\.debian|artifactory|nexus"
)
ELSEWHERE = re.compile(r"(?<![\w.])/(work|root|home)/")
RESOLVED = re.compile(r'"resolved":|--(extra-)?index-url|--find-links|registry\s*=')


def long_files(root: Path) -> Iterator[str]:
    """Name files that have grown past their purpose."""
    for source in find_sources(root):
        limit = MAX_CHASSIS_FILE_LINES if "services/chassis/" in source.name else MAX_FILE_LINES
        lines = len(source.text.splitlines())
        if lines > limit:
            yield f"{source.name}: {lines} lines, at most {limit}"


def long_functions(root: Path) -> Iterator[str]:
    """Name functions whose body no one reads at a glance."""
    for source in find_sources(root):
        for function in find_functions(source):
            lines = count_body_lines(function, source.text)
            if lines > MAX_BODY_LINES:
                yield f"{source.name}: {function.name} has {lines} lines, at most {MAX_BODY_LINES}"


def long_functions_on_the_whole(root: Path) -> Iterator[str]:
    """Say when the bodies of the product are no longer short on the whole."""
    lengths = [
        count_body_lines(function, source.text)
        for source in find_sources(root, *PRODUCT)
        for function in find_functions(source)
    ]
    if len(lengths) < 2:  # no distribution of fewer
        return
    middle, ninth = median(lengths), quantiles(lengths, n=10)[-1]
    if middle > MEDIAN_BODY_LINES or ninth > NINE_OF_TEN_BODY_LINES:
        yield f"bodies have {middle} lines at the median and {ninth} at the ninth decile, at most 5 and 15"


def many_suppressions(root: Path) -> Iterator[str]:
    """Say when checks are silenced too often."""
    lines = [line for source in find_sources(root) for line in source.text.splitlines()]
    found = sum(1 for line in lines if SUPPRESSION.search(line))
    if found * 1000 > len(lines) * MAX_SUPPRESSIONS_PER_1000_LINES:
        yield f"{found} suppressions in {len(lines)} lines, at most 2 per 1000"


def sql_outside_stores(root: Path) -> Iterator[str]:
    """Name SQL that stands where nobody looks for it."""
    for source in find_sources(root, "contracts", "services", "examples"):
        if "store" in {*source.path.parts, source.path.stem} or "services/chassis/" in source.name:
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
                yield f"{source.name}:{node.lineno}: SQL outside a store"


def modules_without_purpose(root: Path) -> Iterator[str]:
    """Name modules that do not open with a sentence saying what they are for."""
    for source in find_sources(root):
        opening = (ast.get_docstring(source.tree) or "").partition("\n\n")[0]
        if not opening.endswith("."):
            yield f"{source.name}: does not open with a sentence"


def vague_names(root: Path) -> Iterator[str]:
    """Name modules that could hold anything."""
    for source in find_sources(root):
        if VAGUE.fullmatch(source.path.stem) or VAGUE.fullmatch(source.path.parent.name):
            yield f"{source.name}: says nothing"


def unsteady_domains(root: Path) -> Iterator[str]:
    """Name calls in a domain that give another answer each time; time and new ids come in with the command."""
    for source in _domains(root):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and _called(node) in UNSTEADY:
                yield f"{source.name}:{node.lineno}: calls {_called(node)}"


def loops_led_astray(root: Path) -> Iterator[str]:
    """Name tests that change the clock or the loop for everybody; a module under test is given its own."""
    for source in find_sources(root, "tests"):
        for node in ast.walk(source.tree):
            match node:
                case ast.Call(func=ast.Attribute(attr="setattr"), args=[ast.Name(id="asyncio" | "time" as name), *_]):
                    yield f"{source.name}:{node.lineno}: changes {name} for everybody"


def domain_words_in_chassis(root: Path) -> Iterator[str]:
    """Name words of the domain where every service stands."""
    for source in find_sources(root, "services"):
        if "services/chassis/" in source.name:
            for number, line in enumerate(source.text.splitlines(), start=1):
                if DOMAIN_WORDS.search(line):
                    yield f"{source.name}:{number}: knows a word of the domain"


def foreign_hosts(root: Path) -> Iterator[str]:
    """Name files that tie the project to one registry, or to one machine."""
    for path in find_files(root):
        name = path.relative_to(root).as_posix()
        if name.startswith("tests/architecture/") or path.stat().st_size > 2**20:
            continue
        text = path.read_bytes().decode(errors="replace")
        if REGISTRIES.search(text) or RESOLVED.search(text):
            yield f"{name}: names a registry"
        if ELSEWHERE.search(text):
            yield f"{name}: names a place on one machine"


def ci_without_test(root: Path) -> Iterator[str]:
    """Say when CI does not run what everyone runs."""
    lines = (root / ".ci" / "run").read_text().splitlines()
    if "make test" not in (line.strip() for line in lines):
        yield ".ci/run: does not call make test"


def _domains(root: Path) -> Iterator[Source]:
    return (source for source in find_sources(root, "services") if "domain" in {*source.path.parts, source.path.stem})


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
