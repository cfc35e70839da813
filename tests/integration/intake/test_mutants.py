"""Mutants of valid submissions through the doors, on a real Postgres: none fails, and none stops the reader."""

from collections import Counter

from contracts.topics import PARTITIONS
from services.intake.domain.problems import CODES
from tests.bad_input.registry import fill_registry
from tests.campaign.mutants import draw
from tests.campaign.mutating import Mutant
from tests.controls.intake import ALL_FORMS, as_body
from tests.integration.intake.conftest import Intake, bearer
from tests.integration.intake.test_bad_input import FormsRecord

AT_THE_DOORS = 200


async def test_mutants_at_the_doors_never_fail_and_never_stop_the_reader(intake: Intake) -> None:
    """By HTTP a receipt or a listed problem; by `forms`, all in one chunk, and the good form after them is taken in."""
    await fill_registry(intake.admin)
    drawn: list[Mutant] = []
    draw(2026, AT_THE_DOORS, drawn.append)
    answers: Counter[int] = Counter()
    for mutant in drawn:
        answer = await intake.client.post("/submissions", content=mutant.body, headers=bearer("senegal"))
        answers[answer.status_code] += 1
        assert answer.status_code in {200, 201} or answer.json()["code"] in CODES, (mutant, answer.text)
    assert max(answers) < 500
    assert answers[201] >= AT_THE_DOORS // 20
    good = as_body(ALL_FORMS["standalone"](10**7, source="kafka:upstream"))
    bodies = [*(mutant.body for mutant in drawn), good]
    records = [FormsRecord("forms", n % PARTITIONS, n, 0, None, body, ()) for n, body in enumerate(bodies)]
    async with intake.database.transaction() as tx:
        await intake.on_forms(records, tx)
    told = await intake.told()
    assert f"form-{10**7:06d}" in {event["event"]["data"].get("external_id") for event in told}
    put_aside = [event["event"]["data"] for event in told if event["topic"] == "forms-refused"]
    assert {problem["code"] for data in put_aside for problem in data["problems"]} <= CODES.keys()
