"""What notify is told by its environment."""

from datetime import time
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from services.notify.app import make_service
from services.notify.postman.worker import make_postman
from services.notify.settings import Settings
from services.notify.words import make_house

NEEDED = {"DATABASE_URL": "postgresql://unused", "KAFKA_BOOTSTRAP_SERVERS": "unused"}
PRODUCTION = {
    "PROFILE": "production",
    "TOPIC_REPLICATION": "3",
    "MIN_INSYNC_REPLICAS": "2",
    "SMTP_SECURITY": "starttls",
}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)


def test_dates_in_letters_are_in_the_declared_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The zone is declared once, as ``ZONE``, for every service: letters and months agree."""
    monkeypatch.setenv("ZONE", "America/Bogota")
    assert make_house(Settings()).zone == ZoneInfo("America/Bogota")


def test_zone_that_does_not_exist_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """At start, not at the first letter."""
    monkeypatch.setenv("ZONE", "Bogota")
    with pytest.raises(ValidationError, match="there is no zone 'Bogota'"):
        Settings()


def test_several_letters_are_under_way_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each on a connection of its own: a mail server that is slow to answer one does not keep the others."""
    monkeypatch.setenv("MAIL_CONNECTIONS", "4")
    assert len({id(door) for door in make_postman(Settings()).doors}) == 4


def test_process_without_connections_delivers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It enters letters into the ledger, and leaves them to others."""
    counts = []
    for connections in ("0", "1"):
        monkeypatch.setenv("MAIL_CONNECTIONS", connections)
        counts.append(len(make_service(Settings()).workers))
    assert counts[0] == counts[1] - 1


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"ADDRESS_HASH_KEY": "too short"}, "ADDRESS_HASH_KEY"),
        ({**PRODUCTION, "SMTP_SECURITY": "none"}, "SMTP_SECURITY"),
        (PRODUCTION, "ADDRESS_HASH_KEY"),
        ({"MAIL_DOOR": "http"}, "PROVIDER_URL"),
        ({"MAIL_DOOR": "http", "PROVIDER_URL": "provider.example.org"}, "PROVIDER_URL"),
        ({"MAIL_DOOR": "http", "PROVIDER_URL": "https://provider.example.org"}, "PROVIDER_TOKEN"),
        (
            {**PRODUCTION, "MAIL_DOOR": "http", "PROVIDER_URL": "http://provider.example.org", "PROVIDER_TOKEN": "t"},
            "https://",
        ),
        ({"MAIL_WEBHOOKS": '[{"name": "provider", "secrets": ["whsec_short"]}]'}, "MAIL_WEBHOOKS|mail_webhooks"),
        ({"UNKNOWN_RESEND": '["letter"]'}, "unknown_resend"),
        ({"SMTP_CA_FILE": "/nowhere/ca.pem"}, "smtp_ca_file"),
    ],
)
def test_settings_that_are_not_safe_are_refused(
    monkeypatch: pytest.MonkeyPatch, told: dict[str, str], complaint: str
) -> None:
    """At start: mail goes by TLS, and address hashes hang on a key of one's own."""
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=complaint):
        Settings()


def test_in_production_points_of_contact_get_one_letter_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where things are tried out they are told at once; a time that is set holds everywhere."""
    assert Settings().timetable.digest_at is None
    for name, value in {**PRODUCTION, "ADDRESS_HASH_KEY": 32 * "k"}.items():
        monkeypatch.setenv(name, value)
    assert Settings().timetable.digest_at == time(8)
    monkeypatch.setenv("DIGEST_AT", "17:30")
    assert Settings().timetable.digest_at == time(17, 30)
