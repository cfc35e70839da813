"""The door by which an operator settles a letter of which nobody knows whether it arrived, with who and why."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, TypeAdapter

from services.chassis.database import Database
from services.chassis.doors.auth import Principal, require
from services.chassis.doors.bodies import body_of, documented
from services.chassis.doors.documenting import problem_answers
from services.chassis.doors.web import Problem
from services.chassis.transaction import Transaction
from services.notify.api.reasons import Why
from services.notify.domain.delivery import State
from services.notify.domain.doubts import InDoubt, Verdict, settle_by_hand
from services.notify.domain.mail import mail_id_of
from services.notify.store import doubts
from services.notify.store.doubts import Policy


class ToSettle(BaseModel):
    """What an operator says of a letter in doubt, and why; no name and no address belongs into it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    verdict: Verdict
    why: Why


class SettledView(BaseModel):
    """Where the letter stands now, with all that went out, or would have gone out, as one piece of mail with it."""

    model_config = ConfigDict(frozen=True)

    delivery_ids: list[UUID]
    state: State


_to_settle = TypeAdapter(ToSettle)


def make_doubt_door(database: Database, mail_domain: str) -> APIRouter:
    """Make the door; it needs the scope ``operate``. ``mail_domain`` is what every Message-ID ends in."""
    router = APIRouter(prefix="/notices", tags=["notices"])

    @router.post(
        "/{delivery_id}/settle",
        openapi_extra=documented(_to_settle),
        responses={
            **problem_answers(400, 401, 403, 408, 413, 415, 422),
            409: {"description": "`not-in-doubt`, `overtaken`"},
        },
    )
    async def settle_notice(
        delivery_id: UUID,
        principal: Annotated[Principal, Depends(require("operate"))],
        said: Annotated[ToSettle, Depends(body_of(_to_settle))],
    ) -> SettledView:
        """Settle a letter in doubt: it was taken, it goes once more, or it was not taken; who said so stays."""
        async with database.transaction() as tx:
            found = await doubts.lock_in_doubt(tx, delivery_id)
            if not found:
                raise Problem(409, "not-in-doubt", "only a letter of which nobody knows whether it arrived is settled")
            await _settle(tx, found, said.verdict, mail_domain)
            ids = [it.letter.delivery_id for it in found]
            await doubts.insert_verdicts(tx, ids, said.verdict, principal.actor_ref, said.why)
        return SettledView(delivery_ids=ids, state=_STATES[said.verdict])

    return router


_STATES = {"sent": State.SENT, "resend": State.PENDING, "failed": State.FAILED}


async def _settle(tx: Transaction, found: list[InDoubt], verdict: Verdict, mail_domain: str) -> None:
    mail_id = mail_id_of(found[0].letter)
    if verdict == "resend":
        if not await doubts.send_again(tx, Policy(unknown_before=tx.now, by_hand=mail_id)):
            raise Problem(409, "overtaken", "what it says is no longer so: a later letter says more")
        return
    message_id = f"<{mail_id}@{mail_domain}>"
    await doubts.save_settled(tx, [settle_by_hand(it, verdict, message_id, tx.now) for it in found])
