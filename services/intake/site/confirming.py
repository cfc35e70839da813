"""The page behind the link in a receipt's letter: opening it confirms nothing, its button does.

Mail programs and scanners open every link that they see; they press no buttons.
"""

from uuid import UUID

from fastapi import Request, Response

from contracts.reference import Language
from services.chassis.doors.answers import see_other
from services.chassis.ids import new_id
from services.chassis.telemetry import current_traceparent
from services.intake.domain.confirming import Address, Confirmation
from services.intake.domain.problems import Refused
from services.intake.site.house import House, not_found, read_id
from services.intake.store.confirmations import find_addresses

CONFIRM = "/confirm/{submission_id}/{token}"
"""Where the page is, behind its language."""


class ConfirmDoors:
    """What can be done with the link in a receipt's letter, in one language."""

    def __init__(self, house: House, language: Language) -> None:
        self.house = house
        self.language = language

    async def show(self, request: Request) -> Response:
        """Show the button, or that the address is confirmed."""
        address = await self._find(self._check(request))
        return self.house.write(self.language, "confirm", path=self._path(address.submission_id), it=address)

    async def confirm(self, request: Request) -> Response:
        """Confirm the address; again changes nothing."""
        await self.house.read(request)
        submission_id = self._check(request)
        asked = Confirmation(submission_id=submission_id, event_id=new_id(), traceparent=current_traceparent())
        if isinstance(await self.house.reception.ask(asked), Refused):
            raise not_found()
        return see_other(f"/{self.language}{self._path(submission_id)}")

    def _check(self, request: Request) -> UUID:
        submission_id = read_id(request.path_params["submission_id"])
        if not self.house.desk.is_confirm_token_of(submission_id, request.path_params["token"]):
            raise not_found()
        return submission_id

    async def _find(self, submission_id: UUID) -> Address:
        async with self.house.database.transaction(read_clock=False) as tx:
            found = await find_addresses(tx, [submission_id])
        if submission_id not in found:
            raise not_found()
        return found[submission_id]

    def _path(self, submission_id: UUID) -> str:
        return f"/confirm/{submission_id}/{self.house.desk.confirm_token_of(submission_id)}"
