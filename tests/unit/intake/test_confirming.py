"""Confirming an address, and where the links in letters lead."""

from dataclasses import replace

import pytest
from pydantic import SecretStr, ValidationError

from contracts.submissions import ContactConfirmed
from services.intake.domain.confirming import Address, confirm
from services.intake.reception.desk import Desk
from services.intake.settings import Settings
from tests.controls.envelope import id_of, reference_of
from tests.controls.intake import moment

ADDRESS = Address(
    submission_id=id_of("submission"), reference=reference_of(1), story_id=id_of("story"), confirmed_at=None
)


def settings(**overrides: object) -> Settings:
    """Settings of an intake that nobody starts."""
    told = {"database_url": "postgresql://unused", "kafka_bootstrap_servers": "unused", "intake_secret": "s" * 32}
    return Settings.model_validate({**told, **overrides})


def test_address_is_confirmed_once() -> None:
    """The first time tells it; from then on there is nothing to tell."""
    at = moment()
    assert confirm(ADDRESS, at) == [ContactConfirmed(confirmed_at=at.at)]
    assert confirm(replace(ADDRESS, confirmed_at=at.at), at) == []


def test_secret_and_token_are_no_substitute_for_each_other() -> None:
    """Whoever holds the receipt's secret has not shown that they read the address; nor does another's token."""
    desk, one, other = Desk(settings()), id_of("one"), id_of("other")
    assert desk.is_confirm_token_of(one, desk.confirm_token_of(one))
    assert not desk.is_confirm_token_of(one, desk.secret_of(one))
    assert not desk.is_confirm_token_of(one, desk.confirm_token_of(other))
    assert not desk.is_secret_of(one, desk.confirm_token_of(one))
    elsewhere = Desk(settings(intake_secret=SecretStr("t" * 32)))
    assert not elsewhere.is_confirm_token_of(one, desk.confirm_token_of(one))


PRODUCTION = {"profile": "production", "topic_replication": 3, "min_insync_replicas": 2}


@pytest.mark.parametrize("url", ["", "http://forms.example.org"])
def test_production_needs_an_address_for_its_links(url: str) -> None:
    """Letters lead there, with secrets in the links: it must be known, and reached by TLS."""
    with pytest.raises(ValidationError, match="INTAKE_URL"):
        settings(**PRODUCTION, intake_url=url)
    assert settings(**PRODUCTION, intake_url="https://forms.example.org/").own_url == "https://forms.example.org"
