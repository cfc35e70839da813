"""Notify's HTTP doors: who was told what, how a letter would read, and how the mail stands."""

from fastapi import APIRouter

from services.chassis.database import Database
from services.notify.api.doubts import make_doubt_door
from services.notify.api.mail import Resting, make_mail_doors
from services.notify.api.notices import Books, make_notice_doors
from services.notify.api.outstanding import make_outstanding_door
from services.notify.api.rendering import make_render_door
from services.notify.settings import Settings
from services.notify.words import House


def make_doors(database: Database, house: House, settings: Settings, list_resting: Resting) -> APIRouter:
    """Make the doors; their scopes are ``notices:read``, ``bounces:write``, ``render``, and ``operate``."""
    router = APIRouter()
    router.include_router(make_notice_doors(Books(database, house, settings.address_key)))
    router.include_router(make_doubt_door(database, settings.mail_domain))
    router.include_router(make_mail_doors(database, settings, list_resting))
    router.include_router(make_render_door(house))
    router.include_router(make_outstanding_door(database))
    return router
