"""What review is told by its environment: how it releases and compares, and where the contact vault is."""

from collections.abc import Mapping
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, model_validator

from contracts.vocabulary import ActorRef, MemberCode
from services.chassis.settings import ServiceSettings, ZoneName
from services.review.domain.impartiality import Impartiality
from services.review.domain.staff import ROLES


class Settings(ServiceSettings):
    """The settings of review."""

    release_chunk_items: int = Field(default=5000, ge=1, le=5000)
    release_lanes: int = Field(default=2, ge=1, le=6)
    release_poll_seconds: float = Field(default=0.2, gt=0)
    drafting_chunk_items: int = Field(default=200, ge=1, le=5000)
    drafting_poll_seconds: float = Field(default=0.2, gt=0)
    """After each chunk the writing of events that will leave rests so long: people who decide go first."""

    report_poll_seconds: float = Field(default=5.0, gt=0)

    likeness_chunk_submissions: int = Field(default=500, ge=1, le=5000)
    likeness_poll_seconds: float = Field(default=1.0, gt=0)
    """After each chunk the search for duplicates rests so long: what comes in is entered first."""

    flagging_chunk_submissions: int = Field(default=250, ge=1, le=5000)
    pairing_chunk_submissions: int = Field(default=20, ge=1, le=1000)

    contacts_url: str = "http://127.0.0.1:8001"
    contacts_token: SecretStr = SecretStr("")
    contacts_timeout_seconds: float = Field(default=10.0, gt=0)

    notify_url: str = "http://127.0.0.1:8003"
    notify_token: SecretStr = SecretStr("")
    notify_timeout_seconds: float = Field(default=5.0, gt=0)

    review_assessors: tuple[ActorRef, ...] = ()
    """Who assesses, where items are assigned by rule and nobody is named; without any, nothing is assigned."""
    review_four_eyes: bool = False
    """Whether whoever assessed an item is refused its decision."""
    review_conflicts: Mapping[str, tuple[MemberCode, ...]] = Field(default_factory=dict)
    """What people stay off: an actor_ref to the codes of members, or of countries with all their localities."""

    zone: ZoneName = "UTC"
    """The one declared zone, the same for every service: dates on the desk agree with the months of intake."""

    session_idle_minutes: int = Field(default=60, ge=1)
    session_hours: int = Field(default=12, ge=1)
    """A session ends after so long without a page, and in any case after so many hours."""
    sign_in_tries_per_minute: int = Field(default=10, ge=0)
    """For each name, and twice as many for each address; 0 is no limit."""

    review_url: str = "http://127.0.0.1:8002"
    """Where browsers reach this service: an OpenID provider sends them back there, and cookies go by it."""
    local_accounts: bool = True
    """Whether accounts of our own, with a password, may sign in."""
    openid_issuer: str = ""
    """The OpenID provider that vouches for staff, such as https://id.example.org; empty: there is none."""
    openid_client_id: str = ""
    openid_client_secret: SecretStr = SecretStr("")
    openid_scope: str = "openid profile"
    openid_name_claim: str = "name"
    openid_roles_claim: str = "roles"
    """Where the provider says what somebody may do; parts of a path are parted by dots (``realm_access.roles``)."""
    openid_roles: Mapping[str, str] = Field(default_factory=dict)
    """The provider's words for our roles, such as {"ogp-su": "support-unit"}; without any, its words are ours."""
    openid_timeout_seconds: float = Field(default=10.0, gt=0)

    @model_validator(mode="after")
    def _know_roles(self) -> Self:
        if unknown := sorted(set(self.openid_roles.values()) - set(ROLES)):
            raise ValueError(f"openid_roles leads to unknown roles: {', '.join(unknown)}; there are {', '.join(ROLES)}")
        return self

    @model_validator(mode="after")
    def _ask_in_secret(self) -> Self:
        plain = [url for url in (self.openid_issuer, self.review_url) if url.startswith("http://")]
        if self.profile == "production" and self.openid_issuer and plain:
            raise ValueError("in production openid_issuer and review_url begin with https://")
        return self

    @property
    def impartiality(self) -> Impartiality:
        """Who may not work on what."""
        return Impartiality(self.review_four_eyes, self.review_conflicts)

    @property
    def zone_info(self) -> ZoneInfo:
        """The declared zone."""
        return ZoneInfo(self.zone)
