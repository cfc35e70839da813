"""The operator's doors to the accounts of staff."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from services.chassis.doors.auth import Principal, require
from services.chassis.doors.bodies import body_of, documented
from services.chassis.doors.documenting import TOKEN_PROBLEMS
from services.chassis.log import get_logger
from services.review.accounts import Accounts
from services.review.domain.staff import Role, Staff

Ref = Annotated[str, Path(pattern=r"^[a-z0-9:-]{1,60}$", description="The opaque reference of somebody.")]
Roles = Annotated[list[Role], Field(min_length=1, max_length=5)]
Operator = Annotated[Principal, Depends(require("operate"))]

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"description": "not one well-formed JSON object; `code` says how"},
    **TOKEN_PROBLEMS,
    404: {"description": "`unknown-staff`"},
    409: {"description": "`name-taken`"},
    422: {"description": "`staff-name`, `weak-password`, or `invalid` with `errors`"},
}

log = get_logger()


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NewStaff(_Body):
    """A new account of our own."""

    name: str
    roles: Roles
    password: str


class NewPassword(_Body):
    """Another password."""

    password: str


class NewRoles(_Body):
    """Other roles, in the place of those that were."""

    roles: Roles


class StaffView(BaseModel):
    """An account, without anything that opens it."""

    actor_ref: str
    name: str
    roles: list[Role]
    disabled: bool


class StaffList(BaseModel):
    """Everyone who may sign in, and after them whoever may no more."""

    staff: list[StaffView]


_new_staff: TypeAdapter[NewStaff] = TypeAdapter(NewStaff)
_new_password: TypeAdapter[NewPassword] = TypeAdapter(NewPassword)
_new_roles: TypeAdapter[NewRoles] = TypeAdapter(NewRoles)


def make_staff_doors(accounts: Accounts) -> APIRouter:
    """Make the doors; who keeps accounts at an OpenID provider sees here whoever has signed in from there."""
    router = APIRouter(prefix="/staff", tags=["staff"], responses=_PROBLEMS)

    @router.get("", dependencies=[Depends(require("operate"))])
    async def list_staff() -> StaffList:
        """List the accounts."""
        return StaffList(staff=[_view(staff) for staff in await accounts.list_all()])

    @router.post("", status_code=201, openapi_extra=documented(_new_staff))
    async def add_staff(_: Operator, body: Annotated[NewStaff, Depends(body_of(_new_staff))]) -> StaffView:
        """Make an account of our own, known to events by its ``actor_ref`` alone."""
        return _told("staff.added", await accounts.add(body.name, body.roles, body.password))

    @router.post("/{actor_ref}/password", openapi_extra=documented(_new_password))
    async def set_password(
        actor_ref: Ref, _: Operator, body: Annotated[NewPassword, Depends(body_of(_new_password))]
    ) -> StaffView:
        """Give an account another password, and end its sessions."""
        return _told("staff.password-set", await accounts.set_password(actor_ref, body.password))

    @router.post("/{actor_ref}/roles", openapi_extra=documented(_new_roles))
    async def set_roles(
        actor_ref: Ref, _: Operator, body: Annotated[NewRoles, Depends(body_of(_new_roles))]
    ) -> StaffView:
        """Give somebody other roles, at once. Those of an OpenID provider are set anew at each sign-in."""
        return _told("staff.roles-set", await accounts.set_roles(actor_ref, body.roles))

    @router.post("/{actor_ref}/disable")
    async def disable_staff(actor_ref: Ref, _: Operator) -> StaffView:
        """Let somebody in no more, and end their sessions."""
        return _told("staff.disabled", await accounts.set_disabled(actor_ref, disabled=True))

    @router.post("/{actor_ref}/enable")
    async def enable_staff(actor_ref: Ref, _: Operator) -> StaffView:
        """Let somebody in again."""
        return _told("staff.enabled", await accounts.set_disabled(actor_ref, disabled=False))

    return router


def _told(what: str, staff: Staff) -> StaffView:
    log.info(what, actor_ref=staff.actor_ref)
    return _view(staff)


def _view(staff: Staff) -> StaffView:
    return StaffView(actor_ref=staff.actor_ref, name=staff.name, roles=list(staff.roles), disabled=staff.disabled)
