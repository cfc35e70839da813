"""What a saved search finds: by the filters of the public list, once for each change."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contracts.event import Event
from contracts.reforms import ReformEvent
from contracts.subscriptions import SavedSearch
from contracts.vocabulary import Area, Channel, MemberType
from services.notify.domain.searches import change_of, find_changes, letters_of_searches, passes
from services.notify.domain.timing import Timetable, Weekly, next_weekly
from tests.controls.envelope import MOMENT, RELEASED_AT, event_of, id_of, reference_of
from tests.controls.notify import searcher
from tests.controls.reforms import public_reform, reform_corrected, reform_marked, reform_published, reform_retracted

SHOWN = public_reform()
LATER = RELEASED_AT + timedelta(hours=1)


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ({}, True),
        ({"area": SHOWN.reform.assigned_area}, True),
        ({"area": Area.MEDIA_FREEDOM}, False),
        ({"region": "Elsewhere"}, False),
        ({"country": "CR", "member": "CR", "level": "national", "channel": Channel.STANDALONE}, True),
        ({"country": "SN"}, False),
        ({"channel": Channel.RECOGNITION}, False),
        ({"locality": "CRSJO"}, False),
        ({"institution": SHOWN.reform.proposal.lead_institution.upper()}, True),
        ({"institution": SHOWN.reform.proposal.lead_institution[:-1]}, False),
        ({"batch": SHOWN.batch, "language": "es"}, True),
        ({"batch": "2023-12"}, False),
        ({"retagged": SHOWN.reform.proposal.declared_area != SHOWN.reform.assigned_area}, True),
        ({"retagged": SHOWN.reform.proposal.declared_area == SHOWN.reform.assigned_area}, False),
    ],
)
def test_search_finds_what_the_list_would(asked: dict[str, Any], is_found: bool) -> None:
    """Each filter is looked at by itself, and all of them together."""
    assert passes(SavedSearch(**asked), SHOWN) == is_found


def test_words_are_those_that_were_found() -> None:
    """For each event by itself: what a search asks for in other words is not told."""
    [event] = told(reform_published())
    search = searcher(search=SavedSearch(level="national", q="backlog"))
    assert letters_of_searches([event], [search]) == []
    assert letters_of_searches([event], [search], {(event.id, "courts"), (id_of("other"), "backlog")}) == []
    assert len(letters_of_searches([event], [search], {(event.id, "backlog")})) == 1


def test_levels_and_localities_are_those_of_the_record() -> None:
    """A local member by its code; a locality that is no member by its reform's reference."""
    local = reform_corrected().reform
    assert passes(SavedSearch(country="CR", locality="CRSJO", level="local"), local)
    elsewhere = replace(SHOWN.reform.proposal, member_type=MemberType.OTHER_LOCAL, jurisdiction="Alajuela")
    other = replace(SHOWN, reform=replace(SHOWN.reform, proposal=elsewhere))
    assert passes(SavedSearch(locality=reference_of(1), level="local-non-member"), other)
    assert not passes(SavedSearch(level="national"), other)


def told(*data: ReformEvent) -> list[Event[ReformEvent]]:
    """Tell this, in this order, each when it happened."""
    changes = [change_of(it).told_at for it in data]
    told = zip(data, changes, strict=True)
    return [replace(event_of(it), id=id_of(f"told {n}"), time=at) for n, (it, at) in enumerate(told)]


def test_correction_moves_into_a_search_and_out_of_it() -> None:
    """What changes again within a chunk is told as it reads at its end; what left is not told."""
    events = told(reform_published(), reform_corrected(corrected_at=LATER))
    national, local = (searcher(search=SavedSearch(level=level)) for level in ("national", "local"))
    [overtaken] = letters_of_searches(events, [national])
    assert overtaken.cancelled
    [entered] = letters_of_searches(events, [local])
    assert (entered.cancelled, entered.words["is_corrected"], entered.words["new_since"]) == (False, True, None)
    assert find_changes(events) == {(reference_of(1), False): LATER}
    [gone] = letters_of_searches(told(reform_published(), reform_retracted(retracted_at=LATER)), [national])
    assert gone.cancelled


def test_what_was_corrected_before_it_was_told_is_new() -> None:
    """Whether within a chunk, or after deliveries that are owed no more; to who was told, it is corrected."""
    events, everything = told(reform_published(), reform_corrected(corrected_at=LATER)), searcher(search=SavedSearch())
    entered, corrected = letters_of_searches(events, [everything])
    assert (entered.cancelled, entered.words["new_since"]) == (True, None)
    assert (corrected.cancelled, corrected.words["new_since"]) == (False, RELEASED_AT)
    unsaid = {(everything.subscription_id, reference_of(1)): RELEASED_AT}
    [later] = letters_of_searches(events[1:], [everything], unsaid=unsaid)
    assert later == corrected
    [already] = letters_of_searches(events[1:], [everything])
    assert already.words["new_since"] is None


def test_what_comes_back_is_not_called_new() -> None:
    """Who saved a search after it first was public is told that it is there again, and since when."""
    events = told(reform_published(returned_at=LATER))
    [letter] = letters_of_searches(events, [searcher(since=LATER)])
    assert (letter.words["is_returned"], letter.words["told_at"]) == (True, LATER)
    assert find_changes(events) == {(reference_of(1), False): LATER}


def test_mark_is_told_to_those_who_ask_for_it() -> None:
    """As the last word within a chunk for them alone; to others a mark is no news, and takes nothing back."""
    asks, asks_not, others = (searcher(search=SavedSearch(promising=it)) for it in (True, False, None))
    events = told(reform_published(), reform_marked(marked_at=LATER))
    entered, marked = events
    assert [(it.cause.event_id, it.cancelled) for it in letters_of_searches(events, [asks])] == [(marked.id, False)]
    assert [(it.cause.event_id, it.cancelled) for it in letters_of_searches(events, [asks_not])] == [(entered.id, True)]
    assert [(it.cause.event_id, it.cancelled) for it in letters_of_searches(events, [others])] == [(entered.id, False)]
    assert find_changes(events) == {(reference_of(1), False): RELEASED_AT, (reference_of(1), True): LATER}
    unmarked = told(reform_marked(marked_at=LATER, promising=False))
    assert [len(letters_of_searches(unmarked, [it])) for it in (asks, asks_not, others)] == [0, 1, 0]
    corrected = told(reform_corrected(reform=replace(SHOWN, promising=True)))
    assert [len(letters_of_searches(corrected, [it])) for it in (asks, asks_not, others)] == [1, 0, 1]


def test_last_word_of_a_moment_is_the_one_that_was_told_last() -> None:
    """Two events of one moment: their order counts, not their times."""
    events = told(reform_published(), reform_corrected())
    assert [it.cancelled for it in letters_of_searches(events, [searcher()])] == [True, False]


def test_nothing_is_told_that_was_before_the_search_or_twice() -> None:
    """A delivery has its id from the event, the subscription and the kind."""
    events = told(reform_published())
    assert letters_of_searches(events, [searcher(since=LATER)]) == []
    late = [replace(event, time=LATER) for event in events]
    assert len(letters_of_searches(late, [searcher(since=LATER)])) == 1, "released before, but in the record only now"
    first, again = (letters_of_searches(events, [searcher()]) for _ in range(2))
    assert [it.delivery_id for it in first] == [it.delivery_id for it in again]
    assert first[0].words["search"] == "area=access-to-information"


@pytest.mark.parametrize(
    ("zone", "now", "due"),
    [
        ("UTC", "2026-11-29T23:59:59.999999+00:00", "2026-11-30T00:00+00:00"),
        ("UTC", "2026-11-30T00:00+00:00", "2026-12-07T00:00+00:00"),
        ("America/Bogota", "2026-11-30T04:59:59+00:00", "2026-11-30T05:00+00:00"),
        ("Pacific/Kiritimati", "2026-11-29T10:00+00:00", "2026-12-06T10:00+00:00"),
        # in Lebanon there is no midnight on the last Sunday of March, and in Havana there are two in November
        ("Asia/Beirut", "2027-03-27T21:00+00:00", "2027-03-27T22:00+00:00"),
        ("Asia/Beirut", "2027-03-27T22:00+00:00", "2027-04-03T21:00+00:00"),
        ("America/Havana", "2026-11-01T03:59+00:00", "2026-11-01T04:00+00:00"),
        ("America/Havana", "2026-11-01T04:30+00:00", "2026-11-08T05:00+00:00"),
    ],
)
def test_digest_at_midnight_goes_once_a_week(zone: str, now: str, due: str) -> None:
    """Strictly after the moment at which something is found, and at the first moment of the day, whatever clocks do."""
    weekday = 6 if zone in {"Asia/Beirut", "America/Havana"} else 0
    timetable = Timetable(zone=ZoneInfo(zone), weekly=Weekly(weekday, time()))
    assert next_weekly(timetable, datetime.fromisoformat(now)) == datetime.fromisoformat(due)


def test_digest_goes_once_a_week_in_local_time() -> None:
    """On the day at the hour, also when clocks change; at once where nothing is set."""
    zone = ZoneInfo("Europe/Paris")
    timetable = Timetable(zone=zone, weekly=Weekly(0, time(8)))
    friday = datetime(2026, 10, 23, 12, tzinfo=zone)
    due = next_weekly(timetable, friday)
    assert due == datetime(2026, 10, 26, 8, tzinfo=zone)
    assert due is not None
    assert next_weekly(timetable, due) == due.astimezone(zone) + timedelta(days=7)
    assert next_weekly(Timetable(zone=zone), MOMENT) is None
