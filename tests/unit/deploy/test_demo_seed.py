"""The demo's seed: twelve real reforms as they stood in public, three invented ones, and nobody real to write to."""

import csv
import json
from datetime import date

import pytest

from deploy.demo.seed import SEED, Story, read_contributions, read_stories, write_tables
from deploy.demo.watching import NotSeen, check
from services.intake.domain.reading import read_submission

TODAY = date(2026, 11, 22)
STORIES = read_stories(TODAY)
ROWS = json.loads((SEED / "reforms.json").read_text())["reforms"]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.form["external_id"])
def test_form_reads_well(story: Story) -> None:
    """Every form passes intake's own strict reading."""
    read_submission(json.dumps(story.form).encode())


def test_real_reforms_are_all_there_and_accepted() -> None:
    """No real reform is declined, nor are its published words touched."""
    real = [story for story in STORIES if story.is_real]
    assert [story.published_title for story in real] == [row["title"] for row in ROWS]
    assert [story.form["proposal"]["lead_institution"] for story in real] == [row["lead_institution"] for row in ROWS]
    assert {story.ends for story in real} == {"accepted"}


def test_invented_ones_say_so() -> None:
    """One is declined, one is asked, one is amended; their titles tell that they are invented."""
    invented = [story for story in STORIES if not story.is_real]
    assert sorted(story.ends for story in invented) == ["amended", "clarification", "declined"]
    assert all("invent" in story.title for story in invented)


def test_one_real_reform_is_tagged_again() -> None:
    """It is declared in another area than the one in which it stands in public."""
    again = [story for story in STORIES if story.form["proposal"]["declared_area"] != story.area]
    assert [story.is_real for story in again] == [True]


def test_every_text_is_marked_synthetic() -> None:
    """Descriptions, dates and milestones are invented for all rows."""
    assert all(story.form["proposal"]["synthetic"] for story in STORIES)


def test_contacts_are_invented() -> None:
    """Nobody real is written to, and no two share an address."""
    addresses = [story.form["contact"]["address"] for story in STORIES]
    assert all(address.endswith("@example.org") for address in addresses)
    assert len(set(addresses)) == len(STORIES)


def test_every_way_in_is_used() -> None:
    """Over HTTP, over Kafka, with the forums' tokens for their plans, and by staff on a member's behalf."""
    assert {(story.form["channel"], story.goes_by_kafka, story.actor) for story in STORIES} == {
        ("standalone", False, None),
        ("standalone", True, None),
        ("action-plan", False, "submit:BR"),
        ("action-plan", False, "submit:FI"),
        ("plan-amendment", False, "submit:NL"),
        ("recognition", False, "desk"),
    }


def test_story_and_nomination_read_well_and_are_invented() -> None:
    """They pass intake's own strict reading, and write to nobody real."""
    contributions = read_contributions()
    for form in (contributions.story, contributions.nomination):
        read_submission(json.dumps(form).encode())
        assert form["contact"]["address"].endswith("@example.org")
    assert contributions.story["story"]["synthetic"]
    assert contributions.nomination["nomination"]["synthetic"]


def test_registry_is_told_of_a_window_and_a_round_that_are_open() -> None:
    """The plan is the one that the amendment names."""
    tables = write_tables(TODAY)
    [amendment] = [story for story in STORIES if story.form["channel"] == "plan-amendment"]
    assert tables.plans.splitlines()[1].startswith(f"{amendment.form['proposal']['plan']},NL,")
    plan, award_round = (read_table(text) for text in (tables.plans, tables.rounds))
    assert plan["window_opens_on"] < TODAY.isoformat() < plan["window_closes_on"]
    assert award_round["opens_on"] < TODAY.isoformat() < award_round["closes_on"]


def read_table(text: str) -> dict[str, str]:
    """Read the one row of a table."""
    [row] = csv.DictReader(text.splitlines())
    return row


def test_step_that_did_not_come_true_is_told() -> None:
    """The demo has no result of its own: what is not so ends it."""
    check(came_true=True, what="nothing")
    with pytest.raises(NotSeen, match="the sky fell"):
        check(came_true=False, what="the sky fell")
