"""Submissions that look like no other, and everything that review keeps, for tests of working together."""

from datetime import date
from typing import Any

from contracts.submissions import Milestone
from tests.controls.envelope import submission_id
from tests.controls.proposals import proposal
from tests.integration.review.conftest import Desk, received

TITLES = (
    "Tribunales con plazos",
    "Un consejo consultivo de jóvenes",
    "Publicar los contratos mineros",
    "Escuelas que rinden cuentas",
    "Agua limpia vigilada por vecinos",
    "Presupuesto abierto del hospital",
    "Lobby a la vista",
)


async def enter(desk: Desk, count: int, **more: Any) -> None:
    """Let so many submissions come in, no two alike."""
    await desk.hear(*(received(number, proposal=action_of(number), **more) for number in range(1, count + 1)))


def action_of(number: int, **more: Any) -> Any:
    """Give a proposal that looks like no other."""
    due = (Milestone(title="A step", due=date(2027, 1, number)),)
    return proposal(**{"title": TITLES[number - 1], "milestones": due, **more})


def item(number: int) -> dict[str, Any]:
    """Name the first round of a submission, as plans do."""
    return {"submission_id": str(submission_id(number)), "round": 1}


async def everything(desk: Desk) -> dict[str, Any]:
    """Give every row that review keeps, but those of what it is planned to do."""
    tables = await desk.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'review' AND tablename <> 'plan'")
    return {t["tablename"]: await desk.rows(f"SELECT * FROM {t['tablename']} t ORDER BY t::text") for t in tables}
