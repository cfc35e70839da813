"""What the status says of stories and nominations, which are not reviewed."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from contracts.submissions import Nomination, Story
from services.intake.store.contributions import Contribution


class ContributionBody(BaseModel):
    """Where a story or a nomination stands."""

    id: UUID
    reference: str
    channel: str
    received_at: datetime
    state: Annotated[
        Literal["shared", "released"], Field(description="shared; released when the Support Unit lets a story be shown")
    ]
    released_at: datetime | None = None
    story: Story | None = None
    nomination: Nomination | None = None


def contribution_body(found: Contribution) -> ContributionBody:
    """Say where a story or a nomination stands."""
    return ContributionBody(
        id=found.submission_id,
        reference=found.reference,
        channel=found.channel,
        received_at=found.received_at,
        state="released" if found.released_at else "shared",
        released_at=found.released_at,
        story=found.told if isinstance(found.told, Story) else None,
        nomination=found.told if isinstance(found.told, Nomination) else None,
    )
