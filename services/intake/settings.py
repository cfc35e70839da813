"""What intake is told by its environment, and the keys that follow from its one secret."""

from functools import lru_cache
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from services.chassis.doors.signatures import key_of
from services.chassis.settings import ServiceSettings, ZoneName
from services.intake.domain.forms import FORMS
from services.intake.domain.sources import is_anybodys


def _check_secret(secret: SecretStr) -> SecretStr:
    key_of(secret.get_secret_value())
    return secret


def _check_channel(channel: str) -> str:
    if channel not in FORMS:
        raise ValueError(f"there is no channel {channel!r}")
    return channel


class WebhookSource(BaseModel):
    """A form system that sends webhooks: its name, the secrets that it may sign with, and for whom it may submit.

    Several secrets let a key be changed. ``members`` are codes of members, or ``*`` for all.
    """

    model_config = ConfigDict(frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9:._-]{0,63}$")
    secrets: tuple[Annotated[SecretStr, AfterValidator(_check_secret)], ...] = Field(min_length=1)
    members: frozenset[str] = frozenset()
    channels: frozenset[Annotated[str, AfterValidator(_check_channel)]] = Field(min_length=1)

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The keys that its secrets stand for."""
        return tuple(key_of(secret.get_secret_value()) for secret in self.secrets)

    def speaks_for(self, member: str) -> bool:
        """Say whether it may submit for a member."""
        return member in self.members or "*" in self.members


class Settings(ServiceSettings):
    """The settings of intake; vault and receipts hang on ``intake_secret``, which lives as long as the data."""

    intake_secret: SecretStr = Field(min_length=32)
    vault_secrets: tuple[Annotated[SecretStr, Field(min_length=32)], ...] = ()
    """Where given: the first wraps the vault's keys from now on, the others, and ``intake_secret``, still open."""
    zone: ZoneName = "UTC"
    month_grace_minutes: float = Field(default=5.0, ge=0)
    month_poll_seconds: float = Field(default=1.0, gt=0)
    quarantine_poll_seconds: float = Field(default=60.0, gt=0)
    group_wait_ms: float = Field(default=1.0, ge=0)
    group_max_requests: int = Field(default=500, ge=1)
    intake_url: str = ""
    webhooks: tuple[WebhookSource, ...] = ()
    address_requests_per_minute: int = Field(default=120, ge=0)
    token_requests_per_minute: int = Field(default=1_200, ge=0)
    webhook_requests_per_minute: int = Field(default=1_200, ge=0)

    @model_validator(mode="after")
    def _keep_sources_apart(self) -> Self:
        for name in (*(token.actor_ref for token in self.tokens), *(source.name for source in self.webhooks)):
            if is_anybodys(name):
                raise ValueError(f"nobody may act as {name}, the source of those who have no token")
        return self

    @model_validator(mode="after")
    def _let_links_lead_here(self) -> Self:
        if self.profile == "production" and not self.intake_url.startswith("https://"):
            raise ValueError("letters hold links with secrets: set INTAKE_URL to where people reach intake by https")
        return self

    @property
    def own_url(self) -> str:
        """Where this intake's doors are, as senders see them."""
        return self.intake_url.rstrip("/") or f"http://{self.http_host}:{self.http_port}"

    @property
    def zone_info(self) -> ZoneInfo:
        """The declared zone: a submission's month is the calendar month there."""
        return ZoneInfo(self.zone)

    @property
    def vault_keys(self) -> tuple[bytes, ...]:
        """The keys of the vault: the first wraps, all open."""
        return tuple(_derive(one.get_secret_value(), "vault") for one in (*self.vault_secrets, self.intake_secret))

    def key_for(self, purpose: str) -> bytes:
        """Derive the key of one purpose from the secret (HKDF-SHA256, RFC 5869)."""
        return _derive(self.intake_secret.get_secret_value(), purpose)


@lru_cache
def _derive(secret: str, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"intake {purpose}".encode()).derive(secret.encode())
