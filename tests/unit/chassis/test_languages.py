"""Problems in the reader's language."""

from typing import Any

import pytest

from services.chassis.doors.languages import SENTENCES, TITLES, language_of, translate

OFFERED = dict.fromkeys(("en", "fr", "es"), "")


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("de, es-419;q=0.7, en;q=0.5", "es"),
        ("en;q=0.2, es;q=0.9", "es"),
        ("fr;q=0, es;q=0.1", "es"),
        ("de", "en"),
        ("*", "en"),
        ("ES ; q=1.0", "es"),
        ("\ud800, ;;;, fr;q=often, q=1" + ",es" * 9_999, "es"),
    ],
)
def test_the_language_is_the_one_wished_for_most(wishes: str, language: str) -> None:
    """By its weight, then by its place; what is not a wish is not heard; English where nothing fits."""
    assert language_of(wishes, OFFERED) == language


def test_what_is_known_in_one_language_only_is_told_in_it() -> None:
    """Whole, and said to be so."""
    body = {"title": "Conflict", "status": 409, "code": "not-held", "detail": "only a letter that is held"}
    assert (translate(dict(body), "fr", SENTENCES), dict(body)) == ("en", body)


def test_a_problem_is_told_in_one_language() -> None:
    """In English, where one of its sentences is known in no other."""
    errors = [{"code": "unknown-code", "field": "/area", "detail": "not one of ours"}]
    body = {"title": "x", "status": 422, "code": "invalid", "detail": "the request does not fit", "errors": errors}
    assert translate(body, "fr", SENTENCES) == "en"
    assert body["detail"] == "the request does not fit"


def test_a_problem_is_told_in_french() -> None:
    """Title, sentence and each error whose code is known."""
    body: dict[str, Any] = {
        "title": "Unprocessable Content",
        "status": 422,
        "code": "invalid",
        "detail": "the request does not fit",
        "errors": [{"code": "invalid", "field": "/id", "detail": "a UUID"}],
    }
    assert translate(body, "fr", SENTENCES) == "fr"
    assert body["title"] == TITLES["422"]["fr"]
    assert body["detail"] == body["errors"][0]["detail"] == SENTENCES["invalid"]["fr"]


@pytest.mark.parametrize("texts", [TITLES, SENTENCES])
def test_every_sentence_is_there_in_three_languages(texts: dict[str, dict[str, str]]) -> None:
    """And differs from one to the next."""
    for code, sentences in texts.items():
        assert sentences.keys() == OFFERED.keys(), code
        assert len(set(sentences.values())) == 3, code
