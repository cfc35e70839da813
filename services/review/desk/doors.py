"""The pages of the desk at their addresses: an application of its own inside review's, whose problems are pages."""

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Path, Request, Response
from fastapi.responses import RedirectResponse

from services.chassis.doors.answers import STAFF, kept_file, see_other
from services.chassis.doors.web import Problem, answer_errors
from services.review.accounts import Accounts
from services.review.api.contact import Vault
from services.review.casework.rendering import Renderer
from services.review.desk.bulk import make_bulk_pages
from services.review.desk.coordination import make_coordination_pages
from services.review.desk.house import HOME, House, own_address
from services.review.desk.item import make_item_pages
from services.review.desk.month import make_month_pages
from services.review.desk.openid import make_openid_pages
from services.review.desk.pages import NAVIGATION, STATIC
from services.review.desk.preview import make_preview_pages
from services.review.desk.queue import make_queue_pages
from services.review.desk.report import make_report_pages
from services.review.desk.signing import make_signing_pages
from services.review.desk.updating import make_update_pages
from services.review.desk.visitor import check_sent, visitor_of
from services.review.desk.whatif import make_whatif_pages
from services.review.desk.words import LANGUAGES


def make_desk(house: House, accounts: Accounts, vault: Vault, renderer: Renderer) -> APIRouter:
    """Make the desk, at ``/desk``."""
    router = APIRouter()
    router.add_api_route("/desk", _go_home, methods=["GET"], include_in_schema=False)
    router.mount("/desk", make_desk_app(house, accounts, vault, renderer))
    return router


def make_desk_app(house: House, accounts: Accounts, vault: Vault, renderer: Renderer) -> FastAPI:
    """Make the application; who asks, and whether a form is theirs, is known before any door of its pages."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    answer_errors(app, answer=house.refuse)
    pages = APIRouter(dependencies=[Depends(house.recognise), Depends(check_sent)])
    pages.include_router(_make_first_page(house))
    pages.include_router(make_signing_pages(house, accounts))
    pages.include_router(make_openid_pages(house))
    pages.include_router(make_queue_pages(house))
    pages.include_router(make_bulk_pages(house))
    pages.include_router(make_month_pages(house))
    pages.include_router(make_item_pages(house, vault))
    pages.include_router(make_coordination_pages(house))
    pages.include_router(make_preview_pages(house, renderer))
    pages.include_router(make_report_pages(house, renderer))
    pages.include_router(make_whatif_pages(house))
    pages.include_router(make_update_pages(house))
    app.include_router(pages)
    app.include_router(_make_open_doors(house))
    return app


def _make_first_page(house: House) -> APIRouter:
    router = APIRouter()

    @router.get("/")
    async def show_first(request: Request) -> Response:
        """Lead to the first part of the desk that this visitor may see."""
        visitor = visitor_of(request)
        if visitor.principal is None:
            raise Problem(401, "signed-out", "sign in first")
        first = next((part.path for part in NAVIGATION if visitor.may(part.scope)), None)
        return see_other(first, STAFF) if first else house.render(request, "signing/nothing")

    return router


def _make_open_doors(house: House) -> APIRouter:
    router = APIRouter()

    @router.get("/language/{language}")
    async def choose_language(language: str, to: str = HOME) -> Response:
        """Keep the language that the reader chose."""
        if language not in LANGUAGES:
            raise Problem(404, "not-found", "there is nothing at this address")
        answer = see_other(own_address(to), STAFF)
        house.cookies.give_language(answer, language)
        return answer

    @router.get("/static/{name}")
    async def give_file(name: Annotated[str, Path(max_length=100)]) -> Response:
        """Give a file that a browser may keep; its address changes with its content."""
        if name not in STATIC:
            raise Problem(404, "not-found", "there is nothing at this address")
        return kept_file(STATIC[name])

    return router


async def _go_home() -> Response:
    return RedirectResponse(HOME, 308)
