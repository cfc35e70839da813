"""The campaign of mutants: each ends taken in, and round-trips, or refused with a listed code; nothing else.

Run as `python -m tests.campaign.mutants --count 1000000 --write tests/campaign/mutants.json`.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from pydantic import TypeAdapter

from contracts.submissions import NominationReceived, StoryShared, SubmissionReceived
from services.chassis.codec import decode, encode
from services.chassis.doors.auth import Principal
from services.intake.domain.application import Application
from services.intake.domain.problems import CODES, Refused
from services.intake.domain.reading import read_submission
from services.intake.domain.receiving import receive
from services.intake.domain.rules import check_rules
from services.intake.reception.edge import ENTER_ANY, apply
from tests.campaign.mutating import Mutant, mutants
from tests.controls.intake import award_round, colombia, known, moment, plan_book

CHUNK = 1_000
TEXTS = ("proposal", "story", "nomination")
EVERYONE = Principal("forum:everyone", frozenset({ENTER_ANY, *(f"submit:{code}" for code in ("SN", "CO", "UA", "CR"))}))
MOMENT = moment()
KNOWN = known(plans=plan_book(), open_rounds=(award_round(),))
KNOWN_MEMBER = known(colombia(), plans=plan_book(), open_rounds=(award_round(),))

CONTRACTS: dict[type[Any], TypeAdapter[Any]] = {
    shape: TypeAdapter(shape) for shape in (SubmissionReceived, StoryShared, NominationReceived)
}


class Escaped(AssertionError):
    """A mutant ended in neither exit; says how, and holds it."""

    def __init__(self, mutant: Mutant, how: str) -> None:
        super().__init__(f"{how}: a mutant of {mutant.channel}: {mutant.body[:2_000]!r}")
        self.mutant = mutant


@dataclass(frozen=True)
class Report:
    """What came of a campaign."""

    ran_on: str
    count: int
    seed: int
    seconds: int
    outcomes: dict[str, int]


def outcome_of(mutant: Mutant) -> str:
    """Say what becomes of a mutant: `accepted`, or the code of its refusal.

    Raises:
        Escaped: neither, or it is not what it was when it is read back.
    """
    try:
        application = _apply(mutant)
        held = KNOWN_MEMBER if application.member_code == "CO" else KNOWN
        check_rules(application, held, MOMENT)
        event = receive(application, held, MOMENT, "OGC-2026-000001")
    except Refused as refusal:
        return _code_of(refusal, mutant)
    except Exception as error:
        raise Escaped(mutant, f"{type(error).__name__}: {error}") from error
    _check_round_trip(mutant, event)
    return "accepted"


def run_chunk(number: int, count: int) -> Counter[str]:
    """Draw so many mutants by the seed of this number, and count what became of them."""
    found: Counter[str] = Counter()

    def count_outcome(mutant: Mutant) -> None:
        found[outcome_of(mutant)] += 1

    draw(number, count, count_outcome)
    return found


def draw(number: int, count: int, take: Callable[[Mutant], None]) -> None:
    """Draw so many mutants by the seed of this number, and hand each over."""

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(mutants())
    def each(mutant: Mutant) -> None:
        take(mutant)

    each()


def _apply(mutant: Mutant) -> Application:
    form = read_submission(mutant.body)
    external_id = form.external_id or "form-000001"
    return apply(form, EVERYONE, source=form.source or "web", external_id=external_id, traceparent=None)


def _code_of(refusal: Refused, mutant: Mutant) -> str:
    listed = all(issue.code in CODES and 400 <= issue.meaning.status < 500 for issue in refusal.issues)
    if not refusal.issues or not listed:
        raise Escaped(mutant, f"refused with what is not listed: {refusal}")
    return refusal.code


def _check_round_trip(mutant: Mutant, event: Any) -> None:
    written = encode(event)
    if decode(type(event), written) != event or encode(decode(type(event), written)) != written:
        raise Escaped(mutant, "the event is another when it is read back")
    if CONTRACTS[type(event)].validate_json(written) != event:
        raise Escaped(mutant, "the contract reads another event")
    sent, told = json.loads(mutant.body), json.loads(written)
    for text in TEXTS:
        changed = {name: value for name, value in sent.get(text, {}).items() if value != told[text][name]}
        if changed:
            raise Escaped(mutant, f"told otherwise than sent: {sorted(changed)}")


def run(count: int, first_seed: int) -> Counter[str]:
    """Run a campaign, a thousand mutants by each seed, and say now and then how far it is. Ctrl-C ends it early."""
    found: Counter[str] = Counter()
    with suppress(KeyboardInterrupt):
        for number in range(-(-count // CHUNK)):
            found += run_chunk(first_seed + number, min(CHUNK, count - number * CHUNK))
            if number % 50 == 49:
                sys.stderr.write(f"{found.total():,} mutants\n")
    return found


def main() -> None:
    """Run a campaign, and write what came of it where it is wanted."""
    parser = argparse.ArgumentParser(description="Mutants of valid submissions, and what becomes of them.")
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path)
    wanted = parser.parse_args()
    started = time.monotonic()
    found = run(wanted.count, wanted.seed)
    report = Report(
        ran_on=datetime.now(UTC).date().isoformat(),
        count=found.total(),
        seed=wanted.seed,
        seconds=round(time.monotonic() - started),
        outcomes=dict(found.most_common()),
    )
    written = json.dumps(asdict(report), indent=1) + "\n"
    sys.stdout.write(written)
    if wanted.write:
        wanted.write.write_text(written)


if __name__ == "__main__":
    main()
