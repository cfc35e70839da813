"""A form that reads well gets its receipt, or is told which rule it does not keep."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contracts.submissions import MemberAtReceipt, SubmissionReceived
from contracts.vocabulary import Channel
from services.intake.domain.application import Action, Application
from services.intake.domain.problems import Issue, Refused
from services.intake.domain.receiving import receive
from services.intake.domain.registry import Member
from services.intake.domain.rules import Known, check_rules
from tests.controls.envelope import MOMENT
from tests.controls.intake import action_plan_form, application, colombia, known, moment, standalone_form


def issues_of(asked: Application, member: Member | None = None, **when: Any) -> tuple[Issue, ...]:
    """Give what the rules say against an application."""
    return issues_with(asked, known(member), **when)


def issues_with(asked: Application, registry: Known, **when: Any) -> tuple[Issue, ...]:
    """Give what the rules say against an application, with what the registry knows."""
    try:
        check_rules(asked, registry, moment(**when))
    except Refused as refusal:
        return refusal.issues
    return ()


def received(asked: Application, registry: Known, **when: Any) -> SubmissionReceived:
    """Let an action stand."""
    told = receive(asked, registry, moment(**when), "OGC-2026-000007")
    assert isinstance(told, SubmissionReceived)
    return told


def changed(**overrides: Any) -> Application:
    """The standalone application with other fields."""
    return application(1, standalone_form(1, **overrides))


def test_a_receipt_is_for_the_month_of_its_moment() -> None:
    """The event tells everything that readers need, and no address."""
    asked = application()
    assert isinstance(asked.matter, Action)
    told = received(asked, known(colombia()))
    assert told == SubmissionReceived(
        reference="OGC-2026-000007",
        channel=Channel.STANDALONE,
        month="2026-11",
        received_at=MOMENT,
        source="web",
        external_id="form-000001",
        member=MemberAtReceipt(code="CO", name="Colombia", kind="national", region="Americas"),
        proposal=asked.matter.proposal,
        contact_ref=str(asked.submitter.contact_ref),
        contact_confirmed=False,
        holder_ref=str(asked.holder.contact_ref) if asked.holder else None,
    )
    assert "example.org" not in repr(told)


def test_the_month_is_that_of_the_declared_zone() -> None:
    """In Bogotá the last evening of November is still November when it is December in UTC."""
    late = {"at": datetime(2026, 12, 1, 2, tzinfo=UTC), "zone": ZoneInfo("America/Bogota")}
    assert received(application(), known(colombia()), **late).month == "2026-11"


@pytest.mark.parametrize(
    ("day", "closed"), [("2023-10-31", True), ("2023-11-01", False), ("2028-12-31", False), ("2029-01-01", True)]
)
def test_the_challenge_has_dates(day: str, *, closed: bool) -> None:
    """Both days count; before and after them it is closed."""
    at = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    assert issues_of(application(), colombia(), at=at) == ((Issue("challenge-closed"),) if closed else ())


def test_a_local_non_member_uses_the_standalone_form() -> None:
    """Not an action plan."""
    asked = application(2, action_plan_form(proposal__member_type="other-local", external_id="plan-2"))
    assert Issue("must-use-standalone", "/channel") in issues_of(asked)


WRONG = Issue("member-type", "/proposal/member_type")


@pytest.mark.parametrize(
    ("kind", "declared", "expected"),
    [
        ("national", "national", ()),
        ("national", "other-local", ()),
        ("national", "local", (WRONG,)),
        ("local", "local", ()),
        ("local", "national", (WRONG,)),
        ("local", "other-local", (WRONG,)),
    ],
)
def test_a_member_type_is_refused_where_the_registry_is_sure(
    kind: str, declared: str, expected: tuple[Issue, ...]
) -> None:
    """A country's code goes with the country and its localities that are no members, a local code with itself."""
    assert issues_of(changed(proposal__member_type=declared), colombia(kind=kind)) == expected


def test_all_rules_that_are_not_kept_are_told() -> None:
    """At once."""
    asked = changed(public_institution="no", proposal__member_type="local")
    assert [issue.code for issue in issues_of(asked, colombia())] == ["public-owner", "member-type"]


FLAGS: list[tuple[dict[str, Any], dict[str, Any] | None, tuple[str, ...]]] = [
    ({}, {}, ()),
    ({"member": "XX"}, None, ("member-unregistered",)),
    ({}, {"status": "suspended"}, ("member-not-active",)),
    ({"public_institution": "unsure"}, {}, ("owner-in-doubt",)),
    ({"proposal__level": "national"}, {}, ("member-type-in-doubt",)),
    ({"proposal__jurisdiction": None}, {}, ("member-type-in-doubt",)),
    ({"proposal__milestones": [{"title": "Hecho", "due": "2026-11-17"}]}, {}, ("no-future-milestone",)),
    ({"proposal__milestones": [{"title": "Mañana", "due": "2026-11-18"}]}, {}, ()),
    ({"proposal__description": "Uno \u202esod\u202c"}, {}, ("bidi",)),
    ({"proposal__partners": ["Tran\u200bsparencia"]}, {}, ("zero-width",)),
    ({"proposal__supporting_institutions": ["Minist\u0435rio"]}, {}, ("mixed-script",)),
]


@pytest.mark.parametrize(("form", "member", "flags"), FLAGS)
def test_what_is_in_doubt_is_flagged_and_taken(
    form: dict[str, Any], member: dict[str, Any] | None, flags: tuple[str, ...]
) -> None:
    """The reviewer decides."""
    registered = None if member is None else colombia(**member)
    asked = changed(**form)
    assert issues_of(asked, registered) == ()
    assert received(asked, known(registered)).flags == flags


def test_an_unregistered_locality_is_its_own_name() -> None:
    """Its name is what the form says, its status says that the registry does not know it."""
    told = received(changed(member="COXYZ"), known())
    assert told.member == MemberAtReceipt(
        code="COXYZ", name="Norte de Santander, Colombia", kind="national", status="unregistered"
    )
