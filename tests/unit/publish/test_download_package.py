"""A dated release: what is in its archive, that it keeps to its standard, and that it is made again byte for byte."""

import hashlib
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import frictionless

from services.publish.downloads.dictionary import tables
from services.publish.downloads.package import Release, ReleaseFiles
from tests.controls.downloads import all_taken, taken

RELEASE = Release("2026-12", datetime(2027, 1, 1, tzinfo=UTC), "UTC", "https://reforms.example.org")


def build(folder: Path, count: int, chunk: int) -> bytes:
    """Make a release of so many reforms, in chunks of this size."""
    folder.mkdir()
    files, packed = ReleaseFiles(folder, RELEASE), BytesIO()
    reforms = [*all_taken(count), taken(count + 1, title="=1+1", milestones=())]
    for begin in range(0, len(reforms), chunk):
        files.add(reforms[begin : begin + chunk])
    files.pack(packed)
    return packed.getvalue()


def unpack(packed: bytes, folder: Path) -> Path:
    """Unpack an archive, and give the one folder in it."""
    with ZipFile(BytesIO(packed)) as archive:
        archive.extractall(folder)
    (only,) = folder.iterdir()
    return only


def test_release_is_made_again_byte_for_byte(tmp_path: Path) -> None:
    """Whatever the chunks."""
    first, second = build(tmp_path / "a", 6, 2), build(tmp_path / "b", 6, 100)
    assert hashlib.sha256(first).hexdigest() == hashlib.sha256(second).hexdigest()
    assert build(tmp_path / "c", 5, 2) != first


def test_sums_hold_for_every_file(tmp_path: Path) -> None:
    """SHA256SUMS names each other file once, with the sum that it has."""
    folder = unpack(build(tmp_path / "a", 3, 2), tmp_path / "out")
    sums = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines())
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "SHA256SUMS"
    }
    assert sums == found
    assert set(found) == {
        *("README.md", "LICENSE.txt", "data-dictionary.md", "datapackage.json"),
        *("reforms.csv", "milestones.csv", "findings.csv", "reforms.jsonl", "reforms.parquet"),
    }


def tables_of(folder: Path) -> frictionless.Package:
    """Open a package, but for the files that are no tables of its standard."""
    package = frictionless.Package(str(folder / "datapackage.json"))
    for name in ("reforms-lines", "reforms-columns"):
        package.remove_resource(name)
    return package


def test_package_keeps_to_its_standard(tmp_path: Path) -> None:
    """The description; each table against its schema, keys, foreign keys, size and sum; a changed cell is found."""
    folder = unpack(build(tmp_path / "a", 3, 2), tmp_path / "out")
    report = tables_of(folder).validate()
    assert report.flatten(["title", "note"]) == []
    assert {task.name: task.stats["rows"] for task in report.tasks} == {"reforms": 4, "milestones": 6, "findings": 20}
    path = folder / "milestones.csv"
    path.write_bytes(path.read_bytes().replace(b"2027-11-30", b"2027-13-30", 1))
    errors = {type(error).__name__ for task in tables_of(folder).validate().tasks for error in task.errors}
    assert errors == {"HashCountError", "TypeError"}


def test_words_say_what_is_there(tmp_path: Path) -> None:
    """The README counts the rows and names the month; the dictionary has every column; the licence its address."""
    folder = unpack(build(tmp_path / "a", 3, 2), tmp_path / "out")
    readme, dictionary = (folder / "README.md").read_text(), (folder / "data-dictionary.md").read_text()
    assert "a row for each reform: 4 |" in readme
    assert "a row for each milestone: 6 |" in readme
    assert "https://reforms.example.org/releases/2026-12" in readme
    assert "https://creativecommons.org/licenses/by/4.0/" in (folder / "LICENSE.txt").read_text()
    assert all(f"| `{column.name}` |" in dictionary for table in tables().values() for column in table.columns)
