"""When the holder of a reform may be asked how it goes on: the wish is told, the letter is others' work."""

from dataclasses import dataclass
from datetime import datetime

from contracts.reviews import UpdateRequested
from services.review.domain.items import Accepted, ItemState
from services.review.domain.refused import refused


@dataclass(frozen=True, slots=True)
class RequestUpdate:
    """Let the holder of a reform be asked, and why."""

    why: str
    by: str
    at: datetime


def request_update(state: ItemState, command: RequestUpdate) -> UpdateRequested:
    """Tell the wish; the item stays as it is.

    Raises:
        Refusal: ``not-a-reform``: nobody holds what is not in the public record.
    """
    if not isinstance(state, Accepted):
        raise refused("not-a-reform", "only a released reform has a holder who can be asked how it goes on")
    item = state.item
    return UpdateRequested(
        month=item.month, round=item.round, why=command.why, requested_by=command.by, requested_at=command.at
    )
