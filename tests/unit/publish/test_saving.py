"""The link from the list to where a search is saved: with its filters, and none for what no letter can tell of."""

import pytest

from services.publish.site.listing import saving_of
from services.publish.site.query import read_query

INTAKE = "https://forms.example.org"


@pytest.mark.parametrize(
    ("asked", "saved"),
    [
        ({}, ""),
        ({"area": "justice", "retagged": "true", "q": "court cases"}, "?q=court+cases&area=justice&retagged=true"),
        ({"country": "CR", "limit": "5"}, "?country=CR"),
        ({"promising": "true"}, "?promising=true"),
        ({"as_of": "2026-01-31"}, None),
    ],
)
def test_list_leads_to_where_its_search_is_saved(asked: dict[str, str], saved: str | None) -> None:
    """All its filters, and no place in it, in the list's language; where nobody knows of intake, nowhere."""
    found = read_query(asked.items())
    assert saving_of(found, INTAKE, "fr") == (None if saved is None else f"{INTAKE}/fr/searches{saved}")
    assert saving_of(found, "", "fr") is None
