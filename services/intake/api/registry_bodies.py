"""What the doors of the registry answer with."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from services.intake.api.bodies import Zone
from services.intake.domain.importing.comparing import Change
from services.intake.domain.importing.records import Table


class MemberBody(BaseModel):
    """A member, or a country that is declared none."""

    code: Annotated[str, Field(description="OGP's own code (UK, not GB); what forms send as `member`.")]
    kind: Literal["national", "local"]
    country: Annotated[str, Field(description="ISO 3166-1.")]
    region: str
    name: Annotated[str, Field(description="A country's in the language asked for; a locality's own.")]
    stories_only: Annotated[bool, Field(description="Declared not a member: nothing but stories is taken from it.")]


class MembersBody(BaseModel):
    """All who are in the registry, by kind and name."""

    language: str
    members: list[MemberBody]


class AreaBody(BaseModel):
    """One of the Challenge's areas."""

    code: str
    name: Annotated[str, Field(description="In the language asked for where it is English, French or Spanish.")]


class ChallengeBody(BaseModel):
    """The Challenge: its dates, both included, in its zone, and its areas."""

    starts_on: date
    ends_on: date
    zone: Zone
    areas: list[AreaBody]


class ChangedBody(BaseModel):
    """A column that changes; both values are null for what only the vault holds."""

    column: str
    before: str | None
    after: str | None


class ChangeOfTableBody(BaseModel):
    """What a row of the table changes."""

    row: Annotated[int, Field(description="As a spreadsheet counts: the header is row 1.")]
    key: str
    what: Literal["added", "changed", "removed"]
    columns: list[ChangedBody]

    @classmethod
    def of(cls, change: Change) -> "ChangeOfTableBody":
        """Write a change."""
        columns = [ChangedBody(column=one.name, before=one.before, after=one.after) for one in change.columns]
        return cls(row=change.row, key=change.key, what=change.what, columns=columns)


class ImportBody(BaseModel):
    """What an import did, or would do; at most a thousand changes are listed, all are counted."""

    table: Table
    dry_run: bool
    added: int
    changed: int
    removed: int
    unchanged: int
    changes: list[ChangeOfTableBody]


class PastChangeBody(BaseModel):
    """A change of the registry; before is null where it was added, after where it was taken away."""

    changed_at: datetime
    changed_by: str
    table: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class HistoryBody(BaseModel):
    """What became of one member, plan, commitment or round, the latest first."""

    key: str
    changes: list[PastChangeBody]
