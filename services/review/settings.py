"""What review is told by its environment: how it releases and compares, and where the contact vault is."""

from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr

from services.chassis.settings import ServiceSettings, ZoneName


class Settings(ServiceSettings):
    """The settings of review."""

    release_chunk_items: int = Field(default=500, ge=1, le=5000)
    release_poll_seconds: float = Field(default=0.2, gt=0)
    likeness_chunk_submissions: int = Field(default=500, ge=1, le=5000)
    likeness_poll_seconds: float = Field(default=1.0, gt=0)
    """After each chunk the search for duplicates rests so long: what comes in is entered first."""

    flagging_chunk_submissions: int = Field(default=50, ge=1, le=1000)

    contacts_url: str = "http://127.0.0.1:8001"
    contacts_token: SecretStr = SecretStr("")
    contacts_timeout_seconds: float = Field(default=10.0, gt=0)

    notify_url: str = "http://127.0.0.1:8003"
    notify_token: SecretStr = SecretStr("")
    notify_timeout_seconds: float = Field(default=5.0, gt=0)

    zone: ZoneName = "UTC"
    """The one declared zone, the same for every service: dates on the desk agree with the months of intake."""

    session_idle_minutes: int = Field(default=60, ge=1)
    session_hours: int = Field(default=12, ge=1)
    """A session ends after so long without a page, and in any case after so many hours."""

    @property
    def zone_info(self) -> ZoneInfo:
        """The declared zone."""
        return ZoneInfo(self.zone)
