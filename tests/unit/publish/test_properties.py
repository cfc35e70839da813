"""Whatever is decided, in whatever chunks it is heard: the same record."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from contracts.decisions import DecisionEvent
from contracts.event import Event, Fact
from services.publish.domain.reforms import Entry, Key, Published, Retracted, Standing, Unknown, fold, key_of
from tests.controls.publish import MAKERS, heard

HISTORIES = st.lists(st.tuples(st.sampled_from(sorted(MAKERS)), st.integers(1, 3)), max_size=25)
CUTS = st.sets(st.integers(0, 25))


def events_of(history: Sequence[tuple[str, int]]) -> list[Event[DecisionEvent]]:
    """Make the events of a history: what was decided, of which submission."""
    return [heard(name, step, number) for step, (name, number) in enumerate(history)]


def stood(entries: Sequence[Entry]) -> Mapping[Key, Standing]:
    """Read from the entries kept how everything stands, as the store does."""
    found: dict[Key, Standing] = {}
    first: dict[Key, datetime] = {}
    for entry in entries:
        key = (entry.reference, entry.submission_id)
        since = first.setdefault(key, entry.published_at or entry.entered_at)
        kind = Retracted if entry.published_at is None else Published
        found[key] = kind(entry.version, entry.decision_id, since)
    return found


def fold_in_chunks(events: Sequence[Event[DecisionEvent]], cuts: set[int]) -> tuple[list[Entry], list[Fact]]:
    """Fold chunk by chunk, reading back how things stand from what was kept."""
    entries: list[Entry] = []
    facts: list[Fact] = []
    edges = [0, *sorted(cut for cut in cuts if 0 < cut < len(events)), len(events)]
    for begin, end in pairwise(edges):
        chunk = events[begin:end]
        keys = {key_of(event) for event in chunk}
        more, told = fold({key: how for key, how in stood(entries).items() if key in keys}, chunk)
        entries, facts = entries + more, facts + told
    return entries, facts


@given(HISTORIES, CUTS)
def test_any_chunking_gives_the_same_record(history: list[tuple[str, int]], cuts: set[int]) -> None:
    """Entries and facts do not depend on where the chunks end."""
    events = events_of(history)
    assert fold_in_chunks(events, cuts) == fold({}, events)


@given(HISTORIES)
def test_versions_have_no_gap(history: list[tuple[str, int]]) -> None:
    """Each reference counts its entries from one."""
    entries, _ = fold({}, events_of(history))
    for reference in {entry.reference for entry in entries}:
        versions = [entry.version for entry in entries if entry.reference == reference]
        assert versions == list(range(1, len(versions) + 1))


@given(HISTORIES)
def test_each_entry_is_told_once(history: list[tuple[str, int]]) -> None:
    """There is one fact for each entry, of the same decision."""
    entries, facts = fold({}, events_of(history))
    assert [_decision_of(fact) for fact in facts] == [entry.decision_id for entry in entries]


@given(HISTORIES)
def test_last_decision_wins(history: list[tuple[str, int]]) -> None:
    """What stands is told by the last decision that is not a question."""
    events = events_of(history)
    entries, _ = fold({}, events)
    standing = stood(entries)
    for key in {key_of(event) for event in events}:
        last = [
            event.data for event in events if key_of(event) == key and event.data.TYPE != "clarification.requested.v1"
        ]
        stands = bool(last) and getattr(last[-1], "reform", None) is not None
        assert isinstance(standing.get(key, Unknown()), Published) == stands


def _decision_of(fact: Fact) -> UUID:
    told = fact.data
    found: UUID = told.reform.decision_id if hasattr(told, "reform") else getattr(told, "decision_id")  # noqa: B009
    return found
