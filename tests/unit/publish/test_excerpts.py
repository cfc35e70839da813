"""What is cut out of a text around the words that a search found."""

from services.publish.domain.excerpts import AFTER, BEFORE, CLOSES, OPENS, Piece, excerpt_of


def marked(text: str, *words: str) -> str:
    """Put the search's marks around words."""
    for word in words:
        text = text.replace(word, f"{OPENS}{word}{CLOSES}")
    return text


def shown(pieces: tuple[Piece, ...]) -> str:
    """Give an excerpt with brackets around what was found."""
    return "".join(f"[{piece.text}]" if piece.found else piece.text for piece in pieces)


def test_short_text_is_shown_whole() -> None:
    """With each word that was found."""
    text = "La niñez y la vejez, primero."
    assert shown(excerpt_of(text, marked(text, "niñez", "vejez"))) == "La [niñez] y la [vejez], primero."


def test_long_text_is_cut_at_words() -> None:
    """Around the first word that was found, and it says that there is more."""
    text = "uno dos tres " * 40 + "justicia " + "cuatro cinco " * 40
    cut = shown(excerpt_of(text, marked(text, "justicia")))
    assert cut.startswith("… ")
    assert cut.endswith(" …")
    assert "[justicia]" in cut
    assert set(cut.replace("[", "").replace("]", "").replace("…", "").split()) <= set(text.split())
    assert len(cut) <= BEFORE + AFTER + len("[justicia]") + 4


def test_word_without_end_is_cut_short() -> None:
    """One that has no space around it cannot fill the page."""
    text = "x" * 500 + "justicia" + "y" * 500
    assert shown(excerpt_of(text, marked(text, "justicia"))) == "… [justicia] …"


def test_nothing_found_shows_nothing() -> None:
    """Nor does a marked text that is not the same."""
    assert excerpt_of("one two", "one two") == ()
    assert excerpt_of("one two", marked("others", "others")) == ()
