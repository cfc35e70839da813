"""Two thousand mutants, by fixed seeds: what the campaign does with a million."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.intake.domain.problems import CODES, Refused
from services.intake.domain.reading import read_submission
from tests.campaign import mutants
from tests.campaign.mutants import Escaped, outcome_of, run
from tests.campaign.mutating import WRITTEN, Mutant
from tests.controls.intake import ALL_FORMS, as_body

LAST = Path(__file__).with_name("mutants.json")
EXITS = {"accepted", *CODES}
SLICE = 2_000


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


def test_the_last_campaign_is_checked_in() -> None:
    """With its day, its seed, how many mutants ran, and where they ended."""
    last = json.loads(LAST.read_text())
    assert last["count"] == sum(last["outcomes"].values()) >= 100_000
    assert last["outcomes"].keys() <= EXITS
    assert {"ran_on", "seed", "seconds"} <= last.keys()
