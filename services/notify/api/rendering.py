"""The internal door that shows the letters about an event before it is told: rendered, sent to nobody, kept nowhere."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from contracts.event import SOURCE_PREFIX, TYPE_PREFIX, Event, full_type
from contracts.notices import NoticeKind
from contracts.topics import DECISIONS, SUBMISSIONS, TOPIC_OF
from contracts.vocabulary import Instant
from services.chassis.codec import decode, encode, encode_text
from services.chassis.doors.auth import require
from services.chassis.doors.bodies import CODES, body_of, documented
from services.chassis.doors.documenting import problem_answers
from services.chassis.doors.web import Problem
from services.chassis.ids import new_id
from services.notify.domain.letters import DRAFT_LINK, LANGUAGES, SUBMITTER, SUBSCRIBED, Letter
from services.notify.domain.links import DraftLink, Links, SubscriptionLinks
from services.notify.domain.planning import Told, plan
from services.notify.domain.standing import Standing
from services.notify.words import House, Leading, Text, Unsendable, write
from services.notify.words.wording import Wording

NAMES: Mapping[str, str] = MappingProxyType({"en": "[name]", "fr": "[nom]", "es": "[nombre]"})
LINKS: Mapping[str, str] = MappingProxyType(
    {"en": "[personal link]", "fr": "[lien personnel]", "es": "[enlace personal]"}
)
"""What stands in a letter for what only the moment of sending knows."""

HEARD: Mapping[str, type[Any]] = MappingProxyType(
    {
        full_type(event): event
        for topic in (SUBMISSIONS, DECISIONS)
        for event in sorted(topic.readers["notify"], key=full_type)
    }
)
ADAPTERS: Mapping[type[Any], TypeAdapter[Any]] = MappingProxyType({told: TypeAdapter(told) for told in HEARD.values()})
VOUCHED = Standing(confirmed=True)
_BEFORE_ALL = TypeAdapter(Instant).validate_python("2000-01-01T00:00:00Z")
_NOBODY = UUID(int=0)


class WouldBe(BaseModel):
    """An event that nobody has told: its type, with or without our prefix, and its data as on the wire."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str
    subject: UUID = _NOBODY
    data: dict[str, Any]


class TextView(BaseModel):
    """How a letter reads."""

    model_config = ConfigDict(frozen=True)

    subject: str
    text: str


class LetterView(BaseModel):
    """One letter that would go. ``problem`` is there where it could not be written, and would wait for a person.

    ``others`` are the other languages where the recipient's own is only known at the moment of sending.
    """

    model_config = ConfigDict(frozen=True)

    kind: NoticeKind
    recipient: str
    language: str
    subject: str | None
    text: str | None
    problem: str | None = None
    others: dict[str, TextView] = {}


class RenderedView(BaseModel):
    """All letters that would go; none where the event is told to nobody."""

    model_config = ConfigDict(frozen=True)

    letters: list[LetterView]


_would_be = TypeAdapter(WouldBe)


def make_render_door(house: House) -> APIRouter:
    """Make the door; it needs the scope ``render``."""
    router = APIRouter(
        tags=["internal"],
        dependencies=[Depends(require("render"))],
        responses=problem_answers(400, 401, 403, 408, 413, 415, 422),
    )

    @router.post("/render", openapi_extra=documented(_would_be))
    async def render(body: Annotated[WouldBe, Depends(body_of(_would_be))]) -> RenderedView:
        """Show the letters about an event that has not been told, by the planning and the templates of sending."""
        return RenderedView(letters=show_letters(read_event(body), house))

    return router


def show_letters(event: Event[Told], house: House) -> list[LetterView]:
    """Say who would be told of an event, and how each letter would read. Nothing is kept, nobody is asked."""
    planned = plan([event], {event.subject: VOUCHED}).letters
    return [_show(_as_stored(letter), house) for letter in planned]


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


def _as_stored(letter: Letter) -> Letter:
    # as it comes back from the ledger, since that is what templates are filled with
    return replace(letter, words=decode(dict[str, Any], encode_text(letter.words)))


def _show(letter: Letter, house: House) -> LetterView:
    own = letter.language
    is_known = letter.recipient == SUBMITTER or letter.kind in SUBSCRIBED
    elsewhere = [] if is_known else [language for language in LANGUAGES if language != own]
    try:
        reads = {language: _read(replace(letter, language=language), house) for language in [own, *elsewhere]}
    except Unsendable as unsendable:
        return _view(letter, None, {}, unsendable.code)
    return _view(letter, reads.pop(own), reads, None)


def _view(letter: Letter, text: TextView | None, others: dict[str, TextView], problem: str | None) -> LetterView:
    return LetterView(
        kind=letter.kind,
        recipient=letter.recipient,
        language=letter.language,
        subject=text.subject if text else None,
        text=text.text if text else None,
        problem=problem,
        others=others,
    )


def _read(letter: Letter, house: House) -> TextView:
    text = read_nameless(letter, house)
    return TextView(subject=text.subject, text=text.body)


def read_nameless(letter: Letter, house: House, wording: Wording | None = None) -> Text:
    """Read a letter without the name and the links, which only the moment of sending knows.

    Raises:
        Unsendable: it could not be written.
    """
    return write(letter, NAMES[letter.language], house, _links(letter), wording)


def _links(letter: Letter) -> Leading:
    link = LINKS[letter.language]
    if letter.kind in SUBSCRIBED:
        return SubscriptionLinks(confirm_url=link, unsubscribe_url=link, one_click_url=link)
    if letter.recipient != SUBMITTER:
        return None
    return DraftLink(draft_url=link) if letter.kind == DRAFT_LINK else Links(status_url=link)
