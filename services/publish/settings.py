"""What publish is told by its environment."""

from pydantic import Field, SecretStr

from services.chassis.settings import ServiceSettings, ZoneName


class Settings(ServiceSettings):
    """``PUBLIC_DATABASE_URL`` is that of a role that may select from the public views and nothing else.

    Without it the public doors read as the service itself.
    """

    public_database_url: SecretStr | None = None
    public_statement_timeout_seconds: float = Field(default=3.0, ge=1)
    public_url: str | None = None
    """Where the public finds the site, for what leaves it: citations, feeds and files hold whole addresses."""

    intake_url: str = ""
    """Where the public finds intake, at whose page a search is saved; without it no list leads there."""

    updates_key: SecretStr | None = Field(default=None, min_length=32)
    """The same as notify's: it signs the links by which reforms are updated. Without it there is no such page."""

    zone: ZoneName = "UTC"
    """The one declared zone, the same for every service: days on pages agree with the months of intake."""

    provenance_hour: int = Field(default=3, ge=0, le=23)
    """From which hour of the day, in the zone, it is looked whether each reform can be followed back."""

    provenance_grace_days: int = Field(default=7, ge=0)
    """How many days letters and months' reports may take before they are missed."""
