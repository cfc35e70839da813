"""How stories read: every text escaped and in its language, and nothing of whoever sent them."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from services.chassis.codec import encode
from services.publish.domain.stories import document_of, sort_out
from services.publish.site.pages import Pages
from services.publish.site.parameters import STORY_NAMES
from services.publish.site.query import Asked, read_query
from services.publish.site.stories import StoryListing, StoryPage, summary_of
from services.publish.store.listing import Filters
from tests.controls.decisions import month_reported, reform_encouraged, submission_accepted
from tests.controls.envelope import event_of
from tests.controls.proposals import senegal
from tests.controls.stories import story, story_released

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"
PAGES = Pages("edition", ZoneInfo("UTC"))


def page(**overrides: Any) -> str:
    """Write the page of the example story."""
    told = story_released(4, story=story(**overrides))
    return PAGES.write(
        "story", it=StoryPage(reference=told.reference, url=f"/stories/{told.reference}", record=document_of(told))
    ).decode()


def listing(**overrides: Any) -> str:
    """Write the list with the example story."""
    shown = summary_of(document_of(story_released(4, story=story(**overrides))))
    return PAGES.write("stories", it=StoryListing([shown], None), asked=Asked(Filters()), chips=[]).decode()


def test_releases_of_stories_are_told_from_decisions() -> None:
    """Each in its order."""
    released, accepted = event_of(story_released(), number=4), event_of(submission_accepted())
    encouraged, reported = event_of(reform_encouraged()), event_of(month_reported())
    assert sort_out([released, encouraged, reported, accepted]) == ([released], [encouraged], [reported], [accepted])


def test_document_holds_no_contact_and_no_actor() -> None:
    """What the public reads is the story, and the member where there is one."""
    told = story_released(4, member=senegal())
    written = encode(document_of(told)).decode()
    assert told.contact_ref not in written
    assert told.released_by not in written
    assert '"name":"Sénégal"' in written or senegal().name in written


def test_every_text_of_a_story_is_escaped() -> None:
    """On its page and in the list."""
    texts = dict.fromkeys(("title", "text", "about", "author", "jurisdiction"), HOSTILE)
    for written in (page(**texts), listing(**texts)):
        assert "<script>alert" not in written
        assert "<img src=x" not in written
        assert "&lt;script&gt;alert" in written


def test_a_story_says_what_it_is() -> None:
    """Its language, who tells it, that it is invented; its links lead away without telling from where."""
    written = page()
    assert 'lang="fr"' in written
    assert "Civil society" in written
    assert "Invented text." in written
    assert '<a href="https://example.org/recits/bafoussam" rel="nofollow noopener noreferrer ugc">' in written
    assert "Invented text." not in page(synthetic=False)


def test_list_of_stories_can_be_asked_for_area_and_member() -> None:
    """A story has no level of government."""
    assert read_query([("area", "justice"), ("member", "SN")], STORY_NAMES) == Asked(
        Filters(area="justice", member="SN"), stories=True
    )


def test_member_of_a_story_is_in_its_summary() -> None:
    """By its code."""
    told = story_released(4, member=senegal())
    assert summary_of(document_of(told)).member == "SN"
    assert summary_of(replace(document_of(told), member=None)).member is None
