"""The HTTP doors of intake."""

from fastapi import APIRouter

from services.chassis.database import Database
from services.intake.api.erasures import make_erasure_doors
from services.intake.api.imports import make_import_doors
from services.intake.api.links import make_link_doors
from services.intake.api.lookup import make_lookup_door
from services.intake.api.members import make_member_doors
from services.intake.api.quarantine import make_quarantine_doors
from services.intake.api.registry import make_registry_doors
from services.intake.api.sending import Counter, make_sending_doors
from services.intake.api.submissions import make_submission_doors
from services.intake.api.subscriptions import make_subscription_doors
from services.intake.api.vault import make_vault_doors
from services.intake.api.webhooks import make_webhook_doors
from services.intake.reception.erasing import Eraser
from services.intake.reception.grouping import Reception
from services.intake.reception.pacing import Pacing
from services.intake.registrar import Registrar
from services.intake.settings import Settings


def make_doors(database: Database, reception: Reception, pacing: Pacing, settings: Settings) -> APIRouter:
    """Make the public doors, the internal ones of the vault, the staff's of registry and quarantine."""
    counter = Counter(reception, pacing, settings)
    parts = (
        make_sending_doors(counter),
        make_webhook_doors(database, counter),
        make_import_doors(database, counter),
        make_submission_doors(database, reception, pacing, settings),
        make_subscription_doors(database, reception.desk, pacing),
        make_member_doors(database, settings),
        make_registry_doors(database, Registrar(reception.desk.vault)),
        make_link_doors(database, reception.desk, settings),
        make_lookup_door(database, reception.desk, settings),
        make_vault_doors(database, reception.desk.vault),
        make_quarantine_doors(database, reception.desk.vault),
        make_erasure_doors(database, Eraser(reception.desk.vault, settings)),
    )
    # in one list: a router within a router is gone through again for each request
    router = APIRouter()
    router.routes.extend(route for part in parts for route in part.routes)
    return router
