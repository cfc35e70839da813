"""What review is told by its environment: how a release proceeds."""

from pydantic import Field

from services.chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """The settings of review."""

    release_chunk_items: int = Field(default=500, ge=1, le=5000)
    release_poll_seconds: float = Field(default=0.2, gt=0)
