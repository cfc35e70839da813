"""The longest texts that the contract allows: every page stays under 50 kB, and leads to all that was written."""

from dataclasses import replace
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contracts.decisions import MonthReported
from contracts.reference import Language
from contracts.reviews import Finding
from contracts.submissions import Milestone, Proposal
from contracts.vocabulary import Value, Verdict
from services.chassis.doors.web import Problem
from services.publish.domain.changes import changes_between
from services.publish.domain.progress import Said, progress_of
from services.publish.domain.provenance import BatchLink, Chain, DecisionLink, chain_of
from services.publish.domain.stories import document_of
from services.publish.domain.traces import Encouraged, Trace
from services.publish.domain.way import Step
from services.publish.site.batches import page_of as batch_of
from services.publish.site.front import glance_of
from services.publish.site.history import HistoryPage, Version
from services.publish.site.linked import reform_block
from services.publish.site.query import Asked
from services.publish.site.reader import Reader as Visitor
from services.publish.site.room import ROOMS, Room, fitted, shortened
from services.publish.site.shapes import Front, HistoryItem, ReformPage, StoryLink
from services.publish.site.stories import StoryListing, StoryPage, summary_of
from services.publish.site.wording import Wording
from services.publish.store.listing import Filters
from services.publish.store.tallies import Totals
from tests.controls.decisions import month_reported
from tests.controls.evaluations import assessment_published, award_given, milestone_updated
from tests.controls.publish import at, decision_id, reform_page
from tests.controls.stories import story, story_released
from tests.unit.publish.test_pages import PAGES, TOLD, Reader, page_after, summary

SIGNS = ('"', "&", "\N{GRINNING FACE}", "word ", "<\n\n")
"""Some take five bytes on a page for one in the text, some four; some never end, some are all ends."""
CASES: list[tuple[str, Language]] = [*((sign, "fr") for sign in SIGNS), ("&", "en"), ("&", "es")]
"""French needs the most letters."""
LIMIT = 50_000
OWN = "https://public.example/reforms/OGC-2026-000001"


def long(sign: str, letters: int = 20_000) -> str:
    """Give a text of so many letters."""
    return (sign * letters)[:letters].strip() or sign


def title(sign: str) -> str:
    """Give a title as long as one can be."""
    return long(sign.replace("\n", ""), 300)


@cache
def longest(sign: str) -> ReformPage:
    """Give a reform whose every text and list is as long as the contract allows, and what nobody limits is long too."""
    name, text = title(sign), long(sign)
    page = replace(reform_page(page_after("accepted"), **longest_proposal(name, text)), address=OWN)
    link = "https://example.org/" + "a" * 1_900
    updates = [
        milestone_updated(milestone=number, title=name, barrier=long(sign, 2_000), evidence=link)
        for number in range(1, 101)
    ]
    awards = [award_given(award=name, given_by=name, award_round=f"20{n:02}", link=link) for n in range(10, 60)]
    said, planned = Said(updates, (), awards), page.record.reform.proposal.milestones
    standing = progress_of(planned, said, at(0).date(), ZoneInfo("UTC"))
    item = HistoryItem(change="corrected", at=at(1), decision_id=decision_id(1), effect="correction", why=text)
    told = StoryLink(reference="OGC-2026-000009", url="/s", title=name, language="en", author=name, released_at=at(2))
    findings = tuple(
        replace(one, reason=text)
        for one in (*page.record.findings, Finding(code="x", verdict=Verdict.MET, reason=text))
    )
    record = replace(
        page.record,
        findings=findings,
        reform=replace(page.record.reform, published_title=name, area_reason=text),
    )
    return replace(
        page,
        record=record,
        history=[item] * 30,
        way=tuple(Step(step="corrected", at=at(1), about=text) for _ in range(60)),
        progress=standing,
        stories=(told,) * 20,
        promising=True,
        promising_why=text,
        support=(long(sign, 2_000),) * 20,
    )


def longest_proposal(name: str, text: str) -> dict[str, Any]:
    """Give all that an institution may say, as long as it may be."""
    return {
        **dict.fromkeys(("title", "jurisdiction", "lead_institution", "plan"), name),
        **dict.fromkeys(("description", "problems"), text),
        **dict.fromkeys(("supporting_institutions", "partners"), (name,) * 100),
        "values": dict.fromkeys(Value, text),
        "milestones": (Milestone(title=name, due=at(0).date()),) * 100,
    }


def chain(sign: str) -> Chain:
    """Give the chain of a reform that was decided forty times."""
    document = longest(sign).record
    link = DecisionLink(
        decision_id=decision_id(1),
        event_id=decision_id(2, 2),
        version=1,
        released_at=at(1),
        effect="correction",
        why=long(sign),
        decided_at=at(0),
        area=document.reform.assigned_area,
        declared_area=document.reform.proposal.declared_area,
        criteria_version="2025-11",
        areas_version="2025-11",
        findings=document.findings,
    )
    return chain_of(document, [BatchLink(month="2026-11")], [link] * 40, ())


def write(template: str, language: Language, path: str = "/", **context: Any) -> bytes:
    """Write a page for a reader of a language, who chose it."""
    return PAGES.write(template, Visitor(language, language, path), **context)


@cache
def versions(sign: str) -> list[Version]:
    """Give forty versions, in each of which everything changed."""
    before, after = page_after("accepted").record, longest(sign).record
    fields = changes_between(before, after)
    told = Version(
        version=2,
        change="corrected",
        at=at(1),
        decision_id=decision_id(1),
        effect="correction",
        why=long(sign),
        title=title(sign),
        fields=fields,
    )
    return [replace(told, version=number) for number in range(40, 0, -1)]


def traces(sign: str) -> tuple[Trace, ...]:
    """Give four hundred words on a reform, of each kind, as long as they may be."""
    link = "https://example.org/" + "a" * 1_900
    said = milestone_updated(title=title(sign), barrier=long(sign, 2_000), evidence=link)
    award = award_given(award=title(sign), given_by=title(sign), link=link)
    encouraged = Encouraged(promising=True, why=long(sign), support=(long(sign, 2_000),) * 20)
    shared: dict[str, Any] = {"at": at(1), "event_id": decision_id(1)}
    return (
        Trace(kind="milestone", milestone=said, **shared),
        Trace(kind="assessment", assessment=assessment_published(report=link), **shared),
        Trace(kind="award", award=award, **shared),
        Trace(kind="encouragement", encouragement=encouraged, **shared),
    ) * 100


@pytest.mark.parametrize(("sign", "language"), CASES)
def test_reform_with_the_longest_texts_has_a_small_page(sign: str, language: Language) -> None:
    """It says that texts are shortened, and leads to all of them; its heading is whole."""
    reform = longest(sign)
    page = write("reform", language, it=reform, linked=partial(reform_block, reform))
    read = Reader(page)
    assert len(page) < LIMIT
    assert f"{reform.url}/texts/1?lang={language}" in [link["href"] for link in read.all("a")]
    assert Wording(language, ZoneInfo("UTC")).t("texts.shortened") in read.text
    assert "…" in read.text
    assert read.text.count(title(sign)) >= 2 or sign == "<\n\n"


@pytest.mark.parametrize(("sign", "language"), CASES)
def test_what_stands_beside_a_reform_has_small_pages(sign: str, language: Language) -> None:
    """Its history, a story, and the lists of both, of an area, a month and the front page."""
    reform = longest(sign)
    listed = [replace(summary(reform), member_name=title(sign))] * 40
    told = replace(story(), title=title(sign), text=long(sign), about=title(sign), author=title(sign))
    document = document_of(
        replace(story_released(), story=replace(told, links=("https://a.example/" + "a" * 1_900,) * 10))
    )
    report: MonthReported = month_reported()
    day = Asked(Filters())
    pages: dict[str, dict[str, Any]] = {
        "history": {
            "it": HistoryPage(
                reference=reform.reference, url=reform.url, title=title(sign), language="es", versions=versions(sign),
                traces=traces(sign),
            ),
            "criteria_version": "2025-11",
        },
        "provenance": {"it": chain(sign), "url": reform.url},
        "story": {"it": StoryPage(reference="OGC-2026-000004", url="/stories/x", record=document, reforms=listed[:10])},
        "stories": {
            "it": StoryListing([summary_of(document)] * 40, "/stories?cursor=x"), "asked": day, "chips": [],
        },
        "batch": {"it": batch_of(report, [report], listed[:20], day)},
        "front": {
            "it": Front(Totals(1, 1, 1), listed[:6]), **glance_of(TOLD, Wording(language, ZoneInfo("UTC"))),
        },
    }  # fmt: skip
    sizes = {name: len(write(name, language, **context)) for name, context in pages.items()}
    assert {name: size for name, size in sizes.items() if size >= LIMIT} == {}


def test_retracted_reform_says_why_in_short_and_where_it_says_all() -> None:
    """Its reason may be as long as any text."""
    gone = Problem(410, "retracted", long("&"), reference="OGC-2026-000001", retracted_at=at(0).isoformat())
    page = write("retracted", "fr", it=gone)
    assert len(page) < LIMIT
    assert "/reforms/OGC-2026-000001.json?lang=fr" in [link["href"] for link in Reader(page).all("a")]


def test_ordinary_texts_are_whole() -> None:
    """Nothing is said of shortening where there is room."""
    page = Reader(PAGES.write("reform", it=page_after("accepted")))
    proposal: Proposal = page_after("accepted").record.reform.proposal
    assert " ".join(proposal.description.split()) in " ".join(page.text.split())
    assert "…" not in page.text
    assert not [link for link in page.all("a") if "/texts/" in (link["href"] or "")]


def test_room_narrows_until_a_page_fits() -> None:
    """The widest that fits; where none does, the narrowest."""
    asked: list[Room] = []

    def write_in(room: Room) -> bytes:
        asked.append(room)
        return b"x" * (LIMIT if room != ROOMS[2] else 1)

    assert fitted(write_in) == b"x"
    assert asked == list(ROOMS[:3])
    assert len(fitted(lambda _: b"x" * LIMIT)) == LIMIT


@pytest.mark.parametrize(
    ("text", "letters", "shown"),
    [
        ("a few words", None, "a few words"),
        ("a few words", 11, "a few words"),
        ("a few words", 8, "a few\u00a0…"),
        ("endlessly", 4, "end\u00a0…"),
        ("a endlesslylong", 8, "a endl\u00a0…"),
    ],
)
def test_texts_are_cut_between_words(text: str, letters: int | None, shown: str) -> None:
    """Where one ends near; within a word that does not."""
    assert shortened(text, letters) == shown
