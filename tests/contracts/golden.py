"""The golden messages, made from the controls; `python -m tests.contracts.golden` writes them to contracts/examples."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from contracts.event import Event
from contracts.subscriptions import SavedSearch
from contracts.vocabulary import Area, Verdict
from tests.controls import batches, decisions, evaluations, forms, notices, reforms, reviews, stories, submissions
from tests.controls.envelope import RELEASED_AT, event_of, id_of

FOLDER = Path(__file__).parents[2] / "contracts" / "examples"

_RECEIVED = event_of(submissions.submission_received())
_ACCEPTED = event_of(decisions.submission_accepted(), cause=_RECEIVED, time=RELEASED_AT)
_SHARED = event_of(stories.story_shared(), number=4)


def _told_on_submissions() -> Iterator[tuple[str, Event[Any]]]:
    yield "standalone-es", _RECEIVED
    yield "action-plan-fr", event_of(submissions.submission_received_in_french(), number=2)
    yield "standalone-en", event_of(submissions.submission_received_in_english(), number=3)
    yield "new-title", event_of(submissions.submission_amended(), cause=_RECEIVED)
    yield "with-reason", event_of(submissions.withdrawal_requested(), cause=_RECEIVED)
    yield "without-reason", event_of(submissions.withdrawal_requested(reason=None), cause=_RECEIVED)
    yield "answer", event_of(submissions.submission_clarified(), cause=_RECEIVED)
    yield "empty-partition", event_of(submissions.month_closed())
    yield "plan-amendment-fr", event_of(submissions.submission_received_as_plan_amendment(), number=7)
    yield "recognition-entered-by-staff", event_of(submissions.submission_received_as_recognition(), number=8)
    yield "by-link", event_of(stories.contact_confirmed(), cause=_RECEIVED)
    yield "link-asked-for-fr", event_of(stories.draft_saved(), subject=str(id_of("draft 9")))
    subscription = str(id_of("subscription 7"))
    yield "asked-for-fr", event_of(stories.subscription_requested(), subject=subscription)
    yield "button-pressed-fr", event_of(stories.subscription_confirmed(), subject=subscription)
    searched = stories.subscription_confirmed(8, search=SavedSearch(area=Area.JUSTICE, country="CR", q="rezago"))
    yield "saved-search-fr", event_of(searched, subject=str(id_of("subscription 8")))
    yield "by-one-click", event_of(stories.subscription_ended(), subject=subscription)
    yield "non-member-fr", _SHARED
    yield "entered-by-staff", event_of(stories.story_shared_by_staff(), number=5)
    yield "open-round-es", event_of(stories.nomination_received(), number=6)


def _told_on_reviews() -> Iterator[tuple[str, Event[Any]]]:
    unmet = reviews.findings(timing=Verdict.NOT_MET, member=Verdict.UNCLEAR)
    yield "empty", event_of(batches.batch_sealed())
    yield "other-area", event_of(reviews.submission_assessed(), cause=_RECEIVED)
    yield "not-met", event_of(reviews.submission_assessed(findings=unmet, area_reason=None), cause=_RECEIVED)
    yield "to-access-to-information", event_of(reviews.area_reassigned(), cause=_RECEIVED)
    yield "accepted", event_of(reviews.decision_recorded(), cause=_RECEIVED)
    overruled = reviews.decision_recorded(relevance=reviews.overruled_relevance())
    yield "overruled", event_of(overruled, cause=_RECEIVED)
    of_locality = reviews.decision_recorded(attribution=reviews.attribution())
    yield "of-a-locality-that-is-no-member", event_of(of_locality, cause=_RECEIVED)
    yield "retracted", event_of(reviews.decision_recorded_retracting(), cause=_RECEIVED)
    yield "until-monday", event_of(reviews.submission_held_back(), cause=_RECEIVED)
    yield "called-back", event_of(reviews.submission_unheld(), cause=_RECEIVED)
    yield "to-the-data-team", event_of(reviews.submission_assigned(), cause=_RECEIVED)
    yield "from-there", event_of(reviews.recusal_noted(), cause=_RECEIVED)
    yield "mid-term", event_of(reviews.update_requested(), cause=_RECEIVED)
    yield "before-release", event_of(reviews.withdrawal_accepted(), cause=_RECEIVED)
    yield "after-release", event_of(reviews.withdrawal_refused(), cause=_RECEIVED)
    yield "two-institutions", event_of(batches.coordination_suggested())
    yield "spoken-to", event_of(batches.coordination_updated())
    yield "ordered", event_of(batches.release_ordered())
    yield "one-held-back", event_of(batches.batch_released())
    yield "six-items", event_of(batches.batch_reported())


def _told_on_decisions() -> Iterator[tuple[str, Event[Any]]]:
    yield "re-tagged-es", _ACCEPTED
    yield "action-plan-fr", event_of(decisions.submission_accepted_in_french(), number=2, time=RELEASED_AT)
    yield "timing-es", event_of(decisions.submission_declined(), cause=_RECEIVED, time=RELEASED_AT)
    yield "values-fr", event_of(decisions.submission_declined_in_french(), number=2, time=RELEASED_AT)
    yield "question-es", event_of(decisions.clarification_requested(), cause=_RECEIVED, time=RELEASED_AT)
    yield "now-a-locality", event_of(decisions.decision_corrected(), cause=_ACCEPTED, time=RELEASED_AT)
    yield "now-declined", event_of(decisions.decision_corrected_to_declined(), cause=_ACCEPTED, time=RELEASED_AT)
    yield "on-request", event_of(decisions.submission_retracted(), cause=_ACCEPTED, time=RELEASED_AT)
    retracted = event_of(decisions.submission_retracted(), cause=_ACCEPTED, time=RELEASED_AT)
    yield "confirmed", event_of(decisions.submission_reinstated(), cause=retracted, time=RELEASED_AT)
    yield "promising", event_of(decisions.reform_encouraged(), cause=_ACCEPTED, time=RELEASED_AT)
    yield "non-member-fr", event_of(stories.story_released(), number=4, cause=_SHARED, time=RELEASED_AT)
    yield "six-items", event_of(decisions.month_reported(), time=RELEASED_AT)


def _told_elsewhere() -> Iterator[tuple[str, Event[Any]]]:
    yield "two-problems", event_of(forms.form_refused(), subject=str(id_of("form 42")))
    yield "nameless", event_of(forms.form_refused(source=None, external_id=None), subject=str(id_of("form 43")))
    yield "outcome-es", event_of(notices.notice_sent(), cause=_ACCEPTED)
    yield "refused", event_of(notices.notice_failed(), cause=_ACCEPTED)
    yield "unknown", event_of(notices.notice_failed(code="outcome-unknown"), cause=_ACCEPTED)
    yield "no-contact", event_of(notices.notice_held(), number=2)
    yield "re-tagged-es", event_of(reforms.reform_published(), cause=_ACCEPTED)
    yield "action-plan-fr", event_of(reforms.reform_published_in_french(), number=2)
    yield "now-a-locality", event_of(reforms.reform_corrected(), cause=_ACCEPTED)
    yield "on-request", event_of(reforms.reform_retracted(), cause=_ACCEPTED)
    yield "promising-from-now-on", event_of(reforms.reform_marked(), cause=_ACCEPTED)


def _told_on_evaluations() -> Iterator[tuple[str, Event[Any]]]:
    yield "by-its-holder", event_of(evaluations.milestone_updated())
    yield "pending", event_of(evaluations.assessment_pending())
    yield "at-the-end", event_of(evaluations.assessment_published())
    yield "of-a-round", event_of(evaluations.award_given())


def golden() -> dict[Path, Event[Any]]:
    """Give every golden message by the path of its file, ``<type>/<case>.json``."""
    cases = [*_told_on_submissions(), *_told_on_reviews(), *_told_on_decisions()]
    cases += [*_told_on_evaluations(), *_told_elsewhere()]
    return {FOLDER / event.data.TYPE / f"{case}.json": event for case, event in cases}


def write_all() -> None:
    """Write every golden message as it is on the wire, and remove those that are no more."""
    wanted = golden()
    for path in set(FOLDER.rglob("*.json")) - wanted.keys():
        path.unlink()
    for path, event in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.encode(event))


if __name__ == "__main__":
    write_all()
