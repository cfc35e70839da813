"""Words in Postgres, in whatever language they are written: the same where a list is searched and where one is told."""

CONFIGURATIONS = ("words_english", "words_french", "words_spanish", "words_portuguese", "words_other")
"""How words are stemmed, by the language of a text."""


def query_of(wanted: str, unwanted: str) -> str:
    """Write what matches words in SQL, given the parameters that hold what is wanted and what must not be there.

    In every language of ours: one that finds what is wanted is enough, and none may find what is not.
    """
    return f"({_in_any(wanted)} && !!{_in_any(unwanted)})"


def _in_any(parameter: str) -> str:
    return "(" + " || ".join(f"websearch_to_tsquery('{name}', {parameter}::text)" for name in CONFIGURATIONS) + ")"
