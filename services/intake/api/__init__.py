"""The HTTP doors of intake."""

from fastapi import APIRouter

from services.chassis.database import Database
from services.intake.api.quarantine import make_quarantine_doors
from services.intake.api.submissions import make_submission_doors
from services.intake.api.vault import make_vault_doors
from services.intake.reception.grouping import Reception
from services.intake.settings import Settings


def make_doors(database: Database, reception: Reception, settings: Settings) -> APIRouter:
    """Make the public doors, the internal ones of the vault, and the operator's of the quarantine."""
    router = APIRouter()
    router.include_router(make_submission_doors(database, reception, settings))
    router.include_router(make_vault_doors(database, reception.desk.vault))
    router.include_router(make_quarantine_doors(database, reception.desk.vault))
    return router
