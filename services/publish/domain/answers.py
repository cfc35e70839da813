"""What the holder of a reform answers on its page: which of it is said, and as rows, checked like those of a table."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

import msgspec

from services.chassis.tables import Row
from services.publish.domain.progress import MilestoneStanding

FIELDS = ("status", "evidence", "barrier")

Answer = Mapping[str, str]
"""What is said of one milestone: the filled ones of the fields above."""
Answers = Mapping[int, Answer]
"""By the milestone's number."""


def read_answers(form: Mapping[str, str], standing: Sequence[MilestoneStanding]) -> dict[int, Answer]:
    """Read what was filled in of each milestone; whatever else stands in the form is nothing of ours."""
    return {
        one.number: {name: said for name in FIELDS if (said := _trimmed(form.get(f"{name}-{one.number}", "")))}
        for one in standing
    }


def stand_of(standing: Sequence[MilestoneStanding]) -> dict[int, Answer]:
    """Give what stands as if it were answered, to begin with, or to confirm all of it."""
    return {
        one.number: {name: str(said) for name in FIELDS if (said := getattr(one, name)) is not None} for one in standing
    }


def rows_of(reference: str, answers: Answers, now: datetime) -> list[Row]:
    """Give a row for each milestone of which something is said, numbered as it is.

    Said within one minute, the same is the same: whoever presses a button twice has said it once.
    """
    at = now.replace(second=0, microsecond=0).isoformat()
    said = {"kind": "milestone", "reference": reference, "confirmed_at": at, "by": "holder"}
    return [Row(number, {**said, "milestone": str(number), **answer}) for number, answer in answers.items() if answer]


def word_of(row: Row, title: str, others_said_at: datetime | None) -> tuple[bytes, bytes]:
    """Give 32 bytes that know of what a row speaks, and 32 that know what it says, whenever that is.

    What is said again after somebody else's last word, told at ``others_said_at``, is said anew.
    """
    said = sorted((name, cell) for name, cell in row.filled.items() if name != "confirmed_at")
    thing = ("answer", row.filled["reference"], row.number, title)
    told = (said, others_said_at and others_said_at.timestamp())
    return sha256(msgspec.json.encode(thing)).digest(), sha256(msgspec.json.encode(told)).digest()


def _trimmed(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
