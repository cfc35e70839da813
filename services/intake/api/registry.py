"""The staff's doors to the registry: bring a table in, or see first what that would do; take one out; look back."""

import csv
from collections import Counter
from dataclasses import asdict
from io import StringIO
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from services.chassis.cells import harmless
from services.chassis.database import Database
from services.chassis.doors.auth import Principal, require
from services.chassis.doors.tables import LIMIT_BYTES, LIST_LIMIT, table_body, table_problem, table_problems
from services.chassis.doors.web import Problem, read_body
from services.chassis.log import get_logger
from services.chassis.tables import Faulty
from services.intake.api.bodies import problems
from services.intake.api.registry_bodies import (
    ChangeOfTableBody,
    HistoryBody,
    ImportBody,
    PastChangeBody,
)
from services.intake.domain.forms import Strict
from services.intake.domain.importing.comparing import columns_in
from services.intake.domain.importing.faults import SENTENCES
from services.intake.domain.importing.records import Table, columns_of
from services.intake.registrar import Imported, Registrar
from services.intake.store.ledgers import list_changes, list_records

BODY = table_body("A column that is not there leaves what is registered as it is.")
FAULTS = table_problems("Nothing was brought in; `errors` names every row and column that keeps it from being.")

DryRun = Annotated[bool, Query(description="Only say what the import would do.")]
Key = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{2,40}$", description="A code, or a commitment's id.")]

log = get_logger()


def make_registry_doors(database: Database, registrar: Registrar) -> APIRouter:
    """Make the doors that only a token with ``registry:write`` opens."""
    router = APIRouter(prefix="/registry", tags=["registry"])

    @router.post("/{table}", responses=problems(401, 403, 408, 413, 415, 503) | FAULTS, openapi_extra=BODY)
    async def bring_in(
        request: Request,
        who: Annotated[Principal, Depends(require("registry:write"))],
        table: Table,
        *,
        dry_run: DryRun = False,
    ) -> ImportBody:
        """Bring a table in, all of it or nothing; the same again changes nothing."""
        content = await read_body(request, LIMIT_BYTES)
        try:
            async with database.transaction() as tx:
                found = await registrar.bring_in(tx, table, content, who.actor_ref, dry_run=dry_run)
        except Faulty as faulty:
            raise _problem(faulty) from None
        log.info("registry.imported", table=table, dry_run=dry_run, count=len(found.changes))
        return _body(table, found, dry_run=dry_run)

    @router.get(
        "/{table}",
        responses=problems(401, 403, 422, 503) | {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
        response_class=Response,
        dependencies=[Depends(require("registry:write"))],
    )
    async def take_out(table: Literal["members", "plans", "commitments", "rounds", "dates"]) -> Response:
        """Give a table as CSV, to be changed and brought in again. The points of contact stay in their vault."""
        async with database.transaction(read_clock=False) as tx:
            records = await list_records(tx, table)
        text = StringIO()
        writer = csv.DictWriter(text, columns_of(table))
        writer.writeheader()
        writer.writerows(_cells(record) for record in records.values())
        return Response(text.getvalue(), media_type="text/csv; charset=utf-8")

    @router.get(
        "/changes/{key}", responses=problems(401, 403, 422, 503), dependencies=[Depends(require("registry:write"))]
    )
    async def show_history(key: Key) -> HistoryBody:
        """Say what became of a member with its points of contact, of a plan, a commitment or a round; by whom, when."""
        async with database.transaction(read_clock=False) as tx:
            changes = await list_changes(tx, key, LIST_LIMIT)
        return HistoryBody(key=key, changes=[PastChangeBody(**asdict(change)) for change in changes])

    return router


def _cells(record: Strict) -> dict[str, str]:
    return {column: harmless(cell or "") for column, cell in columns_in(record).items()}


def _body(table: Table, found: Imported, *, dry_run: bool) -> ImportBody:
    counts = Counter(change.what for change in found.changes)
    return ImportBody(
        table=table,
        dry_run=dry_run,
        added=counts["added"],
        changed=counts["changed"],
        removed=counts["removed"],
        unchanged=found.unchanged,
        changes=[ChangeOfTableBody.of(change) for change in found.changes[:LIST_LIMIT]],
    )


def _problem(faulty: Faulty) -> Problem:
    return table_problem(faulty, "registry-table", "Nothing was brought in: the table has faults.", SENTENCES)
