"""Gathers everything that an item's page shows, in one transaction."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from services.chassis.database import Transaction
from services.review.api.similar import find_candidates
from services.review.api.versions import DifferenceView, find_difference
from services.review.api.views import ItemView, view_item
from services.review.desk.month import names_of_staff
from services.review.domain.evolution import ruling_of
from services.review.domain.flags import Flag
from services.review.domain.likeness import Likeness
from services.review.store.assigning import find_assigned
from services.review.store.coordinating import CaseLine, find_case
from services.review.store.flags import list_flags
from services.review.store.items import Found, list_history
from services.review.store.letters import list_counts

CANDIDATES_MAX = 5
"""So many possible duplicates stand beside an item."""


class Gathered(NamedTuple):
    """An item with its past and what is beside it; ``candidates`` is None while it is not compared yet.

    ``case`` is the one of coordination that its member has in its declared area; ``names`` are those of the staff.
    """

    found: Found
    view: ItemView
    flags: Sequence[Flag]
    difference: DifferenceView
    candidates: Sequence[tuple[Likeness, Found]] | None
    case: CaseLine | None
    assessor: str
    names: Mapping[str, str]


async def gather(tx: Transaction, found: Found, before: int | None = None) -> Gathered:
    """Gather what belongs to an item, and how its text differs from the version ``before``, or the last round's.

    Raises:
        Problem: 404 ``unknown-version``.
    """
    item, ruling = found.state.item, ruling_of(found.state)
    submission_id = UUID(item.submission_id)
    letters = await list_counts(tx, ruling.decision_id) if ruling else []
    key = (item.submission_id, item.round)
    flags, assigned = await list_flags(tx, [key]), await find_assigned(tx, [key])
    return Gathered(
        found,
        view_item(found, letters, await list_history(tx, submission_id, item.round)),
        flags[key],
        await find_difference(tx, item, before, None),
        await find_candidates(tx, submission_id, CANDIDATES_MAX),
        await find_case(tx, item.month, found.dossier.receipt.member.code, item.declared_area),
        assigned[key].assessor if key in assigned else "",
        await names_of_staff(tx),
    )
