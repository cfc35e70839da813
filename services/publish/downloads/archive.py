"""Writes ZIP archives whose bytes are those of their content: no clock, no machine, no user in them."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that an archive can name: it stands in the place of the clock's."""

_READABLE_FILE = 0o100644 << 16


def write_archive(target: IO[bytes], members: Iterable[tuple[str, IO[bytes] | Path | bytes]]) -> None:
    """Write members, each a name and its content, in the order given."""
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in members:
            if isinstance(content, bytes):
                archive.writestr(_member(name), content)
            elif isinstance(content, Path):
                with content.open("rb") as opened:
                    _copy(archive, name, opened)
            else:
                _copy(archive, name, content)


def _copy(archive: ZipFile, name: str, content: IO[bytes]) -> None:
    with archive.open(_member(name), "w", force_zip64=True) as written:
        shutil.copyfileobj(content, written)


def _member(name: str) -> ZipInfo:
    told = ZipInfo(name, EPOCH)
    told.compress_type, told.external_attr, told.create_system = ZIP_DEFLATED, _READABLE_FILE, 3
    return told
