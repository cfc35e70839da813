"""What may be asked of the list, and how the rest is refused."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import Area
from services.chassis.doors.web import Problem
from services.publish.site.parameters import LIST_NAMES, STORY_NAMES
from services.publish.site.query import PAGE_SIZE, Asked, Days, read_query
from services.publish.store.listing import Filters, Place
from tests.controls.envelope import reference_of
from tests.controls.publish import at

HERE = Place(at(0) + timedelta(microseconds=7), reference_of())


def refused(*pairs: tuple[str, str]) -> list[tuple[str, str]]:
    """Give the codes and fields that a query is refused with."""
    with pytest.raises(Problem) as raised:
        read_query(pairs)
    assert raised.value.status == 400
    return [(error["code"], error["field"]) for error in raised.value.errors] or [(raised.value.code, "")]


def test_nothing_asked_is_the_first_page_of_all() -> None:
    """Without a query, all reforms are asked for."""
    assert read_query([]) == Asked(Filters(), None, PAGE_SIZE)


def test_empty_filters_ask_for_all() -> None:
    """A form's empty fields filter nothing."""
    assert read_query([("area", ""), ("member", ""), ("level", "")]) == Asked(Filters())


def test_filters_are_read() -> None:
    """Each filter has its place."""
    pairs = [("area", "justice"), ("member", "CR"), ("level", "local-non-member"), ("limit", "100")]
    assert read_query(pairs) == Asked(Filters(area="justice", level="local-non-member", member="CR"), None, 100)


GIVEN = {
    "q": "open data",
    "area": "justice",
    "region": "Africa and the Middle East",
    "country": "SN",
    "member": "SN",
    "locality": "OGC-2026-000001",
    "level": "local",
    "channel": "action-plan",
    "institution": "Ministère de l\u2019Économie",
    "batch": "2026-11",
    "language": "fr",
    "retagged": "true",
    "promising": "false",
    "as_of": "2026-11-30",
    "limit": "7",
}
"""A value for every name."""


def test_everything_that_can_be_asked_is_read_and_kept() -> None:
    """Each name has its filter, and the query of the next page asks for the same."""
    assert {*GIVEN, "cursor"} == set(LIST_NAMES)
    asked = read_query(GIVEN.items())
    assert asked.filters == Filters(
        q="open data",
        area="justice",
        region="Africa and the Middle East",
        country="SN",
        member="SN",
        locality="OGC-2026-000001",
        level="local",
        channel="action-plan",
        institution="Ministère de l\u2019Économie",
        batch="2026-11",
        language="fr",
        retagged=True,
        promising=False,
        at=datetime(2026, 12, 1, tzinfo=UTC),
    )
    assert asked.given == GIVEN
    assert read_query(parse_qsl(asked.then(HERE))) == replace(asked, after=HERE)


def test_day_ends_in_its_zone() -> None:
    """The last moment of a day is that of the declared zone; a day that is not over there is refused."""
    tokyo = Days(ZoneInfo("Asia/Tokyo"), datetime(2026, 11, 30, 15, tzinfo=UTC))
    assert read_query([("as_of", "2026-11-30")], days=tokyo).filters.at == tokyo.now
    with pytest.raises(Problem, match="not over"):
        read_query([("as_of", "2026-12-01")], days=tokyo)
    with pytest.raises(Problem, match="not over"):
        read_query([("as_of", "2026-11-30")], days=tokyo._replace(zone=ZoneInfo("UTC")))


@pytest.mark.parametrize("area", list(Area))
def test_every_area_is_a_filter(area: Area) -> None:
    """The filter's list is the vocabulary's."""
    assert read_query([("area", area)]).filters.area == area


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("area", "cheese"),
        ("area", "justice\x00"),
        ("area", "justice\n"),
        ("level", "National"),
        ("member", "cr"),
        ("member", "C"),
        ("member", "\u202e"),
        ("limit", "0"),
        ("limit", "-1"),
        ("limit", "101"),
        ("limit", "1e3"),
        ("limit", "\u0663"),
        ("limit", "9" * 400),
        ("cursor", "abc"),
        ("cursor", "'; DROP TABLE reform_entry; --"),
        ("cursor", "ffffffffffffffffffff.OGC-2026-000001.00000000"),
    ],
)
def test_value_that_cannot_be_is_refused(name: str, value: str) -> None:
    """A value outside its list or form is named, before anything is looked up."""
    assert refused((name, value)) == [("value", name)]


def test_all_that_is_wrong_is_told_at_once() -> None:
    """Every parameter that is wrong is named."""
    assert refused(("colour", "red"), ("area", "x"), ("limit", "5"), ("limit", "6")) == [
        ("unknown-filter", "colour"),
        ("value", "area"),
        ("repeated", "limit"),
        ("repeated", "limit"),
    ]


@given(
    st.builds(Filters, area=st.sampled_from([None, *Area]), member=st.sampled_from([None, "CR", "PHQZT"])),
    st.integers(1, 100),
    st.integers(0, 10**15),
)
def test_next_leads_on_from_where_the_page_ended(filters: Filters, limit: int, microseconds: int) -> None:
    """The query of the next page asks for the same, from just behind the last."""
    place = Place(at(0) - timedelta(microseconds=microseconds % 10**14), reference_of(7))
    onward = Asked(filters, None, limit).then(place)
    assert read_query(parse_qsl(onward)) == Asked(filters, place, limit)


def test_cursor_of_another_list_is_refused() -> None:
    """A cursor belongs to the filters with which it was given, and to reforms or to stories."""
    cursor = dict(parse_qsl(Asked(Filters(area="justice")).then(HERE)))["cursor"]
    assert refused(("area", "civic-space"), ("cursor", cursor)) == [("cursor", "")]
    of_stories = parse_qsl(read_query([], STORY_NAMES).then(HERE))
    assert refused(*of_stories) == [("cursor", "")]
    assert read_query(of_stories, STORY_NAMES).after == HERE


@given(st.lists(st.tuples(st.sampled_from(["area", "level", "member", "limit", "cursor", "x"]), st.text()), max_size=6))
def test_any_query_is_read_or_refused(pairs: list[tuple[str, str]]) -> None:
    """Whatever is asked, the answer is a page or a problem."""
    with suppress(Problem):
        assert 1 <= read_query(pairs).limit <= 100


def test_every_day_of_every_zone_ends_where_a_quarter_of_an_hour_does() -> None:
    """Figures of a past day are added up from quarters: none may be half of one day and half of the next."""
    months = [date(year, month, 15) for year in range(2023, 2041) for month in range(1, 13)]
    ends = (Days(ZoneInfo(zone)).end_of(day) for zone in available_timezones() for day in months)
    assert {(end.minute % 15, end.second) for end in ends} == {(0, 0)}
