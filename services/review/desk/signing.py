"""The pages of signing in and out."""

from fastapi import APIRouter, Request, Response

from services.review.desk.cookies import new_key
from services.review.desk.house import HOME, House, own_address
from services.review.desk.visitor import Visitor, visitor_of


def make_signing_pages(house: House) -> APIRouter:
    """Make the pages."""
    router = APIRouter()

    @router.get("/sign-in")
    async def show_sign_in(request: Request, to: str = HOME) -> Response:
        """Show how to sign in; whoever has no key yet gets one, so that the form is theirs."""
        if not visitor_of(request).key:
            request.state.visitor = Visitor(new_key())
        answer = house.render(request, "signing/sign-in", to=own_address(to))
        house.cookies.give_key(answer, visitor_of(request).key)
        return answer

    return router
