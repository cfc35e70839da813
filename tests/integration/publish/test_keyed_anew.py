"""A reform that is another's than it first stood under: corrected by the Support Unit, at the address that it had."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from contracts.topics import DECISIONS
from contracts.vocabulary import Level, MemberType
from services.chassis.codec import decode, encode
from services.chassis.reading.decoding import event_type
from tests.controls.envelope import MONTH_END, reference_of, submission_id
from tests.controls.proposals import costa_rica, proposal
from tests.integration.publish.conftest import Desk
from tests.integration.review.conftest import Desk as Staff
from tests.integration.review.conftest import Log, assessment, open_desk, received

COLOMBIA = costa_rica(code="CO", name="Colombia")
CALI = "Santiago de Cali"
OF_CALI = {"member_type": "other-local", "jurisdiction": CALI, "locality": "CO-CALI"}


@pytest.fixture
async def staff(desk: Desk) -> AsyncIterator[Staff]:
    """Review, beside the publish of this test."""
    async with open_desk(desk.url, Log()) as opened:
        yield opened


def item(number: int) -> str:
    """The path of an item."""
    return f"/items/{submission_id(number)}/1"


def accepting(**whose: str) -> dict[str, Any]:
    """The body of a decision that says whose a reform is."""
    return {"outcome": "accepted", "attribution": whose}


@dataclass
class Line:
    """Review, and publish hearing it."""

    desk: Desk
    staff: Staff
    heard: set[str] = field(default_factory=set)

    async def correct(self, number: int, **whose: str) -> dict[str, Any]:
        """Say whose a reform is, by the door of corrections; publish hears it."""
        body = {"effect": "silent", "why": "The city carries it out.", "decision": accepting(**whose)}
        done = await self.staff.do(f"{item(number)}/correction", body)
        await self.hear_all()
        return done

    async def hear_all(self) -> None:
        """Let publish hear what review has told since."""
        rows = await self.staff.rows("SELECT payload FROM outbox WHERE topic = 'decisions' ORDER BY partition, seq")
        for row in rows:
            told = decode(dict[str, Any], row["payload"])
            if told["id"] not in self.heard:
                self.heard.add(told["id"])
                await self.desk.hear(decode(event_type(DECISIONS.types[told["type"]]), row["payload"]))

    async def totals(self, query: str = "") -> tuple[int, int, int]:
        """The three counters: countries, localities, reforms."""
        found = (await self.desk.json(f"/statistics.json{query}"))["totals"]
        return found["countries"], found["localities"], found["reforms"]


@pytest.fixture
async def line(desk: Desk, staff: Staff) -> Line:
    """Three reforms of Colombia, released: the first its own, two of its city, which is no member."""
    of_city = proposal(member_type=MemberType.OTHER_LOCAL, level=Level.LOCAL, jurisdiction=CALI)
    await staff.hear(received(1, member=COLOMBIA), *(received(n, member=COLOMBIA, proposal=of_city) for n in (2, 3)))
    await staff.close()
    for number in (1, 2, 3):
        await staff.accept(submission_id(number))
    await staff.release()
    made = Line(desk, staff)
    await made.hear_all()
    assert await made.totals() == (1, 2, 3)
    return made


async def test_a_reform_is_keyed_anew_at_its_address(line: Line) -> None:
    """First Colombia's, then its city's, then a local member's: its page says what changed, and why."""
    page = f"/reforms/{reference_of(1)}"
    shown = await line.correct(1, **OF_CALI, lead_institution="Alcaldía de Cali")
    assert (shown["decision"]["attribution"]["locality"], shown["decision"]["by"]) == ("CO-CALI", "support-unit:1")
    newest = (await line.desk.json(f"{page}/history.json"))["versions"][0]
    assert newest["why"] == "The city carries it out."
    assert {one["field"]: (one["before"], one["after"]) for one in newest["fields"]} == {
        "public_level": ("national", "local-non-member"),
        "locality": (None, "CO-CALI"),
        "member_type": ("national", "other-local"),
        "jurisdiction": (None, CALI),
        "level": ("national", "local"),
        "lead_institution": (proposal().lead_institution, "Alcaldía de Cali"),
    }
    await line.correct(1, member="COCAL", member_name="Santiago de Cali, Colombia", member_type="local")
    moved = await line.desk.json(page)
    assert (moved["reference"], moved["record"]["member"]["code"]) == (reference_of(1), "COCAL")
    assert (await line.desk.json("/members/COCAL.json"))["name"] == "Santiago de Cali, Colombia"
    assert (await line.desk.page(page)).status_code == 200


async def test_reforms_of_a_locality_count_as_one_by_its_id(line: Line) -> None:
    """As two while one of them has none; the list finds them by it, and a day that is past shows what stood then."""
    first = await line.desk.json(f"/reforms/{reference_of(1)}")
    day = f"?as_of={first['history'][0]['at'][:10]}"
    await line.staff.move_clock(timedelta(days=2))
    await line.correct(1, **OF_CALI)
    await line.correct(2, locality="CO-CALI")
    assert await line.totals() == (0, 2, 3)
    await line.correct(3, locality="CO-CALI")
    assert await line.totals() == (0, 1, 3)
    listed = (await line.desk.json("/reforms.json?locality=CO-CALI"))["reforms"]
    assert {one["reference"] for one in listed} == {reference_of(n) for n in (1, 2, 3)}
    await line.staff.move_clock(timedelta(days=2))
    assert await line.totals(day) == (1, 2, 3)
    then = await line.desk.json(f"/reforms/{reference_of(1)}{day}")
    assert (then["record"]["member"]["code"], then["record"]["reform"]) == ("CO", first["record"]["reform"])


async def test_a_member_is_known_by_what_came_in_of_it(line: Line) -> None:
    """By its code alone, as it was then; of another the name is asked for. It is given at acceptance as well."""
    local = costa_rica(code="COCAL", name="Santiago de Cali, Colombia", kind="local")
    body = {"effect": "silent", "why": "A member.", "decision": accepting(member="COCAL")}
    refusal = await line.staff.ask(f"{item(1)}/correction", body)
    assert [(error["code"], error["field"]) for error in refusal.json()["errors"]] == [("unknown-member", "member")]
    await line.staff.hear(received(4, member=local, month="2026-12"), received(5, month="2026-12"))
    await line.correct(1, member="COCAL")
    assert (await line.desk.json(f"/reforms/{reference_of(1)}"))["record"]["member"] == decode(
        dict[str, Any], encode(local)
    )
    await line.staff.close("2026-12", MONTH_END + timedelta(days=31))
    await line.staff.accept(submission_id(4))
    await line.staff.do(f"{item(5)}/assessment", assessment())
    await line.staff.do(f"{item(5)}/decision", accepting(member="COCAL"))
    await line.staff.release("2026-12")
    await line.hear_all()
    assert (await line.desk.json(f"/reforms/{reference_of(5)}"))["record"]["member"]["code"] == "COCAL"
