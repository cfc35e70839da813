"""What is told of reforms that are called promising: with each of their changes, and when that itself changes."""

from datetime import timedelta
from typing import Any

from contracts.event import Event
from contracts.reforms import ReformCorrected, ReformMarked, ReformPublished, ReformRetracted
from services.publish.domain.marking import Mark, key_of_mark, mark
from services.publish.domain.reforms import fold, key_of
from tests.controls.decisions import reform_encouraged
from tests.controls.envelope import RELEASED_AT, event_of, id_of
from tests.controls.publish import heard
from tests.controls.reforms import public_reform

LATER = RELEASED_AT + timedelta(days=1)


def encouraged(number: int, *, promising: bool = True, hours: int = 0) -> Event[Any]:
    """The Support Unit says whether it is promising."""
    said = reform_encouraged(promising=promising, encouraged_at=LATER + timedelta(hours=hours))
    return event_of(said, id=id_of(f"encouraged {number}"))


def told(*events: Event[Any], marks: Any = None, standing: Any = None) -> list[tuple[type, bool | None]]:
    """Fold this, and give what is told: its type, and whether it is promising."""
    decisions = [event for event in events if not isinstance(event.data, type(encouraged(1).data))]
    _, facts = fold({}, decisions)
    found = mark(events, facts, marks or {}, standing or {})
    return [(type(one.data), getattr(getattr(one.data, "reform", None), "promising", None)) for one in found]


def test_mark_is_told_when_it_changes_and_stays_with_what_follows() -> None:
    """Once for each change, whatever else is said; a correction keeps it, a retraction has none."""
    events = [heard("accepted", 1), encouraged(1), encouraged(2, hours=1), heard("corrected", 2)]
    assert told(*events, encouraged(3, promising=False, hours=2)) == [
        (ReformPublished, False),
        (ReformMarked, True),
        (ReformCorrected, True),
        (ReformMarked, False),
    ]


def test_nothing_is_told_of_what_does_not_stand() -> None:
    """Said before it enters, it enters with it; said of what was retracted, it is kept for its return."""
    assert told(encouraged(1), heard("accepted", 1)) == [(ReformPublished, True)]
    events = [heard("accepted", 1), heard("retracted", 2), encouraged(1), heard("reinstated", 3)]
    assert told(*events) == [(ReformPublished, False), (ReformRetracted, None), (ReformPublished, True)]


def test_what_was_said_before_counts() -> None:
    """Again the same is no news, and what comes late changes nothing."""
    said = encouraged(1)
    key = key_of_mark(said)
    standing = {key: public_reform()}
    assert key == key_of(heard("accepted", 1))
    assert told(said, marks={key: Mark(promising=True, since=RELEASED_AT)}, standing=standing) == []
    assert told(said, marks={key: Mark(promising=False, since=LATER + timedelta(days=9))}, standing=standing) == []
    assert told(said, marks={key: Mark(promising=False, since=RELEASED_AT)}, standing=standing) == [
        (ReformMarked, True)
    ]
    assert told(said, standing=standing) == [(ReformMarked, True)]
