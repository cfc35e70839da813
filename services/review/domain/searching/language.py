"""Reads a search into its terms, and writes terms as a search: each is the other's inverse."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from services.review.domain.searching.issues import Issue, Unreadable
from services.review.domain.searching.keys import GROUPS, KEYS, REFERENCE, STATUSES, WORDS, key_named, value_of

LENGTH_MAX = 500
TERMS_MAX = 40

GRAMMAR = r"""
start: (_COMMA | term)*
term: NOT? (filter | free)
filter: KEY _value (_COMMA _value)*
free: BARE | QUOTED
_value: VALUE | QUOTED

KEY.2: /[^\W\d_][\w-]*[ \u00a0\u202f]?:/
NOT: /-+(?=[^\s-])/
_COMMA: /,+/
QUOTED: /"[^"]*"/ | /“[^”]*”/ | /«[^»]*»/
BARE: /[^\s",:“”«»-][^\s",:“”«»]*/
VALUE: /[^\s",:“”«»-][^\s",“”«»]*/
_LONE: /-+(?=\s|$)/
%ignore _LONE
%ignore /\s+/
"""
_PARSER = Lark(GRAMMAR, parser="lalr", lexer="contextual", maybe_placeholders=False)
_QUOTED_WORDS = re.compile(r"^-|[\s,:“”«»]")
_QUOTED_VALUES = re.compile(r"^[-:]|[\s,“”«»]")
_OPENING = frozenset('"“«')


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: what ``key`` says is one of ``values``, or, negated, none of them. Words stand under ``words``."""

    key: str
    values: tuple[str, ...]
    negated: bool = False


Query = tuple[Term, ...]
"""What is searched: everything that fits all terms. Without terms that is everything."""


def read_query(text: str) -> Query:
    """Read a search; keys and values come out as the lists of keys write them.

    Raises:
        Unreadable: with all that is wrong with it, each at its place.
    """
    _check_text(text)
    found = [(tree, list(_tokens(tree))) for tree in _parse(text).children if isinstance(tree, Tree)]
    issues = [issue for _, tokens in found for issue in _issues_of(tokens)]
    if issues:
        raise Unreadable(issues)
    query = tuple(term for _, tokens in found if (term := _term_of(tokens)) is not None)
    if text.strip() and not query:
        raise Unreadable([Issue("no-letters", 0, text)])
    return query


def write_query(query: Query) -> str:
    """Write a search so that reading it gives the same terms again."""
    return " ".join(_write_term(term) for term in query)


def replace_key(query: Query, key: str, *values: str) -> Query:
    """Give the search with these values under a key instead of whatever it said of it; without values, nothing."""
    others = tuple(term for term in query if term.key != key)
    return (*others, Term(key, values)) if values else others


def statuses_of(query: Query) -> frozenset[str]:
    """Give the statuses of what a search may find."""
    found = set(STATUSES)
    for term in query:
        if term.key == "status":
            named = {status for value in term.values for status in GROUPS.get(value, (value,))}
            found = found - named if term.negated else found & named
    return frozenset(found)


def _check_text(text: str) -> None:
    if len(text) > LENGTH_MAX:
        raise Unreadable([Issue("too-long", LENGTH_MAX, "")])
    for at, letter in enumerate(text):
        if not letter.isprintable() and not letter.isspace():
            raise Unreadable([Issue("control-character", at, repr(letter))])


def _parse(text: str) -> Tree[Token]:
    try:
        tree = _PARSER.parse(text)
    except UnexpectedInput as error:
        raise Unreadable([_syntax_issue(error, text)]) from error
    if len(tree.children) > TERMS_MAX:
        raise Unreadable([Issue("too-many-terms", 0, "")])
    return tree


def _syntax_issue(error: UnexpectedInput, text: str) -> Issue:
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return Issue("value-missing", len(text), text.rsplit(maxsplit=1)[-1])
    at = error.pos_in_stream or 0
    if isinstance(error, UnexpectedCharacters):
        return Issue("quote-open" if text[at] in _OPENING else "misplaced", at, text[at])
    token = error.token if isinstance(error, UnexpectedToken) else ""
    return Issue("value-missing" if _follows_key(text, at) else "misplaced", at, str(token))


def _follows_key(text: str, at: int) -> bool:
    return text[:at].rstrip().endswith((":", ","))


def _tokens(tree: Tree[Token]) -> Iterator[Token]:
    return (token for token in tree.scan_values(lambda value: isinstance(value, Token)))


def _issues_of(tokens: list[Token]) -> Iterator[Issue]:
    key = _key_in(tokens)
    if key is None:
        return
    name = key_named(key)
    if name is None:
        yield Issue.unknown("unknown-key", _at(key), key.rstrip(": \u00a0\u202f"), KEYS)
        return
    for token in _values_in(tokens):
        text = _plain(token)
        if value_of(name, text) is None:
            yield Issue.unknown(KEYS[name].fault, _at(token), text, KEYS[name].known, KEYS[name].names, name)


def _term_of(tokens: list[Token]) -> Term | None:
    negated = tokens[0].type == "NOT"
    key = _key_in(tokens)
    name = _key_of(tokens) if key is None else key_named(key)
    values = [value_of(name, _plain(token)) for token in _values_in(tokens)] if name else []
    read = tuple(dict.fromkeys(value for value in values if value is not None))
    return Term(name, read, negated) if name and read else None


def _key_of(words: list[Token]) -> str:
    return REFERENCE if all(value_of(REFERENCE, _plain(token)) for token in _values_in(words)) else WORDS


def _key_in(tokens: list[Token]) -> Token | None:
    return next((token for token in tokens if token.type == "KEY"), None)


def _values_in(tokens: list[Token]) -> list[Token]:
    return [token for token in tokens if token.type in {"BARE", "VALUE", "QUOTED"}]


def _plain(token: Token) -> str:
    text = token[1:-1] if token.type == "QUOTED" else str(token)
    return " ".join(text.replace('"', " ").split())


def _at(token: Token) -> int:
    return token.start_pos or 0


def _write_term(term: Term) -> str:
    quoted = _QUOTED_WORDS if term.key == WORDS else _QUOTED_VALUES
    values = ",".join(f'"{value}"' if quoted.search(value) else value for value in term.values)
    key = "" if term.key == WORDS else f"{term.key}:"
    return f"{'-' if term.negated else ''}{key}{values}"
