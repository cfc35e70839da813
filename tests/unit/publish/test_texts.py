"""Whole texts on pages of their own: every letter stands on one of them, and each of them is small."""

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import Value
from services.chassis.doors.web import Problem
from services.publish.site.shapes import ReformPage
from services.publish.site.texts import About, Text, TextsPage, changes_of, paged, texts_of
from tests.unit.publish.test_pages import Reader
from tests.unit.publish.test_room import LIMIT, SIGNS, longest, versions, write


def about(page: ReformPage) -> About:
    """Say whose texts they are."""
    return About(page.reference, page.url, page.record.reform.published_title, "es")


def all_pages(told: About, texts: list[Text]) -> list[TextsPage]:
    """Give all pages of texts."""
    first = paged(told, "texts", texts, "1")
    return [first, *(paged(told, "texts", texts, f"{number}") for number in range(2, first.pages + 1))]


def grouped(pieces: list[Text]) -> list[list[Text]]:
    """Put the pieces of each text together."""
    begun = iter(range(len(pieces)))
    numbers = [next(begun) if not piece.continues else None for piece in pieces]
    filled = [number if number is not None else -1 for number in numbers]
    for place, number in enumerate(filled):
        filled[place] = filled[place - 1] if number < 0 else number
    return [[piece for _, piece in group] for _, group in groupby(zip(filled, pieces, strict=True), lambda one: one[0])]


@pytest.mark.parametrize("sign", SIGNS)
def test_whole_texts_lose_nothing(sign: str) -> None:
    """Over all pages, each under 50 kB, every text stands word by word, and each page leads to the next."""
    reform = longest(sign)
    for texts in (texts_of(reform), changes_of(versions(sign)[:1])):
        pages = all_pages(about(reform), texts)
        pieces = [piece for page in pages for piece in page.texts]
        whole = ["".join(piece.text for piece in group) for group in grouped(pieces)]
        assert whole == [text.text for text in texts]
        assert [page.next for page in pages][:-1] == [
            f"{reform.url}/texts/{number + 1}" for number in range(1, len(pages))
        ]
        for told in (pages[0], pages[-1]):
            assert len(write("texts", "fr", it=told, criteria_version="2025-11")) < LIMIT
            written = Reader(write("texts", "fr", it=told, criteria_version="2025-11"))
            assert all(
                part in written.text for text in told.texts if text.field != "milestones" for part in text.text.split()
            )


def test_whole_texts_are_all_that_was_written() -> None:
    """Each field, verdicts' reasons, reasons of changes, what was said of milestones, awards and support."""
    fields = {text.field for text in texts_of(longest("word "))}
    values = {f"values.{value}" for value in Value}
    assert {"description", "problems", "area_reason", "milestones", "partners", "supporting_institutions"} <= fields
    assert {"findings.x", "why", "promising_why", "support", "progress", "awards", *values} <= fields


@pytest.mark.parametrize("page", ["0", "01", "9999999999999999999999", "-1", "x", "٢", ""])
def test_texts_that_are_not_there_are_not_found(page: str) -> None:
    """A number from 1 on, as a link has it."""
    with pytest.raises(Problem) as caught:
        paged(about(longest("&")), "texts", texts_of(longest("&")), page)
    assert caught.value.status == 404


@given(st.lists(st.text(max_size=400), max_size=6), st.integers(0, 40))
def test_pages_hold_every_letter(written: list[str], times: int) -> None:
    """Whatever signs there are, and wherever they end."""
    texts = [Text(field="why", text=one * (times + 1)) for one in written if one]
    pages = all_pages(About("OGC-2026-000001", "/reforms/x", "x", "en"), texts)
    assert "".join(piece.text for page in pages for piece in page.texts) == "".join(text.text for text in texts)
