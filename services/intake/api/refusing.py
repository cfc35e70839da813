"""Turns what the domain refuses into the problems of RFC 9457."""

from collections.abc import Iterator
from contextlib import contextmanager

from services.chassis.doors.web import Problem
from services.intake.domain.problems import Issue, Refused


def problem_of(refusal: Refused) -> Problem:
    """Write a refusal as a problem, with everything that is wrong."""
    first = refusal.issues[0]
    errors = [_error(issue) for issue in refusal.issues if issue.field or len(refusal.issues) > 1]
    return Problem(refusal.status, refusal.code, first.meaning.sentence, errors)


@contextmanager
def refusals_as_problems() -> Iterator[None]:
    """Answer what is refused inside as a problem."""
    try:
        yield
    except Refused as refusal:
        raise problem_of(refusal) from None


def _error(issue: Issue) -> dict[str, str]:
    return {"code": issue.code, "field": issue.as_sent or issue.field, "detail": issue.meaning.sentence}
