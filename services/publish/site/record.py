"""The public doors of one reform: its page, and where each word of it comes from, as pages and as JSON."""

from functools import partial

from fastapi import APIRouter, Request, Response

from services.chassis.database import Transaction
from services.publish.domain.provenance import Chain
from services.publish.site.addresses import REFERENCE, unknown_reform
from services.publish.site.answering import Answering, Shown
from services.publish.site.linked import reform_block
from services.publish.site.opening import GONE, open_door
from services.publish.site.parameters import DAY_NAMES
from services.publish.site.provenance import Looked, find_chain
from services.publish.site.reform import Setting, find_reform, page_of
from services.publish.site.shapes import ReformPage, address_of
from services.publish.store.position import Position


class Record:
    """Each reform."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def reform(self, request: Request, reference: str) -> Response:
        """Show a reform, or say that it was retracted."""

        async def find(tx: Transaction, position: Position) -> Shown:
            page = await find_page(self._answering, request, reference, tx, position)
            return Shown(page, "reform", {"linked": partial(reform_block, page)})

        return await self._answering.answer(request, find)

    async def provenance(self, request: Request, reference: str) -> Response:
        """Show the chain from a reform back to its submission."""

        async def find(tx: Transaction, position: Position) -> Shown:
            at = self._answering.read(request, DAY_NAMES, position).filters.at
            looked = Looked(position.now, at, self._answering.zone)
            chain = await find_chain(tx, reference, looked) if REFERENCE.fullmatch(reference) else None
            if chain is None:
                raise unknown_reform()
            return Shown(chain, "provenance", {"url": address_of(reference)})

        return await self._answering.answer(request, find)


async def find_page(
    answering: Answering, request: Request, reference: str, tx: Transaction, position: Position
) -> ReformPage:
    """Find what a reform's page tells, as it stands or as of the day that is asked for.

    Raises:
        Problem: 400 for what cannot be asked; 404 where there is no such reform; 410 where it was retracted.
    """
    asked = answering.read(request, DAY_NAMES, position)
    found = await find_reform(tx, reference, asked.filters.at) if REFERENCE.fullmatch(reference) else None
    if found is None:
        raise unknown_reform()
    on, is_over = answering.day_of(asked, position), asked.as_of is not None
    return page_of(found, Setting(on, answering.zone, answering.whole, is_over))


def add_record_doors(router: APIRouter, answering: Answering) -> None:
    """Add the doors of a reform. The longer addresses come first, so that none is taken for a reference."""
    record = Record(answering)
    open_door(router, "/reforms/{reference}/provenance", record.provenance, Chain, responses=GONE)
    open_door(router, "/reforms/{reference}", record.reform, ReformPage, responses=GONE)
