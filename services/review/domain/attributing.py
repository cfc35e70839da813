"""Whose reform it is: as submitted, or as the Support Unit says otherwise, by the rules by which intake takes it in."""

from dataclasses import dataclass, replace

from contracts.reviews import Attribution
from contracts.submissions import MemberAtReceipt, Proposal, SubmissionReceived
from contracts.vocabulary import Channel, Level, MemberType
from services.review.domain.refused import refused

COUNTRY_LETTERS = 2
"""The codes of localities, members or not, begin with the code of their country."""

_TYPES = {
    "national": frozenset({MemberType.NATIONAL, MemberType.OTHER_LOCAL}),
    "local": frozenset({MemberType.LOCAL}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributing:
    """What the Support Unit says of whose reform it is; None is as it was so far.

    ``submitted`` and ``channel`` are those of the submission. ``known`` is the member that is named, as it was when it
    last sent anything; None where it never did.
    """

    submitted: Attribution
    channel: Channel
    member: str | None = None
    member_name: str | None = None
    region: str | None = None
    member_type: MemberType | None = None
    jurisdiction: str | None = None
    locality: str | None = None
    lead_institution: str | None = None
    supporting_institutions: tuple[str, ...] | None = None
    known: MemberAtReceipt | None = None


def as_submitted(receipt: SubmissionReceived, proposal: Proposal) -> Attribution:
    """Say whose it is as the submission has it."""
    return Attribution(
        member=receipt.member,
        member_type=proposal.member_type,
        level=proposal.level,
        jurisdiction=proposal.jurisdiction,
        lead_institution=proposal.lead_institution,
        supporting_institutions=proposal.supporting_institutions,
    )


def attribute(so_far: Attribution | None, said: Attributing | None) -> Attribution | None:
    """Say whose it is from now on; None where that is as submitted.

    Raises:
        Refusal: ``unknown-member``, ``member-type``, ``must-use-standalone``, ``locality-not-needed``,
            ``locality-elsewhere``, ``jurisdiction-missing``.
    """
    if said is None:
        return so_far
    before = so_far or said.submitted
    after = _said(before, said)
    if after != before:
        _check(after, said.channel)
    return None if after == said.submitted else after


def attributed(proposal: Proposal, attribution: Attribution | None) -> Proposal:
    """Give a text as it reads with whose it is."""
    if attribution is None:
        return proposal
    return replace(
        proposal,
        member_type=attribution.member_type,
        level=attribution.level,
        jurisdiction=attribution.jurisdiction,
        lead_institution=attribution.lead_institution,
        supporting_institutions=attribution.supporting_institutions,
    )


def _said(before: Attribution, said: Attributing) -> Attribution:
    member = _member(before, said)
    of_type = said.member_type or (MemberType.LOCAL if member.kind == "local" else before.member_type)
    is_same_type, is_other = of_type is before.member_type, of_type is MemberType.OTHER_LOCAL
    by_type = Level.NATIONAL if of_type is MemberType.NATIONAL else Level.LOCAL
    supporting = said.supporting_institutions
    return Attribution(
        member=member,
        member_type=of_type,
        level=before.level if is_same_type else by_type,
        jurisdiction=said.jurisdiction or (before.jurisdiction if is_same_type or is_other else None),
        locality=said.locality or (before.locality if is_other else None),
        lead_institution=said.lead_institution or before.lead_institution,
        supporting_institutions=before.supporting_institutions if supporting is None else supporting,
    )


def _member(before: Attribution, said: Attributing) -> MemberAtReceipt:
    code = said.member or before.member.code
    known = before.member if code == before.member.code else said.known
    if known is None:
        if said.member_name is None:
            raise refused("unknown-member", f"{code} never sent anything", field="member")
        known = MemberAtReceipt(code=code, name=said.member_name, kind="national", status="unregistered")
    named = replace(known, name=said.member_name or known.name, region=said.region or known.region)
    if known.status != "unregistered":
        return named
    of_type = said.member_type or before.member_type
    return replace(named, kind="local" if of_type is MemberType.LOCAL else "national")


def _check(after: Attribution, channel: Channel) -> None:
    if after.member_type not in _TYPES[after.member.kind]:
        raise refused("member-type", f"{after.member.code} is a {after.member.kind} member", field="member_type")
    if after.member_type is MemberType.OTHER_LOCAL and channel is not Channel.STANDALONE:
        raise refused("must-use-standalone", f"it came by {channel}", field="member_type")
    if after.locality is not None:
        _check_locality(after, after.locality)


def _check_locality(after: Attribution, locality: str) -> None:
    if after.member_type is not MemberType.OTHER_LOCAL:
        raise refused("locality-not-needed", f"{after.member.code} is its own id", field="locality")
    if locality[:COUNTRY_LETTERS] != after.member.code[:COUNTRY_LETTERS]:
        raise refused("locality-elsewhere", f"{locality} is not in {after.member.code}", field="locality")
    if after.jurisdiction is None:
        raise refused("jurisdiction-missing", f"{locality} has no name", field="jurisdiction")
