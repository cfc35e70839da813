"""How letters read."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jinja2 import meta
from msgspec import structs

from services.notify.domain.letters import LANGUAGES, SUBMITTER, Letter
from services.notify.domain.links import Links
from services.notify.words import DIGEST, House, Text, Unsendable, make_environment
from services.notify.words import write as write_with
from services.notify.words.wording import TEMPLATES, current_wording
from tests.controls.notify import (
    CONFIRM_URL,
    DRAFT_URL,
    HOUSE,
    STATUS_URL,
    SUBSCRIPTION_LINKS,
    letter,
    told_events,
    unprompted_letters,
)
from tests.letters import GOLDEN, as_stored, golden_files
from tests.letters.faults import find_faults

FILES = golden_files()
LETTERS = {name: reads for name, reads in FILES.items() if name.endswith(".txt")}
SOURCES = current_wording().sources
FRENCH = sorted(TEMPLATES.glob("*.fr.txt.jinja"))
SPANISH = sorted(TEMPLATES.glob("*.es.txt.jinja"))
OTHERS = ("poc-", "draft-", "update-", "subscription-", "batch-", "search-")
"""Kinds of letters that lead to no page of a submission, by how they begin."""
LINKS = Links(status_url=STATUS_URL)


def write(letter: Letter, name: str, house: House) -> Text:
    """Write a letter; a submitter's has its links."""
    return write_with(letter, name, house, LINKS if letter.recipient == SUBMITTER else None)


@pytest.mark.parametrize("name", FILES)
def test_letter_reads_as_it_is_checked_in(name: str) -> None:
    """A changed word is seen before it is sent; ``python -m tests.letters`` writes them anew."""
    assert (GOLDEN / name).read_text(encoding="utf-8") == FILES[name]


def test_nothing_else_is_checked_in() -> None:
    """No letter that is not written any more stays behind."""
    assert {path.name for path in GOLDEN.iterdir()} == set(FILES)


def test_every_kind_is_written_in_every_language_and_told_the_same() -> None:
    """What is missing fails here, not at the moment of sending; and no kind goes without an example."""
    assert find_faults(SOURCES) == []
    assert find_faults(SOURCES, tuple(sorted({name.split(".")[1] for name in LETTERS}))) == []


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ({"outcome.fr.txt.jinja": None}, "outcome: not written in fr"),
        ({"_status.es.txt.jinja": None}, "_status: not written in es"),
        (dict.fromkeys(f"retraction.{language}.txt.jinja" for language in LANGUAGES), "retraction: no template"),
        ({"clarification.es.txt.jinja": "Reto {{ reference }}\n\n{{ title }}"}, "answer_by is not told in es"),
        ({"receipt.fr.txt.jinja": SOURCES["receipt.fr.txt.jinja"] + "{{ added }}"}, "added is not told in en"),
        ({"rumour.en.txt.jinja": "Have you heard?\n\nYes."}, "rumour: no such kind"),
    ],
)
def test_missing_translation_placeholder_or_kind_is_found(planted: dict[str, str | None], fault: str) -> None:
    """Each is planted, and seen."""
    sources = {name: text for name, text in {**SOURCES, **planted}.items() if text is not None}
    assert any(fault in found for found in find_faults(sources))


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("[!_]*.txt.jinja")), ids=lambda path: str(path.name))
def test_subject_asks_only_for_the_reference(path: Path) -> None:
    """Nothing that anybody typed comes into a header; a draft has no reference, a digest has several."""
    subject, _, _ = path.read_text(encoding="utf-8").partition("\n\n")
    kind = path.name.partition(".")[0]
    asked = set() if kind in {"draft-link", "subscription-confirm", "search-digest", DIGEST} else {"reference"}
    asked = {"month"} if kind == "batch-report" else asked
    assert "\n" not in subject
    parsed = make_environment(path.name.split(".")[1], HOUSE.zone, current_wording()).parse(subject)
    assert meta.find_undeclared_variables(parsed) == asked


@pytest.mark.parametrize("path", FRENCH, ids=lambda path: str(path.name))
def test_french_is_set_with_its_spaces(path: Path) -> None:
    """No-break before a colon and within guillemets, narrow before other high marks; typographic apostrophes."""
    words = re.sub(r"\{[{%].*?[%}]\}", "x", path.read_text(encoding="utf-8"))
    assert not re.findall(r"[^\u202f][;!?]|[^\u00a0]:(?!//)|«[^\u00a0]|[^\u00a0]»|'", words)


@pytest.mark.parametrize("path", SPANISH, ids=lambda path: str(path.name))
def test_spanish_opens_what_it_closes(path: Path) -> None:
    """Questions, exclamations and quotations; no straight apostrophe or quotation mark, no space where none belongs."""
    words = re.sub(r"\{[{%].*?[%}]\}", "x", path.read_text(encoding="utf-8"))
    assert [words.count(mark) for mark in "¿¡«"] == [words.count(mark) for mark in "?!»"]
    assert not re.findall(r"['\"]|\s[:;?!»]|[¿¡«]\s", words)


@pytest.mark.parametrize("missing", ["title", "findings", "reference", "outcome"])
def test_missing_word_stops_the_letter(missing: str) -> None:
    """A letter with a hole in it is not sent; it waits for a person."""
    stored = as_stored(letter())
    words = {name: value for name, value in stored.words.items() if name != missing}
    with pytest.raises(Unsendable, match="unwritable"):
        write(structs.replace(stored, words=words), "Ana", HOUSE)


def test_unknown_criteria_version_stops_the_letter() -> None:
    """What this release does not know, it does not guess."""
    stored = as_stored(letter())
    with pytest.raises(Unsendable):
        write(structs.replace(stored, words={**stored.words, "criteria_version": "1999"}), "Ana", HOUSE)


@pytest.mark.parametrize("told", ["received", "accepted", "declined", "clarification", "corrected-to-declined"])
def test_template_syntax_in_a_text_stays_text(told: str) -> None:
    """Text that looks like a template, markup or the end of a letter is shown as it is."""
    nasty = "{{ 7 * 7 }} {% raw %} <b>&amp;</b>\r.\r\nDATA"
    text = write(_with(told, nasty), "{{ name }}", HOUSE)
    assert "<b>" not in text.html
    assert "{{ 7 * 7 }} {% raw %} &lt;b&gt;&amp;amp;&lt;/b&gt;" in text.html
    assert "49" not in text.body.replace("2049", "")
    assert "{{ 7 * 7 }} {% raw %} <b>&amp;</b>" in text.body
    assert "\r" not in text.body
    assert nasty[:5] not in text.subject


def _with(told: str, nasty: str) -> Letter:
    stored = as_stored(letter(told))
    words: dict[str, Any] = {**stored.words, "title": nasty}
    for name in ("note", "question", "why"):
        words |= {name: nasty} if words.get(name) else {}
    return structs.replace(stored, words=words)


def test_letters_to_points_of_contact_ask_for_nothing() -> None:
    """They say that no approval is asked, and never why the reviewers judged as they did."""
    asked = {
        "en": "your approval is not asked",
        "fr": "votre approbation n’est pas demandée",
        "es": "no se pide su aprobación",
    }
    for name, reads in LETTERS.items():
        if ".poc-" in name:
            assert asked[name.split(".")[2]] in reads
            assert "Do try again" not in reads
            assert "The last milestone" not in reads


def test_declined_commitment_stays_in_its_plan() -> None:
    """The letter says so, in every language."""
    assert "stays in its action plan, untouched" in LETTERS["declined-in-plan.outcome.en.txt"]
    assert "reste inchangé dans son plan d’action" in LETTERS["declined-in-plan.outcome.fr.txt"]
    assert "permanece intacto en su plan de acción" in LETTERS["declined-in-plan.outcome.es.txt"]
    assert "action plan" not in LETTERS["declined.outcome.en.txt"]


def test_declined_letter_says_why_criterion_by_criterion() -> None:
    """Each criterion that is not met, the reason, the reviewers' own words; and those that are met."""
    reads = LETTERS["declined.outcome.en.txt"]
    assert "with future milestones.\n  Not met. The action has no milestones that still lie ahead." in reads
    assert "The last milestone was in 2025.\n  Nothing is planned after it." in reads
    assert reads.index("What was met:") > reads.index("Not met.")


def test_first_of_a_month_is_an_ordinal_in_french() -> None:
    """« 1er décembre », as it is written."""
    stored = as_stored(structs.replace(letter("received"), language="fr"))
    words = {**stored.words, "received_at": "2026-12-01T00:05:00Z"}
    assert "1er décembre 2026 à 00:05 UTC" in write(structs.replace(stored, words=words), "Ana", HOUSE).body


def test_name_is_told_in_the_body_alone() -> None:
    """It cannot break the line."""
    body = write(as_stored(letter("accepted", "poc:CR")), "Ana\r\nBcc: x@example.org", HOUSE).body
    assert body.startswith("Dear Ana Bcc: x@example.org,\n")


def test_every_event_that_is_told_stands_in_the_gallery() -> None:
    """No letter goes unread."""
    told = set(told_events()) - {"contact-confirmed"}
    assert {name.partition(".")[0] for name in LETTERS} == told | set(unprompted_letters()) | {"a-day"}


def test_links_stand_in_the_submitters_letters_alone() -> None:
    """The one to the status page in all of them; the one that confirms in receipts, while the address is not."""
    for name, reads in FILES.items():
        told, kind, _, _ = name.split(".")
        assert (STATUS_URL in reads) == (not kind.startswith(OTHERS)), name
        assert (DRAFT_URL in reads) == (kind == "draft-link"), name
        asks = told in {"received-unconfirmed", "story-shared", "nominated"} and kind != "poc-informed"
        assert (CONFIRM_URL in reads) == asks, name
        assert (SUBSCRIPTION_LINKS.confirm_url in reads) == (kind == "subscription-confirm"), name
        assert (SUBSCRIPTION_LINKS.unsubscribe_url in reads) == (kind in {"batch-report", "search-digest"}), name
        assert SUBSCRIPTION_LINKS.one_click_url not in reads, name


def test_submitters_letter_without_its_link_is_stopped() -> None:
    """It would lead nowhere; it waits for a person."""
    with pytest.raises(Unsendable, match="unwritable"):
        write_with(as_stored(letter("received")), "Ana", HOUSE)


@pytest.mark.parametrize("recipient", ["submitter", "poc:CR"])
def test_row_of_an_earlier_release_can_still_be_written(recipient: str) -> None:
    """Its words do not name the channel: that was only ever one by which the letter says nothing more."""
    stored = as_stored(letter("received", recipient))
    earlier = {name: value for name, value in stored.words.items() if name != "channel"}
    assert "OGC-2026-000001" in write(structs.replace(stored, words=earlier), "Ana", HOUSE).body


def test_released_story_leads_to_its_public_page() -> None:
    """Stories have a place of their own."""
    assert "https://challenge.example.org/stories/OGC-2026-000004" in LETTERS["story-released.story-released.fr.txt"]


@pytest.mark.parametrize(
    ("language", "reads"),
    [
        ("en", "Received: 30 November 2026 at 18:30 UTC"),
        ("fr", "Reçue\u00a0: 30 novembre 2026 à 18:30 UTC"),
        ("es", "Recibido: 30 de noviembre de 2026 a las 18:30 UTC"),
    ],
)
def test_moment_reads_as_the_language_has_it(language: str, reads: str) -> None:
    """Dates are CLDR's, and the month of a batch too."""
    stored = as_stored(structs.replace(letter("received"), language=language))
    words = {**stored.words, "received_at": "2026-11-30T18:30:00Z", "month": "2026-11"}
    body = write(structs.replace(stored, words=words), "Ana", HOUSE).body
    assert reads in body
    assert {"en": "November 2026", "fr": "novembre 2026", "es": "noviembre de 2026"}[language] in body


@pytest.mark.parametrize(
    ("zone", "reads"),
    [
        ("UTC", "30 November 2026 at 18:30 UTC"),
        ("Europe/Paris", "30 November 2026 at 19:30 CET"),
        ("America/Bogota", "30 November 2026 at 13:30 UTC-05"),
    ],
)
def test_moment_is_told_in_the_declared_zone_and_names_it(zone: str, reads: str) -> None:
    """A time without its zone says nothing; a zone that has no name of its own is told by its distance from UTC."""
    stored = as_stored(letter("received", language="en"))
    words = {**stored.words, "received_at": "2026-11-30T18:30:00Z"}
    house = replace(HOUSE, zone=ZoneInfo(zone))
    assert reads in write(structs.replace(stored, words=words), "Ana", house).body
