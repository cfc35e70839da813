"""The staff's door for what became of reforms: a table of milestones, assessments and awards, tried first or told."""

import asyncio
from dataclasses import asdict
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request

from services.chassis.database import Database
from services.chassis.doors.auth import require
from services.chassis.doors.documenting import problem_answers
from services.chassis.doors.tables import LIMIT_BYTES, LIST_LIMIT, table_body, table_problem, table_problems
from services.chassis.doors.web import Problem, read_body
from services.chassis.log import get_logger
from services.chassis.tables import Faulty, read_table
from services.publish.api.bodies import ImportBody, RowBody
from services.publish.domain.importing.faults import SENTENCES
from services.publish.domain.importing.statements import COLUMNS, MAX_ROWS, NEEDED, Statement
from services.publish.reception import Taken, take_in

BODY = table_body(f"Columns, of which a row fills its own: {', '.join(COLUMNS)}.")
FAULTS = table_problems("Nothing was told; `errors` names every row and column that keeps it from being.")

DryRun = Annotated[bool, Query(description="Only say what would be told.")]

log = get_logger()


def make_evaluation_doors(database: Database, zone: ZoneInfo) -> APIRouter:
    """Make the door that only a token with ``evaluations:write`` opens. Days are those of ``zone``."""
    router = APIRouter(tags=["evaluations"])

    @router.post(
        "/evaluations",
        responses=problem_answers(401, 403, 408, 413, 415, 503) | FAULTS,
        openapi_extra=BODY,
        dependencies=[Depends(require("evaluations:write"))],
    )
    async def bring_in(request: Request, *, dry_run: DryRun = False) -> ImportBody:
        """Bring a table into the public record, all of it or nothing; the same again tells nothing."""
        content = await read_body(request, LIMIT_BYTES)
        try:
            rows = await asyncio.to_thread(read_table, content, COLUMNS, NEEDED, MAX_ROWS)
            async with database.transaction() as tx:
                taken = await take_in(tx, rows, zone, dry_run=dry_run)
        except Faulty as faulty:
            raise _problem(faulty) from None
        log.info("evaluations.imported", dry_run=dry_run, count=len(taken.new))
        return _body(taken, dry_run=dry_run)

    return router


def _body(taken: Taken, *, dry_run: bool) -> ImportBody:
    return ImportBody(
        dry_run=dry_run,
        told=len(taken.new),
        unchanged=len(taken.statements) - len(taken.new),
        rows=[_row(one, new=one.fingerprint in taken.new) for one in taken.statements[:LIST_LIMIT]],
    )


def _row(statement: Statement, *, new: bool) -> RowBody:
    said = {name: str(value) for name, value in asdict(statement.told).items() if value is not None}
    kind = statement.told.TYPE.partition(".")[0]
    return RowBody(row=statement.row, kind=kind, reference=said.pop("reference"), new=new, says=said)


def _problem(faulty: Faulty) -> Problem:
    return table_problem(faulty, "evaluations-table", "Nothing was told: the table has faults.", SENTENCES)
