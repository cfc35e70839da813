"""A dated release: what is in its archive, that it keeps to its standard, and that it is made again byte for byte."""

import hashlib
import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import frictionless
import httpx
import pytest
import typer
from typer.testing import CliRunner

from services.publish.cli import app as cli
from services.publish.cli.data import fetch
from services.publish.downloads.checking import find_broken
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
    with ZipFile(BytesIO(first)) as archive:
        assert {(one.date_time, one.create_system) for one in archive.infolist()} == {((1980, 1, 1, 0, 0, 0), 3)}


def test_sums_hold_for_every_file(tmp_path: Path) -> None:
    """SHA256SUMS names each other file once, with the sum that it has."""
    folder = unpack(build(tmp_path / "a", 3, 2), tmp_path / "out")
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    sums = {line.partition("  ")[2]: line.partition("  ")[0] for line in lines}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "SHA256SUMS"
    }
    assert sums == found
    assert set(found) == {
        *("README.md", "LICENSE.txt", "data-dictionary.md", "datapackage.json"),
        *("reforms.csv", "milestones.csv", "findings.csv", "assessments.csv", "awards.csv"),
        *("reforms.jsonl", "reforms.parquet"),
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
    rows = {task.name: task.stats["rows"] for task in report.tasks}
    assert rows == {"reforms": 4, "milestones": 6, "findings": 20, "assessments": 4, "awards": 4}
    path = folder / "milestones.csv"
    path.write_bytes(path.read_bytes().replace(b"2027-11-30", b"2027-13-30", 1))
    errors = {type(error).__name__ for task in tables_of(folder).validate().tasks for error in task.errors}
    assert errors == {"HashCountError", "TypeError"}


def test_command_takes_a_release_and_checks_it(tmp_path: Path) -> None:
    """It prints the archive's sum; one that was changed on its way is named and fails; what is refused is told."""
    packed = build(tmp_path / "a", 2, 2)

    def answer(request: httpx.Request) -> httpx.Response:
        is_there = request.url.path == "/releases/2026-12.zip"
        refusal = {"code": "not-over", "detail": "2027-01 is not over"}
        return httpx.Response(200, content=packed) if is_there else httpx.Response(404, json=refusal)

    client, target = httpx.Client(transport=httpx.MockTransport(answer), base_url="http://publish"), tmp_path / "r.zip"
    fetch(client, "2026-12", target)
    told = CliRunner().invoke(cli, ["data", "check", str(target)])
    assert (told.exit_code, told.output.split()[0]) == (0, hashlib.sha256(packed).hexdigest())
    with pytest.raises(typer.Exit):
        fetch(client, "2027-01", tmp_path / "none.zip")
    assert not (tmp_path / "none.zip").exists()
    with ZipFile(target, "a") as archive:
        archive.writestr("open-gov-challenge-2026-12/more.csv", "a,b")
    assert find_broken(target) == ["open-gov-challenge-2026-12/more.csv"]
    as_json = json.loads(CliRunner().invoke(cli, ["data", "check", str(target), "--json"]).stdout)
    assert (as_json["broken"], as_json["sha256"]) == (
        find_broken(target),
        hashlib.sha256(target.read_bytes()).hexdigest(),
    )
    told = CliRunner().invoke(cli, ["data", "check", str(target)])
    assert (told.exit_code, "more.csv is not as its sum says" in told.output) == (1, True)
    (tmp_path / "b.zip").write_bytes(b"none")
    assert CliRunner().invoke(cli, ["data", "check", str(tmp_path / "b.zip")]).exit_code == 1


def test_words_say_what_is_there(tmp_path: Path) -> None:
    """The README counts the rows and names the month; the dictionary has every column; the licence its address."""
    folder = unpack(build(tmp_path / "a", 3, 2), tmp_path / "out")
    readme, dictionary = (folder / "README.md").read_text(), (folder / "data-dictionary.md").read_text()
    assert "a row for each reform: 4 |" in readme
    assert "somebody said: 6 |" in readme
    assert "https://reforms.example.org/releases/2026-12" in readme
    assert "https://creativecommons.org/licenses/by/4.0/" in (folder / "LICENSE.txt").read_text()
    assert all(f"| `{column.name}` |" in dictionary for table in tables().values() for column in table.columns)
