"""Reads what was typed into the small forms of the desk, each as the doors of the API take it."""

import re

from pydantic import TypeAdapter, ValidationError

from services.chassis.doors.sent import Sent
from services.review.casework.bodies import Words
from services.review.domain.refused import refused

_WORDS: TypeAdapter[str] = TypeAdapter(Words)
_REVISION = re.compile(r"[0-9]{1,9}")


def words_in(sent: Sent, name: str) -> str:
    """Give a text of one or more lines.

    Raises:
        Refusal: 422 ``words``, with its field.
    """
    try:
        return _WORDS.validate_python(sent.one(name).replace("\r\n", "\n").strip())
    except ValidationError as error:
        raise refused("words", error.errors()[0]["msg"], field=name) from None


def revision_in(sent: Sent) -> int:
    """Give the revision that the sender saw; where none can be read, one that nothing has."""
    found = _REVISION.fullmatch(sent.one("revision"))
    return int(found[0]) if found else -1
