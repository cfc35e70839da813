"""The language of searches: what is written is read again, and whatever is typed is read or told what is wrong."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.review.domain.searching.issues import Issue, Unreadable, say
from services.review.domain.searching.keys import KEYS, STATUSES, WORDS, value_of
from services.review.domain.searching.language import Query, Term, read_query, replace_key, statuses_of, write_query

_text = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=30).map(
    lambda text: " ".join(text.replace('"', " ").split())
)
_free = {
    "month": st.from_regex(r"20[0-9]{2}(-(0[1-9]|1[0-2]))?", fullmatch=True),
    "member": st.from_regex(r"[A-Z]{2,6}", fullmatch=True),
    "assigned": st.from_regex(r"[a-z0-9][a-z0-9:._-]{0,63}", fullmatch=True),
    "ref": st.from_regex(r"OGC-20[0-9]{2}-[0-9]{6,9}", fullmatch=True),
}


def _values(key: str) -> st.SearchStrategy[str]:
    if key in _free:
        return _free[key]
    known = KEYS[key].known if key in KEYS else ()
    return st.sampled_from(known) if known else _text.filter(lambda text: value_of(key, text) == text)


def _terms(key: str) -> st.SearchStrategy[Term]:
    most = 1 if key == WORDS else 3
    values = st.lists(_values(key), min_size=1, max_size=most, unique=True).map(tuple)
    return st.builds(Term, st.just(key), values, st.booleans())


queries: st.SearchStrategy[Query] = st.lists(st.sampled_from([*KEYS, WORDS]).flatmap(_terms), max_size=4).map(tuple)


def _issues(text: str) -> tuple[Issue, ...]:
    with pytest.raises(Unreadable) as raised:
        read_query(text)
    return raised.value.issues


@given(queries)
@example((Term(WORDS, ("area:justice",)), Term(WORDS, ("-x",), negated=True), Term("title", ("a,b", "-x"))))
def test_query_written_is_read_as_the_same_query(query: Query) -> None:
    """Saved filters, links and what the commands send are all written searches."""
    written = write_query(query)
    if len(written) <= 500:
        assert read_query(written) == query


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_told_what_is_wrong(text: str) -> None:
    """Nothing else is raised, every fault has its place in the text and its sentence in both languages."""
    try:
        query = read_query(text)
    except Unreadable as unreadable:
        for issue in unreadable.issues:
            assert 0 <= issue.at <= len(text)
            assert say(issue, "en")
            assert say(issue, "fr")
    else:
        assert read_query(write_query(query)) == query


def test_terms_are_told_apart() -> None:
    """Keys, alternatives, negations, quotes of three kinds and words stand side by side."""
    assert read_query('area:justice,anti-corruption -country:fr "plain language" -« deux mots » data') == (
        Term("area", ("justice", "anti-corruption")),
        Term("country", ("FR",), negated=True),
        Term(WORDS, ("plain language",)),
        Term(WORDS, ("deux mots",), negated=True),
        Term(WORDS, ("data",)),
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("domaine : justice", "area:justice"),
        ("AREA:Access_To_Information", "area:access-to-information"),
        ('area:"access to information"', "area:access-to-information"),
        ("area: justice , anti-corruption", "area:justice,anti-corruption"),
        ("état:open", "status:open"),
        ("ref:ogc-2026-000123", "ref:OGC-2026-000123"),
        (" ogc-2026-000123 ", "ref:OGC-2026-000123"),
        ('-"OGC-2026-000123"', "-ref:OGC-2026-000123"),
        ("OGC-2026", "OGC-2026"),
        ("flagged:no-future-milestone", "flagged:timing"),
        ("assigned:data-team:1,nobody", "assigned:data-team:1,nobody"),
        ("Open data - for all, citizens", "Open data for all citizens"),
        ("", ""),
    ],
)
def test_people_may_write_as_they_do(typed: str, meant: str) -> None:
    """Case, spaces, French keys and pasted titles are understood."""
    assert write_query(read_query(typed)) == meant


@pytest.mark.parametrize(
    ("typed", "code", "at", "suggestions"),
    [
        ("status:open aera:justice", "unknown-key", 12, ("area",)),
        ("status:opne", "unknown-value", 7, ("open",)),
        ("country:gb", "unknown-value", 8, ("UK",)),
        ("country:France", "unknown-value", 8, ("FR",)),
        ("country:Allemagne", "unknown-value", 8, ("DE",)),
        ("language:french", "unknown-value", 9, ("fr",)),
        ("month:2026-13", "month", 6, ()),
        ("ref:123", "reference", 4, ()),
        ("member:germany", "member", 7, ()),
        ("institution:???", "text", 12, ()),
        ("area:", "value-missing", 5, ()),
        ("area:,", "value-missing", 5, ()),
        ("area:-justice", "value-missing", 5, ()),
        ("area:status:open", "unknown-value", 5, ()),
        ("at 10:30", "misplaced", 5, ()),
        ('a "b', "quote-open", 2, ()),
        ("???", "no-letters", 0, ()),
        ("a\x00", "control-character", 1, ()),
        ("a" * 501, "too-long", 500, ()),
        ("a " * 41, "too-many-terms", 0, ()),
    ],
)
def test_fault_is_told_with_its_place_and_what_was_meant(
    typed: str, code: str, at: int, suggestions: tuple[str, ...]
) -> None:
    """Who mistypes is shown where, and the nearest word that is known."""
    (issue,) = _issues(typed)
    assert (issue.code, issue.at, issue.suggestions) == (code, at, suggestions)


def test_all_unknown_words_are_told_at_once() -> None:
    """Nobody mends a search one fault at a time."""
    assert [issue.code for issue in _issues("area:helth aera:x month:13")] == ["unknown-value", "unknown-key", "month"]


def test_fault_is_told_in_french() -> None:
    """As the desk's other sentences are."""
    (issue,) = _issues("status:opne")
    assert say(issue, "fr") == (
        "« opne », en position 8, n’est pas une valeur de « status: ». Vouliez-vous dire : open ?"
    )


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("status:held-back,accepted status:open", {"held-back"}),
        ("-status:open,released", {"entered", "withdrawn"}),
        ("justice", set(STATUSES)),
    ],
)
def test_statuses_of_a_query_are_known(typed: str, found: set[str]) -> None:
    """Groups and negations included."""
    assert statuses_of(read_query(typed)) == found


def test_key_is_replaced_and_taken_out() -> None:
    """The desk's counts lead to the same search in another state."""
    query = read_query("status:open justice -status:held-back")
    assert write_query(replace_key(query, "status", "assessed")) == "justice status:assessed"
    assert write_query(replace_key(query, "status")) == "justice"
