"""The pages of intake at their addresses, each in three languages."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from contracts.reference import Language
from services.chassis.database import Database
from services.chassis.doors.answers import OPEN, SECRET, kept_file, page
from services.chassis.doors.languages import language_of
from services.intake.reception.grouping import Reception
from services.intake.reception.pacing import Pacing
from services.intake.settings import Settings
from services.intake.site.confirming import CONFIRM, ConfirmDoors
from services.intake.site.drafting import DraftDoors
from services.intake.site.following import StatusDoors
from services.intake.site.house import Door, House, not_found
from services.intake.site.pages import ICON, STYLE
from services.intake.site.questions import FORMS
from services.intake.site.searching import SAVE_SEARCH, SearchDoors
from services.intake.site.subscribing import CONFIRM_SUBSCRIPTION, SUBSCRIBE, UNSUBSCRIBE, SubscriptionDoors
from services.intake.site.words import LANGUAGES, NAMES
from services.intake.site.writing import FormDoors

_IN_NO_LANGUAGE = (
    "/",
    CONFIRM,
    "/status/{submission_id}/{secret}",
    "/receipt/{submission_id}/{secret}",
    SUBSCRIBE,
    CONFIRM_SUBSCRIPTION,
    UNSUBSCRIBE,
    SAVE_SEARCH,
)
_ONE_CLICK = "/{subscription_id}/unsubscribe/{token}"


def make_site(database: Database, reception: Reception, pacing: Pacing, settings: Settings) -> APIRouter:
    """Make the pages: the forms, drafts, receipts and status, without a word for machines."""
    router, house = APIRouter(), House(database, reception, pacing, settings)
    for language in LANGUAGES:
        for method, path, door in _doors_in(house, language):
            address = f"/{language}{path}"
            router.add_route(address, house.in_words(language, door), methods=[method], include_in_schema=False)
    for path in _IN_NO_LANGUAGE:
        router.add_route(path, _lead_on, methods=["GET"], include_in_schema=False)
    router.add_route(f"/subscriptions{_ONE_CLICK}", _lead_to_end, methods=["GET"], include_in_schema=False)
    router.add_route("/style.css", _give_style, methods=["GET"], include_in_schema=False)
    router.add_route("/icon.svg", _give_icon, methods=["GET"], include_in_schema=False)
    return router


def _doors_in(house: House, language: Language) -> list[tuple[str, str, Door]]:
    status, confirming = StatusDoors(house, language), ConfirmDoors(house, language)
    forms = [FormDoors(house, form, language) for form in FORMS]
    drafts = DraftDoors(house, forms, language)
    draft, own = "/drafts/{draft_id}/{secret}", "/{submission_id}/{secret}"
    return [
        ("GET", "", _start(house, language)),
        *(("GET", f"/{doors.form.name}", doors.open) for doors in forms),
        *(("POST", f"/{doors.form.name}", doors.act) for doors in forms),
        ("GET", draft, drafts.open),
        ("POST", f"{draft}/send", drafts.send),
        ("POST", f"{draft}/erase", drafts.erase),
        ("GET", "/erased", drafts.erased),
        *_subscription_doors_in(house, language),
        ("GET", CONFIRM, confirming.show),
        ("POST", CONFIRM, confirming.confirm),
        ("GET", f"/receipt{own}", status.receipt),
        ("GET", f"/status{own}", status.show),
        ("GET", f"/status{own}/amend", status.amend),
        ("POST", f"/status{own}/amend", status.change),
        ("POST", f"/status{own}/answer", status.answer),
        ("POST", f"/status{own}/withdraw", status.withdraw),
        ("GET", "/{anything:path}", _nothing),
    ]


def _subscription_doors_in(house: House, language: Language) -> list[tuple[str, str, Door]]:
    doors, searches = SubscriptionDoors(house, language), SearchDoors(house, language)
    return [
        ("GET", SAVE_SEARCH, searches.open),
        ("POST", SAVE_SEARCH, searches.ask),
        ("GET", f"{SAVE_SEARCH}/sent", searches.asked),
        ("GET", SUBSCRIBE, doors.open),
        ("POST", SUBSCRIBE, doors.ask),
        ("GET", f"{SUBSCRIBE}/sent", doors.asked),
        ("GET", CONFIRM_SUBSCRIPTION, doors.show),
        ("POST", CONFIRM_SUBSCRIPTION, doors.confirm),
        ("GET", UNSUBSCRIBE, doors.show_end),
        ("POST", UNSUBSCRIBE, doors.end),
    ]


async def _nothing(_: Request) -> Response:
    raise not_found()


def _start(house: House, language: Language) -> Door:
    async def start(_: Request) -> Response:
        return page(house.pages.write(language, "start", "/", forms=FORMS), language, headers=OPEN)

    return start


async def _lead_on(request: Request) -> Response:
    """Lead to the page in the language that the browser asks for."""
    language = language_of(request.headers.get("accept-language", ""), NAMES)
    path, query = request.url.path.rstrip("/"), request.url.query
    where = f"/{language}{path}{'?' if query else ''}{query}"
    return RedirectResponse(where, 302, headers={**SECRET, "Vary": "Accept-Language"})


async def _lead_to_end(request: Request) -> Response:
    """Lead a reader to the page with the button whose mail program opens what it was to send something to."""
    language = language_of(request.headers.get("accept-language", ""), NAMES)
    path = UNSUBSCRIBE.format(**request.path_params)
    return RedirectResponse(f"/{language}{path}", 302, headers={**SECRET, "Vary": "Accept-Language"})


async def _give_style(_: Request) -> Response:
    return kept_file(STYLE)


async def _give_icon(_: Request) -> Response:
    return kept_file(ICON)
