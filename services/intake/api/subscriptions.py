"""The public doors of letters that anyone may ask for: subscribe, and unsubscribe by one click (RFC 8058)."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from services.chassis.database import Database
from services.chassis.doors.web import read_body
from services.intake.api.bodies import json_response, problems, request_body
from services.intake.api.refusing import problem_of, refusals_as_problems
from services.intake.domain.forms import SubscriptionForm
from services.intake.domain.problems import refused
from services.intake.domain.reading import read_request
from services.intake.reception.desk import Desk
from services.intake.reception.pacing import Pacing
from services.intake.reception.subscribing import subscribe, unsubscribe

ONE_CLICK = (b"List-Unsubscribe", b"One-Click")
"""What the body of RFC 8058 holds, as a form of either kind that a browser sends."""

ONE_CLICK_BYTES = 4_096
ONE_CLICK_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["List-Unsubscribe"],
                    "properties": {"List-Unsubscribe": {"type": "string", "const": "One-Click"}},
                }
            }
        },
    }
}


class SubscribedBody(BaseModel):
    """The same for everybody, so that nobody learns whose address is known: a letter asks to confirm it."""

    subscription: str = "to-be-confirmed"


class UnsubscribedBody(BaseModel):
    """No more reports, however often it is asked."""

    subscription: str = "ended"


def make_subscription_doors(database: Database, desk: Desk, pacing: Pacing) -> APIRouter:
    """Make the doors that anyone may knock at."""
    router = APIRouter(tags=["subscriptions"])

    @router.post(
        "/subscriptions",
        status_code=202,
        response_model=SubscribedBody,
        responses=problems(400, 401, 408, 413, 415, 422, 429, 503),
        openapi_extra=request_body(SubscriptionForm),
    )
    async def ask(request: Request) -> Response:
        """Ask for the batch reports by letter, or with a `search` for what it finds.

        They come once the link in a first letter was followed.
        """
        pacing.let_in(request)
        body = await read_body(request)
        with refusals_as_problems():
            form = read_request(SubscriptionForm, body)
        async with database.transaction() as tx:
            await subscribe(tx, desk, form)
        return json_response(SubscribedBody(), 202)

    @router.post(
        "/subscriptions/{subscription_id}/unsubscribe/{token}",
        response_model=UnsubscribedBody,
        responses=problems(400, 403, 408, 413, 415, 422, 429, 503),
        openapi_extra=ONE_CLICK_BODY,
    )
    async def end(request: Request, subscription_id: UUID, token: str) -> Response:
        """End a subscription by one click, as the reader's mail program does."""
        pacing.count_address(request)
        if not desk.is_end_token_of(subscription_id, token):
            raise problem_of(refused("forbidden"))
        body = await read_body(request, ONE_CLICK_BYTES)
        if not all(part in body for part in ONE_CLICK):
            raise problem_of(refused("one-click"))
        async with database.transaction() as tx:
            await unsubscribe(tx, desk.zone, [subscription_id])
        return json_response(UnsubscribedBody(), 200)

    return router
