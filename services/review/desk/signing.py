"""The pages of signing in with an account of our own, and of signing out."""

from typing import Any

from fastapi import APIRouter, Request, Response

from services.chassis.doors.answers import STAFF, see_other
from services.chassis.doors.pace import Pace, client_of
from services.chassis.log import get_logger
from services.review.accounts import Accounts
from services.review.desk.cookies import new_key
from services.review.desk.house import HOME, SIGN_IN, House, own_address
from services.review.desk.visitor import Visitor, WhatWasSent, visitor_of
from services.review.domain.staff import NAME_MAX, PASSWORD_MAX, Staff, subject_of
from services.review.store.sessions import delete_session, insert_session

log = get_logger()


class Tries:
    """How often it may be tried: for each address, and for each name wherever it is tried from."""

    def __init__(self, per_minute: int) -> None:
        self._names, self._addresses = Pace(per_minute), Pace(2 * per_minute)

    def count(self, request: Request, name: str) -> None:
        """Count a try.

        Raises:
            Problem: 429 ``too-many-requests``.
        """
        self._addresses.check(client_of(request))
        self._names.check(subject_of(name)[:NAME_MAX])


def make_signing_pages(house: House, accounts: Accounts) -> APIRouter:
    """Make the pages."""
    router = APIRouter()
    tries = Tries(house.settings.sign_in_tries_per_minute)

    @router.get("/sign-in")
    async def show_sign_in(request: Request, to: str = HOME) -> Response:
        """Show how to sign in; whoever has no key yet gets one, so that the form is theirs."""
        give_visitor_a_key(request)
        answer = house.render(request, "signing/sign-in", **_form(house, to=to))
        house.cookies.give_key(answer, visitor_of(request).key)
        return answer

    if house.settings.local_accounts:

        @router.post("/sign-in")
        async def sign_in(request: Request, sent: WhatWasSent) -> Response:
            """Sign in with an account of our own."""
            name, password = sent.one("name"), sent.one("password")
            tries.count(request, name)
            staff = await accounts.find(name, password) if len(password) <= PASSWORD_MAX else None
            if staff is None:
                log.warning("desk.sign-in-refused")
                told = _form(house, to=sent.one("to"), name=name, is_wrong=True)
                return house.render(request, "signing/sign-in", 403, **told)
            return await let_in(house, request, staff, sent.one("to"))

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        """End the session."""
        async with house.database.transaction(read_clock=False) as tx:
            await delete_session(tx, visitor_of(request).key)
        answer = see_other(SIGN_IN, STAFF)
        house.cookies.take_key(answer)
        return answer

    return router


async def let_in(house: House, request: Request, staff: Staff, leads_to: str) -> Response:
    """Begin a session under a new key, which nobody can have put into the browser before."""
    key = new_key()
    async with house.database.transaction(read_clock=False) as tx:
        await delete_session(tx, visitor_of(request).key)
        await insert_session(tx, key, staff.actor_ref, house.lasting)
    log.info("desk.signed-in", actor_ref=staff.actor_ref)
    answer = see_other(own_address(leads_to), STAFF)
    house.cookies.give_key(answer, key)
    return answer


def give_visitor_a_key(request: Request) -> None:
    """Give whoever has none a key for what follows; it opens nothing."""
    if not visitor_of(request).key:
        request.state.visitor = Visitor(new_key())


def _form(house: House, *, to: str, name: str = "", is_wrong: bool = False) -> dict[str, Any]:
    settings = house.settings
    return {
        "address": SIGN_IN,
        "to": own_address(to),
        "name": name[:NAME_MAX],
        "is_wrong": is_wrong,
        "by_password": settings.local_accounts,
        "by_openid": bool(settings.openid_issuer),
    }
