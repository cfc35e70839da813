"""A reform that is another's than it first stood under: corrected by the Support Unit, at the address that it had."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from contracts.topics import DECISIONS
from contracts.vocabulary import Level, MemberType
from services.chassis.codec import decode
from services.chassis.reading.decoding import event_type
from tests.controls.envelope import reference_of, submission_id
from tests.controls.proposals import costa_rica, proposal
from tests.integration.publish.conftest import Desk
from tests.integration.review.conftest import Desk as Staff
from tests.integration.review.conftest import Log, open_desk, received

COLOMBIA = costa_rica(code="CO", name="Colombia")
CALI = "Santiago de Cali"
OF_CALI = {"member_type": "other-local", "jurisdiction": CALI, "locality": "CO-CALI"}


@pytest.fixture
async def staff(desk: Desk) -> AsyncIterator[Staff]:
    """Review, beside the publish of this test."""
    async with open_desk(desk.url, Log()) as opened:
        yield opened


async def correct(staff: Staff, number: int, **whose: str) -> dict[str, Any]:
    """Say whose a reform is, by the door of corrections."""
    decision = {"outcome": "accepted", "attribution": whose}
    body = {"effect": "silent", "why": "The city carries it out.", "decision": decision}
    return await staff.do(f"/items/{submission_id(number)}/1/correction", body)


async def hear_all(desk: Desk, staff: Staff, heard: set[str]) -> None:
    """Let publish hear what review has told since."""
    rows = await staff.rows("SELECT payload FROM outbox WHERE topic = 'decisions' ORDER BY partition, seq")
    for row in rows:
        told = decode(dict[str, Any], row["payload"])
        if told["id"] not in heard:
            heard.add(told["id"])
            await desk.hear(decode(event_type(DECISIONS.types[told["type"]]), row["payload"]))


async def totals(desk: Desk, query: str = "") -> tuple[int, int, int]:
    """The three counters: countries, localities, reforms."""
    found = (await desk.json(f"/statistics.json{query}"))["totals"]
    return found["countries"], found["localities"], found["reforms"]


async def test_a_reform_is_keyed_anew_at_its_address(desk: Desk, staff: Staff) -> None:
    """First Colombia's, then its city's, then a local member's; the counters follow, that day shows what stood then.

    Two reforms of one locality that is no member count as one once both have its id, and as two before.
    """
    of_city = proposal(member_type=MemberType.OTHER_LOCAL, level=Level.LOCAL, jurisdiction=CALI)
    await staff.hear(received(1, member=COLOMBIA), *(received(n, member=COLOMBIA, proposal=of_city) for n in (2, 3)))
    await staff.close()
    for number in (1, 2, 3):
        await staff.accept(submission_id(number))
    await staff.release()
    heard: set[str] = set()
    await hear_all(desk, staff, heard)
    assert await totals(desk) == (1, 2, 3)
    page = f"/reforms/{reference_of(1)}"
    first = await desk.json(page)
    day = f"?as_of={first['history'][0]['at'][:10]}"

    await staff.move_clock(timedelta(days=2))
    shown = await correct(staff, 1, **OF_CALI, lead_institution="Alcaldía de Santiago de Cali")
    assert (shown["decision"]["attribution"]["locality"], shown["decision"]["by"]) == ("CO-CALI", "support-unit:1")
    await correct(staff, 2, locality="CO-CALI")
    await hear_all(desk, staff, heard)
    assert await totals(desk) == (0, 2, 3)
    await correct(staff, 3, locality="CO-CALI")
    await hear_all(desk, staff, heard)
    assert await totals(desk) == (0, 1, 3)
    listed = (await desk.json("/reforms.json?locality=CO-CALI"))["reforms"]
    assert [one["reference"] for one in listed] == [reference_of(n) for n in (3, 2, 1)]

    newest = (await desk.json(f"{page}/history.json"))["versions"][0]
    assert newest["why"] == "The city carries it out."
    changed = {one["field"]: (one["before"], one["after"]) for one in newest["fields"]}
    assert changed == {
        "public_level": ("national", "local-non-member"),
        "locality": (None, "CO-CALI"),
        "member_type": ("national", "other-local"),
        "jurisdiction": (None, CALI),
        "level": ("national", "local"),
        "lead_institution": (proposal().lead_institution, "Alcaldía de Santiago de Cali"),
    }

    refused = await staff.ask(
        f"/items/{submission_id(1)}/1/correction",
        {
            "effect": "silent",
            "why": "It is a member now.",
            "decision": {"outcome": "accepted", "attribution": {"member": "COCAL"}},
        },
    )
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "member")
    await correct(staff, 1, member="COCAL", member_name="Santiago de Cali, Colombia", member_type="local")
    await hear_all(desk, staff, heard)
    assert await totals(desk) == (0, 2, 3)
    assert (await desk.json("/members/COCAL.json"))["name"] == "Santiago de Cali, Colombia"

    await staff.move_clock(timedelta(days=2))
    assert await totals(desk, day) == (1, 2, 3)
    then, now = await desk.json(page + day), await desk.json(page)
    assert then["record"]["member"]["code"] == "CO"
    assert then["record"]["reform"] == first["record"]["reform"]
    assert (now["record"]["member"]["code"], now["reference"]) == ("COCAL", first["reference"])
