"""Says in the reader's language why something was refused, for pages that stay where they are."""

from services.chassis.doors.web import Problem
from services.chassis.errors import Refusal
from services.review.desk.words import Language, words_of


def sentence_of(error: Refusal | Problem, language: Language) -> str:
    """Give the sentence of a refusal's code; one that has none is told as its status is."""
    said = words_of(language)
    known: str | None = said["month"]["refusals"].get(error.code)
    if known is not None:
        return known
    told = said["problem"]["codes"].get(error.code) or said["problem"]["statuses"].get(str(error.status))
    return str((told or said["problem"]["default"])["title"])
