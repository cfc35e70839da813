"""The pages that belong to a reform and to a month, with hostile text in all that somebody wrote, in every language."""

import re
from dataclasses import replace
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from contracts.reference import Language
from services.publish.domain.changes import FieldChange
from services.publish.domain.provenance import BatchLink, ChainGap, DecisionLink, LetterLink, ReleaseLink, chain_of
from services.publish.site.batches import page_of
from services.publish.site.history import HistoryPage, Version
from services.publish.site.pages import Pages
from services.publish.site.query import Asked
from services.publish.site.reader import Reader
from services.publish.site.wording import LANGUAGES
from services.publish.store.listing import Filters
from tests.controls.decisions import month_reported
from tests.controls.envelope import id_of
from tests.controls.publish import at, decision_id
from tests.unit.publish.test_pages import HOSTILE, hostile_page, summary

PAGES = Pages("edition", ZoneInfo("UTC"))


def written(template: str, language: Language, it: object, **extra: object) -> str:
    """Write a page for a reader of a language."""
    return PAGES.write(template, Reader(language=language), it=it, **extra).decode()


def history(language: Language) -> str:
    """Write a history in which each kind of field changed."""
    names = ("published_title", "values.transparency", "findings.timing", "assigned_area", "public_level", "unheard_of")
    told: list[FieldChange] = [FieldChange(name, HOSTILE, HOSTILE) for name in names]
    told += [FieldChange("partners", (HOSTILE,), ()), FieldChange("plan", None, HOSTILE)]
    version = Version(
        version=2,
        change="corrected",
        at=at(1),
        decision_id=decision_id(1),
        effect="correction",
        why=HOSTILE,
        title=HOSTILE,
        fields=told,
    )
    page = HistoryPage(
        reference="OGC-2026-000001",
        url="/reforms/OGC-2026-000001",
        title=HOSTILE,
        language="es",
        versions=[version, replace(version, version=1, change="published", fields=[])],
    )
    return written("history", language, page, criteria_version="2025-11")


def provenance(language: Language) -> str:
    """Write a chain with every gap, every fate of a letter, and a decision that retracts."""
    page = hostile_page()
    letters = tuple(
        LetterLink(delivery_id=id_of(kind), event_id=id_of(became), kind=kind, role=role, became=became, told_at=at(0))
        for kind, role, became in (("receipt", "submitter", "sent"), ("delay", "poc", "failed"), ("new", "one", "held"))
    )
    decided = DecisionLink(
        decision_id=decision_id(1),
        event_id=id_of("told"),
        version=2,
        released_at=at(1),
        effect="correction",
        why=HOSTILE,
        decided_at=at(0),
        area=page.record.reform.assigned_area,
        declared_area=page.record.reform.proposal.declared_area,
        criteria_version="2025-11",
        areas_version="2025-11",
    )
    retracting = DecisionLink(decision_id=decision_id(2), version=9, released_at=at(2), effect=None, why=HOSTILE)
    release = ReleaseLink(month="2026-11", url="/releases/2026-11", version=2, ended_at=at(3))
    month = BatchLink(month="2026-11")
    chain = chain_of(page.record, [month], [decided, retracting], letters, [release], get_args(ChainGap))
    return written("provenance", language, chain, url=page.url)


def batch(language: Language) -> str:
    """Write a month with a hostile reform in it."""
    report = month_reported()
    return written("batch", language, page_of(report, [report], [summary(hostile_page())], Asked(Filters())))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("write", [history, provenance, batch])
def test_hostile_text_stays_text_in_every_language(write: object, language: Language) -> None:
    """Escaped wherever it stands; every word and placeholder is there; the page says which language it is in."""
    assert callable(write)
    page = write(language)
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert re.findall(r'<html lang="(..)"', page) == [language]
    assert re.findall(r"\{[a-z]+\}", page.replace(HOSTILE, "")) == []
