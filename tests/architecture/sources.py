"""The project's own files, and what stands in them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NOT_OURS = frozenset(
    {".git", ".venv", ".local", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
    | {".hypothesis", ".import_linter_cache"}
)
PRODUCT = ("contracts", "services", "deploy", "bench", "examples")

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file: where it is below the root, and what it says."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """Give the path below the root, as people write it."""
        return self.path.as_posix()

    @property
    def tree(self) -> ast.Module:
        """Give the parsed file."""
        return ast.parse(self.text)


def find_files(root: Path) -> Iterator[Path]:
    """Find every file of the project, in no folder that is made or fetched."""
    for path in sorted(root.iterdir()):
        if path.name in NOT_OURS or path.name.endswith(".egg-info"):
            continue
        if path.is_dir():
            yield from find_files(path)
        else:
            yield path


def find_sources(root: Path, *folders: str) -> list[Source]:
    """Find every Python file, or those below some folders."""
    paths = (path.relative_to(root) for path in find_files(root) if path.suffix == ".py")
    return [Source(path, (root / path).read_text()) for path in paths if not folders or path.parts[0] in folders]


def find_functions(source: Source) -> Iterator[FunctionNode]:
    """Find every function of a file, nested ones too."""
    return (node for node in ast.walk(source.tree) if isinstance(node, FunctionNode))


def count_body_lines(function: FunctionNode, text: str) -> int:
    """Count the lines of a body that are not blank: without its docstring, and without functions inside it."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) else function.body
    if not body:
        return 0
    numbers = set(range(body[0].lineno, (body[-1].end_lineno or 0) + 1))
    for inner in (node for statement in body for node in ast.walk(statement) if isinstance(node, FunctionNode)):
        first = min([inner.lineno, *(decorator.lineno for decorator in inner.decorator_list)])
        numbers -= set(range(first, (inner.end_lineno or 0) + 1))
    lines = text.splitlines()
    return sum(1 for number in numbers if lines[number - 1].strip())
