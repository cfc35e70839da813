"""The internal door that shows the letters about an event before it is told: rendered, sent to nobody, kept nowhere."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from msgspec.structs import replace
from pydantic import BaseModel, ConfigDict, TypeAdapter

from contracts.batches import BatchReported
from contracts.event import Event
from contracts.notices import NoticeKind
from services.chassis.codec import decode, encode_text
from services.chassis.doors.auth import require
from services.chassis.doors.bodies import body_of, documented
from services.chassis.doors.documenting import problem_answers
from services.notify.api.would_be import NOBODY, WouldBe, read_event, read_standing
from services.notify.domain.letters import DRAFT_LINK, LANGUAGES, SUBMITTER, SUBSCRIBED, SUBSCRIPTION_CONFIRM, Letter
from services.notify.domain.links import DraftLink, Links, SubscriptionLinks
from services.notify.domain.planning import Told, plan
from services.notify.domain.reports import Subscriber, reports_for
from services.notify.domain.standing import Standing
from services.notify.words import House, Leading, Text, Unsendable, write
from services.notify.words.updates import update_link_in
from services.notify.words.wording import Wording

NAMES: Mapping[str, str] = MappingProxyType({"en": "[name]", "fr": "[nom]", "es": "[nombre]"})
LINKS: Mapping[str, str] = MappingProxyType(
    {"en": "[personal link]", "fr": "[lien personnel]", "es": "[enlace personal]"}
)
"""What stands in a letter for what only the moment of sending knows."""

_EVERYBODY = Subscriber(
    subscription_id=str(NOBODY), contact_ref=str(NOBODY), language="en", since=datetime.min.replace(tzinfo=UTC)
)
"""Stands for all who get the reports, whatever their language."""


class TextView(BaseModel):
    """How a letter reads: the same words as text, and as HTML."""

    model_config = ConfigDict(frozen=True)

    subject: str
    text: str
    html: str


class LetterView(BaseModel):
    """One letter that would go. ``problem`` is there where it could not be written, and would wait for a person.

    ``others`` are the other languages where the recipient's own is only known at the moment of sending, or where there
    are recipients of each.
    """

    model_config = ConfigDict(frozen=True)

    kind: NoticeKind
    recipient: str
    language: str
    subject: str | None
    text: str | None
    html: str | None
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
        event = read_event(body)
        return RenderedView(letters=show_letters(event, read_standing(body.about, event), house))

    return router


def show_letters(event: Event[Told], standing: Standing, house: House) -> list[LetterView]:
    """Say who would be told of an event, and how each letter would read. Nothing is kept, nobody is asked."""
    return [_show(_as_stored(letter), house) for letter in _letters(event, standing)]


def _letters(event: Event[Told], standing: Standing) -> Sequence[Letter]:
    if isinstance(event.data, BatchReported):
        return reports_for(event.data, event.cause, [_EVERYBODY])
    return plan([event], {event.subject: standing}).letters


def _as_stored(letter: Letter) -> Letter:
    # as it comes back from the ledger, since that is what templates are filled with
    return replace(letter, words=decode(dict[str, Any], encode_text(letter.words)))


def _show(letter: Letter, house: House) -> LetterView:
    own = letter.language
    is_known = letter.recipient == SUBMITTER or letter.kind == SUBSCRIPTION_CONFIRM
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
        html=text.html if text else None,
        problem=problem,
        others=others,
    )


def _read(letter: Letter, house: House) -> TextView:
    text = read_nameless(letter, house)
    return TextView(subject=text.subject, text=text.body, html=text.html)


def read_nameless(letter: Letter, house: House, wording: Wording | None = None) -> Text:
    """Read a letter without the name and the links, which only the moment of sending knows.

    Raises:
        Unsendable: it could not be written.
    """
    return write(letter, NAMES[letter.language], house, nameless_links(letter, house), wording)


def nameless_links(letter: Letter, house: House) -> Leading:
    """Give what stands in a letter for links that only the moment of sending knows."""
    link = LINKS[letter.language]
    if letter.kind in SUBSCRIBED:
        return SubscriptionLinks(confirm_url=link, unsubscribe_url=link, one_click_url=link)
    if letter.recipient != SUBMITTER:
        return update_link_in(letter, house.public_url, house.updates_key, shown=link)
    return DraftLink(draft_url=link) if letter.kind == DRAFT_LINK else Links(status_url=link)
