"""Writes the milestones of reforms as a calendar (RFC 5545), with ids and times of the record."""

from collections.abc import Sequence
from datetime import timedelta

from icalendar import Calendar, Event

from services.publish.downloads.direction import unturned
from services.publish.downloads.taken import Taken

MEDIA_TYPE = "text/calendar; charset=utf-8"
HOST = "challenge.opengovpartnership.org"
"""What stands behind the ids of milestones: a name, whatever the site's address is."""

_A_DAY = timedelta(days=1)


def write_calendar(title: str, reforms: Sequence[Taken]) -> bytes:
    """Write every milestone as an event of the whole day by which it is due; it keeps nobody busy."""
    calendar = Calendar()
    calendar.add("prodid", "-//Open Government Partnership//Open Gov Challenge//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    for taken in reforms:
        for event in _events(taken):
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(taken: Taken) -> Sequence[Event]:
    return [_event(taken, number) for number in range(1, 1 + len(taken.record.reform.proposal.milestones))]


def _event(taken: Taken, number: int) -> Event:
    reform = taken.record.reform
    proposal, milestone = reform.proposal, reform.proposal.milestones[number - 1]
    place = proposal.jurisdiction or taken.record.member.name
    event = Event()
    event.add("uid", f"{taken.reference}-{number}@{HOST}")
    event.add("dtstamp", taken.changed_at)
    event.add("last-modified", taken.changed_at)
    event.add("sequence", taken.revision - 1)
    event.add("dtstart", milestone.due)
    event.add("dtend", milestone.due + _A_DAY)
    event.add("summary", f"{unturned(milestone.title)} ({unturned(place)})", {"LANGUAGE": proposal.language})
    event.add("description", "\n".join(map(unturned, (reform.published_title, proposal.lead_institution, taken.url))))
    event.add("url", taken.url)
    event.add("categories", [reform.assigned_area.value])
    event.add("transp", "TRANSPARENT")
    return event
