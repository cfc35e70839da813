"""Freezes what the contracts promise (`make release`): a released file never changes, and what follows must fit it.

A release is a numbered folder below `contracts/released/` with copies of the schemas, examples and reference data that
are new or changed since the one before; `manifest.json` holds the hash of each copy.
"""

import json
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from contracts.schemas import rendered

CONTRACTS = Path(__file__).parent
KINDS = ("schemas", "examples", "reference")
WORDS = frozenset({"$id", "$schema", "title", "description", "$defs", "examples"})
"""Parts of a schema that explain and do not bind."""

Manifest = dict[str, dict[str, str]]
"""Release number to path to SHA-256."""


def release(root: Path = CONTRACTS) -> list[str]:
    """Freeze what is new or changed in a release of its own, and list those files; none, no release.

    Raises:
        ValueError: something released was changed, or what is there now does not fit it.
    """
    problems = [*unrendered(root), *tampered(root), *misfits(root)]
    if problems:
        raise ValueError("\n".join(problems))
    manifest = _manifest(root)
    frozen = latest(root)
    fresh = {
        name: path.read_bytes()
        for name, path in _current(root).items()
        if name not in frozen or frozen[name].read_bytes() != path.read_bytes()
    }
    if fresh:
        number = str(len(manifest) + 1)
        _freeze(root / "released" / number, fresh)
        manifest[number] = {name: sha256(content).hexdigest() for name, content in sorted(fresh.items())}
        _manifest_path(root).write_text(json.dumps(manifest, indent=2) + "\n")
    return sorted(fresh)


def unrendered(root: Path = CONTRACTS) -> Iterator[str]:
    """Name every schema file that is not what the event classes ask for."""
    wanted = rendered(root / "schemas")
    for path in sorted(wanted.keys() | set((root / "schemas").glob("*.json"))):
        if path not in wanted or not path.exists() or path.read_bytes() != wanted[path]:
            yield f"{path.name}: not as `python -m contracts.schemas` writes it"


def tampered(root: Path = CONTRACTS) -> Iterator[str]:
    """Name every released file that is no longer what was released, or that no manifest lists."""
    listed = {
        _released_path(root, number, name): digest
        for number, files in _manifest(root).items()
        for name, digest in files.items()
    }
    there = {path for path in (root / "released").rglob("*.json") if path != _manifest_path(root)}
    for path in sorted(there - listed.keys()):
        yield f"{path}: in no release"
    for path, digest in listed.items():
        if not path.exists() or sha256(path.read_bytes()).hexdigest() != digest:
            yield f"{path}: changed after its release"


def misfits(root: Path = CONTRACTS) -> Iterator[str]:
    """Name whatever was released and is gone, edited or no longer fits: schemas may grow, reference data may not."""
    current = _current(root)
    for name, frozen in latest(root).items():
        kind = name.partition("/")[0]
        if kind == "examples":
            continue  # decoded by today's models in a test, as they were released
        if name not in current:
            yield f"{name}: released, and gone"
        elif kind == "schemas":
            old, new = json.loads(frozen.read_bytes()), json.loads(current[name].read_bytes())
            yield from (f"{name}: {problem}" for problem in incompatibilities(old, new))
        elif frozen.read_bytes() != current[name].read_bytes():
            yield f"{name}: a released version is never edited; add a new one"


def latest(root: Path = CONTRACTS) -> dict[str, Path]:
    """Give the newest released copy of every file that was ever released, by its name below `contracts/`."""
    found: dict[str, Path] = {}
    for number in sorted(_manifest(root), key=int):
        found |= {name: _released_path(root, number, name) for name in _manifest(root)[number]}
    return found


def released_examples(root: Path = CONTRACTS) -> list[Path]:
    """List every example of every release, oldest first."""
    manifest = _manifest(root)
    names = [(number, name) for number in sorted(manifest, key=int) for name in manifest[number]]
    return [_released_path(root, number, name) for number, name in names if name.startswith("examples/")]


def incompatibilities(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Say where a schema is more than the old one with optional fields added; an empty list means that it fits."""
    return list(_differences(_inlined(old, old), _inlined(new, new), "data"))


def _differences(old: object, new: object, where: str) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _schema_differences(old, new, where)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _differences(before, after, f"{where}[{number}]")
    elif old != new:
        yield f"{where}: {old!r} became {new!r}"


def _schema_differences(old: dict[str, Any], new: dict[str, Any], where: str) -> Iterator[str]:
    for key in sorted((old.keys() | new.keys()) - WORDS):
        if key == "properties":
            yield from _field_differences(old.get(key, {}), new.get(key, {}), where)
        elif key == "required":
            for field in sorted(set(old.get(key, ())) ^ set(new.get(key, ()))):
                yield f"{where}.{field}: was {'required' if field in old.get(key, ()) else 'optional or absent'}"
        else:
            yield from _differences(old.get(key), new.get(key), f"{where}[{key}]")


def _field_differences(old: dict[str, Any], new: dict[str, Any], where: str) -> Iterator[str]:
    for field, schema in old.items():
        if field in new:
            yield from _differences(schema, new[field], f"{where}.{field}")
        else:
            yield f"{where}.{field}: is gone"


def _inlined(part: Any, whole: dict[str, Any]) -> Any:
    """Put definitions where they are referred to, and drop what only explains."""
    if isinstance(part, list):
        return [_inlined(item, whole) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _inlined(whole["$defs"][part["$ref"].rpartition("/")[2]], whole)
    fields = {name: _inlined(schema, whole) for name, schema in part.get("properties", {}).items()}
    rest = {key: _inlined(value, whole) for key, value in part.items() if key not in WORDS | {"properties"}}
    return rest | {"properties": fields} if fields else rest


def _current(root: Path) -> dict[str, Path]:
    paths = [path.relative_to(root) for kind in KINDS for path in sorted((root / kind).rglob("*.json"))]
    return {path.as_posix(): root / path for path in paths if "drafts" not in path.parts}


def _manifest_path(root: Path) -> Path:
    return root / "released" / "manifest.json"


def _manifest(root: Path) -> Manifest:
    path = _manifest_path(root)
    manifest: Manifest = json.loads(path.read_bytes()) if path.exists() else {}
    return manifest


def _released_path(root: Path, number: str, name: str) -> Path:
    return root / "released" / number / name


def _freeze(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    try:
        sys.stdout.write("".join(f"released {name}\n" for name in release()) or "nothing new to release\n")
    except ValueError as refused:
        sys.exit(str(refused))
