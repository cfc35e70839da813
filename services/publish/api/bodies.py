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
