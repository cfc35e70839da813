"""Holds the archive of a release against its own sums."""

from hashlib import file_digest, sha256
from pathlib import Path
from zipfile import ZipFile

from services.publish.downloads.package import SUMS

_PIECE_BYTES = 65_536


def find_broken(packed: Path) -> list[str]:
    """Name what in an archive is not as its sums say: another content, no sum, or no such file.

    Raises:
        zipfile.BadZipFile, KeyError: it is no archive of a release.
    """
    with ZipFile(packed) as archive:
        (listed,) = [name for name in archive.namelist() if name.endswith(f"/{SUMS}")] or [SUMS]
        within = listed.removesuffix(SUMS)
        told = {f"{within}{name}": digest for digest, name in _read(archive.read(listed).decode())}
        found = {name: _sum(archive, name) for name in archive.namelist() if name != listed}
    return sorted(name for name in {**told, **found} if told.get(name) != found.get(name))


def sum_of(packed: Path) -> str:
    """Give the SHA-256 of a file, in hexadecimal."""
    with packed.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def _read(sums: str) -> list[tuple[str, str]]:
    return [(line[:64], line[66:]) for line in sums.splitlines()]


def _sum(archive: ZipFile, name: str) -> str:
    digest = sha256()
    with archive.open(name) as opened:
        while piece := opened.read(_PIECE_BYTES):
            digest.update(piece)
    return digest.hexdigest()
