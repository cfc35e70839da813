"""Topics `forms` and `forms-refused`: what upstream forms send as it is, and what intake could not take."""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from contracts.event import shape
from contracts.vocabulary import Instant, ShortText


@shape
class Problem:
    """One thing that is wrong, by its code, and where (a JSON Pointer, empty for the whole)."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
    field: Annotated[str, StringConstraints(max_length=300)] = ""


@shape
class FormRefused:
    """A form was not taken in; its record is in quarantine, and stands at this place of the `forms` topic."""

    TYPE: ClassVar[str] = "form.refused.v1"

    source: ShortText | None = None
    external_id: ShortText | None = None
    problems: Annotated[tuple[Problem, ...], Field(min_length=1)]
    partition: Annotated[int, Field(ge=0)]
    offset: Annotated[int, Field(ge=0)]
    refused_at: Instant


FormEvent = FormRefused
