"""The Challenge's rules: what is refused though it reads well, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from contracts.submissions import Proposal
from contracts.vocabulary import Channel, MemberType
from services.intake.domain.application import Action, Application, Candidacy, Challenge, Tale
from services.intake.domain.calendar import Moment
from services.intake.domain.plans import AwardRound, PlanBook, window_issues
from services.intake.domain.problems import Issue, Refused
from services.intake.domain.registry import Member, type_issues
from services.intake.domain.tales import tale_issues


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the registry knows of all that an application is held against. ``open_rounds`` closes first, first."""

    challenge: Challenge
    member: Member | None = None
    plans: PlanBook = field(default_factory=PlanBook)
    open_rounds: Sequence[AwardRound] = ()


def check_rules(application: Application, known: Known, moment: Moment) -> None:
    """Hold an application against the Challenge's rules.

    Raises:
        Refused: all that apply of challenge-closed, must-use-standalone, member-type, stories-only, public-owner,
            window-closed, no-open-round, and unknown-field for an `extends` outside the standalone form.
    """
    issues = [*_date_issues(application, known, moment), *_issues(application, known, moment)]
    if issues:
        raise Refused(issues)


def proposal_issues(channel: Channel, proposal: Proposal, member: Member | None) -> Iterator[Issue]:
    """Say what a text may not hold in a channel, whether it comes first or as an amendment."""
    if channel is not Channel.STANDALONE and proposal.member_type is MemberType.OTHER_LOCAL:
        yield Issue("must-use-standalone", "/channel")
    if channel is not Channel.STANDALONE and proposal.extends is not None:
        yield Issue("unknown-field", "/proposal/extends")
    yield from type_issues(proposal, member)


def find_round(candidacy: Candidacy, known: Known) -> AwardRound | None:
    """Find the open round that a nomination is for: the one that it names, else the one that closes first."""
    wanted = candidacy.award_round
    return next((found for found in known.open_rounds if wanted in {None, found.code}), None)


def _date_issues(application: Application, known: Known, moment: Moment) -> Iterator[Issue]:
    # a story may come at any time, also from before the start; after the end nothing is taken any more
    is_early = isinstance(application.matter, Action) and moment.today < known.challenge.starts_on
    if is_early or moment.today > known.challenge.ends_on:
        yield Issue("challenge-closed")


def _issues(application: Application, known: Known, moment: Moment) -> Iterator[Issue]:
    match application.matter:
        case Action() as action:
            yield from _action_issues(action, known, moment)
        case Tale() as tale:
            yield from tale_issues(tale.story, known.member)
        case Candidacy() as candidacy:
            if find_round(candidacy, known) is None:
                yield Issue("no-open-round", "/award_round" if candidacy.award_round else "")
        case _:
            assert_never(application.matter)


def _action_issues(action: Action, known: Known, moment: Moment) -> Iterator[Issue]:
    if not action.is_owner_public:
        yield Issue("public-owner", "/public_institution")
    yield from proposal_issues(action.channel, action.proposal, known.member)
    if action.channel is Channel.PLAN_AMENDMENT:
        yield from window_issues(action.proposal, known.plans, moment.today)
