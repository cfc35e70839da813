"""The door of form systems: what they send is signed by Standard Webhooks, and each is bound to its members."""

import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Header, Path, Request, Response

from services.chassis.database import Database
from services.chassis.doors.auth import Principal
from services.chassis.doors.signatures import Delivery, check_age, check_signature, read_delivery
from services.chassis.doors.web import read_body
from services.chassis.errors import Refusal
from services.chassis.telemetry import current_traceparent
from services.intake.api.bodies import ReceiptBody, problems, request_body
from services.intake.api.refusing import problem_of, refusals_as_problems
from services.intake.api.sending import REPEATED, Counter
from services.intake.domain.forms import SubmissionForm
from services.intake.domain.problems import Refused, refused
from services.intake.domain.reading import content_of, read_submission
from services.intake.domain.sources import source_at_the_web
from services.intake.reception.edge import apply
from services.intake.settings import WebhookSource
from services.intake.store.webhooks import remember_delivery

SourceName = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9:._-]{0,63}$", description="The name that you were given.")]
WebhookId = Annotated[
    str | None, Header(alias="webhook-id", description="The event's id, the same when it is sent again.")
]
Timestamp = Annotated[
    str | None, Header(alias="webhook-timestamp", description="When it was signed, in seconds since 1970.")
]
Signature = Annotated[
    str | None, Header(alias="webhook-signature", description="`v1,` and the base64 of the HMAC-SHA256.")
]


def make_webhook_doors(database: Database, counter: Counter) -> APIRouter:
    """Make the door that only signatures open."""
    router = APIRouter(tags=["submissions"])
    doors = WebhookDoors(database, counter)
    router.add_api_route(
        "/webhooks/{source}",
        doors.receive,
        methods=["POST"],
        status_code=201,
        summary="Submit by webhook",
        response_model=ReceiptBody,
        responses=REPEATED | problems(400, 401, 403, 408, 409, 413, 415, 422, 429, 503),
        openapi_extra=request_body(SubmissionForm),
    )
    return router


class WebhookDoors:
    """Lets in what one of the known sources signed."""

    def __init__(self, database: Database, counter: Counter) -> None:
        self._database = database
        self._counter = counter
        self._sources: Mapping[str, WebhookSource] = {one.name: one for one in counter.settings.webhooks}

    async def receive(
        self,
        request: Request,
        source: SourceName,
        webhook_id: WebhookId = None,
        webhook_timestamp: Timestamp = None,
        webhook_signature: Signature = None,
    ) -> Response:
        """Take in a form that is signed by Standard Webhooks; without an id of its own, `webhook-id` is its id."""
        body = await read_body(request)
        try:
            with _refused_in_our_words():
                delivery = read_delivery(webhook_id, webhook_timestamp, webhook_signature, body)
                known = self._authenticate(source, delivery)
        except Refused as refusal:
            self._counter.pacing.count_address(request)
            raise problem_of(refusal) from None
        self._counter.pacing.count_webhook(source)
        with refusals_as_problems():
            form = read_submission(body)
            principal = _principal(known, form)
            is_replay = await self._remember(source, delivery, form)
            application = apply(
                form,
                principal,
                source=source_at_the_web(form.source, source),
                external_id=form.external_id or delivery.webhook_id,
                traceparent=current_traceparent(),
            )
        return await self._counter.hand_in(application, is_replay=is_replay)

    def _authenticate(self, source: str, delivery: Delivery) -> WebhookSource:
        known = self._sources.get(source)
        if known is None:
            raise refused("webhook-signature")
        check_signature(delivery, known.keys)
        return known

    async def _remember(self, source: str, delivery: Delivery, form: SubmissionForm) -> bool:
        digest = self._counter.reception.desk.digest(b"\n".join((_own_id(form), content_of(form))))
        async with self._database.transaction() as tx:
            with _refused_in_our_words():
                check_age(delivery, tx.now)
            first = await remember_delivery(tx, source, delivery, digest)
        if not hmac.compare_digest(first.digest, digest):
            raise refused("id-reused", "/external_id")
        return first.is_replay


@contextmanager
def _refused_in_our_words() -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        raise refused(refusal.code) from None


def _own_id(form: SubmissionForm) -> bytes:
    return (form.external_id or "").encode()


def _principal(source: WebhookSource, form: SubmissionForm) -> Principal:
    """Give a source the right to speak for the form's member.

    Raises:
        Refused: not-your-channel or not-your-member.
    """
    if form.channel not in source.channels:
        raise refused("not-your-channel", "/channel")
    if form.member is None:
        return Principal(source.name, frozenset())
    if not source.speaks_for(form.member):
        raise refused("not-your-member", "/member")
    return Principal(source.name, frozenset({f"submit:{form.member}"}))
