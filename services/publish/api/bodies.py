"""What the staff's doors of publish answer."""

from typing import Annotated

from pydantic import BaseModel, Field


class RowBody(BaseModel):
    """One row: what it says of which reform, and whether that is new or was told before."""

    row: Annotated[int, Field(description="As a spreadsheet counts: the header is row 1.")]
    kind: str
    reference: str
    new: bool
    says: dict[str, str]


class ImportBody(BaseModel):
    """What was told, or would be; of long tables the first thousand rows."""

    dry_run: bool
    told: int
    unchanged: int
    rows: list[RowBody]


class FaultBody(BaseModel):
    """One thing that is wrong with the table."""

    row: int
    column: str
    code: str
    detail: str


class TableProblemBody(BaseModel):
    """A table of which nothing was told, with all that is wrong with it."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str
    errors: list[FaultBody]
    total: int
