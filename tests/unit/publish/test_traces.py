"""What was said of a reform beyond its decisions: its order, and what it changes."""

from datetime import timedelta

from services.publish.domain.traces import Encouraged, Newest, Trace, changed_at, newest_first, revision
from services.publish.site.texts import words_on
from tests.controls.envelope import RELEASED_AT, id_of
from tests.controls.evaluations import assessment_published, award_given, milestone_updated

LATER = RELEASED_AT + timedelta(days=3)
UPDATE = milestone_updated()
FIRST = Trace(kind="milestone", at=RELEASED_AT, event_id=id_of("first"), milestone=UPDATE)
LAST = Trace(
    kind="encouragement",
    at=LATER,
    event_id=None,
    encouragement=Encouraged(promising=True, why="Many took part.", support=("A fellow.", "A visit.")),
)


def test_newest_stands_first_and_one_moment_has_one_order() -> None:
    """However they are found."""
    award = Trace(kind="award", at=RELEASED_AT, event_id=id_of("award"), award=award_given())
    assert newest_first([FIRST, LAST, award]) == newest_first([award, LAST, FIRST]) == (LAST, FIRST, award)


def test_what_was_said_counts_as_a_change() -> None:
    """The last of both is when it changed; what was said before a correction does not make it older."""
    assert (changed_at(RELEASED_AT, None), revision(2, None)) == (RELEASED_AT, 2)
    assert (changed_at(RELEASED_AT, Newest(LATER, 3)), revision(2, Newest(LATER, 3))) == (LATER, 5)
    assert changed_at(LATER, Newest(RELEASED_AT, 1)) == LATER


def test_whole_texts_hold_every_word() -> None:
    """Of each kind whatever somebody wrote; an assessment has none."""
    assessed = Trace(kind="assessment", at=LATER, event_id=None, assessment=assessment_published())
    given = Trace(kind="award", at=LATER, event_id=None, award=award_given(link=None))
    written = [(text.field, text.text) for text in words_on([FIRST, LAST, assessed, given])]
    assert written == [
        ("progress", "\n".join(part for part in (UPDATE.title, UPDATE.barrier, UPDATE.evidence) if part)),
        ("promising_why", "Many took part."),
        ("support", "A fellow.\nA visit."),
        ("awards", "Open Gov Award\nOpen Government Partnership"),
    ]
