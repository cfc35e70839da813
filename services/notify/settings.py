"""What notify is told by its environment: whose letters they are, the mail server, and the contact vault."""

from datetime import time, timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, FilePath, SecretStr, model_validator

from contracts.notices import NoticeKind
from services.chassis.doors.signatures import key_of
from services.chassis.settings import ServiceSettings, ZoneName
from services.notify.domain.timing import Timetable, Weekly

TRY_OUT_KEY = "a key for trying out, known to everyone"
KEY_BYTES = 32
EIGHT = time(8)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _check_secret(secret: SecretStr) -> SecretStr:
    key_of(secret.get_secret_value())
    return secret


class MailWebhook(BaseModel):
    """A provider that tells what became of letters, and the secrets that it may sign with: several let one change."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9:._-]{0,63}$")
    secrets: tuple[Annotated[SecretStr, AfterValidator(_check_secret)], ...] = Field(min_length=1)

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The keys that its secrets stand for."""
        return tuple(key_of(secret.get_secret_value()) for secret in self.secrets)


class Settings(ServiceSettings):
    """Letters come from the Support Unit; replies go to it."""

    mail_from_name: str = "OGP Support Unit"
    mail_from: str = "open-gov-challenge@example.org"
    mail_reply_to: str = "support-unit@example.org"
    mail_domain: str = Field(default="challenge.example.org", pattern=r"^[a-z0-9][a-z0-9.-]{0,250}$")
    """Stands in every Message-ID. Changing it makes a letter that is sent again look like another one."""

    mail_door: Literal["smtp", "http"] = "smtp"
    """By which door letters leave: a mail server, or a provider that is asked over HTTP."""

    smtp_host: str = "127.0.0.1"
    smtp_port: int = 1025
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    smtp_ca_file: FilePath | None = None
    """Certificates that vouch for the mail server, besides those that this machine trusts."""
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_reply_seconds: float = 30.0
    smtp_final_reply_seconds: float = 600.0
    """RFC 5321, 4.5.3.2.6: after the final dot ten minutes, since giving up early makes an outcome unknown."""

    provider_url: str = ""
    """Where letters are posted, as JSON, each under an Idempotency-Key."""
    provider_token: SecretStr = SecretStr("")
    provider_reply_seconds: float = Field(default=30.0, gt=0)
    provider_tries: int = Field(default=3, ge=1, le=10)
    """How often a letter is shown before its answer counts as lost for now."""
    provider_pause_seconds: float = Field(default=2.0, ge=0)
    provider_remembers_hours: float = Field(default=24.0, gt=0)
    """For so long it knows a letter again by its key, from when it was first shown."""

    domain_letters_per_minute: int = Field(default=0, ge=0)
    """No domain is sent more than this by one process; 0 is no limit."""
    breaker_in_a_row: int = Field(default=10, ge=0)
    """A domain that puts off so many letters in a row is sent nothing for a while; 0 never lets one rest."""
    breaker_rest_seconds: float = Field(default=60.0, gt=0)

    unknown_resend: frozenset[NoticeKind] = frozenset()
    """Letters of these kinds are sent once more, with the same Message-ID, when nobody knows whether they arrived."""
    unknown_pause_minutes: float = Field(default=60.0, gt=0)

    mail_webhooks: tuple[MailWebhook, ...] = ()
    """Who may tell what became of letters."""

    address_hash_key: SecretStr = SecretStr(TRY_OUT_KEY)
    """Under it the ledger keeps hashes of addresses; with another one, none of them is found again."""

    contacts_url: str = "http://127.0.0.1:8001"
    contacts_token: SecretStr = SecretStr("")
    contacts_timeout_seconds: float = 10.0

    public_url: str | None = None
    updates_key: SecretStr | None = None
    """With it, the same that publish has, who is asked how a reform is going can answer on a page; 32 bytes or more."""
    zone: ZoneName = "UTC"
    """The one declared zone, the same for every service: dates in letters agree with the months of intake."""

    digest_at: time | None = None
    """At this local time of day points of contact get what came together for them.

    Unset, that is at eight in production, and at once where things are tried out.
    """
    search_digest_at: str | None = Field(
        default=None, pattern=r"^(mon|tue|wed|thu|fri|sat|sun) ([01][0-9]|2[0-3]):[0-5][0-9]$"
    )
    """Once a week, such as `mon 08:00`, in local time, those who saved a search get what it found, in one letter.

    Unset, that is on Mondays at eight in production, and at once where things are tried out.
    """
    remind_days: int = Field(default=14, ge=0, le=89)
    """So many days before a question's last day who has not answered is reminded; 0 reminds nobody."""

    delay_days: int = Field(default=0, ge=0, le=365)
    """So many days after a month's end those who still wait for its review are told so, once; 0 tells nobody."""
    delay_poll_seconds: float = Field(default=60.0, gt=0)
    delay_quiet_seconds: float = Field(default=600.0, ge=0)
    """A partition of `reviews` in which nothing is heard for so long is heard to its end, as far as delays go."""

    mail_connections: int = Field(default=48, ge=0, le=50)
    """How many pieces of mail are under way at once, each on a connection of its own; 0 delivers nothing here."""
    postman_claim_letters: int = Field(default=200, ge=1, le=500)
    """So many letters are claimed at once, and given back when the process ends before it has sent them."""
    postman_stop_seconds: float = 8.0
    """For so long a letter in hand may still come to its end when the process is told to stop."""
    postman_poll_seconds: float = 0.5
    relay_gathering_seconds: float = 0.05
    """Letters are settled a few at a time, many times a second; nobody waits for what is told of each."""
    postman_beat_seconds: float = 3.0
    postman_silence_seconds: int = Field(default=10, ge=1)
    """A postman that is silent for so long has lost its letters to others."""

    @model_validator(mode="after")
    def _no_plain_mail_in_production(self) -> Self:
        if self.profile == "production" and self.mail_door == "smtp" and self.smtp_security == "none":
            raise ValueError("production sends no mail without TLS: set SMTP_SECURITY to starttls or tls")
        return self

    @model_validator(mode="after")
    def _know_the_provider(self) -> Self:
        if self.mail_door == "http" and not self.provider_url.startswith(("https://", "http://")):
            raise ValueError("MAIL_DOOR=http needs PROVIDER_URL: where letters are posted")
        if self.mail_door == "http" and not self.provider_token.get_secret_value():
            raise ValueError("MAIL_DOOR=http needs PROVIDER_TOKEN, by which the provider knows us")
        if self.mail_door == "http" and self.profile == "production" and not self.provider_url.startswith("https://"):
            raise ValueError("production posts no letters without TLS: PROVIDER_URL begins with https://")
        return self

    @model_validator(mode="after")
    def _keep_addresses_from_being_tried_out(self) -> Self:
        key = self.address_hash_key.get_secret_value()
        if len(key.encode()) < KEY_BYTES or (self.profile == "production" and key == TRY_OUT_KEY):
            raise ValueError(
                "set ADDRESS_HASH_KEY to a secret of its own of 32 bytes or more: it lives as long as the data"
            )
        return self

    @property
    def timetable(self) -> Timetable:
        """When letters go that do not go at once."""
        remind_before = timedelta(days=self.remind_days) if self.remind_days else None
        digest_at = self.digest_at or (EIGHT if self.profile == "production" else None)
        zone, weekly = ZoneInfo(self.zone), self._weekly
        return Timetable(zone=zone, digest_at=digest_at, weekly=weekly, remind_before=remind_before)

    @property
    def _weekly(self) -> Weekly | None:
        if self.search_digest_at is None:
            return Weekly(0, EIGHT) if self.profile == "production" else None
        day, _, at = self.search_digest_at.partition(" ")
        return Weekly(WEEKDAYS.index(day), time.fromisoformat(at))

    @model_validator(mode="after")
    def _keep_updates_from_being_made_up(self) -> Self:
        if self.updates_key_bytes is not None and len(self.updates_key_bytes) < KEY_BYTES:
            raise ValueError("UPDATES_KEY has 32 bytes or more, the same for notify and publish")
        return self

    @property
    def updates_key_bytes(self) -> bytes | None:
        """The key of the links by which reforms are updated, if there is one."""
        return self.updates_key.get_secret_value().encode() if self.updates_key else None

    @property
    def address_key(self) -> bytes:
        """The key of address hashes."""
        return self.address_hash_key.get_secret_value().encode()
