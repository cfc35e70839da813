"""What the registry of members says of a proposal: refused where it is sure, flagged where it is not."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from contracts.submissions import MemberAtReceipt, Proposal
from contracts.vocabulary import Level, MemberType
from services.intake.domain.problems import Issue

Kind = Literal["national", "local"]
Status = Literal["active", "under-review", "inactive", "suspended", "withdrawn", "not-a-member"]
"""`not-a-member` is a country that is declared none: only stories can be taken from it."""

_TYPES = {
    "national": frozenset({MemberType.NATIONAL, MemberType.OTHER_LOCAL}),
    "local": frozenset({MemberType.LOCAL}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of OGP as the registry knows it. ``country`` is its ISO code, for the map."""

    code: str
    kind: Kind
    country: str
    region: str
    name: str
    status: Status = "active"


def type_issues(proposal: Proposal, member: Member | None) -> Iterator[Issue]:
    """Refuse a member type that the registry knows to be wrong, and a country that is declared not a member."""
    if member is not None and member.status == "not-a-member":
        yield Issue("stories-only", "/member")
    elif member is not None and proposal.member_type not in _TYPES[member.kind]:
        yield Issue("member-type", "/proposal/member_type")


def member_flags(proposal: Proposal, member: Member | None) -> Iterator[str]:
    """Tell the reviewer what is in doubt about the member."""
    if member is None:
        yield "member-unregistered"
    elif member.status != "active":
        yield "member-not-active"
    if _is_type_in_doubt(proposal):
        yield "member-type-in-doubt"


def member_at_receipt(code: str, proposal: Proposal, member: Member | None) -> MemberAtReceipt:
    """Describe the member for those who do not know the registry."""
    if member is None:
        return _unregistered(code, proposal)
    return MemberAtReceipt(
        code=member.code,
        name=member.name,
        kind=member.kind,
        region=member.region,
        status="unregistered" if member.status == "not-a-member" else member.status,
    )


def _is_type_in_doubt(proposal: Proposal) -> bool:
    if proposal.member_type is MemberType.OTHER_LOCAL:
        return proposal.jurisdiction is None or proposal.level is Level.NATIONAL
    return (proposal.member_type is MemberType.NATIONAL) != (proposal.level is Level.NATIONAL)


def _unregistered(code: str, proposal: Proposal) -> MemberAtReceipt:
    return MemberAtReceipt(
        code=code,
        name=proposal.jurisdiction or code,
        kind="local" if proposal.member_type is MemberType.LOCAL else "national",
        status="unregistered",
    )
