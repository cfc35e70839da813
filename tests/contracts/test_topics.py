"""The catalogue is consistent: one writer, readers that hear what is told, one topic for each event."""

from typing import Any, get_args

import pytest

from contracts import decisions, evaluations, forms, notices, reforms, reviews, submissions
from contracts.topics import CATALOGUE, FORMS, PARTITIONS, TOPIC_OF, Topic

UNIONS: dict[str, Any] = {
    "forms-refused": forms.FormEvent,
    "submissions": submissions.SubmissionEvent,
    "reviews": reviews.ReviewEvent,
    "decisions": decisions.DecisionEvent
    | decisions.StoryReleased
    | decisions.ReformEncouraged
    | decisions.MonthReported,
    "notices": notices.NoticeEvent,
    "evaluations": evaluations.EvaluationEvent,
    "reforms": reforms.ReformEvent,
}

each_topic = pytest.mark.parametrize("topic", CATALOGUE.values(), ids=lambda topic: topic.name)


@each_topic
def test_readers_hear_only_what_is_told(topic: Topic) -> None:
    """A reader cannot wait for an event that nobody tells there."""
    assert all(heard <= set(topic.events) for heard in topic.readers.values())


def test_only_what_publish_brings_in_is_heard_by_its_writer() -> None:
    """No service reads its own topic, but publish: what it is given about reforms it folds as it does all else."""
    assert [name for name, topic in CATALOGUE.items() if topic.writer in topic.readers] == ["evaluations"]


@pytest.mark.parametrize("name", UNIONS)
def test_union_of_a_module_is_what_its_topic_tells(name: str) -> None:
    """The type that handlers are written to is the catalogue's list."""
    union = UNIONS[name]
    assert set(get_args(union) or [union]) == set(CATALOGUE[name].events)


def test_internal_topics_have_one_number_of_partitions_and_are_kept_for_ever() -> None:
    """What comes in on one partition goes out on the same, and everything can be read again from the start."""
    ours = [topic for topic in CATALOGUE.values() if topic is not FORMS]
    assert {(topic.partitions, topic.retention_ms) for topic in ours} == {(PARTITIONS, -1)}


def test_every_event_is_told_on_exactly_one_topic() -> None:
    """The class of an event says where it goes."""
    told = [event for topic in CATALOGUE.values() for event in topic.events]
    assert len(told) == len(TOPIC_OF)
