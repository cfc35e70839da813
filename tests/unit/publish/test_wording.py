"""How the pages speak: the same things in three languages, each as its readers write it."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from markupsafe import Markup

from contracts.reference import Language
from services.publish.site.pages import TEMPLATES
from services.publish.site.reader import Reader, preferred
from services.publish.site.wording import LANGUAGES, Wording, language_of, rich, words_of

UTC_ZONE = ZoneInfo("UTC")
PLURALS = {"one", "other", "many"}


def leaves(found: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """List the words under each key; a plural is one key, lists are told apart by their places."""
    if isinstance(found, str):
        yield at, found
    elif isinstance(found, Mapping) and "other" in found and set(found) <= PLURALS:
        yield from ((at, form) for form in found.values())
    else:
        for key, below in found.items() if isinstance(found, Mapping) else enumerate(found):
            yield from leaves(below, f"{at}.{key}")


def places(text: str) -> set[str]:
    """Name the places in a text."""
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things(language: Language) -> None:
    """No language lacks words, or a place in them, that English has; none has more."""
    told = {key: places(text) for key, text in leaves(words_of(language))}
    meant = {key: places(text) for key, text in leaves(words_of("en"))}
    assert told == meant


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_are_empty_or_hold_markup(language: Language) -> None:
    """Words are words: what is marked up in them is marked up by templates."""
    assert [key for key, text in leaves(words_of(language)) if not text.strip() or "<" in text] == []


def test_templates_ask_for_words_that_are_there() -> None:
    """Each key that stands whole in a template has words; one that is missing would break its page."""
    asked = {
        (template.name, key)
        for template in sorted(TEMPLATES.glob("*.jinja"))
        for call in re.findall(r"\b(?:t|words)\(([^)]*)", template.read_text())
        for key in re.findall(r'"([a-z_]+(?:\.[a-z_-]+)+)"', call)
    }
    known = {key.removeprefix(".") for key, _ in leaves(words_of("en"))}
    lost = {(name, key) for name, key in asked if not any(f"{one}.".startswith(f"{key}.") for one in known)}
    assert len(asked) > 50
    assert lost == set()


@pytest.mark.parametrize(
    ("language", "counted"),
    [
        ("en", ["countries", "country", "countries"]),
        ("fr", ["pays", "pays", "pays"]),
        ("es", ["países", "país", "países"]),
    ],
)
def test_words_agree_with_their_number(language: Language, counted: list[str]) -> None:
    """None and many, and one."""
    wording = Wording(language, UTC_ZONE)
    assert all(word in wording.t("front.countries", n=n) for n, word in enumerate(counted))


def test_values_in_words_are_escaped() -> None:
    """What is put in its place stays text, unless it is markup of ours."""
    wording = Wording("en", UTC_ZONE)
    assert wording.t("reform.area_kept", area="<b>") == "Declared by the institution, and kept: &lt;b&gt;"
    assert wording.t("reform.area_kept", area=Markup("<b>")).endswith("<b>")


def test_missing_words_are_an_error() -> None:
    """A page with a hole in it is never shown."""
    wording = Wording("fr", UTC_ZONE)
    with pytest.raises(KeyError):
        wording.t("front.nothing")
    with pytest.raises(KeyError):
        wording.t("reform.area_kept")


@pytest.mark.parametrize(
    ("language", "day", "month", "number"),
    [
        ("en", "1\u00a0March 2026", "March 2026", "1,234,567"),
        ("fr", "1er\u00a0mars\u00a02026", "mars 2026", "1\u202f234\u202f567"),
        ("es", "1\u00a0de\u00a0marzo\u00a0de\u00a02026", "marzo de 2026", "1.234.567"),
    ],
)
def test_days_and_numbers_are_written_as_in_the_language(language: Language, day: str, month: str, number: str) -> None:
    """As Unicode's locale data have it."""
    wording = Wording(language, UTC_ZONE)
    assert wording.day(date(2026, 3, 1)) == wording.day(datetime(2026, 3, 1, 12, tzinfo=UTC)) == day
    assert (wording.month("2026-03"), wording.number(1234567)) == (month, number)


def test_countries_are_called_as_in_the_language() -> None:
    """By OGP's own name in English, and under OGP's own prefix for the United Kingdom."""
    assert Wording("en", UTC_ZONE).country("UK", "United Kingdom") == "United Kingdom"
    assert Wording("fr", UTC_ZONE).country("UK", "United Kingdom") == "Royaume-Uni"
    assert Wording("es", UTC_ZONE).country("ZZZ", "Somewhere") == "Somewhere"


@pytest.mark.parametrize(
    ("accept_language", "language"),
    [
        ("", "en"),
        ("fr-CA,fr;q=0.9,en;q=0.5", "fr"),
        ("de,es;q=0.4,en;q=0.2", "es"),
        ("pt-BR, *;q=0.1", "en"),
        ("fr;q=0, es;q=0.1", "es"),
        ("\u00e9;q=9,,;;", "en"),
    ],
)
def test_language_is_the_first_of_ours_that_is_wished_for(accept_language: str, language: Language) -> None:
    """By the weights that a browser gives; English where none of ours is wished for."""
    assert preferred(accept_language) == language


def test_language_of_a_tag() -> None:
    """A region or a script makes no other language of it."""
    assert (language_of("ES-419"), language_of("de"), language_of("")) == ("es", None, None)


def test_links_keep_the_language_that_was_chosen() -> None:
    """And only that: who chose none has clean addresses."""
    chosen, free = Reader("fr", "fr", "/reforms", (("area", "justice"),)), Reader("fr", None, "/reforms", ())
    assert chosen.to("/reforms", area="justice", member=None) == "/reforms?area=justice&lang=fr"
    assert chosen.kept("/reforms?cursor=a.b") == "/reforms?cursor=a.b&lang=fr"
    assert chosen.here_in("es") == "/reforms?area=justice&lang=es"
    assert chosen.here == "/reforms?area=justice"
    assert free.to("/reforms") == "/reforms"


def test_links_and_code_in_words_are_marked_up() -> None:
    """Nothing else is."""
    assert (
        rich("See [the method](/method) & `as_of`.") == 'See <a href="/method">the method</a> &amp; <code>as_of</code>.'
    )
    assert rich("<b> [x](javascript:alert)") == "&lt;b&gt; [x](javascript:alert)"


def test_french_is_set_as_it_is_printed() -> None:
    """No stop can part from its word, and apostrophes are curved, in words of ours and of the reference data."""
    french = Wording("fr", UTC_ZONE)
    ours = [text for _, text in leaves(words_of("fr"))]
    theirs = [*french.areas.values(), *french.criteria_of("2025-11").values(), *french.reasons_of("2026-11").values()]
    assert [text for text in (*ours, *theirs) if re.search(r" [:;?!»]|« |\w'\w", text)] == []
    assert "Accès à l’information" in theirs


def test_stops_of_spanish_and_english_stand_at_their_words() -> None:
    """No space parts them, and what Spanish asks or cries is opened, too."""
    told = [text for language in ("en", "es") for _, text in leaves(words_of(language))]
    assert [text for text in told if re.search(r"\s[:;?!](\s|$)", text)] == []
    assert [text for _, text in leaves(words_of("es")) if re.search(r"\w\?(\s|$)", text) and "¿" not in text] == []


@pytest.mark.parametrize(
    ("language", "line", "shown"),
    [
        ("fr", "2027-03-01: Un tableau: public", "1er\u00a0mars\u00a02027\u00a0: Un tableau: public"),
        ("es", "2027-03-31: Un tablero", "31\u00a0de\u00a0marzo\u00a0de\u00a02027: Un tablero"),
        ("en", "2027-13-31: A board", "2027-13-31: A board"),
        ("en", "A board", "A board"),
    ],
)
def test_days_within_the_record_are_written_out(language: Language, line: str, shown: str) -> None:
    """Where a line begins with one; whatever else it begins with stays."""
    assert Wording(language, UTC_ZONE).dated(line) == shown


@pytest.mark.parametrize(
    ("month", "words"), [("2026-04", "d’avril 2026"), ("2026-10", "d’octobre"), ("2026-11", "de novembre")]
)
def test_french_elides_before_a_month(month: str, words: str) -> None:
    """As it is spoken."""
    french = Wording("fr", UTC_ZONE)
    assert words in french.t("batches.reforms_all", month=french.month(month))
