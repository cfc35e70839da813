"""The events that say that something stands: with its reference, its moment, and what the registry knew then."""

from typing import TypeAlias, assert_never

from contracts.submissions import NominationReceived, StoryShared, SubmissionReceived
from services.intake.domain.application import Action, Application, Candidacy, Tale
from services.intake.domain.calendar import Moment
from services.intake.domain.flags import OWNER_IN_DOUBT, flags_of
from services.intake.domain.plans import plan_flags
from services.intake.domain.problems import refused
from services.intake.domain.registry import Kind, member_at_receipt
from services.intake.domain.rules import Known, find_round
from services.intake.domain.tales import member_named, nomination_flags, tale_flags

Received: TypeAlias = SubmissionReceived | StoryShared | NominationReceived
"""What says that something stands."""


def receive(application: Application, known: Known, moment: Moment, reference: str) -> Received:
    """Let an application stand. An action enters round 1 in the month of this moment; nothing else is in a month.

    Raises:
        Refused: no-open-round, which `check_rules` refuses before.
    """
    match application.matter:
        case Action() as action:
            return _received(application, action, known, moment, reference)
        case Tale() as tale:
            return _shared(application, tale, known, moment, reference)
        case Candidacy() as candidacy:
            return _nominated(application, candidacy, known, moment, reference)
        case _:
            assert_never(application.matter)


def _received(
    application: Application, action: Action, known: Known, moment: Moment, reference: str
) -> SubmissionReceived:
    plans = plan_flags(action.proposal, action.member_code, known.plans)
    kept = () if action.is_owner_sure else (OWNER_IN_DOUBT,)
    return SubmissionReceived(
        reference=reference,
        channel=action.channel,
        month=moment.month,
        received_at=moment.at,
        source=application.source,
        external_id=application.external_id,
        member=member_at_receipt(action.member_code, action.proposal, known.member),
        proposal=action.proposal,
        designation=action.designation,
        contact_ref=str(application.submitter.contact_ref),
        contact_confirmed=application.is_contact_confirmed,
        holder_ref=str(application.holder.contact_ref) if application.holder else None,
        entered_by=application.entered_by,
        flags=flags_of(action.proposal, known.member, moment.today, kept=kept, plans=plans),
    )


def _shared(application: Application, tale: Tale, known: Known, moment: Moment, reference: str) -> StoryShared:
    story = tale.story
    kind: Kind = "local" if story.member_type == "local" else "national"
    return StoryShared(
        reference=reference,
        shared_at=moment.at,
        source=application.source,
        external_id=application.external_id,
        member=member_named(tale.member_code, known.member, story.jurisdiction or story.about, kind),
        story=story,
        contact_ref=str(application.submitter.contact_ref),
        contact_confirmed=application.is_contact_confirmed,
        entered_by=application.entered_by,
        flags=tale_flags(story, tale.member_code, known.member),
    )


def _nominated(
    application: Application, candidacy: Candidacy, known: Known, moment: Moment, reference: str
) -> NominationReceived:
    nomination, award_round = candidacy.nomination, find_round(candidacy, known)
    if award_round is None:
        raise refused("no-open-round")
    return NominationReceived(
        reference=reference,
        received_at=moment.at,
        award_round=award_round.code,
        source=application.source,
        external_id=application.external_id,
        member=member_named(candidacy.member_code, known.member, nomination.government, "national"),
        nomination=nomination,
        contact_ref=str(application.submitter.contact_ref),
        contact_confirmed=application.is_contact_confirmed,
        entered_by=application.entered_by,
        flags=nomination_flags(nomination, candidacy.member_code, known.member),
    )
