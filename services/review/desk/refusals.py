"""Says in the reader's language why something was refused, for pages that stay where they are."""

from services.chassis.doors.web import Problem
from services.chassis.errors import Refusal
from services.review.desk.words import Language, words_of
from services.review.domain.problems import SENTENCES


def sentence_of(error: Refusal | Problem, language: Language) -> str:
    """Give the sentence of a refusal's code: these pages' own, else the service's, else what its status is told as."""
    said = words_of(language)
    own: str | None = said["month"]["refusals"].get(error.code) or SENTENCES.get(error.code, {}).get(language)
    told = said["problem"]["codes"].get(error.code) or said["problem"]["statuses"].get(str(error.status))
    return own or str((told or said["problem"]["default"])["title"])
