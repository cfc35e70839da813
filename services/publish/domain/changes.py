"""What changed in a reform from one version to the next, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from contracts.submissions import Proposal
from contracts.vocabulary import Value
from services.publish.domain.reforms import Document

Told = str | tuple[str, ...] | None
"""What a field says: a text, a list of them, or nothing."""

_APART = {"values", "milestones", "synthetic"}
_PLAIN = tuple(field.name for field in fields(Proposal) if field.name not in _APART)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that reads otherwise; None where it was not there before, or no longer is.

    ``field`` is its name in the record, such as ``published_title``, ``values.transparency`` or ``findings.timing``.
    """

    field: str
    before: Told
    after: Told


def changes_between(before: Document, after: Document) -> list[FieldChange]:
    """Tell what changed from one version to the next, in the order of the record; that it was decided anew is none."""
    was, now = dict(fields_of(before)), dict(fields_of(after))
    names = [*now, *(name for name in was if name not in now)]
    return [FieldChange(name, was.get(name), now.get(name)) for name in names if was.get(name) != now.get(name)]


def fields_of(document: Document) -> Iterator[tuple[str, Told]]:
    """Give what each field of a reform says, in the order of the record."""
    reform, member = document.reform, document.member
    yield "published_title", reform.published_title
    yield "assigned_area", reform.assigned_area
    yield "area_reason", reform.area_reason
    yield "member", member.code
    yield "member_name", member.name
    yield "region", member.region
    yield "public_level", document.level
    yield "locality", reform.locality
    yield "channel", document.channel
    yield from _proposal_of(reform.proposal)
    yield "criteria_version", document.criteria_version
    for finding in document.findings:
        yield f"findings.{finding.code}", f"{finding.verdict}: {finding.reason}"


def _proposal_of(proposal: Proposal) -> Iterator[tuple[str, Told]]:
    for name in _PLAIN:
        yield name, _told(getattr(proposal, name))
    yield from _values_of(proposal.values)
    yield "milestones", tuple(f"{milestone.due}: {milestone.title}" for milestone in proposal.milestones)


def _values_of(values: Mapping[Value, str]) -> Iterator[tuple[str, Told]]:
    for value in sorted(values):
        yield f"values.{value}", values[value]


def _told(value: object) -> Told:
    if value is None:
        return None
    return tuple(str(one) for one in value) if isinstance(value, tuple) else str(value)
