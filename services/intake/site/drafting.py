"""The doors of saved drafts in one language."""

from collections.abc import Iterable
from uuid import UUID

from fastapi import Request, Response

from contracts.reference import Language
from services.chassis.doors.answers import see_other
from services.intake.reception.mailing import ask_for_link
from services.intake.site.house import House
from services.intake.site.writing import FormDoors
from services.intake.store.drafts import erase_draft, find_draft


class DraftDoors:
    """Saved drafts in one language."""

    def __init__(self, house: House, forms: Iterable[FormDoors], language: Language) -> None:
        self.house = house
        self.forms = {doors.form.name: doors for doors in forms}
        self.language = language

    async def open(self, request: Request) -> Response:
        """Show a draft again; one that was sent leads to its receipt."""
        draft_id = self._id_of(request)
        async with self.house.database.transaction() as tx:
            draft = await find_draft(tx, self.house.desk.vault, draft_id)
        if draft is None or draft.form not in self.forms:
            return await next(iter(self.forms.values())).sent_before(draft_id) or self._gone()
        return await self.forms[draft.form].come_back(draft, is_new="saved" in request.query_params)

    async def send(self, request: Request) -> Response:
        """Have the link sent to the address that stands in the draft; a second click sends no second letter."""
        await self.house.read(request)
        draft_id = self._id_of(request)
        async with self.house.database.transaction(read_clock=False) as tx:
            await ask_for_link(tx, self.house.desk, draft_id, self.language)
        return see_other(request.url.path.removesuffix("/send"))

    async def erase(self, request: Request) -> Response:
        """Erase a draft at once."""
        await self.house.read(request)
        draft_id = self._id_of(request)
        async with self.house.database.transaction() as tx:
            await erase_draft(tx, draft_id)
        return see_other(f"/{self.language}/erased")

    async def erased(self, _: Request) -> Response:
        """Say that nothing is kept."""
        return self.house.write(self.language, "gone", said="erased")

    def _id_of(self, request: Request) -> UUID:
        return self.house.check_draft(request.path_params["draft_id"], request.path_params["secret"])

    def _gone(self) -> Response:
        return self.house.write(self.language, "gone", 410, said="gone")
