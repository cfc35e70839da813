"""What people do at intake's doors."""

from dataclasses import replace
from typing import Any

from services.intake.handlers import on_decisions
from tests.controls.envelope import event_of
from tests.controls.intake import as_body, standalone_form
from tests.integration.intake.conftest import Intake


async def send_in(intake: Intake, number: int = 1, **overrides: object) -> dict[str, str]:
    """Send in a standalone form, and give its receipt."""
    answer = await intake.client.post("/submissions", content=as_body(standalone_form(number, **overrides)))
    assert answer.status_code == 201, answer.text
    given: dict[str, str] = answer.json()
    return given


async def ask(intake: Intake, given: dict[str, str], what: str, form: dict[str, Any]) -> Any:
    """Ask something of a submission by the secret of its receipt."""
    headers = {"Receipt-Token": given["secret"]}
    return await intake.client.post(f"/submissions/{given['id']}/{what}", content=as_body(form), headers=headers)


async def status(intake: Intake, given: dict[str, str]) -> dict[str, Any]:
    """Look where a submission stands."""
    headers = {"Authorization": f"Bearer {given['secret']}"}
    answer = await intake.client.get(f"/submissions/{given['id']}", headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def hear(intake: Intake, given: dict[str, str], *told: Any) -> None:
    """Let intake hear events about a submission."""
    events = [replace(event_of(data), subject=given["id"]) for data in told]
    async with intake.database.transaction() as tx:
        await on_decisions.handler(events, tx)
