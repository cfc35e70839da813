"""What intake is told by its environment, and the keys that follow from its one secret."""

from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import Field, SecretStr, model_validator

from services.chassis.settings import ServiceSettings, ZoneName
from services.intake.domain.sources import is_anybodys


class Settings(ServiceSettings):
    """The settings of intake; vault and receipts hang on ``intake_secret``, which lives as long as the data."""

    intake_secret: SecretStr = Field(min_length=32)
    zone: ZoneName = "UTC"
    month_grace_minutes: float = Field(default=5.0, ge=0)
    month_poll_seconds: float = Field(default=1.0, gt=0)
    quarantine_poll_seconds: float = Field(default=60.0, gt=0)
    group_wait_ms: float = Field(default=3.0, ge=0)
    group_max_requests: int = Field(default=500, ge=1)
    intake_url: str = ""

    @model_validator(mode="after")
    def _keep_sources_apart(self) -> Self:
        for token in self.tokens:
            if is_anybodys(token.actor_ref):
                raise ValueError(f"a token may not act as {token.actor_ref}, the source of those who have none")
        return self

    @property
    def own_url(self) -> str:
        """Where this intake's doors are, as senders see them."""
        return self.intake_url.rstrip("/") or f"http://{self.http_host}:{self.http_port}"

    @property
    def zone_info(self) -> ZoneInfo:
        """The declared zone: a submission's month is the calendar month there."""
        return ZoneInfo(self.zone)

    def key_for(self, purpose: str) -> bytes:
        """Derive the key of one purpose from the secret (HKDF-SHA256, RFC 5869)."""
        return _derive(self.intake_secret.get_secret_value(), purpose)


@lru_cache
def _derive(secret: str, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"intake {purpose}".encode()).derive(secret.encode())
