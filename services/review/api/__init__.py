"""Review's HTTP doors: batches and items, for those whose token has the scope."""

from fastapi import APIRouter

from services.chassis.database import Database
from services.review.api.assigning import make_assignment_doors
from services.review.api.batches import make_batch_doors
from services.review.api.bulk import make_bulk_doors
from services.review.api.contact import Vault, make_contact_door
from services.review.api.contributions import make_contribution_doors
from services.review.api.coordinating import make_coordination_doors
from services.review.api.items import make_item_doors
from services.review.api.searching import make_search_door
from services.review.api.similar import make_similar_door
from services.review.api.updates import make_update_door
from services.review.api.versions import make_version_doors
from services.review.api.whatif import make_whatif_doors
from services.review.domain.impartiality import Impartiality

NO_RULES = Impartiality()


def make_doors(
    database: Database, vault: Vault, rules: Impartiality = NO_RULES, assessors: tuple[str, ...] = ()
) -> APIRouter:
    """Make the doors; their scopes are ``review:`` and ``read``, ``assess``, ``decide``, ``release``, ``contacts``."""
    router = APIRouter()
    router.include_router(make_batch_doors(database))
    router.include_router(make_search_door(database))
    router.include_router(make_item_doors(database, rules))
    router.include_router(make_contribution_doors(database))
    router.include_router(make_similar_door(database))
    router.include_router(make_version_doors(database))
    router.include_router(make_contact_door(database, vault))
    router.include_router(make_update_door(database))
    router.include_router(make_assignment_doors(database, rules, assessors))
    router.include_router(make_coordination_doors(database))
    router.include_router(make_bulk_doors(database, rules))
    router.include_router(make_whatif_doors(database))
    return router
