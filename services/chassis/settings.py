"""What a service is told by its environment."""

from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


def _check_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"there is no zone {name!r}") from None


ZoneName = Annotated[str, AfterValidator(_check_zone)]
"""A zone by its IANA name, such as ``Europe/Paris``."""


class Token(BaseModel):
    """A bearer token that a door takes: its SHA-256 in hexadecimal, whose it is, and what it may do."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    actor_ref: str
    scopes: frozenset[str]


class ServiceSettings(BaseSettings):
    """The settings of every service; a service adds its own. Environment variables carry the names in capitals."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    database_url: SecretStr
    kafka_bootstrap_servers: str
    topic_prefix: str = "challenge."
    http_host: str = "127.0.0.1"
    http_port: int = 8000
    tokens: tuple[Token, ...] = ()
    profile: Literal["embedded", "production"] = "embedded"
    relay_repair: Literal["auto", "operator"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    otlp_endpoint: str | None = None

    pool_max_connections: int = 12
    statement_timeout_seconds: float = 30.0
    lock_timeout_seconds: float = 10.0

    chunk_max_records: int = Field(default=1000, ge=1, le=5000)
    poll_idle_seconds: float = 0.01
    session_timeout_seconds: float = 10.0
    watchdog_stall_seconds: float = 60.0
    gap_backoff_max_seconds: float = 60.0

    relay_chunk_records: int = 2000
    relay_poll_seconds: float = 0.1
    relay_gathering_seconds: float = 0.0
    """So long what is told soon after little was told waits for more; what is told alone goes at once."""
    relay_idle_session_seconds: float = 10.0
    relay_beat_seconds: float = 3.0
    topic_replication: int = 1
    min_insync_replicas: int = 1

    @model_validator(mode="before")
    @classmethod
    def _let_a_person_repair(cls, given: dict[str, Any]) -> dict[str, Any]:
        return {"relay_repair": "operator", **given} if given.get("profile") == "production" else given

    @model_validator(mode="after")
    def _keep_copies(self) -> Self:
        if self.profile == "production" and not self.topic_replication > self.min_insync_replicas > 1:
            raise ValueError("production needs min_insync_replicas > 1, and topic_replication above it")
        return self
