"""A dated release: the public record as it stood at the end of a month, as a Data Package in an archive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import IO, Any

import msgspec

from services.publish.downloads.archive import write_archive
from services.publish.downloads.dictionary import Column, Kind, tables
from services.publish.downloads.files import Writer
from services.publish.downloads.forms import TABLES, open_columns, open_lines, open_table
from services.publish.downloads.readme import (
    ATTRIBUTION,
    LICENSE_URL,
    TITLE,
    write_dictionary,
    write_license,
    write_readme,
)
from services.publish.downloads.taken import Taken

SUMS = "SHA256SUMS"
LINES = "reforms.jsonl"
COLUMNS = "reforms.parquet"

_TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "string",
    Kind.LIST: "string",
    Kind.DAY: "date",
    Kind.INSTANT: "datetime",
    Kind.NUMBER: "integer",
    Kind.FLAG: "boolean",
}


@dataclass(frozen=True, slots=True)
class Release:
    """Which release: its month, the moment at which that month ended in ``zone``, and where the site is."""

    month: str
    ended_at: datetime
    zone: str
    site: str

    @property
    def address(self) -> str:
        """Where it stands, for ever."""
        return f"{self.site}/releases/{self.month}"


class ReleaseFiles:
    """The files of a release, in a folder of their own while they are written."""

    def __init__(self, folder: Path, release: Release) -> None:
        self._folder, self._release = folder, release
        self._writers: dict[str, Writer] = {f"{name}.csv": open_table(folder / f"{name}.csv", name) for name in TABLES}
        self._writers |= {LINES: open_lines(folder / LINES), COLUMNS: open_columns(folder / COLUMNS)}
        self._rows = dict.fromkeys(TABLES, 0)

    def add(self, reforms: Sequence[Taken]) -> None:
        """Write these into every file."""
        for writer in self._writers.values():
            writer.add(reforms)
        for name, rows_of in TABLES.items():
            self._rows[name] += sum(len(rows_of(one)) for one in reforms)

    def pack(self, target: IO[bytes]) -> None:
        """Write the archive: the data, what says what they are, and the sums of all of it."""
        for writer in self._writers.values():
            writer.end()
        told = self._tell()
        sums = {name: self._sum(name) for name in self._writers} | {
            name: sha256(content).hexdigest() for name, content in told.items()
        }
        told[SUMS] = "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)).encode()
        within = f"open-gov-challenge-{self._release.month}"
        members: dict[str, Path | bytes] = {**told, **{name: self._folder / name for name in self._writers}}
        write_archive(target, ((f"{within}/{name}", content) for name, content in members.items()))

    def drop(self) -> None:
        """Close all files, whatever is in them."""
        for writer in self._writers.values():
            writer.drop()

    def _tell(self) -> dict[str, bytes]:
        resources = [self._resource(name) for name in self._writers]
        return {
            "README.md": write_readme(self._release.month, self._release.address, self._release.zone, self._rows),
            "LICENSE.txt": write_license(),
            "data-dictionary.md": write_dictionary(),
            "datapackage.json": _pretty(describe(self._release, resources)),
        }

    def _resource(self, name: str) -> dict[str, Any]:
        path = self._folder / name
        told = {"path": name, "bytes": path.stat().st_size, "hash": f"sha256:{self._sum(name)}"}
        stem, _, ending = name.partition(".")
        return {**told, **(_table_resource(stem) if ending == "csv" else _FILES[name])}

    def _sum(self, name: str) -> str:
        with (self._folder / name).open("rb") as opened:
            return file_digest(opened, "sha256").hexdigest()


def describe(release: Release, resources: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Describe a release as Data Package 2.0 does."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"open-gov-challenge-{release.month}",
        "id": release.address,
        "title": f"{TITLE}, {release.month}",
        "description": f"The public record as it stood at the end of {release.month} ({release.zone}).",
        "homepage": release.address,
        "version": release.month,
        "created": release.ended_at.isoformat().replace("+00:00", "Z"),
        "keywords": ["open government", "reforms", "Open Government Partnership"],
        "licenses": [{"name": "CC-BY-4.0", "path": LICENSE_URL, "title": "Creative Commons Attribution 4.0"}],
        "contributors": [{"title": ATTRIBUTION, "roles": ["publisher"]}],
        "resources": list(resources),
    }


def _table_resource(name: str) -> dict[str, Any]:
    table = tables()[name]
    points_to = {"fields": ["reference"], "reference": {"resource": "reforms", "fields": ["reference"]}}
    schema = {
        "fields": [_field(column) for column in table.columns],
        "primaryKey": list(table.key),
        **({} if name == "reforms" else {"foreignKeys": [points_to]}),
    }
    return {
        "name": name,
        "type": "table",
        "description": table.about,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    several = " Several texts stand between vertical bars." if column.kind is Kind.LIST else ""
    return {
        "name": column.name,
        "type": _TYPES[column.kind],
        "description": column.about + several,
        **({"constraints": {"required": True}} if column.required and column.kind is not Kind.LIST else {}),
    }


_FILES: Mapping[str, Mapping[str, Any]] = {
    LINES: {
        "name": "reforms-lines",
        "description": "Every reform whole, an object a line: texts exactly as they are, with all that is in it.",
        "format": "jsonl",
        "mediatype": "application/jsonl",
        "encoding": "utf-8",
    },
    COLUMNS: {
        "name": "reforms-columns",
        "description": "The table of reforms as Parquet, with lists as lists.",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
    },
}


def _pretty(value: Mapping[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
