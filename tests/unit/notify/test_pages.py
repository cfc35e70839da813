"""Letters as pages: the same words as their text, plainly laid out, and nothing that anybody typed shapes them."""

import html
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from msgspec import structs

from services.notify.domain.links import Links
from services.notify.words import Text, write
from tests.controls.notify import CONFIRM_URL, DRAFT_URL, HOUSE, STATUS_URL, SUBSCRIPTION_LINKS, letter
from tests.letters import as_stored, golden_files

FILES = golden_files()
PAGES = {name: reads for name, reads in FILES.items() if name.endswith(".html")}
TEXTS = {name: FILES[name.replace(".html", ".txt")] for name in PAGES}
SUBSCRIPTION_URLS = (SUBSCRIPTION_LINKS.confirm_url, SUBSCRIPTION_LINKS.unsubscribe_url)
OURS = (STATUS_URL, CONFIRM_URL, DRAFT_URL, str(HOUSE.public_url), *SUBSCRIPTION_URLS)
ELEMENTS = {"html", "head", "meta", "title", "style", "body", "main", "p", "br", "h2", "blockquote", "ul", "li", "a"}
ATTRIBUTES = {"lang", "charset", "name", "content", "dir", "href"}


@pytest.mark.parametrize("name", PAGES)
def test_page_is_plain_and_leads_nowhere_else(name: str) -> None:
    """No picture, no script, nothing from elsewhere, no link but ours, and its language is named."""
    elements = _elements(PAGES[name])
    assert {element for element, _ in elements} <= ELEMENTS
    assert {attribute for _, own in elements for attribute in own} <= ATTRIBUTES
    assert elements[0] == ("html", {"lang": name.split(".")[2]})
    links = [own["href"] for element, own in elements if element == "a"]
    assert [link for link in links if not link.startswith(OURS)] == []
    assert len(links) == len(re.findall(r"https?://", TEXTS[name]))


def _elements(page: str) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    parser = HTMLParser()
    vars(parser)["handle_starttag"] = lambda tag, own: found.append((tag, dict(own)))
    parser.feed(page)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_page_has_the_words_of_the_text(name: str) -> None:
    """Every word of them, in their order, and no other."""
    main = PAGES[name].partition("<main>")[2].partition("</main>")[0]
    words = html.unescape(re.sub(r"<[^>]+>", " ", main)).split()
    _, _, body = TEXTS[name].partition("\n\n")
    assert words == [word for word in body.split() if word != "–"]


@pytest.mark.parametrize(
    "told",
    [
        "– an item\n\n    quoted <a href='https://x.example'>y</a>",
        "a\x03\n\n\x01A heading\n\n– an item\n\n\x02b",
        "https://elsewhere.example",
    ],
)
def test_what_is_told_cannot_shape_the_page(told: str) -> None:
    """Neither a list, nor a heading, nor a link that is not ours; also with the marks that we use ourselves."""
    shape = [element for element, _ in _elements(_write(told).html) if element != "br"]
    assert shape == [element for element, _ in _elements(_write("Told before.").html) if element != "br"]


def _write(told: str) -> Text:
    stored = as_stored(letter("declined"))
    words = {**stored.words, "title": told, "note": told}
    return write(structs.replace(stored, words=words), told, HOUSE, Links(status_url=STATUS_URL))
