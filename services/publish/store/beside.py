"""What the record has beside a reform's own entries, so that only what is there is looked for."""

from typing import NamedTuple

from services.chassis.database import Transaction


class Beside(NamedTuple):
    """Whether there are letters about a reform, words on how it goes or on it, and stories, on whatever day."""

    letters: bool
    said: bool
    stories: bool
    encouraged: bool


FIND_BESIDE = """
SELECT EXISTS (SELECT FROM public_notices WHERE reference = $1) AS letters,
       EXISTS (SELECT FROM public_milestone_updates WHERE reference = $1)
           OR EXISTS (SELECT FROM public_assessments WHERE reference = $1)
           OR EXISTS (SELECT FROM public_awards WHERE reference = $1) AS said,
       EXISTS (SELECT FROM public_story_reforms WHERE reform = $1) AS stories,
       EXISTS (SELECT FROM public_encouragements WHERE reference = $1) AS encouraged
"""


async def find_beside(tx: Transaction, reference: str) -> Beside:
    """Say what there is beside a reform, in one question for six."""
    (row,) = await tx.fetch(FIND_BESIDE, reference)
    return Beside(*row.values())
