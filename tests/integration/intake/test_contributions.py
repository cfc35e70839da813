"""Every channel on a real Postgres: one identity space; stories and nominations are in no month and never counted."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from contracts.topics import PARTITIONS
from services.chassis.errors import Refusal
from tests.controls.envelope import RELEASED_AT
from tests.controls.intake import (
    ALL_FORMS,
    amendment_form,
    as_body,
    nomination_form,
    plan_amendment_form,
    recognition_form,
    standalone_form,
    story_form,
    withdrawal_form,
)
from tests.controls.stories import AWARD_ROUND, story, story_released
from tests.integration.intake.acting import ask, hear, send_in, status
from tests.integration.intake.conftest import Intake, bearer

ROUND = f"INSERT INTO intake.award_round VALUES ('{AWARD_ROUND}', '2000-01-01', '2099-12-31', 'Africa 2026')"
PLAN = "INSERT INTO intake.plan VALUES ('SN-2', 'SN', 'Plan', '2025-01-01', '2099-12-31', '2025-01-01', $1::date);"
NOT_MEMBER = "INSERT INTO intake.member VALUES ('CM', 'national', 'CM', 'Africa', 'Cameroon', 'not-a-member')"


async def send(intake: Intake, form: dict[str, Any], who: str | None = None) -> Any:
    """Send in a form, with somebody's token or with none."""
    headers = bearer(who) if who else {}
    return await intake.client.post("/submissions", content=as_body(form), headers=headers)


async def share(intake: Intake, form: dict[str, Any]) -> dict[str, Any]:
    """Send in a story or a nomination, and give its receipt."""
    answer = await send(intake, form)
    assert answer.status_code == 201, answer.text
    given: dict[str, Any] = answer.json()
    return given


async def kinds(intake: Intake) -> list[str]:
    """Name the kinds of what was told, without their prefix."""
    return [row["type"].removeprefix("org.opengovpartnership.challenge.") for row in await intake.told()]


async def test_every_channel_has_its_receipt(intake: Intake) -> None:
    """References count on over all of them, whoever sends; who entered it stands in the event."""
    await intake.admin.execute(ROUND)
    sent = [
        await send(intake, form(number), who)
        for number, (form, who) in enumerate(
            [
                (standalone_form, None),
                (ALL_FORMS["action-plan"], "senegal"),
                (plan_amendment_form, "senegal"),
                (recognition_form, "desk"),
                (story_form, None),
                (nomination_form, None),
            ],
            start=1,
        )
    ]
    assert [answer.status_code for answer in sent] == [201] * 6
    assert [answer.json()["reference"][-6:] for answer in sent] == [f"{number:06d}" for number in range(1, 7)]
    assert [answer.json()["month"] is None for answer in sent] == [False] * 4 + [True] * 2
    told = {row["event"]["data"]["reference"]: row["event"]["data"] for row in await intake.told()}
    entered = [told[answer.json()["reference"]]["entered_by"] for answer in sent]
    assert entered == [None, "form:plans", "form:plans", "support-unit:desk", None, None]
    confirmed = [told[answer.json()["reference"]]["contact_confirmed"] for answer in sent]
    assert confirmed == [False, True, True, True, False, False]


async def test_stories_and_nominations_are_in_no_month(intake: Intake) -> None:
    """They have no version; the marker counts what is reviewed and nothing else; no event of theirs names a month."""
    await intake.admin.execute(ROUND)
    given = await send_in(intake)
    for number in range(2, 8):
        await share(intake, story_form(number))
        await share(intake, nomination_form(number))
    await intake.months.close_all_over(intake.database)
    await intake.move_clock(timedelta(days=32))
    assert await intake.months.close_all_over(intake.database) == [given["month"]]
    told = await intake.told()
    markers = [row["event"]["data"] for row in told if row["type"].endswith("month.closed.v1")]
    assert (len(markers), sum(marker["count"] for marker in markers)) == (PARTITIONS, 1)
    assert [str(row["submission_id"]) for row in await intake.rows("SELECT submission_id FROM intake.version")] == [
        given["id"]
    ]
    with_month = {row["type"].rpartition("challenge.")[2] for row in told if "month" in row["event"]["data"]}
    assert with_month == {"submission.received.v1", "month.closed.v1"}
    unreviewed = "SELECT count(*) FROM intake.submission WHERE first_month IS NULL AND version IS NULL"
    assert (await intake.rows(unreviewed))[0]["count"] == 12


async def test_a_story_cannot_be_given_a_month(intake: Intake) -> None:
    """The table itself keeps it out of the months."""
    await share(intake, story_form())
    with pytest.raises(Exception, match="submission_is_in_a_month_or_never_reviewed"):
        await intake.admin.execute("UPDATE intake.submission SET first_month = '2026-11'")


async def test_one_identity_space(intake: Intake) -> None:
    """The same story again gets its receipt again; its id is taken for whatever else comes from the same source."""
    first = await share(intake, story_form(1, external_id="mine"))
    again = await send(intake, story_form(1, external_id="mine"))
    assert (again.status_code, again.json()) == (200, first)
    for form in (story_form(1, external_id="mine", story__title="Un autre"), standalone_form(1, external_id="mine")):
        other = await send(intake, form)
        assert (other.status_code, other.json()["code"]) == (409, "id-reused")
    assert await kinds(intake) == ["story.shared.v1"]
    [contact] = await intake.rows("SELECT count(*) FROM intake.contact JOIN intake.submission USING (contact_ref)")
    assert contact["count"] == 1


async def test_a_story_stands_as_shared_until_it_is_released(intake: Intake) -> None:
    """The status says so; a release that is heard again changes nothing."""
    given = await share(intake, story_form())
    shared = await status(intake, given)
    assert (shared["state"], shared["released_at"], shared["channel"]) == ("shared", None, "story")
    assert shared["story"]["title"] == story().title
    later = story_released(released_at=RELEASED_AT + timedelta(days=1))
    await hear(intake, given, story_released())
    await hear(intake, given, later)
    released = await status(intake, given)
    assert released["state"] == "released"
    assert released["released_at"] == RELEASED_AT.isoformat().replace("+00:00", "Z")


async def test_a_release_of_what_nobody_sent_is_parked(intake: Intake) -> None:
    """It is refused by name, so that the reader keeps it aside."""
    given = await share(intake, story_form())
    with pytest.raises(Refusal, match="unknown-submission"):
        await hear(intake, {"id": given["id"].replace("-7", "-8")}, story_released())


async def test_what_is_not_reviewed_cannot_be_amended(intake: Intake) -> None:
    """Nor withdrawn: with its own secret it is told why."""
    await intake.admin.execute(ROUND)
    for given in (await share(intake, story_form()), await share(intake, nomination_form())):
        for what, form in (("amendments", amendment_form()), ("withdrawal", withdrawal_form())):
            answer = await ask(intake, given, what, form)
            assert (answer.status_code, answer.json()["code"]) == (409, "not-reviewed")
    nominated = await status(intake, given)
    assert (nominated["state"], nominated["nomination"]["government"]) == ("shared", "Costa Rica")


async def test_a_nomination_needs_an_open_round(intake: Intake) -> None:
    """The day of the receipt decides."""
    refused = await send(intake, nomination_form())
    assert (refused.status_code, refused.json()["code"]) == (422, "no-open-round")
    await intake.admin.execute(ROUND)
    await share(intake, nomination_form())
    [told] = [row["event"]["data"] for row in await intake.told()]
    assert told["award_round"] == AWARD_ROUND


async def test_a_plan_amendment_comes_inside_the_window(intake: Intake) -> None:
    """What comes late is refused; the plan is the one that the registry finds under the code."""
    form = plan_amendment_form(1, proposal__plan="SN-2", proposal__commitment_id=None)
    await intake.admin.execute(PLAN.replace("$1", "'2026-01-31'"))
    late = await send(intake, form, "senegal")
    assert (late.status_code, late.json()["code"]) == (409, "window-closed")
    await intake.admin.execute("UPDATE intake.plan SET window_closes_on = '2099-12-31'")
    taken = await send(intake, form, "senegal")
    assert taken.status_code == 201
    assert (await intake.told())[0]["event"]["data"]["flags"] == []


async def test_an_amendment_is_held_against_the_registry_too(intake: Intake) -> None:
    """The plans that a new text names are looked up, and those of the text that stands."""
    await intake.admin.execute(PLAN.replace("$1", "'2099-12-31'"))
    form = plan_amendment_form(1, proposal__plan="SN-2", proposal__commitment_id=None)
    given = (await send(intake, form, "senegal")).json()
    text = {**form["proposal"], "title": "Un meilleur titre"}
    assert (await ask(intake, given, "amendments", {"proposal": text})).status_code == 200
    assert (await ask(intake, given, "amendments", {"proposal": {**text, "plan": "SN-9"}})).status_code == 200
    flags = [row["event"]["data"]["flags"] for row in await intake.told()]
    assert flags == [[], [], ["plan-unregistered"]]
    elsewhere = {**text, "member_type": "other-local"}
    refused = await ask(intake, given, "amendments", {"proposal": elsewhere})
    assert (refused.status_code, refused.json()["code"]) == (422, "must-use-standalone")


async def test_from_a_country_that_is_no_member_come_stories_only(intake: Intake) -> None:
    """They are welcome, with its name from the registry."""
    await intake.admin.execute(NOT_MEMBER)
    refused = await send(intake, standalone_form(1, member="CM"))
    assert (refused.status_code, refused.json()["code"]) == (422, "stories-only")
    await share(intake, story_form(2, member="CM"))
    [told] = [row["event"]["data"] for row in await intake.told()]
    assert (told["member"]["name"], told["flags"]) == ("Cameroon", [])


async def test_all_channels_in_one_group(intake: Intake) -> None:
    """Taken in together, each judged alone."""
    await intake.admin.execute(ROUND)
    forms = [make(number) for number in range(1, 6) for make in (standalone_form, story_form, nomination_form)]
    forms += [nomination_form(9, award_round="2025-none"), story_form(9, story__member_type="local", member="CO")]
    answers = await asyncio.gather(*(send(intake, form) for form in forms))
    assert [answer.status_code for answer in answers] == [201] * 15 + [422, 422]
    assert [answer.json()["code"] for answer in answers[-2:]] == ["no-open-round", "member-type"]
