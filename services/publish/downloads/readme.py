"""What a release says of itself to people: what it is, how to read it, whose it is, and what each column holds."""

from collections.abc import Iterable, Mapping

from services.publish.downloads.dictionary import Column, Kind, Table, tables

TITLE = "Open Gov Challenge reforms"
ATTRIBUTION = "Open Government Partnership, Open Gov Challenge"
LICENSE_URL = "https://creativecommons.org/licenses/by/4.0/"

_README = """\
# {title}, {month}

The public record of the Open Gov Challenge as it stood at the end of {month} ({zone}): every reform that the Support
Unit had accepted and published by then and not retracted, as it read then. It never changes: what is corrected later
stands in later releases. The same record makes the same file, byte for byte.

| File | What it holds |
|---|---|
| `reforms.csv` | a row for each reform: {reforms} |
| `milestones.csv` | a row for each milestone, with how far it has come where somebody said: {milestones} |
| `findings.csv` | a row for each gate and criterion, with the reason why it was found met: {findings} |
| `assessments.csv` | a row for each stage at which the Independent Reporting Mechanism looked: {assessments} |
| `awards.csv` | a row for each award: {awards} |
| `reforms.jsonl` | the same, whole: a JSON object for each reform, with all of these inside |
| `reforms.parquet` | the table of reforms for programs, with lists as lists |
| `data-dictionary.md` | what each column holds |
| `datapackage.json` | the same for programs (Data Package 2.0, Table Schema) |
| `SHA256SUMS` | sums of all files: `sha256sum --check SHA256SUMS` |

CSV is UTF-8 with a byte order mark. In CSV a text that begins with `=`, `+`, `-` or `@` has an apostrophe before it, so
that no spreadsheet program takes it for a formula, and several texts in one cell have ` | ` between them. JSON Lines
and Parquet have every text exactly as it is. Join tables by `reference`, members by `member`, never by a name.

Texts are the institutions' own, in their language. Rows with `synthetic` true were made up to try the system.

## Licence

Creative Commons Attribution 4.0 International (CC BY 4.0): {license}

Cite as: {attribution}. *{title}, {month}*. {address}
"""

_LICENSE = """\
Creative Commons Attribution 4.0 International (CC BY 4.0)

You are free to share and adapt this data for any purpose, even commercially, as long as you give appropriate credit,
provide a link to the licence, and say if changes were made. The licence, in full:

{license}legalcode.en

Credit: {attribution}
"""

_DICTIONARY = """\
# Data dictionary

`text` is Unicode; `list` is several texts (in CSV with ` | ` between them); `day` is a date as 2026-11-30; `instant` is
a moment in UTC as 2026-11-30T09:00:00Z; `number` is a whole number; `flag` is true or false.
"""


def write_readme(month: str, address: str, zone: str, rows: Mapping[str, int]) -> bytes:
    """Write what a release is."""
    told = {"title": TITLE, "license": LICENSE_URL, "attribution": ATTRIBUTION}
    return _README.format(month=month, address=address, zone=zone, **told, **rows).encode()


def write_license() -> bytes:
    """Write under which terms it may be used."""
    return _LICENSE.format(license=LICENSE_URL, attribution=ATTRIBUTION).encode()


def write_dictionary() -> bytes:
    """Write the data dictionary: every table, and every column of it."""
    return "\n".join([_DICTIONARY, *(line for table in tables().values() for line in _table(table))]).encode()


def _table(table: Table) -> Iterable[str]:
    yield f"## {table.name}\n\n{table.about}\n\n| Column | Kind | May be empty | What it holds |\n|---|---|---|---|"
    yield from (_column(column) for column in table.columns)
    yield ""


def _column(column: Column) -> str:
    may_be_empty = "" if column.required and column.kind is not Kind.LIST else "yes"
    return f"| `{column.name}` | {column.kind} | {may_be_empty} | {column.about} |"
