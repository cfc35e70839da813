"""Puts publish together: what it hears, and the doors through which anyone reads."""

from dataclasses import replace
from functools import partial
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from services.chassis.app import Service
from services.chassis.database import Database
from services.chassis.doors.web import Problem, problem_response
from services.publish.api.evaluations import make_evaluation_doors
from services.publish.auditing import Auditing
from services.publish.documents import make_document_doors
from services.publish.guarding import Guarding
from services.publish.handlers import on_decisions, on_evaluations, on_notices
from services.publish.settings import Settings
from services.publish.site.answering import Answering
from services.publish.site.doors import make_doors
from services.publish.site.forms import Form, form_asked
from services.publish.site.updating import make_update_doors

NAME = "publish"


def make_service(settings: Settings) -> Service:
    """Make the service: what it folds into the public record, and the public record's pages and data."""
    key = settings.updates_key.get_secret_value().encode() if settings.updates_key else None
    made = assemble(make_public(settings), settings.zone, settings.public_url or "", key, settings.intake_url)
    return replace(made, workers=[Auditing(settings).run, Guarding(settings).run])


def assemble(
    public: Database | None,
    zone: str = "UTC",
    public_url: str = "",
    updates_key: bytes | None = None,
    intake_url: str = "",
) -> Service:
    """Make the service, with the database through which its doors read; without one they read as the service does.

    ``public_url`` is where the public finds it; with ``updates_key`` holders can say there how their reforms go; a
    search is saved at ``intake_url``.
    """

    async def open_public(_: Database) -> None:
        if public is not None:
            await public.open()

    readers = [public] if public else []
    answering = Answering(lambda: readers[0].transaction(read_clock=False), ZoneInfo(zone), public_url, intake_url)

    def doors(database: Database) -> APIRouter:
        readers.append(database)
        router = make_doors(answering)
        router.include_router(make_document_doors())
        router.include_router(make_evaluation_doors(database, ZoneInfo(zone)))
        if updates_key:
            router.include_router(make_update_doors(database, answering, updates_key))
        return router

    return Service(
        name=NAME,
        about="Keeps the public record of Challenge reforms and of stories, and shows it to anyone.",
        handlers=[on_decisions, on_notices, on_evaluations],
        prepare=[open_public],
        doors=doors,
        open_to_any_origin=True,
        problems=partial(_answer_problem, answering),
    )


def _answer_problem(answering: Answering, problem: Problem, request: Request) -> Response:
    """Let a browser have a page of ours also where no door is, or where one fails."""
    if form_asked(request) is Form.PAGE:
        return answering.refuse(request, problem)
    return problem_response(problem, request)


def make_public(settings: Settings) -> Database | None:
    """Make the database as anyone may read it, if the settings name one."""
    if settings.public_database_url is None:
        return None
    told = {
        "database_url": settings.public_database_url,
        "statement_timeout_seconds": settings.public_statement_timeout_seconds,
    }
    return Database(settings.model_copy(update=told), NAME, read_only=True)
