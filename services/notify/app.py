"""Puts notify together: the only place where its parts are made."""

from dataclasses import replace

from fastapi import APIRouter

from services.chassis.app import Service
from services.chassis.database import Database
from services.chassis.relay.vouching import is_vouched
from services.notify.api import make_doors
from services.notify.api.campaigns import make_campaign_door
from services.notify.handlers import make_handlers
from services.notify.lateness import Lateness
from services.notify.postman.contacts import make_vault
from services.notify.postman.gatekeeper import Gatekeeper, make_gatekeeper
from services.notify.postman.reaching import make_reach
from services.notify.postman.worker import make_postman
from services.notify.settings import Settings
from services.notify.words import make_house


def make_service(settings: Settings) -> Service:
    """Make the service."""
    handlers, keeper = make_handlers(settings.timetable), make_gatekeeper(settings)
    postman = replace(make_postman(settings, keeper), may_deliver=is_vouched)
    return Service(
        name="notify",
        about="Tells people: the receipt, the question, the outcome, once each; and says who was told what.",
        handlers=(handlers.on_submissions, handlers.on_decisions, handlers.on_reviews, handlers.on_reforms),
        doors=lambda database: make_all_doors(database, settings, keeper),
        workers=(Lateness(settings).run, *((postman.work,) if settings.mail_connections else ())),
    )


def make_all_doors(database: Database, settings: Settings, keeper: Gatekeeper) -> APIRouter:
    """Make the doors; that of campaigns asks the contact vault beforehand."""
    router = make_doors(database, make_house(settings), settings, keeper.list_resting)
    router.include_router(make_campaign_door(database, make_reach(make_vault(settings))))
    return router
