"""From bytes to a form that holds, or to everything that is wrong with it at once."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from contracts.vocabulary import Value
from services.intake.domain.forms import ALL_FORMS, FORMS, StandaloneForm, Strict, SubmissionForm
from services.intake.domain.problems import CODES, Issue, Refused
from services.intake.domain.strict_json import parse_object

canonical = msgspec.json.Encoder(order="sorted").encode
"""Writes plain values as bytes that are the same for the same values."""

FormT = TypeVar("FormT", bound=Strict)

UNKEYED = {"source", "external_id", "submitted_at"}
"""What does not belong to the content of a submission: its id, and when its sender says it was sent."""

_CODE_OF: Mapping[str, str] = MappingProxyType(
    {
        "json_invalid": "json-syntax",
        "missing": "missing",
        "extra_forbidden": "unknown-field",
        "enum": "unknown-value",
        "literal_error": "unknown-value",
        "none_required": "unknown-field",
        "string_too_short": "length",
        "string_too_long": "length",
        "string_pattern_mismatch": "format",
        "too_short": "length",
        "too_long": "too-many",
        "timezone_aware": "timezone",
        "date_parsing": "date",
        "date_type": "date",
        "datetime_type": "date",
        "datetime_parsing": "date",
        "datetime_from_date_parsing": "date",
        "greater_than_equal": "date",
        "less_than_equal": "date",
    }
)
_CODE_AT: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("literal_error", "channel"): "unknown-channel",
        ("literal_error", "schema_version"): "unknown-version",
        ("enum", "declared_area"): "unknown-area",
        ("enum", "secondary_areas"): "unknown-area",
        ("enum", "area"): "unknown-area",
        ("greater_than_equal", "amends_version"): "number",
        ("less_than_equal", "amends_version"): "number",
    }
)
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_.-]{1,60}")
OUR_NAMES = frozenset(name for form in ALL_FORMS for name in form.model_fields) | frozenset(Value)
"""What may be told to everyone of a place."""


def read_submission(body: bytes) -> SubmissionForm:
    """Read a form of any channel.

    Raises:
        Refused: with every issue that was found.
    """
    tree = parse_object(body)
    channel = tree.get("channel")
    model = FORMS.get(channel, StandaloneForm) if isinstance(channel, str) else StandaloneForm
    return _check(model, body, tree)


def read_request(model: type[FormT], body: bytes) -> FormT:
    """Read a later request: an amendment, an answer, a withdrawal.

    Raises:
        Refused: with every issue that was found.
    """
    return _check(model, body, parse_object(body))


def content_of(form: Strict) -> bytes:
    """Give the content of a form as canonical bytes: the same however it was spaced, ordered or sent."""
    content = form.model_dump(mode="json", exclude_defaults=True, exclude=UNKEYED)
    return canonical(content)


def _check(model: type[FormT], body: bytes, tree: Mapping[str, Any]) -> FormT:
    issues = _crossed_dates(tree)
    try:
        form = model.model_validate_json(body)
    except ValidationError as error:
        raise Refused([*map(_issue, error.errors(include_url=False, include_context=False)), *issues]) from None
    if issues:
        raise Refused(issues)
    return form


def _crossed_dates(tree: Mapping[str, Any]) -> list[Issue]:
    proposal = tree.get("proposal")
    if not isinstance(proposal, dict):
        return []
    start, end = _date(proposal.get("starts_on")), _date(proposal.get("ends_on"))
    return [Issue("dates", "/proposal/ends_on")] if start and end and end < start else []


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _issue(error: ErrorDetails) -> Issue:
    kind, place = error["type"], error["loc"]
    code = kind if kind in CODES and kind not in _CODE_OF else _code(error)
    field, as_sent = pointer(place), pointer_as_sent(place)
    return Issue(code, field, as_sent if as_sent != field else "")


def _code(error: ErrorDetails) -> str:
    kind, place = error["type"], error["loc"]
    if place[-1:] == ("member_type",) and error["input"] == "non-member":
        return "stories-only"
    named = (_CODE_AT.get((kind, str(step))) for step in place)
    return next(filter(None, named), None) or _CODE_OF.get(kind, "type")


def pointer(place: Iterable[str | int]) -> str:
    """Write a place as a JSON Pointer; a key that is no name of ours may be anyone's, and is told by its length."""
    return _pointer(place, OUR_NAMES.__contains__)


def pointer_as_sent(place: Iterable[str | int]) -> str:
    """Write a place for its sender; a key that is not plain is told by its length."""
    return _pointer(place, _PLAIN_KEY.fullmatch)


def _pointer(place: Iterable[str | int], is_shown: Callable[[str], object]) -> str:
    steps = (step for step in place if step != "[key]")
    return "".join(f"/{step if isinstance(step, int) or is_shown(step) else f'?{len(step)}'}" for step in steps)[:300]
