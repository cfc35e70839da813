"""What is written into a search box, read as words to find and words to leave out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.search_words import Words, read_words


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("open data", Words("open data", "")),
        ("  données   ouvertes ", Words("données ouvertes", "")),
        ('"open data" courts', Words('"open data" courts', "")),
        ("data -courts", Words("data", "courts")),
        ('data -"supreme court" -tax', Words("data", '"supreme court" or tax')),
        ("co-creation", Words("co-creation", "")),
        ("l\u2019eau \u00ab\u202fpropre\u202f\u00bb", Words("l eau propre", "")),
        ("\u201copen data\u201d", Words('"open data"', "")),
        ("-only", Words("", "only")),
        ("-", Words("-", "")),
    ],
)
def test_search_box_is_read(written: str, read: Words) -> None:
    """Words, phrases, words to leave out; typographic quotes and spaces are those of a keyboard."""
    assert read_words(written) == read


@given(st.text(max_size=200))
def test_anything_written_is_read(written: str) -> None:
    """Whatever is written is words or nothing, and reads the same again."""
    read = read_words(written)
    assert read_words(read.wanted).wanted == read.wanted
