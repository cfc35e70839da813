"""Puts notify together: the only place where its parts are made."""

from dataclasses import replace

from services.chassis.app import Service, Worker
from services.chassis.relay.vouching import is_vouched
from services.notify.api import make_doors
from services.notify.handlers import make_handlers
from services.notify.lateness import Lateness
from services.notify.postman.worker import make_postman
from services.notify.settings import Settings
from services.notify.words import make_house


def make_service(settings: Settings) -> Service:
    """Make the service."""
    handlers = make_handlers(settings.timetable)
    return Service(
        name="notify",
        about="Tells people: the receipt, the question, the outcome, once each; and says who was told what.",
        handlers=(handlers.on_submissions, handlers.on_decisions, handlers.on_reviews),
        doors=lambda database: make_doors(database, make_house(settings), settings),
        workers=(Lateness(settings).run, *make_workers_for_mail(settings)),
    )


def make_workers_for_mail(settings: Settings) -> tuple[Worker, ...]:
    """Make what delivers; nothing where this process has no connection for it."""
    return (replace(make_postman(settings), may_deliver=is_vouched).work,) if settings.mail_connections else ()
