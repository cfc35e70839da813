"""Puts review together: the only place where its parts are made."""

from fastapi import APIRouter

from services.chassis.app import Service
from services.chassis.database import Database
from services.review.accounts import Accounts, Passwords
from services.review.api import make_doors
from services.review.api.contact import Vault, make_vault
from services.review.api.leaving import make_leaving_doors
from services.review.api.staff import make_staff_doors
from services.review.casework.rendering import make_renderer
from services.review.comparing import make_comparer
from services.review.desk.doors import make_desk
from services.review.desk.house import House
from services.review.domain.problems import SENTENCES
from services.review.drafting import make_drafter
from services.review.flagging import make_flagger
from services.review.handlers import on_notices, on_submissions
from services.review.release import make_releaser
from services.review.reporter import make_reporter
from services.review.settings import Settings


def make_service(settings: Settings) -> Service:
    """Make the service."""
    return Service(
        name="review",
        about="Puts submissions into the batches of their months, decides and releases; keeps stories apart.",
        handlers=(on_submissions, on_notices),
        doors=lambda database: make_all_doors(database, make_vault(settings), settings),
        workers=(
            make_releaser(settings),
            make_drafter(settings),
            make_reporter(settings),
            make_comparer(settings),
            make_flagger(settings),
        ),
        sentences=SENTENCES,
    )


def make_all_doors(database: Database, vault: Vault, settings: Settings) -> APIRouter:
    """Make the doors for machines and the pages for people."""
    accounts = Accounts(database, Passwords())
    router = make_doors(database, vault, settings.impartiality, settings.review_assessors)
    renderer = make_renderer(settings)
    router.include_router(make_leaving_doors(database, renderer))
    router.include_router(make_staff_doors(accounts))
    router.include_router(make_desk(House(database, settings), accounts, vault, renderer))
    return router
