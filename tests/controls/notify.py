"""Examples of letters, one of each kind and outcome, and of what surrounds them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any, get_args
from zoneinfo import ZoneInfo

from msgspec import structs

from contracts.event import Event
from contracts.subscriptions import SavedSearch
from contracts.topics import TOPIC_OF
from contracts.vocabulary import Area, Channel, Effect, Verdict
from services.chassis.reading.hears import Hears
from services.notify.domain.campaigns import Campaign, Stage, requests_of
from services.notify.domain.delays import Waiting, delays_of
from services.notify.domain.letters import SUBMITTER, SUBSCRIBED, Letter
from services.notify.domain.links import DraftLink, Links, SubscriptionLinks
from services.notify.domain.planning import Told, letters_for
from services.notify.domain.reports import Subscriber, reports_for
from services.notify.domain.searches import letters_of_searches
from services.notify.domain.standing import NOTHING_HEARD, Standing, merge, note
from services.notify.domain.timing import Timetable
from services.notify.handlers import Handlers, make_handlers
from services.notify.postman.message import Sender
from services.notify.words import House, Leading
from services.notify.words.updates import update_link_in
from tests.controls import batches, decisions, reforms, reviews, stories, submissions
from tests.controls.envelope import MOMENT, event_of, id_of
from tests.controls.reviews import finding, findings

SENDER = Sender(
    name="OGP Support Unit",
    address="open-gov-challenge@example.org",
    reply_to="support-unit@example.org",
    domain="challenge.example.org",
)
HOUSE = House(zone=ZoneInfo("UTC"), public_url="https://challenge.example.org", updates_key=b"k" * 32)
HANDLERS = make_handlers(Timetable(zone=ZoneInfo("UTC"), remind_before=timedelta(days=14)))
on_submissions, on_decisions, on_reviews = HANDLERS.on_submissions, HANDLERS.on_decisions, HANDLERS.on_reviews
on_reforms = HANDLERS.on_reforms
STATUS_URL = "https://forms.example.org/status/0b7bd1c5/the-secret"
DRAFT_URL = "https://forms.example.org/drafts/0b7bd1c5/the-key"
SUBSCRIPTION_LINKS = SubscriptionLinks(
    confirm_url="https://forms.example.org/en/subscribe/0b7bd1c5/a-token",
    unsubscribe_url="https://forms.example.org/en/unsubscribe/0b7bd1c5/the-end",
    one_click_url="https://forms.example.org/subscriptions/0b7bd1c5/unsubscribe/the-end",
)
CONFIRM_URL = "https://forms.example.org/confirm/0b7bd1c5/a-token"


@cache
def told_events() -> Mapping[str, Event[Told]]:
    """Give an event for everything that somebody is told, by the name of the letters that follow."""
    data: dict[str, Told] = {
        "received": submissions.submission_received(),
        "received-in-plan": submissions.submission_received_in_french(),
        "received-unconfirmed": submissions.submission_received(contact_confirmed=False),
        "received-as-amendment": submissions.submission_received_as_plan_amendment(),
        "received-as-recognition": submissions.submission_received_as_recognition(),
        "amended": submissions.submission_amended(),
        "answered": submissions.submission_clarified(),
        "holder-asked": reviews.update_requested(),
        "withdrawn": reviews.withdrawal_accepted(),
        "withdrawal-refused": reviews.withdrawal_refused(),
        "contact-confirmed": stories.contact_confirmed(),
        "story-shared": stories.story_shared(),
        "story-shared-by-staff": stories.story_shared_by_staff(),
        "story-released": stories.story_released(),
        "draft-saved": stories.draft_saved(),
        "subscription-asked": stories.subscription_requested(),
        "search-asked": stories.subscription_requested(8, about="reforms"),
        "nominated": stories.nomination_received(),
        **_decided(),
    }
    return {name: event_of(told) for name, told in data.items()}


def letter(told: str = "accepted", recipient: str = "submitter", **overrides: Any) -> Letter:
    """Give the letter that this recipient gets about one of the events above."""
    found = {it.recipient: it for it in reversed(letters_about(told))}
    return structs.replace(found[recipient], **overrides)


@cache
def unprompted_letters() -> Mapping[str, Letter]:
    """Give a letter for everything that is told though nobody did anything: its time has come."""
    standing = standing_of(told_events()["received"])
    cause = told_events()["received"].cause
    stages: tuple[Stage, ...] = get_args(Stage)
    campaigns = [Campaign(name="2027", stage=it, since=date(2027, 1, 1), until=date(2027, 12, 31)) for it in stages]
    asked: dict[str, Letter] = {it.stage: requests_of(it, {"subject": standing}, MOMENT)[0] for it in campaigns}
    reported = batches.batch_reported()
    [report] = reports_for(reported, event_of(reported).cause, [subscriber()])
    heard = (reforms.reform_published(), reforms.reform_corrected())
    entered, corrected = (letters_of_searches([event_of(it)], [searcher()])[0] for it in heard)
    asks = searcher(search=SavedSearch(promising=True))
    [marked] = letters_of_searches([event_of(reforms.reform_marked())], [asks])
    found = {"found": entered, "found-corrected": corrected, "found-promising": marked}
    [late] = delays_of("2026-11", {"subject": Waiting(standing, cause)})
    return {"reported": report, **found, "late": late, **asked}


def subscriber(**overrides: Any) -> Subscriber:
    """Give somebody who gets the reports, in French."""
    ref, own = str(id_of("subscriber 7")), str(id_of("subscription 7"))
    return replace(Subscriber(subscription_id=own, contact_ref=ref, language="fr", since=MOMENT), **overrides)


def searcher(**overrides: Any) -> Subscriber:
    """Give somebody who saved a search for what was re-tagged to the area of the first example, in any words."""
    ref, own = str(id_of("subscriber 8")), str(id_of("subscription 8"))
    search = SavedSearch(area=reforms.public_reform().reform.assigned_area)
    saved = Subscriber(subscription_id=own, contact_ref=ref, language="fr", since=MOMENT, search=search)
    return replace(saved, **overrides)


def digest_of_a_day() -> list[Letter]:
    """Give what a point of contact is told of on one day: everything that they can be told of."""
    kept = ("received", "received-as-recognition", "accepted", "declined", "declined-no-answer", "retracted")
    told = (*kept, "corrected-to-declined", "declined-in-plan", "reinstated")
    return [it for name in told for it in letters_about(name) if it.recipient.startswith("poc:")]


def handler_of(event: Event[Told], handlers: Handlers = HANDLERS) -> Hears:
    """Give the handler that hears this event."""
    by_topic = {it.topic.name: it for it in (handlers.on_submissions, handlers.on_decisions, handlers.on_reviews)}
    return by_topic[TOPIC_OF[type(event.data)].name]


def letters_about(told: str) -> list[Letter]:
    """Give the letters about one of the events above, as they are owed where its submission's receipt was heard."""
    event = told_events()[told]
    return letters_for(event, standing_of(event))


def standing_of(event: Event[Told]) -> Standing:
    """Say how the submission stands of which this event tells, after it, and after its receipt."""
    heard = note([event]).get(event.subject)
    received = note([told_events()["received"]]).popitem()[1]
    return NOTHING_HEARD if heard is None else merge(received, heard)


def links_of(it: Letter, told: str) -> Leading:
    """Give the links that stand in a letter about one of the events above."""
    if told == "draft-saved":
        return DraftLink(draft_url=DRAFT_URL)
    if it.kind in SUBSCRIBED:
        return SUBSCRIPTION_LINKS
    if it.recipient != SUBMITTER:
        return update_link_in(it, HOUSE.public_url, HOUSE.updates_key)
    event = told_events().get(told)
    confirmed = getattr(event.data, "contact_confirmed", True) if event else True
    return Links(status_url=STATUS_URL, confirm_url=None if confirmed else CONFIRM_URL)


def _decided() -> dict[str, Told]:
    declined = decisions.submission_declined(
        decision=decisions.decision(findings=_declining_findings(), note="You were close.\r\nDo try again.")
    )
    no_answer = decisions.submission_declined(
        decision=decisions.decision(findings=findings(timing=Verdict.UNCLEAR)), reason_codes=("no-answer",)
    )
    to_accepted = decisions.decision_corrected(effect=Effect.CORRECTION)
    same_area = decisions.reform(assigned_area=Area.JUSTICE, area_reason=None)
    return {
        "accepted": decisions.submission_accepted(),
        "accepted-as-declared": decisions.submission_accepted(reform=same_area),
        "accepted-in-plan": decisions.submission_accepted_in_french(),
        "declined": declined,
        "declined-in-plan": decisions.submission_declined_in_french(),
        "declined-no-answer": no_answer,
        "clarification": decisions.clarification_requested(),
        "corrected-to-accepted": to_accepted,
        "corrected-to-declined": _corrected_to_declined(),
        "recognised": decisions.submission_accepted(decision=_recognition()),
        "not-recognised": decisions.submission_declined(decision=_recognition(findings=_declining_findings())),
        "recognition-corrected": _corrected_to_declined(channel=Channel.RECOGNITION, member=_recognition().member),
        "retracted": decisions.submission_retracted(),
        "retracted-in-plan": decisions.submission_retracted(decision=_in_plan()),
        "reinstated": decisions.submission_reinstated(),
    }


def _corrected_to_declined(**overrides: Any) -> Told:
    # review declines nothing of which everything is met, by a correction either
    corrected = decisions.decision_corrected_to_declined()
    own: dict[str, Any] = {"decision_id": corrected.decision.decision_id, "findings": _declining_findings()}
    return replace(corrected, decision=decisions.decision(**own, **{"member": corrected.decision.member, **overrides}))


def _recognition(**overrides: Any) -> Any:
    return decisions.decision(channel=Channel.RECOGNITION, **overrides)


def _declining_findings() -> tuple[Any, ...]:
    wrong = finding(verdict=Verdict.NOT_MET, reason="The last milestone was in 2025.\nNothing is planned after it.")
    return tuple(wrong if it.code == "timing" else it for it in findings())


def _in_plan() -> Any:
    return decisions.decision(channel=Channel.ACTION_PLAN)
