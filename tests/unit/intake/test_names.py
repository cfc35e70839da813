"""Names of members in the languages of the world."""

import pytest

from services.intake.domain.names import is_country, name_of
from services.intake.domain.registry import Member
from tests.controls.intake import colombia

BRITAIN = Member(code="UK", kind="national", country="GB", region="Europe", name="United Kingdom")
BOGOTA = Member(code="COBOG", kind="local", country="CO", region="Americas", name="Bogotá")


@pytest.mark.parametrize(
    ("member", "language", "name"),
    [
        (BRITAIN, "fr", "Royaume-Uni"),
        (BRITAIN, "pt-BR", "Reino Unido"),
        (BRITAIN, "fr-XX", "Royaume-Uni"),
        (BRITAIN, "zz", "United Kingdom"),
        (BRITAIN, "../../etc", "United Kingdom"),
        (colombia(), "ar", "كولومبيا"),
        (BOGOTA, "fr", "Bogotá"),
        (colombia(country="ZQ"), "fr", "Colombia"),
    ],
)
def test_a_country_is_named_by_cldr_and_a_locality_by_itself(member: Member, language: str, name: str) -> None:
    """In the closest language that there is; English where there is none; as registered where no name is known."""
    assert name_of(member, language) == name


def test_countries_have_the_codes_of_iso_and_not_of_ogp() -> None:
    """GB, not UK; nor a union, nor a code for testing."""
    assert {code for code in ("GB", "UK", "XK", "EU", "ZZ", "001", "gb", "CI") if is_country(code)} == {
        "GB",
        "XK",
        "CI",
    }
