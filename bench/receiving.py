"""What stands beside intake's doors: the ceiling only reads the form, the floor has one transaction a request.

Run as a process: `python -m bench.receiving ceiling` (or `floor`), with intake's environment. Server, middleware and
settings are intake's own.
"""

import sys

from fastapi import APIRouter, Request, Response

from services.chassis.app import Service, run
from services.chassis.database import Database
from services.chassis.doors.web import read_body
from services.intake.api import make_doors
from services.intake.api.refusing import refusals_as_problems
from services.intake.app import make_service
from services.intake.domain.problems import SENTENCES
from services.intake.domain.reading import read_submission
from services.intake.reception.desk import Desk
from services.intake.reception.grouping import Reception
from services.intake.reception.outcome import Arrival, Outcome
from services.intake.reception.pacing import Pacing
from services.intake.reception.take_in import take_in
from services.intake.settings import Settings

ANSWER = b'{"id":"01890a5d-ac96-774b-bcce-b302099a8057","reference":"OGC-2026-000001","month":"2026-11"}'


def make_ceiling(_: Settings) -> Service:
    """Make a service that reads each form, and forgets it."""
    router = APIRouter()

    @router.post("/submissions")
    async def submit(request: Request) -> Response:
        body = await read_body(request)
        with refusals_as_problems():
            read_submission(body)
        return Response(ANSWER, 201, media_type="application/json")

    return Service(name="intake", about="", doors=lambda _: router, sentences=SENTENCES)


class OneEach(Reception):
    """Takes in each arrival in a transaction of its own, as many at a time as there are connections."""

    database: Database

    async def ask(self, arrival: Arrival) -> Outcome:
        """Take one in."""
        async with self.database.transaction(read_clock=False) as tx:
            return (await take_in(tx, [arrival], self.desk))[0]


def make_floor(settings: Settings) -> Service:
    """Make intake without its groups."""
    reception = OneEach(Desk(settings), settings)

    def doors(database: Database) -> APIRouter:
        reception.database = database
        return make_doors(database, reception, Pacing(settings), settings)

    whole = make_service(settings)
    return Service(name="intake", about="", doors=doors, prepare=whole.prepare, sentences=SENTENCES)


MAKERS = {"ceiling": make_ceiling, "floor": make_floor}

if __name__ == "__main__":
    settings = Settings()
    run(MAKERS[sys.argv[1]](settings), settings)
