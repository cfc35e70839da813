"""Puts intake together: the only place where its parts are made."""

from functools import partial

from fastapi import APIRouter

from services.chassis.app import Service
from services.chassis.database import Database
from services.chassis.doors.auth import TokenBook
from services.intake import __doc__ as about
from services.intake.api import make_doors
from services.intake.domain.problems import SENTENCES
from services.intake.handlers import make_on_forms, on_decisions, on_reviews
from services.intake.month_end import MonthEnd
from services.intake.reception.desk import Desk
from services.intake.reception.forgetting import Forgetting
from services.intake.reception.grouping import Reception
from services.intake.reception.pacing import Pacing
from services.intake.registrar import Registrar
from services.intake.settings import Settings
from services.intake.site.doors import make_site


def make_service(settings: Settings) -> Service:
    """Make intake; nothing connects before it runs."""
    desk = Desk(settings)
    reception = Reception(desk, settings)
    pacing = Pacing(settings)
    return Service(
        name="intake",
        about=str(about),
        handlers=(on_reviews, on_decisions, make_on_forms(desk, TokenBook(settings.tokens))),
        doors=lambda database: make_all_doors(database, reception, pacing, settings),
        prepare=(partial(_seed, desk),),
        sentences=SENTENCES,
        workers=(reception.run, MonthEnd(settings).run, Forgetting(settings).run),
    )


def make_all_doors(database: Database, reception: Reception, pacing: Pacing, settings: Settings) -> APIRouter:
    """Make the doors for machines and the pages for people."""
    router = make_doors(database, reception, pacing, settings)
    router.include_router(make_site(database, reception, pacing, settings))
    return router


async def _seed(desk: Desk, database: Database) -> None:
    async with database.transaction() as tx:
        await Registrar(desk.vault).seed(tx)
