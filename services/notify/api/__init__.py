"""Notify's HTTP doors: who was told what, and how a letter would read."""

from fastapi import APIRouter

from services.chassis.database import Database
from services.notify.api.notices import make_notice_doors
from services.notify.api.rendering import make_render_door
from services.notify.words import House


def make_doors(database: Database, house: House) -> APIRouter:
    """Make the doors; their scopes are ``notices:read``, ``render``, and ``operate`` for trying again."""
    router = APIRouter()
    router.include_router(make_notice_doors(database))
    router.include_router(make_render_door(house))
    return router
