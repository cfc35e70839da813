"""The topic catalogue: every topic, its writer, its readers, and the events told on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from contracts import batches, decisions, evaluations, forms, notices, reforms, reviews, submissions, subscriptions
from contracts.event import full_type

PARTITIONS = 6
"""The same on every internal topic: what comes in on one partition goes out on the same."""

DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic. ``readers`` maps a reader to the event classes that are for it; other listed types it skips.

    ``markers`` go to every partition, wherever their key belongs.
    """

    name: str
    writer: str
    events: tuple[type[Any], ...]
    readers: Mapping[str, frozenset[type[Any]]]
    markers: frozenset[type[Any]] = frozenset()
    retention_ms: int = -1
    max_message_bytes: int = 1_048_576
    partitions: int = PARTITIONS
    about: str

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """CloudEvents type to event class."""
        return {full_type(event): event for event in self.events}


def _all(*events: type[Any]) -> frozenset[type[Any]]:
    return frozenset(events)


_SUBSCRIPTIONS = (
    subscriptions.SubscriptionRequested,
    subscriptions.SubscriptionConfirmed,
    subscriptions.SubscriptionEnded,
)
_SUBMISSIONS = (
    submissions.SubmissionReceived,
    submissions.ContactConfirmed,
    submissions.DraftSaved,
    *_SUBSCRIPTIONS,
    submissions.SubmissionAmended,
    submissions.WithdrawalRequested,
    submissions.SubmissionClarified,
    submissions.MonthClosed,
    submissions.StoryShared,
    submissions.NominationReceived,
)
_REVIEWS = (
    batches.BatchSealed,
    reviews.SubmissionAssessed,
    reviews.AreaReassigned,
    reviews.DecisionRecorded,
    reviews.SubmissionHeldBack,
    reviews.SubmissionUnheld,
    reviews.SubmissionAssigned,
    reviews.RecusalNoted,
    reviews.UpdateRequested,
    reviews.WithdrawalAccepted,
    reviews.WithdrawalRefused,
    batches.CoordinationSuggested,
    batches.CoordinationUpdated,
    batches.ReleaseOrdered,
    batches.BatchReleased,
    batches.BatchReported,
)
_DECISIONS = (
    decisions.SubmissionAccepted,
    decisions.SubmissionDeclined,
    decisions.ClarificationRequested,
    decisions.DecisionCorrected,
    decisions.SubmissionRetracted,
    decisions.SubmissionReinstated,
)
_RELEASED = (*_DECISIONS, decisions.StoryReleased)
_FOR_THE_PUBLIC = (decisions.ReformEncouraged, decisions.MonthReported)
_EVALUATIONS = (evaluations.MilestoneUpdated, evaluations.AssessmentPublished, evaluations.AwardGiven)
_NOTICES = (notices.NoticeSent, notices.NoticeFailed, notices.NoticeHeld)
_REFORMS = (reforms.ReformPublished, reforms.ReformCorrected, reforms.ReformRetracted, reforms.ReformMarked)

FORMS = Topic(
    name="forms",
    writer="upstream",
    events=(),
    readers={"intake": frozenset()},
    retention_ms=7 * DAY_MS,
    about="Submitted forms as they are: unnumbered, unchecked, kept for seven days.",
)
FORMS_REFUSED = Topic(
    name="forms-refused",
    writer="intake",
    events=(forms.FormRefused,),
    readers={},
    about="What intake could not take from `forms`, with codes and fields.",
)
SUBMISSIONS = Topic(
    name="submissions",
    writer="intake",
    events=_SUBMISSIONS,
    readers={
        "review": _all(*_SUBMISSIONS) - _all(submissions.ContactConfirmed, submissions.DraftSaved, *_SUBSCRIPTIONS),
        "notify": _all(
            submissions.SubmissionReceived,
            submissions.ContactConfirmed,
            submissions.DraftSaved,
            *_SUBSCRIPTIONS,
            submissions.SubmissionAmended,
            submissions.SubmissionClarified,
            submissions.StoryShared,
            submissions.NominationReceived,
        ),
    },
    markers=_all(submissions.MonthClosed),
    about="What was taken in; a marker closes each month in every partition.",
)
REVIEWS = Topic(
    name="reviews",
    writer="review",
    events=_REVIEWS,
    readers={
        "intake": _all(reviews.WithdrawalAccepted, reviews.WithdrawalRefused),
        "notify": _all(
            batches.BatchSealed,
            reviews.UpdateRequested,
            reviews.WithdrawalAccepted,
            reviews.WithdrawalRefused,
            batches.BatchReleased,
            batches.BatchReported,
        ),
    },
    about="The review as it goes on, for the Support Unit's tools. Not public.",
)
DECISIONS = Topic(
    name="decisions",
    writer="review",
    events=(*_RELEASED, *_FOR_THE_PUBLIC),
    readers={
        "intake": _all(*_RELEASED),
        "notify": _all(*_RELEASED),
        "publish": _all(*_RELEASED, *_FOR_THE_PUBLIC),
    },
    about="What was decided and released.",
)
NOTICES = Topic(
    name="notices",
    writer="notify",
    events=_NOTICES,
    readers={"review": _all(*_NOTICES), "publish": _all(*_NOTICES)},
    about="Who was told what, by role and kind; never an address.",
)
EVALUATIONS = Topic(
    name="evaluations",
    writer="publish",
    events=_EVALUATIONS,
    readers={"publish": _all(*_EVALUATIONS)},
    about="What became of reforms: milestones, assessments, awards. Publish hears itself, as anyone may.",
)
REFORMS = Topic(
    name="reforms",
    writer="publish",
    events=_REFORMS,
    readers={"notify": _all(*_REFORMS)},
    about="The public record as it grows.",
)

_TOPICS = (FORMS, FORMS_REFUSED, SUBMISSIONS, REVIEWS, DECISIONS, NOTICES, EVALUATIONS, REFORMS)

CATALOGUE: Mapping[str, Topic] = MappingProxyType({topic.name: topic for topic in _TOPICS})
"""Every topic by its short name; a deployment puts its prefix before it."""

TOPIC_OF: Mapping[type[Any], Topic] = MappingProxyType(
    {event: topic for topic in CATALOGUE.values() for event in topic.events}
)
"""Each event class is told on exactly one topic."""
