"""A month with an item of each way that there is, to be seen before it leaves and reported after."""

from datetime import UTC, datetime
from typing import Any

from tests.controls.envelope import event_of, submission_id
from tests.controls.submissions import withdrawal_requested
from tests.integration.review.conftest import Desk, assessment, received

NEXT = "2026-12"
NEXT_END = datetime(2027, 1, 1, tzinfo=UTC)


def path(number: int) -> str:
    """The path of an item."""
    return f"/items/{submission_id(number)}/1"


async def decide(desk: Desk, number: int, outcome: str) -> None:
    """Assess and decide an item."""
    verdict = {"accepted": "met", "declined": "not-met", "clarification": "unclear"}[outcome]
    bodies: dict[str, dict[str, Any]] = {
        "accepted": {"published_title": f"Fewer Open Cases {number}"},
        "declined": {"reason_codes": ["no-future-milestones"]},
        "clarification": {"question": "When does it end?", "note": "Thank you."},
    }
    await desk.do(f"{path(number)}/assessment", assessment(timing=verdict))
    await desk.do(f"{path(number)}/decision", {"outcome": outcome, **bodies[outcome]})


async def month_of_everything(desk: Desk) -> None:
    """Four items that would leave, one held over from the month before, one held back, one withdrawn."""
    await desk.hear(received(1))
    await desk.close()
    await decide(desk, 1, "accepted")
    await desk.do(f"{path(1)}/hold", {"reason": "A call is due."})
    await desk.release()
    await desk.hear(*(received(number, month=NEXT) for number in range(2, 8)))
    await desk.close(NEXT, NEXT_END)
    for number, outcome in ((2, "accepted"), (3, "declined"), (4, "clarification"), (5, "accepted")):
        await decide(desk, number, outcome)
    await desk.do(f"{path(6)}/hold", {"reason": "A call is due."})
    await desk.hear(event_of(withdrawal_requested(), number=7))
