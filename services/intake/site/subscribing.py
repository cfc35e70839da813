"""The pages of the batch reports by letter: ask for them, confirm the address, end them; only buttons do anything."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from fastapi import Request, Response

from contracts.reference import Language
from services.chassis.codec import encode
from services.chassis.doors.answers import OPEN, page, see_other
from services.intake.domain.forms import SubscriptionForm
from services.intake.domain.problems import Refused
from services.intake.domain.reading import read_request
from services.intake.reception.subscribing import confirm, subscribe, unsubscribe
from services.intake.site.filters import list_filters
from services.intake.site.house import House, not_found, read_id
from services.intake.site.messages import message_of
from services.intake.store.subscriptions import Subscription, find_subscriptions

SUBSCRIBE = "/subscribe"
CONFIRM_SUBSCRIPTION = "/subscribe/{subscription_id}/{token}"
UNSUBSCRIBE = "/unsubscribe/{subscription_id}/{token}"
"""Where the pages are, behind their language."""

Said = Literal["asked", "confirm", "confirmed", "end", "ended", "gone"]
Asked = Sequence[tuple[str, str]]
"""What a saved search asks for, filter by filter."""


class SubscriptionDoors:
    """What can be done about the reports, in one language."""

    def __init__(self, house: House, language: Language) -> None:
        self.house = house
        self.language = language

    async def open(self, _: Request) -> Response:
        """Ask for an address."""
        return self._form("", "")

    async def ask(self, request: Request) -> Response:
        """Owe the letter that asks to confirm; whoever is known already is told the same."""
        sent = await self.house.read(request)
        typed = sent.one("address").strip()
        try:
            form = read_request(SubscriptionForm, encode({"address": typed, "language": self.language}))
        except Refused as refusal:
            code = refusal.code if typed else "missing"
            return self._form(typed, message_of("address", code, {"address": "address"}, self.language), 400)
        async with self.house.database.transaction() as tx:
            await subscribe(tx, self.house.desk, form)
        return see_other(f"/{self.language}{SUBSCRIBE}/sent")

    async def asked(self, _: Request) -> Response:
        """Say that a letter is on its way."""
        return self._say("asked", f"{SUBSCRIBE}/sent")

    async def show(self, request: Request) -> Response:
        """Show the button that confirms, or that it was pressed."""
        it, asked = await self._find(self._check(request, "confirm"))
        if it is None:
            return self._say("gone", status=410)
        said: Said = "confirmed" if it.confirmed_at else "confirm"
        return self._say(said, self._plain(request), it=it, asked=asked)

    async def confirm(self, request: Request) -> Response:
        """Let the letters come; again changes nothing."""
        await self.house.read(request)
        subscription_id = self._check(request, "confirm")
        async with self.house.database.transaction() as tx:
            await confirm(tx, self.house.desk.zone, subscription_id)
        return see_other(request.url.path)

    async def show_end(self, request: Request) -> Response:
        """Show the button that ends it, or that it has ended."""
        it, asked = await self._find(self._check(request, "end"))
        return self._say("end" if it else "ended", self._plain(request), it=it, asked=asked)

    async def end(self, request: Request) -> Response:
        """End it; again changes nothing."""
        await self.house.read(request)
        subscription_id = self._check(request, "end")
        async with self.house.database.transaction() as tx:
            await unsubscribe(tx, self.house.desk.zone, [subscription_id])
        return see_other(request.url.path)

    def _check(self, request: Request, purpose: Literal["confirm", "end"]) -> UUID:
        subscription_id = read_id(request.path_params["subscription_id"])
        desk = self.house.desk
        is_token = desk.is_end_token_of if purpose == "end" else desk.is_subscribe_token_of
        if not is_token(subscription_id, request.path_params["token"]):
            raise not_found()
        return subscription_id

    async def _find(self, subscription_id: UUID) -> tuple[Subscription | None, Asked]:
        async with self.house.database.transaction() as tx:
            it = (await find_subscriptions(tx, [subscription_id])).get(subscription_id)
            return it, await list_filters(tx, it.search, self.language) if it and it.search else ()

    def _form(self, typed: str, error: str, status: int = 200) -> Response:
        body = self.house.pages.write(self.language, "subscribe", SUBSCRIBE, typed=typed, error=error)
        return page(body, self.language, status, OPEN)

    def _say(
        self, said: Said, path: str = "", status: int = 200, it: Subscription | None = None, asked: Asked = ()
    ) -> Response:
        about = "search" if it and it.search else "subscription"
        return self.house.write(self.language, "subscription", status, path, about=about, said=said, asked=asked)

    def _plain(self, request: Request) -> str:
        return request.url.path.removeprefix(f"/{self.language}")
