"""Why an operator does something: asked for wherever it changes who is written to."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter

Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500, pattern=r"^[^\x00-\x1f]*$")]


class Reason(BaseModel):
    """A reason; no name and no address belongs into it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    why: Why


REASON = TypeAdapter(Reason)
