"""The doors of forgetting: erase what is kept of a person, prove it, and wrap the vault's keys anew."""

from base64 import b64encode
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from services.chassis.database import Database
from services.chassis.doors.auth import Principal, require
from services.chassis.doors.bodies import body_of, documented
from services.chassis.log import get_logger
from services.intake.api.bodies import problems
from services.intake.api.refusing import refusals_as_problems
from services.intake.domain.erasure import kind_of, read_whom
from services.intake.reception.erasing import Eraser
from services.intake.store.erasures import SignedRecord

MayErase = Annotated[Principal, Depends(require("contacts:erase"))]

log = get_logger()


class ErasureRequest(BaseModel):
    """Whose contact is to be erased."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    contact: Annotated[
        str,
        Field(
            min_length=1,
            max_length=400,
            description="An e-mail address, for all that is kept of this person; the public reference of a submission, "
            "for its contacts; or the reference of one contact.",
        ),
    ]


class RecordBody(BaseModel):
    """That something was erased. ``record`` is JSON: the bytes over which the signature goes."""

    number: int
    record: str
    signature: Annotated[str, Field(description="Ed25519, in base64.")]


class RecordsBody(BaseModel):
    """All records. ``broken`` has the numbers of those that are changed, or that follow on a missing one."""

    public_key: Annotated[str, Field(description="Ed25519, in base64: anyone can check the signatures with it.")]
    records: list[RecordBody]
    broken: list[int]


class RewrappedBody(BaseModel):
    """How many keys were wrapped with the vault's first key, which another one had wrapped."""

    contacts: int
    drafts: int
    quarantine: int


_request: TypeAdapter[Any] = TypeAdapter(ErasureRequest)


def make_erasure_doors(database: Database, eraser: Eraser) -> APIRouter:
    """Make the doors; ``contacts:erase`` opens those of erasures, ``operate`` the vault's."""
    router = APIRouter(tags=["operator"])

    @router.post(
        "/erasures",
        status_code=201,
        responses=problems(400, 401, 403, 404, 408, 413, 415, 422),
        openapi_extra=documented(_request),
    )
    async def erase(principal: MayErase, body: Annotated[ErasureRequest, Depends(body_of(_request))]) -> RecordBody:
        """Erase what is kept of a person in vault, drafts and quarantine, for good; the answer proves it."""
        with refusals_as_problems():
            whom = read_whom(body.contact)
            signed = await eraser.erase(database, whom, principal.actor_ref)
        log.warning("contacts.erased", kind=kind_of(whom), seq=signed.number)
        return _body(signed)

    @router.get("/erasures", responses=problems(401, 403), dependencies=[Depends(require("contacts:erase"))])
    async def list_erasures() -> RecordsBody:
        """List what was erased when and by whom, and check every signature."""
        signed, broken = await eraser.examine(database)
        key = b64encode(eraser.public_key).decode()
        return RecordsBody(public_key=key, records=[_body(one) for one in signed], broken=broken)

    @router.post("/vault/rewrap", responses=problems(401, 403), dependencies=[Depends(require("operate"))])
    async def rewrap() -> RewrappedBody:
        """Wrap the vault's keys with the first of `VAULT_SECRETS`; safe to repeat, and to interrupt."""
        return RewrappedBody(**await eraser.rewrap(database))

    return router


def _body(signed: SignedRecord) -> RecordBody:
    return RecordBody(number=signed.number, record=signed.record, signature=b64encode(signed.signature).decode())
