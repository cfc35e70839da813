"""Notify's HTTP doors: who was told what, and how a letter would read."""

from fastapi import APIRouter

from services.chassis.database import Database
from services.notify.api.notices import Books, make_notice_doors
from services.notify.api.rendering import make_render_door
from services.notify.settings import Settings
from services.notify.words import House


def make_doors(database: Database, house: House, settings: Settings) -> APIRouter:
    """Make the doors; their scopes are ``notices:read``, ``render``, and ``operate`` for what only operators do."""
    router = APIRouter()
    router.include_router(make_notice_doors(Books(database, house, settings.address_key)))
    router.include_router(make_render_door(house))
    return router
