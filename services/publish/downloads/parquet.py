"""Writes Parquet, compressed with Zstandard. Loaded when somebody asks for it: Arrow comes with it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from arro3.core import DataType, Field, Schema
from arro3.io import read_json
from arro3.io import write_parquet as write_columns

from services.publish.downloads.dictionary import Kind, Table
from services.publish.downloads.files import LinesFile, RowsOf
from services.publish.downloads.taken import Taken

CHUNK_ROWS = 1024
"""How many rows are in memory at once, of the few thousand that share a row group."""

GROUP_ROWS = 8192

_TYPES: Mapping[Kind, DataType] = {
    Kind.TEXT: DataType.utf8(),
    Kind.LIST: DataType.list(Field("item", DataType.utf8(), nullable=False)),
    Kind.DAY: DataType.date32(),
    Kind.INSTANT: DataType.timestamp("us", tz="UTC"),
    Kind.NUMBER: DataType.int32(),
    Kind.FLAG: DataType.bool(),
}


class ParquetFile:
    """A file of columns: the rows are kept as lines beside it, until the end."""

    def __init__(self, path: Path, table: Table, rows_of: RowsOf) -> None:
        self._path, self._table = path, table
        self._kept = path.with_name(f"{path.name}.rows")
        self._lines = LinesFile(self._kept, rows_of)

    def add(self, reforms: Sequence[Taken]) -> None:
        """Keep their rows."""
        self._lines.add(reforms)

    def end(self) -> None:
        """Write the columns."""
        self._lines.end()
        schema = Schema([Field(one.name, _TYPES[one.kind], nullable=not one.required) for one in self._table.columns])
        with self._kept.open("rb") as lines:
            rows = read_json(lines, schema, batch_size=CHUNK_ROWS)
            write_columns(rows, self._path, compression="zstd(3)", max_row_group_size=GROUP_ROWS)
        self._kept.unlink()

    def drop(self) -> None:
        """Close the lines."""
        self._lines.drop()
