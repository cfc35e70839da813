"""What the registry says of stories and nominations: open to all, so that little is refused and more is flagged."""

from collections.abc import Iterable, Iterator
from typing import Literal

from contracts.submissions import MemberAtReceipt, Nomination, Story
from services.intake.domain.problems import Issue
from services.intake.domain.registry import Member
from services.intake.domain.text import text_flags

_TYPES = {"national": frozenset({"national", "other-local"}), "local": frozenset({"local"})}


def tale_issues(story: Story, member: Member | None) -> Iterator[Issue]:
    """Refuse a member type that the registry knows to be wrong."""
    if member is None:
        return
    known = frozenset({"non-member"}) if member.status == "not-a-member" else _TYPES[member.kind]
    if story.member_type not in known:
        yield Issue("member-type", "/story/member_type")


def tale_flags(story: Story, code: str | None, member: Member | None) -> tuple[str, ...]:
    """Give all flags of a story."""
    lines = (story.title, story.about, story.author, *_given(story.jurisdiction))
    is_elsewhere = story.member_type == "non-member"
    return (*text_flags(lines, (story.text,)), *_member_flags(None if is_elsewhere else code, member))


def nomination_flags(nomination: Nomination, code: str | None, member: Member | None) -> tuple[str, ...]:
    """Give all flags of a nomination."""
    lines = (nomination.government, nomination.reform, nomination.nominator)
    return (*text_flags(lines, (nomination.evidence,)), *_member_flags(code, member))


def member_named(
    code: str | None, member: Member | None, name: str, kind: Literal["national", "local"]
) -> MemberAtReceipt | None:
    """Describe the member that is named; ``name`` and ``kind`` are for one that the registry does not know."""
    if code is None:
        return None
    if member is None or member.status == "not-a-member":
        known = member.name if member else name
        return MemberAtReceipt(code=code, name=known, kind=kind, status="unregistered")
    return MemberAtReceipt(
        code=member.code, name=member.name, kind=member.kind, region=member.region, status=member.status
    )


def _member_flags(code: str | None, member: Member | None) -> Iterator[str]:
    if code is not None and member is None:
        yield "member-unregistered"
    elif member is not None and member.status not in {"active", "not-a-member"}:
        yield "member-not-active"


def _given(text: str | None) -> Iterable[str]:
    return () if text is None else (text,)
