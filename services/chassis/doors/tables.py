"""How a door that takes a table in says what is wrong with it, row by row."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, Field

from services.chassis.doors.bodies import inlined
from services.chassis.doors.documenting import ProblemBody, ProblemMembers
from services.chassis.doors.web import Problem
from services.chassis.tables import Faulty

LIMIT_BYTES = 4 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LIST_LIMIT = 1_000
"""How many faults, or rows, an answer lists at most."""


class FaultBody(BaseModel):
    """One thing that is wrong with the table."""

    row: Annotated[int, Field(description="As a spreadsheet counts: the header is row 1.")]
    column: Annotated[str, Field(description="Empty where it is the row.")]
    code: str
    detail: str


class TableProblemBody(ProblemMembers):
    """A problem (RFC 9457) with everything that is wrong, by rows; at most a thousand are listed."""

    total: int
    errors: list[FaultBody]


def table_body(columns: str) -> dict[str, Any]:
    """Document that a table is sent, and what its columns are."""
    return {
        "requestBody": {
            "required": True,
            "content": {"text/csv": {"schema": {"type": "string"}}, XLSX: {"schema": {"type": "string"}}},
            "description": f"CSV in UTF-8, or a workbook (XLSX); at most 4 MiB. {columns}",
        }
    }


def table_problems(about: str) -> dict[int | str, dict[str, Any]]:
    """Document how a table is refused."""
    schema = {"anyOf": [inlined(it.model_json_schema(), {}) for it in (TableProblemBody, ProblemBody)]}
    return {422: {"description": about, "content": {"application/problem+json": {"schema": schema}}}}


def table_problem(faulty: Faulty, code: str, detail: str, sentences: Mapping[str, str]) -> Problem:
    """Refuse a table, under a code, with a sentence for each fault."""
    errors: list[dict[str, object]] = [
        {"row": fault.row, "column": fault.column, "code": fault.code, "detail": sentences[fault.code]}
        for fault in faulty.faults[:LIST_LIMIT]
    ]
    return Problem(422, code, detail, errors, total=len(faulty.faults))
