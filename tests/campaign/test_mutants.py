"""Two thousand mutants of every campaign's kind, by fixed seeds; some of them through the doors, on a real Postgres."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from contracts.topics import PARTITIONS
from services.intake.domain.problems import CODES, Refused
from services.intake.domain.reading import read_submission
from tests.bad_input.registry import fill_registry
from tests.campaign import mutants
from tests.campaign.mutants import Escaped, outcome_of, run
from tests.campaign.mutating import WRITTEN, Mutant
from tests.campaign.mutating import mutants as any_mutant
from tests.controls.intake import ALL_FORMS, as_body
from tests.integration.intake.conftest import Intake, bearer
from tests.integration.intake.test_bad_input import FormsRecord

LAST = Path(__file__).with_name("mutants.json")
EXITS = {"accepted", *CODES}
SLICE, AT_THE_DOORS = 2_000, 200


def test_two_thousand_mutants_end_in_an_exit() -> None:
    """Each taken in, and round-trips, or refused with a listed code; and they are not all of one kind."""
    found = run(SLICE, first_seed=2026)
    assert found.total() == SLICE
    assert found.keys() <= EXITS
    assert found["accepted"] >= SLICE // 10
    assert len(found) >= 12


def test_the_same_seed_makes_the_same_mutants() -> None:
    """So that what is found once, is found again."""
    assert run(50, first_seed=7) == run(50, first_seed=7) != run(50, first_seed=8)


@pytest.mark.parametrize("text", WRITTEN)
@pytest.mark.parametrize("channel", ALL_FORMS)
def test_what_people_write_passes_untouched(channel: str, text: str) -> None:
    """In every text of every channel's form."""
    form: dict[str, Any] = ALL_FORMS[channel](1)
    part = next(form[name] for name in mutants.TEXTS if name in form)
    for name in part.keys() & {"description", "problems", "text", "evidence"}:
        part[name] = text
    for name in part.keys() & {"title", "lead_institution", "about", "author", "government", "reform", "nominator"}:
        part[name] = text.partition("\n")[0]
    assert outcome_of(Mutant(channel, as_body(form))) == "accepted"


@pytest.mark.parametrize("how", ["fails", "lists no such code", "loses a letter"])
def test_a_campaign_sees_what_it_is_for(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: an error of ours, a refusal without a listed code, a text that is told otherwise."""
    mutant = Mutant("standalone", as_body(ALL_FORMS["standalone"](1)))

    def planted(body: bytes) -> Any:
        if how == "fails":
            raise KeyError
        if how == "loses a letter":
            return read_submission(body.replace(b"Proyectos", b"Proyecto"))
        raise Refused([])

    monkeypatch.setattr(mutants, "read_submission", planted)
    with pytest.raises(Escaped):
        outcome_of(mutant)


async def test_mutants_at_the_doors_never_fail_and_never_stop_the_reader(intake: Intake) -> None:
    """By HTTP a receipt or a listed problem; by `forms`, all in one chunk, and the good form after them is taken in."""
    await fill_registry(intake.admin)
    drawn = _draw(AT_THE_DOORS)
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


def test_the_last_campaign_is_checked_in() -> None:
    """With its day, its seed, how many mutants ran, and where they ended."""
    last = json.loads(LAST.read_text())
    assert last["count"] == sum(last["outcomes"].values()) >= 100_000
    assert last["outcomes"].keys() <= EXITS
    assert {"ran_on", "seed", "seconds"} <= last.keys()


def _draw(count: int) -> list[Mutant]:
    drawn: list[Mutant] = []

    @seed(2026)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(any_mutant())
    def each(mutant: Mutant) -> None:
        drawn.append(mutant)

    each()
    return drawn
