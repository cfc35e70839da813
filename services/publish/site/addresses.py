"""What addresses name, references and months, and what is answered where no reform stands at one, or none any more."""

import re

from services.chassis.doors.web import Problem
from services.publish.store.reforms import Change

REFERENCE = re.compile(r"OGC-20[0-9]{2}-[0-9]{6,9}", re.ASCII)
MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)


def unknown_reform() -> Problem:
    """Say that no reform was ever at an address."""
    return Problem(404, "not-found", "There is no reform at this address.")


def unknown_story() -> Problem:
    """Say that no story was ever at an address."""
    return Problem(404, "not-found", "There is no story at this address.")


def retracted(reference: str, last: Change) -> Problem:
    """Say that a reform left the record with its last change, when and why: its tombstone."""
    at = last.entered_at.isoformat()
    return Problem(410, "retracted", last.why or "", reference=reference, state="retracted", retracted_at=at)
