"""What each decision makes of the public record, and what is told of it."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.event import EventData
from contracts.reforms import ReformCorrected, ReformPublished, ReformRetracted
from contracts.vocabulary import Area, Effect, Level, MemberType
from services.publish.domain.reforms import (
    ACCEPTED_AGAIN,
    DECLINED_AFTER_ALL,
    UNKNOWN,
    Entry,
    Retracted,
    Standing,
    decide,
    evolve,
    fold,
    key_of,
)
from tests.controls.decisions import decision, decision_corrected, reform, submission_accepted
from tests.controls.envelope import reference_of, submission_id
from tests.controls.proposals import costa_rica, proposal
from tests.controls.publish import at, decision_id, heard, published, retracted, story
from tests.controls.reforms import public_reform, reform_corrected, reform_published, reform_retracted


def told_of(*names: str) -> list[EventData]:
    """Fold decisions on one submission, and give what is told."""
    _, facts = fold({}, story(*names))
    return [fact.data for fact in facts]


def entered(*names: str) -> list[Entry]:
    """Fold decisions on one submission, and give the entries."""
    entries, _ = fold({}, story(*names))
    return entries


def enters(step: int = 0) -> ReformPublished:
    """What is told when the decision of this step enters the example reform."""
    return reform_published(reform=public_reform(decision_id=decision_id(step)), published_at=at(step))


def returns(step: int) -> ReformPublished:
    """What is told when the decision of this step brings it back: it was first public by the first one, for ever."""
    return replace(enters(), reform=public_reform(decision_id=decision_id(step)), returned_at=at(step))


def leaves(step: int, why: str | None = None) -> ReformRetracted:
    """What is told when the decision of this step takes it off."""
    told = reform_retracted(decision_id=decision_id(step), retracted_at=at(step))
    return told if why is None else replace(told, why=why)


def is_corrected(step: int) -> ReformCorrected:
    """What is told when the decision of this step corrects it."""
    shown = replace(reform_corrected().reform, decision_id=decision_id(step))
    return reform_corrected(reform=shown, corrected_at=at(step))


def test_accepted_is_published() -> None:
    """An acceptance enters the public record, at the time of its release."""
    assert told_of("accepted") == [enters()]


@pytest.mark.parametrize("name", ["declined", "question", "corrected to declined", "retracted"])
def test_never_accepted_stays_unseen(name: str) -> None:
    """Of what was never public, nothing is told and nothing kept, not even that it was decided."""
    assert fold({}, story(name)) == ([], [])


def test_declined_then_corrected_to_accepted_enters() -> None:
    """A decline that is corrected enters the record, and says why."""
    events = [heard("declined"), heard("corrected", 1)]
    entries, facts = fold({}, events)
    assert [type(fact.data) for fact in facts] == [ReformPublished]
    assert [entry.why for entry in entries] == ["It stood under the country; the action is the locality's own."]


def test_accepted_then_corrected_reads_differently() -> None:
    """A correction changes the record and is told with its reason."""
    assert told_of("accepted", "corrected") == [enters(), is_corrected(1)]


def test_accepted_then_corrected_to_declined_leaves() -> None:
    """A correction to a decline takes the reform off, and says why."""
    why = "The last milestone was in 2025: the reform was already finished."
    assert told_of("accepted", "corrected to declined") == [enters(), leaves(1, why)]


def test_retracted_leaves_once() -> None:
    """A retraction takes the reform off; a second one finds nothing."""
    assert told_of("accepted", "retracted", "retracted") == [enters(), leaves(1)]


def test_retracted_then_accepted_is_published_again() -> None:
    """What was retracted may enter again, in a later round."""
    assert told_of("accepted", "retracted", "accepted") == [enters(), leaves(1), returns(2)]


def test_reinstated_stands_again_and_says_why() -> None:
    """A retracted reform is back, under its reference; its story tells each step."""
    assert told_of("accepted", "retracted", "reinstated") == [enters(), leaves(1), returns(2)]
    last = entered("accepted", "retracted", "reinstated")[-1]
    assert (last.why, last.effect) == ("La institución confirma que la reforma continúa.", Effect.CORRECTION)
    assert (last.version, last.reference) == (3, reference_of())


def test_corrected_retracted_corrected_ends_as_the_last() -> None:
    """The last decision in the order of the log wins."""
    entries = entered("accepted", "corrected", "retracted", "corrected")
    assert [entry.version for entry in entries] == [1, 2, 3, 4]
    assert (entries[-1].published_at, entries[-1].entered_at) == (at(0), at(3))


def test_accepted_again_while_published_is_a_correction() -> None:
    """An acceptance in a later round lets the reform read as reviewed last, under the same date of publication."""
    shown = public_reform(decision_id=decision_id(1))
    again = ReformCorrected(reform=shown, why=ACCEPTED_AGAIN, corrected_at=at(1))
    assert told_of("accepted", "accepted") == [enters(), again]
    assert [entry.published_at for entry in entered("accepted", "accepted")] == [at(0), at(0)]


def test_declined_after_publication_leaves() -> None:
    """A decline in a later round takes the reform off."""
    assert told_of("accepted", "declined") == [enters(), leaves(1, DECLINED_AFTER_ALL)]


def test_question_changes_nothing() -> None:
    """A question about a published reform changes nothing that is public."""
    assert told_of("accepted", "question") == [enters()]


@pytest.mark.parametrize("standing", [UNKNOWN, published(), retracted()])
@pytest.mark.parametrize(
    "name", ["accepted", "declined", "question", "corrected", "corrected to declined", "retracted", "reinstated"]
)
def test_telling_twice_changes_nothing(standing: Standing, name: str) -> None:
    """The decision by which a reform stands tells nothing when it is heard again."""
    event = heard(name, 7)
    for told in decide(standing, event.data):
        assert decide(evolve(standing, told), event.data) == []


def test_correction_of_what_is_not_published_still_evolves() -> None:
    """Evolving is total: a correction that stands alone begins its publication."""
    assert evolve(UNKNOWN, is_corrected(1)) == published(1, 1)


def test_entry_holds_what_is_filtered_by() -> None:
    """An entry names area, level, member and participant beside the document."""
    (entry,) = entered("accepted")
    told_by = heard("accepted").id
    assert entry[:8] == (str(submission_id()), decision_id(0), told_by, at(0), 1, reference_of(), None, None)
    assert entry[8:14] == (at(0), Area.ACCESS_TO_INFORMATION, "national", "CR", "Costa Rica", "country:CR")


def test_retracting_entry_holds_no_text() -> None:
    """What is taken off leaves nothing of its text in the entry that says so."""
    *_, entry = entered("accepted", "retracted")
    assert entry == Entry(
        submission_id=str(submission_id()),
        decision_id=decision_id(1),
        event_id=heard("retracted", 1).id,
        entered_at=at(1),
        version=2,
        reference=reference_of(),
        effect=Effect.CORRECTION,
        why="La institución lo solicitó: la reforma continuará en otro compromiso.",
    )


def test_document_holds_nobody() -> None:
    """Neither the contact nor any actor is in the document."""
    (entry,) = entered("accepted")
    assert decision().contact_ref not in repr(entry)
    assert "actor" not in repr(entry)


@pytest.mark.parametrize(
    ("member", "told", "expected"),
    [
        ({}, {}, ("national", "country:CR")),
        ({}, {"level": Level.LOCAL}, ("local", "country:CR")),
        ({"code": "CRSJO", "kind": "local"}, {"member_type": MemberType.LOCAL}, ("local", "locality:CRSJO")),
        ({}, {"member_type": MemberType.OTHER_LOCAL}, ("local-non-member", f"locality:{reference_of()}")),
    ],
)
def test_participant_is_an_id(member: dict[str, Any], told: dict[str, Any], expected: tuple[str, str]) -> None:
    """Counters count ids: a country, a local member, or, where a locality has no id, its submission."""
    accepted = submission_accepted(
        decision=decision(member=costa_rica(**member)), reform=reform(proposal=proposal(**told))
    )
    ((entry,), _) = fold({}, [replace(heard("accepted"), data=accepted)])
    assert (entry.level, entry.participant) == expected


def test_fold_goes_on_from_how_it_stands() -> None:
    """A fold begun in the middle goes on with the next version."""
    event = heard("retracted", 3)
    ((entry,), _) = fold({key_of(event): published(version=5)}, [event])
    assert entry.version == 6


def test_fact_names_its_cause() -> None:
    """What is told can be walked back to the decision."""
    event = heard("accepted")
    (_, (fact,)) = fold({}, [event])
    assert (fact.subject, fact.cause) == (event.subject, event.cause)


def test_another_submission_with_the_same_reference_has_its_own_standing() -> None:
    """A reference belongs to the submission that has it; another's decision never touches how it stands."""
    first, other = heard("accepted"), replace(heard("retracted", 1), subject=str(submission_id(2)))
    entries, _ = fold({}, [first, other])
    assert [entry.submission_id for entry in entries] == [first.subject]


def test_silent_correction_is_kept_as_such() -> None:
    """The effect of a correction is in its entry."""
    assert [entry.effect for entry in entered("accepted", "corrected")] == [None, decision_corrected().effect]


def test_retracted_state_is_told_from_the_fact() -> None:
    """A retraction is evolved from what was told."""
    assert evolve(published(), leaves(1)) == Retracted(2, decision_id(1), at(0))
