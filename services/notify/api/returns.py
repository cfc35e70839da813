"""The doors for what comes back of letters: reports of mail systems, a provider's events, and an operator's tasks."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from prometheus_client import Counter
from pydantic import BaseModel, ConfigDict

from services.chassis.database import Database
from services.chassis.doors.auth import Principal, require
from services.chassis.doors.bodies import body_of, documented
from services.chassis.doors.signatures import check_age, check_signature, read_delivery
from services.chassis.doors.web import Problem, read_body
from services.chassis.failpoint import reach
from services.chassis.log import get_logger
from services.notify.api.cursors import cut_page, read_cursor
from services.notify.api.reasons import REASON, Reason
from services.notify.domain.bounces import Heard, ProviderEvent, read_event, read_report
from services.notify.domain.returns import Return, take_back
from services.notify.settings import Settings
from services.notify.store import returns
from services.notify.store.suppressions import Suppression, insert_suppression

REPORT_LIMIT_BYTES = 1_048_576
"""A report may return the whole letter, and a mail system's own words besides."""

RETURNS = Counter("challenge_returns_total", "What came back of letters", ["outcome"])

SourceName = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9:._-]{0,63}$", description="The name of the provider.")]
SHOWN = {"webhook-id": "The event's id.", "webhook-timestamp": "When it was signed.", "webhook-signature": "`v1,…`"}
WebhookId = Annotated[str | None, Header(alias="webhook-id", description=SHOWN["webhook-id"])]
Timestamp = Annotated[str | None, Header(alias="webhook-timestamp", description=SHOWN["webhook-timestamp"])]
Signature = Annotated[str | None, Header(alias="webhook-signature", description=SHOWN["webhook-signature"])]

log = get_logger()


class Received(BaseModel):
    """What was made of it: ``unmatched`` is of no letter of ours, ``heard-before`` and ``ignored`` change nothing."""

    model_config = ConfigDict(frozen=True)

    outcome: Literal["hard", "refused", "soft", "complaint", "delivered", "unmatched", "heard-before", "ignored"]
    letters: int = 0


class BounceView(BaseModel):
    """Something that came back of the letters in ``delivery_ids``."""

    model_config = ConfigDict(frozen=True)

    bounce_id: UUID
    mail_id: UUID | None
    delivery_ids: list[UUID]
    outcome: str
    status: str
    source: str
    heard_at: datetime
    settled_at: datetime | None
    settled_by: str | None
    settled_why: str | None


class BouncePage(BaseModel):
    """What came back, oldest first; ``next`` is the cursor of the page after this one, if there is one."""

    model_config = ConfigDict(frozen=True)

    bounces: list[BounceView]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Returns:
    """Takes in what comes back, once each, with all that follows from it."""

    database: Database
    settings: Settings

    async def take(self, heard: Heard, raw: bytes, source: str) -> Received:
        """Keep what was heard, move the letters that it is about, suppress the address where it says so."""
        bounce_id = UUID(bytes=hmac.digest(self.settings.address_key, source.encode() + b"\n" + raw, sha256)[:16])
        async with self.database.transaction() as tx:
            letters = [] if heard.mail_id is None else await returns.lock_mail(tx, heard.mail_id)
            found = take_back(letters, heard, f"<{heard.mail_id}@{self.settings.mail_domain}>", tx.now)
            if not await returns.insert_bounce(tx, bounce_id, heard, found.outcome, source):
                return Received(outcome="heard-before")
            await returns.move_letters(tx, found.moved)
            if found.suppressed is not None:
                why = str(found.why)
                made = Suppression(bounce_id, found.suppressed, why, heard.status, source, heard.mail_id)
                await insert_suppression(tx, made)
            reach("return_taking")
        reach("return_taken")
        return _received(found)


def make_return_doors(database: Database, settings: Settings) -> APIRouter:
    """Make the doors; reports need the scope ``bounces:write``, events a signature, tasks ``notices:read``."""
    router = APIRouter(prefix="/bounces", tags=["bounces"])
    _add_taking(router, Returns(database, settings))
    _add_tasks(router, database)
    return router


def _add_taking(router: APIRouter, taking: Returns) -> None:
    domain = taking.settings.mail_domain
    keys: Mapping[str, tuple[bytes, ...]] = {it.name: it.keys for it in taking.settings.mail_webhooks}

    @router.post("/message", openapi_extra=_body_of("message/rfc822", {"type": "string", "format": "binary"}))
    async def take_report(
        request: Request, principal: Annotated[Principal, Depends(require("bounces:write"))]
    ) -> Received:
        """Take in a report of a mail system (RFC 3464), the whole message as it came."""
        raw = await read_body(request, REPORT_LIMIT_BYTES)
        return await taking.take(read_report(raw, domain), raw, principal.actor_ref)

    @router.post("/events/{source}", openapi_extra=_body_of("application/json", ProviderEvent.model_json_schema()))
    async def take_event(
        request: Request,
        source: SourceName,
        webhook_id: WebhookId = None,
        webhook_timestamp: Timestamp = None,
        webhook_signature: Signature = None,
    ) -> Received:
        """Take in a provider's event, signed by Standard Webhooks; of a type that is not for us it is ignored."""
        raw = await read_body(request)
        delivery = read_delivery(webhook_id, webhook_timestamp, webhook_signature, raw)
        check_signature(delivery, keys.get(source, ()))
        async with taking.database.transaction() as tx:
            check_age(delivery, tx.now)
        heard = read_event(raw, domain)
        return Received(outcome="ignored") if heard is None else await taking.take(heard, raw, source)


def _add_tasks(router: APIRouter, database: Database) -> None:
    @router.get("", dependencies=[Depends(require("notices:read"))])
    async def list_bounces(
        *,
        is_open: Annotated[bool | None, Query(alias="open", description="Only what waits for an operator.")] = None,
        outcome: Literal["hard", "refused", "soft", "complaint", "delivered", "unmatched"] | None = None,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> BouncePage:
        """List what came back of letters."""
        after = read_cursor(cursor)
        async with database.transaction(read_clock=False) as tx:
            rows = await returns.list_bounces(tx, is_open=is_open, outcome=outcome, after=after, limit=limit + 1)
        page, rest = cut_page(rows, limit, "heard_at", "bounce_id")
        return BouncePage(bounces=[BounceView(**row) for row in page], next=rest)

    @router.post("/{bounce_id}/settle", openapi_extra=documented(REASON))
    async def settle_bounce(
        bounce_id: UUID,
        principal: Annotated[Principal, Depends(require("operate"))],
        reason: Annotated[Reason, Depends(body_of(REASON))],
    ) -> dict[str, str]:
        """Note that an operator has seen to it, and how."""
        async with database.transaction() as tx:
            if not await returns.settle_bounce(tx, bounce_id, by=principal.actor_ref, why=reason.why):
                raise Problem(409, "not-open", "nothing of this id waits for an operator")
        return {"bounce_id": str(bounce_id), "state": "settled"}


def _received(found: Return) -> Received:
    RETURNS.labels(found.outcome).inc()
    log.info("letter.came_back", outcome=found.outcome, letters=len(found.moved), is_suppressed=bool(found.suppressed))
    return Received(outcome=found.outcome, letters=len(found.moved))


def _body_of(content_type: str, schema: dict[str, object]) -> dict[str, object]:
    return {"requestBody": {"required": True, "content": {content_type: {"schema": schema}}}}
