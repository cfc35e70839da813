"""Words in Postgres, in whatever language they are written: the same where a list is searched and where one is told."""

CONFIGURATIONS = ("words_english", "words_french", "words_spanish", "words_portuguese", "words_other")
"""How words are stemmed, by the language of a text."""


def query_of(wanted: str, unwanted: str) -> str:
    """Write what matches words in SQL, given the parameters that hold what is wanted and what must not be there.

    In every language of ours: one that finds what is wanted is enough, and none may find what is not.
    """
    return f"({_in_any(wanted)} && !!{_in_any(unwanted)})"


def loose_query_of(wanted: str, unwanted: str) -> str:
    """Write likewise what matches no less, and is answered by an index of words alone.

    That knows no places of words: of a phrase it is asked for the words, and each text that has them would have to be
    read for their order.
    """
    words = f"regexp_replace({_in_any(wanted)}::text, '{_NEXT_TO}', '&', 'g')::tsquery"
    without = f"{words} && !!{_in_any(unwanted)}"
    return f"(CASE WHEN {_in_any(unwanted)}::text ~ '{_NEXT_TO}' THEN {words} ELSE {without} END)"


_NEXT_TO = "<(-|[0-9]+)>"


def _in_any(parameter: str) -> str:
    return "(" + " || ".join(f"websearch_to_tsquery('{name}', {parameter}::text)" for name in CONFIGURATIONS) + ")"
