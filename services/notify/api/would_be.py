"""An event that nobody has told, as it is sent to be shown: checked, with what its letters say of a submission."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from contracts.batches import BatchReleased, BatchSealed
from contracts.event import SOURCE_PREFIX, TYPE_PREFIX, Event, full_type
from contracts.reviews import UpdateRequested, WithdrawalAccepted, WithdrawalRefused
from contracts.submissions import SubmissionAmended, SubmissionClarified
from contracts.topics import DECISIONS, REVIEWS, SUBMISSIONS, TOPIC_OF
from contracts.vocabulary import Channel, Instant, LanguageTag, Reference, ShortText, Title
from services.chassis.codec import encode
from services.chassis.doors.bodies import CODES
from services.chassis.doors.web import Problem
from services.chassis.ids import new_id
from services.notify.domain.planning import Told
from services.notify.domain.standing import Standing, merge, note

NOBODY = UUID(int=0)
"""Stands for whoever is not known before something is told: a contact, a subscription."""

UNTOLD = frozenset({BatchSealed, BatchReleased})
"""What notify hears, and nobody is told."""

HEARD: Mapping[str, type[Any]] = MappingProxyType(
    {
        full_type(event): event
        for topic in (SUBMISSIONS, DECISIONS, REVIEWS)
        for event in sorted(topic.readers["notify"] - UNTOLD, key=full_type)
    }
)
ADAPTERS: Mapping[type[Any], TypeAdapter[Any]] = MappingProxyType({told: TypeAdapter(told) for told in HEARD.values()})
ABOUT_NEEDED = (SubmissionAmended, SubmissionClarified, WithdrawalAccepted, WithdrawalRefused, UpdateRequested)
VOUCHED = Standing(confirmed=True)
_BEFORE_ALL = TypeAdapter(Instant).validate_python("2000-01-01T00:00:00Z")


class About(BaseModel):
    """What letters say of a submission that an event about it does not tell."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reference: Reference
    title: Title
    language: LanguageTag
    member: ShortText
    received_at: Instant
    channel: Channel


class WouldBe(BaseModel):
    """An event that nobody has told: its type, with or without our prefix, and its data as on the wire.

    ``about`` is needed where the event tells too little of its submission: of a change, of an answer, of what became of
    a wish to withdraw, of a request for an update.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str
    subject: UUID = NOBODY
    data: dict[str, Any]
    about: About | None = None


def read_event(body: WouldBe) -> Event[Told]:
    """Make the event of what was sent.

    Raises:
        Problem: 422 ``unknown-type``, or ``invalid`` with every field of the data that does not fit.
    """
    told = HEARD.get(f"{TYPE_PREFIX}{body.type.removeprefix(TYPE_PREFIX)}")
    if told is None:
        error = {"code": "unknown-type", "field": "/type", "detail": "nobody is told of an event of this type"}
        raise Problem(422, "unknown-type", "nobody is told of an event of this type", [error])
    try:
        data = ADAPTERS[told].validate_json(encode(body.data))
    except ValidationError as error:
        raise _unfit(error) from error
    event_id = new_id()
    return Event(
        id=event_id,
        type=full_type(told),
        source=f"{SOURCE_PREFIX}{TOPIC_OF[told].writer}",
        subject=str(body.subject),
        time=_BEFORE_ALL,
        correlationid=event_id,
        data=data,
    )


def read_standing(about: About | None, event: Event[Told]) -> Standing:
    """Say how its submission would stand, received and confirmed, once this was told.

    Raises:
        Problem: 422 ``about-needed``.
    """
    if about is None:
        if isinstance(event.data, ABOUT_NEEDED):
            detail = "this event does not tell which submission it is about: say it in about"
            raise Problem(422, "about-needed", detail, [{"code": "missing", "field": "/about", "detail": detail}])
        return VOUCHED
    received = Standing(confirmed=True, about={**about.model_dump(), "contact_ref": str(NOBODY)})
    return merge(received, note([event]).get(event.subject, VOUCHED))


def _unfit(error: ValidationError) -> Problem:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    listed = [
        {
            "code": CODES.get(one["type"], "invalid"),
            "field": "/".join(["/data", *(str(step) for step in one["loc"])]),
            "detail": one["msg"],
        }
        for one in found
    ]
    return Problem(422, "invalid", "the data does not fit the type", listed)
